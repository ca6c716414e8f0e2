"""mbsync's ``.mbsyncrc``. Source: mbsync(1) of isync 1.5: keywords in any case, a section for each account."""

from __future__ import annotations

from collections.abc import Sequence

from ...core.endpoints import Protocol
from ..quoting import filled, lines, words
from ..reading import Field, Published, Reader, Unreadable, Without
from ..reading import whole_number as port
from ..vocabulary import ENCRYPTED, PASSWORD, STARTTLS, TLS, UNPROTECTED

# TLSType since 1.5, SSLType before. STARTTLS is the default.
SECURITY = {"imaps": TLS, "starttls": STARTTLS, "none": UNPROTECTED}
PORTS = {TLS: "993", STARTTLS: "143", UNPROTECTED: "143"}
MECHANISMS = {"plain": PASSWORD, "login": PASSWORD, "cram-md5": ENCRYPTED}


def read(document: bytes, address: str) -> tuple[Published, ...]:
    """Every IMAPAccount."""
    found, section = [], {}
    for line in lines(document):
        keyword, *values = words(line) or [""]
        if keyword.lower() in ("imapaccount", "imapstore", "maildirstore", "channel", "group"):
            section = {}
            if keyword.lower() == "imapaccount":
                found.append(section)
        elif keyword:
            section[keyword.lower()] = " ".join(values)
    if not found:
        raise Unreadable("no IMAPAccount")
    return tuple(_account(section, address) for section in found)


def _account(section: dict[str, str], address: str) -> Published:
    written = section.get("tlstype", section.get("ssltype", "STARTTLS"))
    security = SECURITY.get(written.lower(), written)
    mechanism = section.get("authmechs")
    return Published(
        protocol="imap",
        hostname=section.get("host"),
        port=port(section.get("port", PORTS.get(security, ""))),
        security=security,
        user_name=filled(section.get("user"), address),
        authentication=None if mechanism in (None, "*") else MECHANISMS.get(mechanism.lower(), mechanism),
    )


def _is_too_long(servers: Sequence[Published], _address: str) -> bool:
    """Whether the line would not fit into the buffer of 1024 bytes, some of them spare."""
    escaped = (servers[0].user_name or "").replace("\\", "\\\\").replace('"', '\\"')
    return len(f'User "{escaped}"'.encode()) > 1000


READER = Reader(
    file_name="mbsync.txt",
    read=read,
    # Without AuthMechs it takes what the server offers.
    cannot_express=frozenset({Field.AUTHENTICATION}),
    protocols=(Protocol.IMAP,),
    needs=((Protocol.IMAP,),),
    without_address=Without.PATTERN,
    refuses=_is_too_long,
)
