"""QR codes as shapes that a template draws."""

from __future__ import annotations

from dataclasses import dataclass

import segno

QUIET_ZONE = 4
# Any mask can be read; to weigh all eight against each other takes longer than the page does.
MASK = 3


@dataclass(frozen=True, slots=True)
class QrCode:
    """A code of ``side`` modules, the quiet zone included, and the path of its dark modules (SVG 1.1, section 8.3)."""

    side: int
    path: str


def qr_code(text: str) -> QrCode:
    """``text`` as a QR code that survives a crease or a coffee stain (error correction M, ISO/IEC 18004)."""
    code = segno.make_qr(text, error="m", boost_error=False, mask=MASK)
    side, _height = code.symbol_size(border=QUIET_ZONE)
    return QrCode(side, "".join(_row(y + QUIET_ZONE, row) for y, row in enumerate(code.matrix)))


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
