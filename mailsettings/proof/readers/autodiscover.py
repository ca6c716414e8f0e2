"""Autodiscover, "plain old XML", as classic Outlook, Thunderbird and Delta Chat read it.

Sources: [MS-OXDSCLI] and the 2006a response schema (defaults of absent elements; Encryption overrides SSL; UsePOPAuth),
Thunderbird's ``FindConfig`` (STARTTLS by port where Encryption is absent), Delta Chat (SSL ``off`` is unprotected).
"""

from __future__ import annotations

from dataclasses import replace
from xml.etree.ElementTree import Element

from ...core.endpoints import INCOMING, Protocol
from ..reading import Field, Published, Reader, Request, Unreadable, Without
from ..reading import whole_number as port
from ..vocabulary import ANY_TLS, STARTTLS, TLS, UNPROTECTED
from ..xml import root_of
from . import autodiscover_json

SCHEMAS = "http://schemas.microsoft.com/exchange/autodiscover"
AUTODISCOVER = f"{{{SCHEMAS}/responseschema/2006}}Autodiscover"
NAMES = {"o": f"{SCHEMAS}/outlook/responseschema/2006a"}
TYPES = {"IMAP": "imap", "POP3": "pop3", "SMTP": "smtp"}
ENCRYPTION = {"SSL": TLS, "TLS": STARTTLS, "Auto": ANY_TLS, "None": UNPROTECTED}
STARTTLS_PORTS = (143, 110, 25, 587)

REQUEST = (
    '<?xml version="1.0" encoding="utf-8"?>'
    f'<Autodiscover xmlns="{SCHEMAS}/outlook/requestschema/2006"><Request><EMailAddress>{{address}}</EMailAddress>'
    f"<AcceptableResponseSchema>{NAMES['o']}</AcceptableResponseSchema></Request></Autodiscover>"
)


def read(document: bytes, _address: str) -> tuple[Published, ...]:
    """Every Protocol of the settings answer; an error answer is Unreadable."""
    root = root_of(document)
    account = root.find("o:Response/o:Account", NAMES)
    if root.tag != AUTODISCOVER or account is None:
        raise Unreadable("no Account in the namespaces that Outlook expects")
    if (_text(account, "AccountType"), _text(account, "Action")) != ("email", "settings"):
        raise Unreadable("no settings of an e-mail account")
    found = [(_text(protocol, "Type"), protocol) for protocol in account.findall("o:Protocol", NAMES)]
    servers = [(_server(TYPES[type_], protocol), protocol) for type_, protocol in found if type_ in TYPES]
    incoming = [server for server, _protocol in servers if server.protocol in INCOMING]
    return tuple(_as_incoming(server, protocol, incoming) for server, protocol in servers)


def _server(type_: str, protocol: Element) -> Published:
    number = port(_text(protocol, "Port"))
    return Published(
        protocol=type_,
        hostname=_text(protocol, "Server"),
        port=number,
        security=_security(protocol, number),
        user_name=_text(protocol, "LoginName") or None,
        authentication=_authentication(protocol),
    )


def _as_incoming(server: Published, protocol: Element, incoming: list[Published]) -> Published:
    """With UsePOPAuth Outlook sends with the user name of the incoming protocol that it took: the worst it may be."""
    if server.protocol != Protocol.SMTP or _text(protocol, "UsePOPAuth") != "on":
        return server
    others = (other.user_name for other in incoming if other.user_name != server.user_name)
    return replace(server, user_name=next(others, server.user_name))


def _security(protocol: Element, number: int) -> str:
    """The worse of what readers of SSL and readers of Encryption make of it."""
    if _text(protocol, "SSL") not in ("", "on"):
        return UNPROTECTED
    if encryption := _text(protocol, "Encryption"):
        return ENCRYPTION.get(encryption, encryption)
    return STARTTLS if number in STARTTLS_PORTS else TLS


def _authentication(protocol: Element) -> str | None:
    """Nothing where it is an ordinary login, since that covers every mechanism with a password."""
    if _text(protocol, "AuthRequired") not in ("", "on"):
        return "none"
    # On unless switched off.
    return None if _text(protocol, "SPA") == "off" else "NTLM"


def _text(element: Element, tag: str) -> str:
    return element.findtext(f"o:{tag}", "", NAMES)


READER = Reader(
    file_name="autodiscover.xml",
    read=read,
    cannot_express=frozenset({Field.AUTHENTICATION}),
    # Outlook would set up whichever protocol is left, unasked.
    whole=tuple(Protocol),
    # Without a LoginName Outlook takes the part before the @.
    when_private=Without.PATTERN,
    requests=(
        Request("POST", "https://autodiscover.{domain}/autodiscover/autodiscover.xml", REQUEST),
        Request("POST", "https://{domain}/Autodiscover/Autodiscover.xml", REQUEST),
        Request("GET", "https://autodiscover.{domain}/autodiscover/autodiscover.xml"),
        *(Request("GET", url, REQUEST, autodiscover_json.location) for url in autodiscover_json.SPELLINGS),
    ),
    generic=True,
)
