"""Readers of autoconfig as mail programs have them, written from the reference, formats.md §1.5 and §1.6."""

from __future__ import annotations

import re
from dataclasses import dataclass

from defusedxml.ElementTree import fromstring

_HOST_NAME = re.compile(r"(?=.{1,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}\Z")
_PLACEHOLDER = "%EMAILDOMAIN%"


class Rejected(Exception):
    """The reader drops the whole document."""


@dataclass(frozen=True)
class Server:
    hostname: str
    port: int
    socket_type: str
    authentication: tuple[str, ...]
    username: str


def thunderbird_android(document: bytes) -> tuple[Server, Server]:
    """The first IMAP and the first SMTP server; one bad section of either kind rejects everything."""
    root = fromstring(document, forbid_dtd=True)
    provider = root.find("emailProvider") if root.tag == "clientConfig" else None
    if provider is None:
        raise Rejected("no emailProvider")
    if not _HOST_NAME.match(provider.get("id", "")):
        raise Rejected("id is no literal host name")
    if not any(_is_host(_leaf(domain)) for domain in provider.findall("domain")):
        raise Rejected("no domain")
    incoming = [_server(section) for section in provider.findall("incomingServer") if section.get("type") == "imap"]
    outgoing = [_server(section) for section in provider.findall("outgoingServer") if section.get("type") == "smtp"]
    if not incoming or not outgoing:
        raise Rejected("no imap or no smtp")
    return incoming[0], outgoing[0]


def _server(section) -> Server:
    values = {}
    for tag in ("hostname", "port", "socketType", "username"):
        found = section.find(tag)
        if found is None or not (value := _leaf(found)):
            raise Rejected(f"no {tag}")
        values[tag] = value
    if not _is_host(values["hostname"]):
        raise Rejected("bad hostname")
    if not re.fullmatch(r"[0-9]+", values["port"]) or not 1 <= int(values["port"]) <= 65535:
        raise Rejected("bad port")
    if values["socketType"] not in ("SSL", "STARTTLS"):
        raise Rejected("bad socketType")
    known = ("password-cleartext", "password-encrypted")
    methods = tuple(value for found in section.findall("authentication") if (value := _leaf(found)) in known)
    if not methods:
        raise Rejected("no known authentication")
    return Server(values["hostname"], int(values["port"]), values["socketType"], methods, values["username"])


def _leaf(element) -> str:
    if len(element):
        raise Rejected(f"markup in {element.tag}")
    return element.text or ""


def _is_host(text: str) -> bool:
    return bool(_HOST_NAME.match(text.replace(_PLACEHOLDER, "domain.example")))


def thunderbird_text(text: str) -> str:
    """What Thunderbird keeps of a leaf's text: booleans and finite numbers become values and are printed again."""
    if text.lower() in ("true", "false"):
        return text.lower()
    if re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", text, re.IGNORECASE):
        number = float(text)
        return str(int(number)) if number.is_integer() else str(number)
    return text


def expanded(username: str, address: str) -> str:
    """``username`` after a program put the address that its user typed into the placeholders."""
    local_part, _, domain = address.partition("@")
    for placeholder, value in (("EMAILADDRESS", address), ("EMAILLOCALPART", local_part), ("EMAILDOMAIN", domain)):
        username = username.replace(f"%{placeholder}%", value)
    return username
