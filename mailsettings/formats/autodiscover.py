"""Microsoft Autodiscover, "plain old XML": the request, the settings answer and the error answer.

Sources: [MS-OXDSCLI] (request, outlook response schema 2006a, error codes), [MS-ASCMD] §2.2.3.63 (errors in the
mobilesync schema), and Microsoft's "Plan to automatically configure user accounts in Outlook 2010" (IMAP and POP3).
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, replace
from functools import lru_cache
from xml.etree import ElementTree as ET

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from ..core.endpoints import INCOMING, Endpoint, Protocol, Security
from ..core.errors import CannotExpress
from ..core.settings import Ask, MailSettings
from ..core.text import Text
from . import ConfigFormat, names
from .xml import document, leaf

_SCHEMAS = "http://schemas.microsoft.com/exchange/autodiscover"
RESPONSE_SCHEMA = f"{_SCHEMAS}/responseschema/2006"
OUTLOOK_SCHEMA = f"{_SCHEMAS}/outlook/responseschema/2006a"
MOBILESYNC_SCHEMA = f"{_SCHEMAS}/mobilesync/responseschema/2006"
MOBILESYNC_REQUEST = f"{_SCHEMAS}/mobilesync/requestschema/2006"

MAX_REQUEST = 16 * 1024

# [MS-OXDSCLI], ErrorCode.
UNKNOWN_ADDRESS = 500
INVALID_REQUEST = 600
NO_SUCH_SCHEMA = 601

TYPE = {Protocol.IMAP: "IMAP", Protocol.POP3: "POP3", Protocol.SMTP: "SMTP"}
# Encryption overrides SSL since Outlook 2010; its ``TLS`` is STARTTLS. SSL is ``on`` beside either, for older readers
# and for Delta Chat, which takes ``off`` for an unprotected connection.
ENCRYPTION = {Security.TLS: "SSL", Security.STARTTLS: "TLS"}


class MalformedRequest(ValueError):
    """A body that is no Autodiscover request; answered with error 600."""


@dataclass(frozen=True, slots=True)
class AutodiscoverRequest:
    """``email`` as sent, not yet checked; ``schema`` the AcceptableResponseSchema, empty where none was named;
    ``from_activesync`` tells whether the question itself is in ActiveSync's namespace.
    """

    email: str
    schema: str
    from_activesync: bool = False

    @property
    def wants_settings(self) -> bool:
        """Whether the answer that ``render`` writes is acceptable."""
        return self.schema in ("", OUTLOOK_SCHEMA) and not self.wants_mobilesync

    @property
    def wants_mobilesync(self) -> bool:
        """Whether the asker speaks ActiveSync, whose errors have a namespace of their own."""
        return self.schema == MOBILESYNC_SCHEMA or self.from_activesync


def parse_request(body: bytes) -> AutodiscoverRequest:
    """The body of a POST, at most 16 kB, in any namespace -> AutodiscoverRequest; raises MalformedRequest.

    Takes UTF-16 and UTF-8 with or without a byte order mark, whatever the declaration says: .NET programs declare
    utf-16 and send UTF-8. A document type or an entity is refused.
    """
    if len(body) > MAX_REQUEST:
        raise MalformedRequest("too long")
    asked = _PLAIN_ADDRESS.search(body)
    if asked and _STAND_IN not in body:
        # Programs send one text with another address in it each time: the text is read once.
        request = _read_once(body[: asked.start(1)] + _STAND_IN + body[asked.end(1) :])
        if request.email == _STAND_IN.decode():
            return replace(request, email=asked[1].decode())
    return _read(body)


# An address without any character that means something in XML, in an element without a prefix.
_PLAIN_ADDRESS = re.compile(rb"<EMailAddress>([A-Za-z0-9.@_+-]{1,320})</EMailAddress>")
_STAND_IN = b"zq0stand0in0qz"


def _read(body: bytes) -> AutodiscoverRequest:
    try:
        root = fromstring(_decoded(body), forbid_dtd=True, forbid_entities=True, forbid_external=True)
    except (ET.ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise MalformedRequest("not XML") from error
    if _local_name(root) != "Autodiscover":
        raise MalformedRequest("no Autodiscover")
    fields: dict[str, str] = {}
    for request in root:
        if _local_name(request) == "Request":
            for element in request:
                fields.setdefault(_local_name(element), (element.text or "").strip())
    if not fields.get("EMailAddress"):
        raise MalformedRequest("no EMailAddress")
    from_activesync = root.tag.startswith(f"{{{MOBILESYNC_REQUEST}}}")
    return AutodiscoverRequest(fields["EMailAddress"], fields.get("AcceptableResponseSchema", ""), from_activesync)


# Only for texts with the stand-in: no address shall stay in memory.
_read_once = lru_cache(maxsize=64)(_read)


def _decoded(body: bytes) -> str | bytes:
    """Text where the encoding shows in the bytes; the parser ignores a text's declaration. Raises ValueError."""
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return body.decode("utf-16").lstrip()
    if body[:2] in (b"<\0", b"\0<"):
        return body.decode("utf-16-le" if body[0] else "utf-16-be")
    try:
        return body.decode("utf-8-sig").lstrip()
    except UnicodeDecodeError:
        return body


