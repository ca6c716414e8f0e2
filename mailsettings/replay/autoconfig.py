"""What readers of autoconfig share: the document, its sections, and in short what it says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext as _

from mailsettings.core.endpoints import Authentication, Protocol, Security

from .comparing import SECURITY
from .reading import Rejected, Server

PATH = "/mail/config-v1.1.xml"
WELL_KNOWN_PATH = "/.well-known/autoconfig/mail/config-v1.1.xml"
MAX_DOCUMENT = 1024 * 1024
# socketType; ``plain`` leaves the connection unprotected. Exact and case-sensitive in most programs.
SOCKET_TYPES: dict[str, tuple[Security, ...]] = {"SSL": (Security.TLS,), "STARTTLS": (Security.STARTTLS,), "plain": ()}
# authentication, the names that every program knows; ``plain`` and ``secure`` are their older aliases.
PASSWORDS = {
    "password-cleartext": Authentication.PASSWORD,
    "plain": Authentication.PASSWORD,
    "password-encrypted": Authentication.PASSWORD_ENCRYPTED,
    "secure": Authentication.PASSWORD_ENCRYPTED,
}


@dataclass(frozen=True, slots=True)
class Section:
    """An ``incomingServer`` or ``outgoingServer`` as it stands there, texts untrimmed; None for an absent element."""

    protocol: Protocol
    hostname: str | None
    port: str | None
    socket_type: str | None
    user_name: str | None
    authentication: tuple[str, ...]
    # Elements inside of a value, which strict readers refuse.
    has_markup: bool
    has_other_attributes: bool


def root_of(body: bytes) -> ET.Element:
    """The document's root. Raises Rejected for what is no XML, is too long, or has a document type."""
    if len(body) > MAX_DOCUMENT:
        raise Rejected(_("the answer is too long"))
    try:
        return fromstring(body, forbid_dtd=True)
    except (ET.ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise Rejected(_("the answer is no XML")) from error


def provider_of(root: ET.Element) -> ET.Element:
    """``clientConfig/emailProvider``; raises Rejected."""
    provider = root.find("emailProvider") if root.tag == "clientConfig" else None
    if provider is None:
        raise Rejected(_("the answer is no autoconfig document"))
    return provider


def sections(provider: ET.Element) -> list[Section]:
    """The sections of IMAP, POP3 and SMTP, incoming ones first; others are skipped, as every reader does."""
    incoming = [(element, (Protocol.IMAP, Protocol.POP3)) for element in provider.findall("incomingServer")]
    outgoing = [(element, (Protocol.SMTP,)) for element in provider.findall("outgoingServer")]
    return [_section(element) for element, known in (*incoming, *outgoing) if element.get("type") in known]


def _section(element: ET.Element) -> Section:
    values = {tag: _text(element, tag) for tag in ("hostname", "port", "socketType", "username")}
    leaves = [child for child in element if child.tag in (*values, "authentication")]
    return Section(
        protocol=Protocol(element.get("type", "")),
        hostname=values["hostname"],
        port=values["port"],
        socket_type=values["socketType"],
        user_name=values["username"],
        authentication=tuple(child.text or "" for child in element.findall("authentication")),
        has_markup=any(len(child) for child in leaves),
        has_other_attributes=bool(set(element.keys()) - {"type"}),
    )


def _text(element: ET.Element, tag: str) -> str | None:
    found = element.find(tag)
    return None if found is None else found.text or ""


def in_short(servers: Iterable[Server]) -> str:
    """``IMAP imap.firma.example:993 SSL/TLS, SMTP …``."""
    words = []
    for server in servers:
        security = " / ".join(SECURITY[item] for item in server.securities) or _("unprotected")
        words.append(f"{server.protocol.upper()} {server.host}:{server.port} {security}")
    return ", ".join(words)


def first_of_each(servers: Iterable[Server]) -> tuple[Server, ...]:
    """The first server of each protocol, in order."""
    found: dict[Protocol, Server] = {}
    for server in servers:
        found.setdefault(server.protocol, server)
    return tuple(found.values())
