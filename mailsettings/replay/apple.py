"""iPhone, iPad and Mac: the profile behind the link that a customer taps.

Source: apple/device-management, ``com.apple.mail.managed``. Mail itself asks nobody: it looks up no record and no
address. Browsers other than Safari hand the link over, so that the file is fetched twice, without cookies.
"""

from __future__ import annotations

import plistlib
from typing import Any
from xml.parsers.expat import ExpatError

from django.conf import settings as django_settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mailsettings import links
from mailsettings.core.endpoints import Authentication, Protocol, Security

from . import Program
from .asking import Reply, Walk, masked
from .autoconfig import MAX_DOCUMENT, in_short
from .reading import Ended, Rejected, Server

FILE_NAME = "apple.mobileconfig"
CONTENT_TYPE = "application/x-apple-aspen-config"
ACCOUNT_TYPES = {"EmailTypeIMAP": Protocol.IMAP, "EmailTypePOP": Protocol.POP3}
AUTHENTICATION = {
    "EmailAuthPassword": Authentication.PASSWORD,
    "EmailAuthCRAMMD5": Authentication.PASSWORD_ENCRYPTED,
    "EmailAuthHTTPMD5": Authentication.PASSWORD_ENCRYPTED,
    "EmailAuthNTLM": "NTLM",
}


def go(walk: Walk) -> Ended:
    origin = walk.settings.brand.origin if walk.settings else django_settings.SITE_URL
    url = f"{origin}/f/{links.seal(walk.address)}/{FILE_NAME}"
    first = walk.get(url, _("the link to the profile, as the browser opens it"))
    second = walk.get(url, _("once more, from another cookie jar: Chrome hands the link to Safari"))
    if first is None or second is None or not second.ok:
        return _nothing(_("the link gives no profile"))
    try:
        if second.content_type != CONTENT_TYPE:
            words = _("the content type %(type)s is not a profile’s: the browser shows a text")
            raise Rejected(words % {"type": second.content_type or "?"})
        account = mail_account(second.body)
        servers = settings(account)
    except Rejected as error:
        walk.say(second, _("refused by the device: %(why)s") % {"why": error})
        return _nothing(str(error))
    same = property_list(first.body) == property_list(second.body)
    walk.say(first, in_short(servers) if same else _("not the same as the second time"))
    walk.say(second, in_short(servers))
    return Ended(servers, masked(second.hops[-1]), then=(_label(second), *_asked_for(account)))


def _nothing(reason: str) -> Ended:
    return Ended(reason=reason, then=(_("The customer adds an account of the kind “Other” and types everything."),))


def _label(reply: Reply) -> str:
    if is_signed(reply.body):
        return _("The profile is signed; the device shows whose certificate it is.")
    return _("The profile is not signed: the device says so in red and asks once more.")


def is_signed(body: bytes) -> bool:
    """Whether it is wrapped in CMS (DER), and not the bare property list."""
    return not body.lstrip().startswith(b"<?xml")


def property_list(body: bytes) -> bytes:
    """The property list in a profile; empty where there is none.

    A signature is not checked here; it holds the list as it is (RFC 5652, attached content).
    """
    start, end = body.find(b"<?xml"), body.rfind(b"</plist>")
    return body[start : end + len(b"</plist>")] if 0 <= start < end and len(body) <= MAX_DOCUMENT else b""


def mail_account(body: bytes) -> dict[str, Any]:
    """The first mail payload of a profile, signed or not. Raises Rejected."""
    try:
        profile = plistlib.loads(property_list(body), fmt=plistlib.FMT_XML)
    except (ExpatError, ValueError, TypeError, LookupError, AttributeError, OverflowError) as error:
        raise Rejected(_("the answer is no profile")) from error
    payloads = profile.get("PayloadContent") if isinstance(profile, dict) else None
    for payload in payloads if isinstance(payloads, list) else ():
        if isinstance(payload, dict) and payload.get("PayloadType") == "com.apple.mail.managed":
            return payload
    raise Rejected(_("the profile holds no mail account"))


def settings(account: dict[str, Any]) -> tuple[Server, ...]:
    """The incoming and the outgoing server of a mail payload. Raises Rejected for one that lacks what is required."""
    protocol = ACCOUNT_TYPES.get(str(account.get("EmailAccountType")))
    if protocol is None:
        raise Rejected(_("the profile holds no mail account"))
    return _server(account, "Incoming", protocol), _server(account, "Outgoing", Protocol.SMTP)


def _server(account: dict[str, Any], side: str, protocol: Protocol) -> Server:
    values = {key: account.get(f"{side}MailServer{key}") for key in ("HostName", "PortNumber", "UseSSL", "Username")}
    method = account.get(f"{side}MailServerAuthentication")
    host, port, login = values["HostName"], values["PortNumber"], values["Username"]
    if not isinstance(host, str) or not host or not isinstance(method, str):
        raise Rejected(_("a server for incoming or outgoing mail is missing"))
    # The port and the greeting tell the device which of the two it is.
    securities = (Security.TLS, Security.STARTTLS) if values["UseSSL"] is True else ()
    return Server(
        protocol,
        host,
        port if isinstance(port, int) else 0,
        securities,
        login if isinstance(login, str) and login else None,
        AUTHENTICATION.get(method, _("without a password")),
    )


def _asked_for(account: dict[str, Any]) -> list[str]:
    """What the device asks for during installation: what the profile leaves out."""
    questions = {
        "EmailAddress": _("The device asks for the address."),
        "IncomingMailServerUsername": _("The device asks for the user name."),
        "IncomingPassword": _("The device asks for the password."),
    }
    return [question for key, question in questions.items() if not account.get(key)]


PROGRAM = Program("apple", gettext_lazy("iPhone, iPad and Mac (profile)"), go)
