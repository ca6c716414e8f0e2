"""What the XML answers share: text that XML can hold, leaves without stray whitespace, and the bytes of a document."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

# What XML 1.0 §2.2 (Char) leaves out: most control characters, surrogates, U+FFFE and U+FFFF.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def one_line(text: str) -> str:
    """``text`` without characters that XML forbids, trimmed, each run of whitespace one space."""
    # What can be printed holds nothing forbidden, and no space but the ordinary one. Nearly every text is like that.
    if text.isprintable() and "  " not in text and text[:1] != " " != text[-1:]:
        return text
    return " ".join(_FORBIDDEN.sub("", text).split())


def leaf(parent: ET.Element, tag: str, text: str | int, attributes: dict[str, str] | None = None) -> None:
    """Append ``<tag>text</tag>`` to ``parent``; the text is one trimmed line, because some readers do not trim."""
    ET.SubElement(parent, tag, attributes or {}).text = one_line(str(text))


def document(root: ET.Element) -> bytes:
    """The document in UTF-8 without a byte order mark: declaration first, elements indented, leaves untouched."""
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'.encode()
