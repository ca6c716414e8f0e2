"""Apple's configuration profile as a device installs its mail account.

Source: apple/device-management, ``com.apple.mail.managed``: types are strict, what is absent is asked for while
installing, and protection is off unless switched on. There is no key for STARTTLS: the device finds out by itself.
"""

from __future__ import annotations

import plistlib
from typing import Any
from xml.parsers.expat import ExpatError

from ..reading import Field, Lists, Published, Reader, Unreadable, same_address
from ..vocabulary import ANY_TLS, ENCRYPTED, PASSWORD, UNPROTECTED

TYPES = {"EmailTypeIMAP": "imap", "EmailTypePOP": "pop3"}
AUTHENTICATION = {"EmailAuthPassword": PASSWORD, "EmailAuthCRAMMD5": ENCRYPTED}
MAIL = "com.apple.mail.managed"


def read(document: bytes, address: str) -> tuple[Published, ...]:
    """The incoming and the outgoing server of each mail account."""
    try:
        profile = plistlib.loads(_unwrapped(document))
    except (plistlib.InvalidFileException, ExpatError, ValueError, LookupError, AttributeError, TypeError) as error:
        raise Unreadable(f"no property list: {error}") from error
    content = profile.get("PayloadContent") if isinstance(profile, dict) else None
    if not isinstance(content, list) or profile.get("PayloadType") != "Configuration":
        raise Unreadable("no configuration profile")
    accounts = [part for part in content if isinstance(part, dict) and part.get("PayloadType") == MAIL]
    return tuple(server for account in accounts for server in _servers(account, address))


def _servers(account: dict[str, Any], address: str) -> tuple[Published, Published]:
    type_ = str(account.get("EmailAccountType", ""))
    same_address(str(account.get("EmailAddress", address)), address)
    return _server(account, "Incoming", TYPES.get(type_, type_)), _server(account, "Outgoing", "smtp")


def _unwrapped(document: bytes) -> bytes:
    """The property list inside a signed profile (CMS, DER, content attached); any other document stays itself.

    The content is one OCTET STRING of definite length, so it stands in the file as it is. Who signed is the device's
    to check.
    """
    start, end = document.find(b"<?xml"), document.rfind(b"</plist>")
    return document[start : end + len(b"</plist>")] if start > 0 and end > start else document


def _server(account: dict[str, Any], side: str, protocol: str) -> Published:
    def value(key: str, kind: type) -> Any:
        found = account.get(f"{side}MailServer{key}")
        # A port as text, or a number for a truth value, makes the device refuse the profile.
        if found is not None and type(found) is not kind:
            raise Unreadable(f"{side}MailServer{key} is no {kind.__name__}")
        return found

    authentication = value("Authentication", str)
    return Published(
        protocol=protocol,
        hostname=value("HostName", str),
        port=value("PortNumber", int),
        security=ANY_TLS if value("UseSSL", bool) else UNPROTECTED,
        user_name=value("Username", str),
        authentication=AUTHENTICATION.get(authentication, authentication),
    )


READER = Reader(
    file_name="apple.mobileconfig",
    read=read,
    cannot_express=frozenset({Field.SECURITY}),
    lists=Lists.ONE_INCOMING,
)
