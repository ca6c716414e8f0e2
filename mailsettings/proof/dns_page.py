"""The page with a domain's DNS records, as somebody enters them into a zone.

Written from what the page shows: host part, type, and the values that control panels ask for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .page import Node, language_of, parsed, value_in
from .readers import dns_zone
from .reading import Published, Unreadable

NUMBERS = {
    "uk": ("пріоритет", "вага", "порт"),
    "en": ("priority", "weight", "port"),
}
TYPES = {"MX": 1, "SRV": 3, "TXT": 0}


def read(document: bytes, address: str) -> tuple[Published, ...]:
    """What the records lead to. Raises Unreadable."""
    return dns_zone.read(zone_text(document, address.rpartition("@")[2]), address)


def zone_text(document: bytes, domain: str) -> bytes:
    """The records as zone text: those about servers, and texts below names that begin with a bar. Raises Unreadable."""
    page = parsed(document)
    numbers = NUMBERS[language_of(page)]
    tables = (node for node in page.all("table") if "records" in node.classes)
    lines = [line for table in tables for row in table.all("tr") for line in _lines(row, numbers, domain)]
    return "\n".join(lines).encode()


def _lines(row: Node, labels: tuple[str, ...], domain: str) -> Iterator[str]:
    """A record as a line; nothing for a heading, and for a record that no reader here asks for."""
    cells = [*row.all("th"), *row.all("td")]
    if len(cells) != 3 or not list(row.all("td")):
        return
    name, type_, value = value_in(cells[0]), value_in(cells[1], "type"), value_in(cells[2]) or ""
    if name is None or type_ not in TYPES or (type_ == "TXT" and not name.startswith("_")):
        return
    whole = f"{domain}." if name == "@" else f"{name}.{domain}."
    if type_ == "TXT":
        yield f"{whole} 1 IN TXT {_quoted(value)}"
        return
    found = dict(re.findall(r"(\w+) (\d+)", next(cells[2].all("p"), Node("p")).seen()))
    if set(found) != {*labels[: TYPES[type_]]}:
        raise Unreadable(f"a record {type_} with {', '.join(found) or 'no numbers'}")
    yield f"{whole} 1 IN {type_} {' '.join(found[label] for label in labels if label in found)} {value.rstrip('.')}."


def _quoted(text: str) -> str:
    """A text in strings of at most 255 octets, whatever characters it has."""
    octets = text.encode()
    strings = (octets[start : start + 255] for start in range(0, len(octets), 255))
    return " ".join('"' + "".join(f"\\{octet:03d}" for octet in string) + '"' for string in strings) or '""'