def _local_name(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def error_response(code: int, message: str, *, time: str, mobilesync: bool = False) -> bytes:
    """The error answer, to be sent with status 200. ``time`` is the request's time of day, ``HH:MM:SS.fffffff``."""
    root = ET.Element("Autodiscover", {"xmlns": RESPONSE_SCHEMA})
    response = ET.SubElement(root, "Response", {"xmlns": MOBILESYNC_SCHEMA} if mobilesync else {})
    # Id is any unsigned integer that stands for the server.
    error = ET.SubElement(response, "Error", {"Time": time, "Id": "1"})
    leaf(error, "ErrorCode", code)
    leaf(error, "Message", message)
    ET.SubElement(error, "DebugData")
    return document(root)


def expresses(endpoint: Endpoint) -> bool:
    """Whether there are words for ``endpoint``: not for a host name that depends on the asker's domain."""
    return endpoint.security in ENCRYPTION and "{" not in endpoint.hostname


def render(settings: MailSettings, ask: Ask) -> bytes:
    """The settings answer in UTF-8. Lists every incoming protocol whatever ``ask.protocol`` says; Outlook takes one.

    Without an address there is no LoginName. Raises CannotExpress without an incoming and an outgoing endpoint, and
    when a protocol that is switched on has none that can be written: Outlook would set up the other one unasked.
    """
    protocols = (*INCOMING, Protocol.SMTP)
    endpoints = [endpoint for protocol in protocols if (endpoint := settings.first(protocol, expresses))]
    written = {endpoint.protocol for endpoint in endpoints}
    if any(settings.of(protocol) and protocol not in written for protocol in protocols):
        raise CannotExpress("autodiscover has no placeholders for host names")
    if Protocol.SMTP not in written or len(written) == 1:
        raise CannotExpress("autodiscover needs an incoming and an outgoing server")
    root = ET.Element("Autodiscover", {"xmlns": RESPONSE_SCHEMA})
    response = ET.SubElement(root, "Response", {"xmlns": OUTLOOK_SCHEMA})
    if settings.mailbox and settings.mailbox.name:
        leaf(ET.SubElement(response, "User"), "DisplayName", settings.mailbox.name)
    account = ET.SubElement(response, "Account")
    leaf(account, "AccountType", "email")
    leaf(account, "Action", "settings")
    login_names = [_login_name(settings, endpoint, ask) for endpoint in endpoints]
    # Where none is written, the patterns tell.
    same = len({name or endpoint.username for name, endpoint in zip(login_names, endpoints, strict=True)}) == 1
    for endpoint, login_name in zip(endpoints, login_names, strict=True):
        _add_protocol(account, endpoint, login_name, same=same)
    return document(root)


def _add_protocol(account: ET.Element, endpoint: Endpoint, login_name: str | None, *, same: bool) -> None:
    """One Protocol, its elements in the schema's order. ``same`` tells whether every protocol has this user name."""
    protocol = ET.SubElement(account, "Protocol")
    leaf(protocol, "Type", TYPE[endpoint.protocol])
    leaf(protocol, "Server", endpoint.hostname)
    leaf(protocol, "Port", endpoint.port)
    if login_name is not None:
        leaf(protocol, "LoginName", login_name)
    leaf(protocol, "DomainRequired", "off")
    # Secure Password Authentication is NTLM, and on unless switched off.
    leaf(protocol, "SPA", "off")
    leaf(protocol, "SSL", "on")
    leaf(protocol, "Encryption", ENCRYPTION[endpoint.security])
    leaf(protocol, "AuthRequired", "on")
    if endpoint.protocol is Protocol.SMTP:
        # With ``on`` Outlook logs in here with the incoming user name, whatever LoginName says.
        leaf(protocol, "UsePOPAuth", "on" if same else "off")
        leaf(protocol, "SMTPLast", "off")


def _login_name(settings: MailSettings, endpoint: Endpoint, ask: Ask) -> str | None:
    """The user name; by the pattern where it is private, since without one Outlook takes the part before the @."""
    if settings.user_name_is_private:
        return settings.user_name_by_pattern(endpoint, ask.address)
    return settings.user_name(endpoint, ask.address)


FORMAT = ConfigFormat(
    file_name="autodiscover.xml",
    titles=Text(
        uk="Файл Autodiscover для класичного Outlook",
        en="Autodiscover file for classic Outlook",
    ),
    content_type="text/xml; charset=utf-8",
    render=render,
    expresses=expresses,
    personal=names,
)
