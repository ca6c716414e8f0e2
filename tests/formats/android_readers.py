"""Readers of Thunderbird for Android and K-9 Mail, written from the reference, formats.md §5.1 and §5.2."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from uuid import UUID

from defusedxml.ElementTree import fromstring

_HOST_NAME = re.compile(r"(?=.{1,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}\Z")


class Rejected(Exception):
    """The reader drops the whole document, or the account in it."""


@dataclass(frozen=True)
class Server:
    protocol: str
    host: str
    port: int
    security: str
    authentication: str
    username: str


@dataclass(frozen=True)
class Account:
    incoming: Server
    outgoing: Server
    email: str
    name: str


def k9s(document: bytes) -> tuple[UUID, Account, dict[str, str]]:
    """The one account of a settings file, with its identifier and its further settings."""
    root = fromstring(document, forbid_dtd=True)
    if root.tag != "k9settings" or root.get("format") != "1" or int(root.get("version", "0")) < 1:
        raise Rejected("no settings file of format 1")
    (account,) = root.findall("accounts/account")
    servers = []
    for side in ("incoming", "outgoing"):
        found = account.find(f"{side}-server")
        if found is None:
            raise Rejected(f"no {side} server")
        servers.append(_k9s_server(found))
    emails = [_text(found) for found in account.findall("identities/identity/email")]
    if not emails or "@" not in emails[0]:
        raise Rejected("no identity with an address")
    name = account.find("identities/identity/name")
    further = {value.get("key"): _text(value) for value in account.findall("settings/value")}
    return UUID(account.get("uuid")), Account(*servers, emails[0], "" if name is None else _text(name)), further


def _k9s_server(element) -> Server:
    values = {child.tag: _text(child) for child in element}
    if values.get("connection-security") not in ("SSL_TLS_REQUIRED", "STARTTLS_REQUIRED"):
        raise Rejected("no known protection")
    if values.get("authentication-type") not in ("PLAIN", "CRAM_MD5"):
        raise Rejected("no known authentication")
    security = {"SSL_TLS_REQUIRED": "tls", "STARTTLS_REQUIRED": "starttls"}[values["connection-security"]]
    authentication = {"PLAIN": "password", "CRAM_MD5": "password-encrypted"}[values["authentication-type"]]
    protocol = {"IMAP": "imap", "POP3": "pop3", "SMTP": "smtp"}[element.get("type")]
    return _checked(protocol, values["host"], int(values["port"]), security, authentication, values["username"])


def _text(element) -> str:
    """Read verbatim: spaces around it would stay."""
    text = element.text or ""
    if text != text.strip():
        raise Rejected(f"spaces around {text!r}")
    return text


def qr_payload(text: str) -> Account:
    """The one account of a code of version 1; null and what a writer must not write are refused."""
    version, sequence, incoming, groups = json.loads(text)
    if version != 1 or sequence != [1, 1]:
        raise Rejected("no single code of version 1")
    ((outgoing, identity),) = groups
    email, name = identity
    if not (isinstance(email, str) and email.isascii() and isinstance(name, str)):
        raise Rejected("no identity")
    return Account(_qr_server(incoming, ("imap", "pop3")), _qr_server(outgoing, ("smtp",)), email, name)


def _qr_server(values: list, protocols: tuple[str, ...]) -> Server:
    protocol, host, port, security, authentication, username = values
    if [type(value) for value in values] != [int, str, int, int, int, str]:
        raise Rejected(f"{values} have the wrong types")
    known_security = {2: "starttls", 3: "tls"}
    known_authentication = {1: "password", 2: "password-encrypted"}
    if security not in known_security or authentication not in known_authentication:
        raise Rejected(f"{values} name what there is not")
    found = known_security[security], known_authentication[authentication]
    return _checked(protocols[protocol], host, port, *found, username)


def _checked(protocol, host, port, security, authentication, username) -> Server:
    if not _HOST_NAME.match(host) or not 1 <= port <= 65535 or re.search(r"[\r\n]", username):
        raise Rejected(f"{host}:{port} {username!r}")
    return Server(protocol, host, port, security, authentication, username)
