"""NeoMutt's configuration. Source: neomuttrc(5): ``set name = value``; within double quotes a backslash stands before
any character, a dollar sign begins a variable and a backquote a command; within single quotes everything is literal.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from ...core.endpoints import Protocol
from ..quoting import filled, lines, same_sender, split
from ..reading import Field, Published, Reader, Unreadable, Without
from ..reading import whole_number as port
from ..vocabulary import ENCRYPTED, PASSWORD, STARTTLS, TLS, UNPROTECTED

SETTING = re.compile(r"set\s+(\w+)\s*=\s*(.+?)\s*\Z")
SCHEMES = {"imaps": "imap", "imap": "imap", "pops": "pop3", "pop": "pop3", "smtps": "smtp", "smtp": "smtp"}
PORTS = {"imaps": 993, "imap": 143, "pops": 995, "pop": 110, "smtps": 465, "smtp": 25}
METHODS = {"plain": PASSWORD, "login": PASSWORD, "cram-md5": ENCRYPTED}


def read(document: bytes, address: str) -> tuple[Published, ...]:
    """The server of ``folder`` and the one of ``smtp_url``."""
    settings = {found.group(1): _value(found.group(2)) for line in lines(document) if (found := SETTING.match(line))}
    same_sender(settings.get("from"), address)
    urls = [settings[name] for name in ("folder", "smtp_url") if name in settings]
    if not urls:
        raise Unreadable("neither folder nor smtp_url")
    return tuple(_server(url, settings, address) for url in urls)


def _server(url: str, settings: dict[str, str], address: str) -> Published:
    parts = split(url)
    protocol = SCHEMES.get(parts.scheme, parts.scheme)
    name = {"pop3": "pop"}.get(protocol, protocol)
    in_url = unquote(parts.netloc.rpartition("@")[0]) or None
    method = settings.get(f"{name}_authenticators")
    return Published(
        protocol=protocol,
        hostname=parts.hostname,
        port=port(str(parts.port or PORTS.get(parts.scheme, ""))),
        security=_security(parts.scheme, settings),
        user_name=filled(in_url or settings.get(f"{name}_user"), address),
        authentication=METHODS.get(method, method) if method else None,
    )


def _security(scheme: str, settings: dict[str, str]) -> str:
    if scheme.endswith("s"):
        return TLS
    # On by default; switched off, a server without STARTTLS gets the password in the open.
    return STARTTLS if settings.get("ssl_force_tls", "yes") == "yes" else UNPROTECTED


def _value(text: str) -> str:
    if text[0] == text[-1] == "'" and len(text) > 1:
        return text[1:-1]
    if text[0] == text[-1] == '"' and len(text) > 1:
        # What is not behind a backslash and begins a variable or a command is no literal any more.
        literal = re.sub(r"\\.", "", text[1:-1])
        text = re.sub(r"\\(.)", r"\1", text[1:-1])
        return f"<computed: {text}>" if re.search(r"[$`\"]", literal) else text
    return text


READER = Reader(
    file_name="neomutt.txt",
    read=read,
    # Without a list of methods it takes what the server offers.
    cannot_express=frozenset({Field.AUTHENTICATION}),
    protocols=(Protocol.IMAP, Protocol.SMTP),
    needs=((Protocol.IMAP,), (Protocol.SMTP,)),
    without_address=Without.PATTERN,
)
