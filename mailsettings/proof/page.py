"""The setup page as a person reads it: headings, labels and the values beside them, by eye and by ear.

Written from what the page shows, in its own words in both languages; knows nothing of the values' data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser

from ..core.addresses import parse_address
from ..core.errors import InvalidInput
from .reading import Field, Published, Unreadable
from .vocabulary import ENCRYPTED, PASSWORD, STARTTLS, TLS

LABELS = {
    "uk": {
        "Сервер": Field.HOSTNAME,
        "Порт і захист": Field.PORT,
        "Ім’я користувача": Field.USER_NAME,
        "Ім’я користувача (логін)": Field.USER_NAME,
        "Автентифікація": Field.AUTHENTICATION,
    },
    "en": {
        "Server": Field.HOSTNAME,
        "Port and security": Field.PORT,
        "User name": Field.USER_NAME,
        "User name (login)": Field.USER_NAME,
        "Authentication": Field.AUTHENTICATION,
    },
}
AUTHENTICATION = {
    "звичайний пароль": PASSWORD,
    "normal password": PASSWORD,
    "зашифрований пароль (CRAM-MD5)": ENCRYPTED,
    "encrypted password (CRAM-MD5)": ENCRYPTED,
}
SECURITY = {"SSL/TLS": TLS, "STARTTLS": STARTTLS}
PROTOCOL = re.compile(r"\b(IMAP|POP3|SMTP)\b")
HEADINGS = ("h2", "h3", "summary")
VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "wbr"})


def read(document: bytes, address: str) -> tuple[Published, ...]:
    """Every server on the page, in the order of reading; none where the page shows no values. Raises Unreadable."""
    page = parsed(document)
    labels = LABELS[language_of(page)]
    _is_for(page, address)
    return blocks(page, labels)


def language_of(page: Node) -> str:
    """The language that the page calls its own; raises Unreadable for another than the two."""
    language = next(page.all("html"), Node("html")).attributes.get("lang", "")
    if language not in LABELS:
        raise Unreadable("a page in no language")
    return language


def blocks(part: Node, labels: dict[str, Field]) -> tuple[Published, ...]:
    """Every server in ``part``. Raises Unreadable."""
    heading = ""
    found: list[Published] = []
    for node in part.walk():
        if node.tag in HEADINGS:
            heading = node.seen()
        elif node.tag == "dl" and (rows := _rows(node, labels)):
            found.append(_server(heading, rows, found))
    return tuple(found)


def _is_for(page: Node, address: str) -> None:
    """Raises Unreadable where the page names somebody else's address."""
    whom = next(page.all("h1"), Node("h1")).seen()
    if "@" not in whom:
        return
    try:
        same = str(parse_address(whom)) == address
    except InvalidInput:
        same = False
    if not same:
        raise Unreadable(f"a page for {whom}")


def _rows(dl: Node, labels: dict[str, Field]) -> dict[Field, Node]:
    """The values of a list by what their labels say; none for a list about something else."""
    rows: dict[Field, Node] = {}
    label = None
    for node in dl.walk():
        if node.tag == "dt":
            label = labels.get(node.seen())
        elif node.tag == "dd" and label:
            rows.setdefault(label, node)
    return rows


def _server(heading: str, rows: dict[Field, Node], before: list[Published]) -> Published:
    """One block. What a further server of a protocol leaves out is as it was at the first."""
    protocol = PROTOCOL.search(heading)
    if not protocol or Field.HOSTNAME not in rows or Field.PORT not in rows:
        raise Unreadable(f"a block under “{heading}” without protocol, server or port")
    port, security = _stamp(rows[Field.PORT])
    server = Published(protocol.group().lower(), value_in(rows[Field.HOSTNAME]), port, security)
    first = next((other for other in before if other.protocol == server.protocol), None)
    user_name = value_in(rows[Field.USER_NAME]) if Field.USER_NAME in rows else first and first.user_name
    if words := rows[Field.AUTHENTICATION].seen() if Field.AUTHENTICATION in rows else "":
        authentication = AUTHENTICATION.get(words, words)
    else:
        authentication = first.authentication if first else PASSWORD
    return replace(server, user_name=user_name, authentication=authentication)


def value_in(cell: Node, kind: str = "value") -> str | None:
    """What is to be typed as it stands; None where words or a field stand in its place."""
    value = next((node for node in cell.walk() if kind in node.classes), None)
    return value.seen() if value else None


def _stamp(cell: Node) -> tuple[int, str]:
    """Port and security; raises Unreadable where eyes and ears would learn different ones."""
    seen, heard = _port_and_security(cell.seen()), _port_and_security(cell.heard())
    if seen != heard:
        raise Unreadable(f"shows {seen}, reads out {heard}")
    return seen


def _port_and_security(text: str) -> tuple[int, str]:
    port = re.search(r"\b\d+\b", text)
    words = [word for word in SECURITY if word in text]
    if not port or len(words) != 1:
        raise Unreadable(f"“{text}” is no port and security")
    return int(port.group()), SECURITY[words[0]]


# --- The document -----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Node:
    """An element with its children: elements and text."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Node | str] = field(default_factory=list)

    @property
    def classes(self) -> list[str]:
        return self.attributes.get("class", "").split()

    def walk(self) -> Iterator[Node]:
        """This element and all in it, in the order of the document."""
        yield self
        for child in self.children:
            if isinstance(child, Node):
                yield from child.walk()

    def all(self, tag: str) -> Iterator[Node]:
        return (node for node in self.walk() if node.tag == tag)

    def all_text(self) -> str:
        """Every character of the text, line ends too."""
        return self._text(lambda _node: False)

    def seen(self) -> str:
        """The text for the eye, in one line."""
        return " ".join(self._text(lambda node: "unseen" in node.classes).split())

    def heard(self) -> str:
        """The text that is read out, in one line."""
        return " ".join(self._text(lambda node: node.attributes.get("aria-hidden") == "true").split())

    def _text(self, leaves_out) -> str:
        return "".join(
            child if isinstance(child, str) else child._text(leaves_out)
            for child in self.children
            if isinstance(child, str) or not leaves_out(child)
        )


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Node("document")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        # An end without its beginning is skipped, as browsers do.
        if any(node.tag == tag for node in self.open[1:]):
            while self.open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


ICON = re.compile("<svg.*?</svg>", re.DOTALL)


def parsed(document: bytes) -> Node:
    """The whole document as one Node, but for its icons: nothing in them is read, and they are most of its elements."""
    parser = _Parser()
    parser.feed(ICON.sub("", document.decode("utf-8", errors="replace")))
    parser.close()
    return parser.open[0]
