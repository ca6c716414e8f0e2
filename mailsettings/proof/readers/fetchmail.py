"""fetchmail's ``.fetchmailrc``. Source: fetchmail(1), version 6.4, and its README.SSL: words in any number of lines;
``sslproto`` without ``ssl`` makes STLS or STARTTLS a must, and without both a connection is not protected for sure.
"""

from __future__ import annotations

from ...core.endpoints import Protocol
from ..quoting import lines, words
from ..reading import STARTTLS, TLS, UNPROTECTED, Field, Published, Reader, Unreadable
from ..reading import whole_number as port

PROTOCOLS = {"pop3": "pop3", "imap": "imap"}
PORTS = {("pop3", True): "995", ("pop3", False): "110", ("imap", True): "993", ("imap", False): "143"}
# Keywords that a value follows; every other word stands alone.
WITH_VALUE = {
    "poll": "poll", "protocol": "protocol", "proto": "protocol", "service": "service", "port": "service",
    "user": "user", "username": "user", "sslproto": "sslproto", "auth": "auth", "authenticate": "auth", "mda": "mda",
    "password": "password", "pass": "password", "is": "is", "folder": "folder", "smtphost": "smtphost",
    "sslcertpath": "sslcertpath", "sslcertfile": "sslcertfile", "via": "via",
}  # fmt: skip


def read(document: bytes, _address: str) -> tuple[Published, ...]:
    """The server that is polled."""
    values: dict[str, str] = {}
    rest = iter([word for line in lines(document) for word in words(line)])
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
            user_name=values.get("user"),
            authentication=values.get("auth") if values.get("auth") != "any" else None,
        ),
    )


READER = Reader(
    file_name="fetchmail.txt",
    read=read,
    # Without a word about it, it takes what the server offers.
    cannot_express=frozenset({Field.AUTHENTICATION}),
    protocols=(Protocol.POP3,),
    needs=((Protocol.POP3,),),
)
