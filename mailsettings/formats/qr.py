"""QR codes (ISO/IEC 18004): as shapes that a template draws, and as pictures of their own (SVG 1.1)."""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree import ElementTree as ET

import segno

from .xml import document, leaf

CONTENT_TYPE = "image/svg+xml"
# A reader's own pictures may stay in their browser while they read.
MAX_AGE = 3600
QUIET_ZONE = 4
# Any mask can be read; to weigh all eight against each other takes longer than the page does.
MASK = 3
# How much may be missing: M survives a crease or a coffee stain on paper, L makes the modules of a long text larger.
FOR_PAPER = "m"
FOR_SCREENS = "l"


@dataclass(frozen=True, slots=True)
class QrCode:
    """A code of ``side`` modules, the quiet zone included, and the path of its dark modules (SVG 1.1, section 8.3)."""

    side: int
    path: str


def qr_code(text: str, error: str = FOR_PAPER) -> QrCode:
    """``text`` as a QR code with the error correction ``error``."""
    code = segno.make_qr(text, error=error, boost_error=False, mask=MASK)
    side, _height = code.symbol_size(border=QUIET_ZONE)
    return QrCode(int(side), "".join(_row(y + QUIET_ZONE, row) for y, row in enumerate(code.matrix)))


def _row(y: int, row: bytearray) -> str:
    """The runs of dark modules in one row as rectangles one module high."""
    path, start = "", None
    for x, dark in enumerate([*row, 0]):
        if dark and start is None:
            start = x
        elif not dark and start is not None:
            path += f"M{start + QUIET_ZONE} {y}h{x - start}v1H{start + QUIET_ZONE}z"
            start = None
    return path


def picture(text: str, title: str, error: str = FOR_PAPER) -> bytes:
    """``text`` as a QR code in a file: black on white whatever the page around it, named ``title`` for who listens."""
    code = qr_code(text, error)
    side = str(code.side)
    box = f"0 0 {side} {side}"
    svg = ET.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "viewBox": box, "role": "img"})
    svg.set("shape-rendering", "crispEdges")
    leaf(svg, "title", title)
    ET.SubElement(svg, "rect", {"width": side, "height": side, "fill": "#fff"})
    ET.SubElement(svg, "path", {"d": code.path, "fill": "#000"})
    return document(svg)
