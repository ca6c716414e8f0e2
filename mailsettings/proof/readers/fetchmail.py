"""fetchmail's ``.fetchmailrc``. Source: fetchmail(1), version 6.4, and its README.SSL: words in any number of lines;
``sslproto`` without ``ssl`` makes STLS or STARTTLS a must, and without both a connection is not protected for sure.
"""

from __future__ import annotations

import re

from ...core.endpoints import INCOMING, Protocol
from ..quoting import filled, lines, words
from ..reading import Field, Lists, Published, Reader, Unreadable, Without
from ..reading import whole_number as port
from ..vocabulary import ENCRYPTED, PASSWORD, STARTTLS, TLS, UNPROTECTED

AUTHENTICATION = {"any": None, "password": PASSWORD, "cram-md5": ENCRYPTED}
PROTOCOLS = {"pop3": "pop3", "imap": "imap"}
PORTS = {("pop3", True): "995", ("pop3", False): "110", ("imap", True): "993", ("imap", False): "143"}
# Keywords that a value follows; every other word stands alone.
WITH_VALUE = {
    "poll": "poll", "protocol": "protocol", "proto": "protocol", "service": "service", "port": "service",
    "user": "user", "username": "user", "sslproto": "sslproto", "auth": "auth", "authenticate": "auth", "mda": "mda",
    "password": "password", "pass": "password", "is": "is", "folder": "folder", "smtphost": "smtphost",
    "sslcertpath": "sslcertpath", "sslcertfile": "sslcertfile", "via": "via",
}  # fmt: skip


def read(document: bytes, address: str) -> tuple[Published, ...]:
    """The server that is polled."""
    values: dict[str, str] = {}
    rest = iter([word for line in lines(document) for word in words(line, _literal)])
    for word in rest:
        values[WITH_VALUE.get(word, word)] = next(rest, "") if word in WITH_VALUE else ""
    if "poll" not in values:
        raise Unreadable("no server is polled")
    protocol = PROTOCOLS.get(values.get("protocol", "").lower(), values.get("protocol", ""))
    implicit = "ssl" in values
    return (
        Published(
            protocol=protocol,
            hostname=values.get("via", values["poll"]),
            port=port(values.get("service", PORTS.get((protocol, implicit), ""))),
            security=TLS if implicit else STARTTLS if values.get("sslproto") else UNPROTECTED,
            user_name=filled(values.get("user"), address),
            authentication=AUTHENTICATION.get(values.get("auth", "any"), values.get("auth")),
        ),
    )


def _literal(quoted: str) -> str:
    """What stands between double quotes: escapes are those of C, of which a code in hexadecimal digits is one."""
    escape = re.compile(r"\\(?:x([0-9a-fA-F]{2})|(.))")
    return escape.sub(lambda found: chr(int(found[1], 16)) if found[1] else found[2], quoted)


READER = Reader(
    file_name="fetchmail.txt",
    read=read,
    # Without a word about it, it takes what the server offers.
    cannot_express=frozenset({Field.AUTHENTICATION}),
    # It is for POP3 in the first place.
    protocols=(Protocol.POP3, Protocol.IMAP),
    lists=Lists.ONE_INCOMING,
    needs=(INCOMING,),
    without_address=Without.PATTERN,
)
