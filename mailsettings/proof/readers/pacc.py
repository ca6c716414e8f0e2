"""PACC as its programs read it. Source: draft-ietf-mailmaint-pacc-02.

A protocol is a host name, to be spoken over TLS from the first byte at the registered port; the user name is the whole
address as it was typed.
"""

from __future__ import annotations

import base64
import hashlib
import json

from ...core.endpoints import Protocol
from ..reading import Published, Reader, Request, Unreadable, Without
from ..vocabulary import PASSWORD, TLS
from .dns_zone import tags

PORTS = {"imap": 993, "pop3": 995, "smtp": 465}


def read(document: bytes, address: str) -> tuple[Published, ...]:
    try:
        configuration = json.loads(document)
        protocols, info = configuration["protocols"], configuration["info"]
        provider, password = info["provider"]["name"], configuration["authentication"]["password"]
        hosts = {protocol: protocols[protocol]["host"] for protocol in PORTS if protocol in protocols}
    except (ValueError, KeyError, TypeError) as error:
        raise Unreadable(f"no configuration: {error!r}") from error
    if not provider or not all(isinstance(host, str) for host in hosts.values()):
        raise Unreadable("no provider, or a host that is no name")
    authentication = PASSWORD if password is True else "no password"
    return tuple(
        Published(protocol, host, PORTS[protocol], TLS, address, authentication) for protocol, host in hosts.items()
    )


def digest_of(document: bytes) -> str:
    """What a program computes of the bytes that it got."""
    return base64.b64encode(hashlib.sha256(document).digest()).decode()


def digests(records: list[str]) -> list[str]:
    """What the texts of ``_ua-auto-config`` vouch for, in SHA-256; other texts there mean nothing."""
    found = [tags(text) for text in records]
    kind = ("uaac1", "sha256")
    return [one.get("d", "") for one in found if (one.get("v", "").lower(), one.get("a", "").lower()) == kind]


READER = Reader(
    file_name="user-agent-configuration.json",
    read=read,
    # POP3 alone would take mail off the server, unasked.
    whole=(Protocol.IMAP,),
    without_address=Without.PATTERN,
    whole_address=True,
    requests=(Request("GET", "https://ua-auto-config.{domain}/.well-known/user-agent-configuration.json"),),
)
