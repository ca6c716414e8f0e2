"""A guide with a domain's values: those that stand beside the steps, and those within them.

Written from what the page shows. What a row of a step holds is told by the name of its button for copying, since its
label is the program's. Values of the steps have to be those beside them, else the page contradicts itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from .page import AUTHENTICATION, LABELS, SECURITY, Node, blocks, language_of, parsed, value_in
from .quoting import split
from .reading import Published, Unreadable
from .vocabulary import STARTTLS, TLS

COPIED = {
    "uk": {
        "Скопіювати: Адреса скриньки": ("", "address"),
        "Скопіювати: Домен": ("", "domain"),
        "Скопіювати: Ім’я користувача": ("incoming", "user_name"),
        "Скопіювати: Сервер вхідної пошти": ("incoming", "hostname"),
        "Скопіювати: Порт сервера вхідної пошти": ("incoming", "port"),
        "Скопіювати: Ім’я користувача для вхідної пошти": ("incoming", "user_name"),
        "Скопіювати: Сервер вихідної пошти": ("outgoing", "hostname"),
        "Скопіювати: Порт сервера вихідної пошти": ("outgoing", "port"),
        "Скопіювати: Ім’я користувача для вихідної пошти": ("outgoing", "user_name"),
    },
    "en": {
        "Copy: Mail address": ("", "address"),
        "Copy: Domain": ("", "domain"),
        "Copy: User name": ("incoming", "user_name"),
        "Copy: Incoming mail server": ("incoming", "hostname"),
        "Copy: Port of the incoming server": ("incoming", "port"),
        "Copy: User name for incoming mail": ("incoming", "user_name"),
        "Copy: Outgoing mail server": ("outgoing", "hostname"),
        "Copy: Port of the outgoing server": ("outgoing", "port"),
        "Copy: User name for outgoing mail": ("outgoing", "user_name"),
    },
}
# What programs call the two; their other words (a switch, a box to tick) may mean either.
CHOSEN = {"ssl": TLS, "ssl/tls": TLS, "starttls": STARTTLS}


def read(document: bytes, address: str) -> tuple[Published, ...]:
    """The servers beside the steps; raises Unreadable where a step, a sentence or a line of code has other values."""
    page = parsed(document)
    language = language_of(page)
    beside = next((node for node in page.all("aside") if "beside" in node.classes), Node("aside"))
    servers = blocks(beside, LABELS[language])
    for article in page.all("article"):
        for rows in article.all("dl"):
            _same_in_rows(rows, COPIED[language], _Sides(servers, address))
        _same_in_text(article, servers, address)
    return servers


def lines(document: bytes) -> dict[str, set[bytes]]:
    """The lines of files that the page shows, by the name of the file that is offered below each."""
    found: dict[str, set[bytes]] = {}
    code = b""
    for node in parsed(document).walk() if b"<pre" in document else ():
        if node.tag == "pre":
            code = node.all_text().encode()
        elif node.tag == "a" and code and "download" in node.attributes:
            found.setdefault(split(node.attributes.get("href", "")).path.rpartition("/")[2], set()).add(code)
            code = b""
        elif node.tag == "li":
            code = b""
    return found


class _Sides:
    """The servers by their side; a program that only sends has the outgoing one on both."""

    def __init__(self, servers: tuple[Published, ...], address: str) -> None:
        self.outgoing = next((server for server in servers if server.protocol == "smtp"), Published("smtp"))
        self.incoming = next((server for server in servers if server.protocol != "smtp"), self.outgoing)
        self.address = address

    def value(self, side: str, name: str) -> str | None:
        """What has to stand in a row about this, as text."""
        if name in ("address", "domain"):
            return self.address if name == "address" else self.address.rpartition("@")[2]
        found = getattr(getattr(self, side), name)
        return None if found is None else str(found)


def _same_in_rows(rows: Node, copied: dict[str, tuple[str, str]], sides: _Sides) -> None:
    """Raises Unreadable where a row shows another value than stands beside the steps."""
    about = set()
    for row in (node for node in rows.walk() if "row" in node.classes):
        for what in _copied(row):
            if what not in copied:
                raise Unreadable(f"a row about “{what}”")
            side, name = copied[what]
            about.add(side)
            shown, wanted = value_in(row), sides.value(side, name)
            if shown != wanted:
                raise Unreadable(f"“{what}” gives {shown}, and beside the steps is {wanted}")
    for chosen in (node.seen().casefold() for node in rows.walk() if "chosen" in node.classes):
        if chosen in CHOSEN and (about & {"incoming", "outgoing"}):
            securities = {getattr(sides, side).security for side in about if side}
            if CHOSEN[chosen] not in securities:
                raise Unreadable(f"a step chooses {chosen}, and beside the steps is {', '.join(map(str, securities))}")


def _copied(row: Node) -> Iterator[str]:
    return (" ".join(node.attributes.get("aria-label", "").split()) for node in row.all("button"))


def _same_in_text(article: Node, servers: tuple[Published, ...], address: str) -> None:
    """Raises Unreadable where a sentence or a line of code has a value in it that is none of the page's."""
    words = {meaning: word for word, meaning in SECURITY.items()}
    known = {address, address.rpartition("@")[2]}
    for server in servers:
        known |= {str(server.hostname), str(server.port), str(server.user_name), server.protocol.upper()}
        known |= {
            words.get(server.security, ""),
            *(w for w in AUTHENTICATION if AUTHENTICATION[w] == server.authentication),
        }
    for node in article.walk():
        if {"inline", "filled"} & {*node.classes} and node.seen() not in known:
            raise Unreadable(f"the text says {node.seen()}, which is none of the values beside the steps")
