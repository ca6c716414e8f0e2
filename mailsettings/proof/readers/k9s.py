"""Settings file of Thunderbird for Android and K-9 Mail.

Source: ``SettingsFileParser`` and the validators of Thunderbird for Android: leaves are read as they are; an account
without a UUID, either server or an identity with an address is skipped.
"""

from __future__ import annotations

from uuid import UUID
from xml.etree.ElementTree import Element

from ..reading import Lists, Published, Reader, Unreadable, same_address
from ..reading import whole_number as port
from ..vocabulary import ENCRYPTED, PASSWORD, STARTTLS, TLS, UNPROTECTED
from ..xml import root_of

TYPES = {"imap": "imap", "pop3": "pop3", "smtp": "smtp"}
SECURITY = {"NONE": UNPROTECTED, "STARTTLS_REQUIRED": STARTTLS, "SSL_TLS_REQUIRED": TLS}
AUTHENTICATION = {"PLAIN": PASSWORD, "CRAM_MD5": ENCRYPTED}


def read(document: bytes, address: str) -> tuple[Published, ...]:
    """Both servers of every account."""
    root = root_of(document)
    try:
        if root.tag != "k9settings" or root.get("format") != "1" or int(root.get("version", "0")) < 1:
            raise Unreadable("no k9settings of format 1")
        accounts = root.findall("accounts/account")
        found = [server for account in accounts for server in _servers(account, address)]
    except ValueError as error:
        raise Unreadable(f"no settings file: {error}") from error
    if not found:
        raise Unreadable("no account")
    return tuple(found)


def _servers(account: Element, address: str) -> list[Published]:
    UUID(account.get("uuid", ""))
    emails = [identity.findtext("email", "") for identity in account.findall("identities/identity")]
    if not emails:
        raise Unreadable("no identity")
    for email in emails:
        same_address(email, address)
    return [_server(account.find(f"{side}-server")) for side in ("incoming", "outgoing")]


def _server(server: Element | None) -> Published:
    if server is None:
        raise Unreadable("an account without a server")
    type_ = server.get("type", "").lower()
    security, method = server.findtext("connection-security", ""), server.findtext("authentication-type", "")
    return Published(
        protocol=TYPES.get(type_, type_),
        hostname=server.findtext("host"),
        port=port(server.findtext("port", "")),
        security=SECURITY.get(security, security),
        user_name=server.findtext("username") or None,
        authentication=AUTHENTICATION.get(method, method),
    )


READER = Reader(file_name="thunderbird-android.k9s", read=read, lists=Lists.ONE_INCOMING, needs_login=True)
