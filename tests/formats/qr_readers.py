"""Readers of QR codes and pictures of them: one that takes the SVG apart, one that sees nothing but its pixels."""

from __future__ import annotations

import re
from dataclasses import dataclass

import zxingcpp
from defusedxml.ElementTree import fromstring

SVG = "{http://www.w3.org/2000/svg}"
PIXELS = 3


@dataclass(frozen=True)
class Picture:
    """A picture of ``side`` modules each way. ``dark`` are its dark modules as (row, column)."""

    side: int
    title: str
    dark: frozenset[tuple[int, int]]

    @property
    def text(self) -> str:
        """What a scanner reads."""
        width = self.side * PIXELS
        pixels = bytearray(b"\xff" * width * width)
        for row, column in self.dark:
            for line in range(row * PIXELS, (row + 1) * PIXELS):
                start = line * width + column * PIXELS
                pixels[start : start + PIXELS] = bytes(PIXELS)
        (found,) = zxingcpp.read_barcodes(memoryview(bytes(pixels)).cast("B", (width, width)))
        return found.text


def picture(document: bytes) -> Picture:
    """An SVG of a white square with a path of dark modules on it; anything else is an AssertionError."""
    root = fromstring(document, forbid_dtd=True)
    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    title, white, path = root
    side = int(white.get("width"))
    assert [title.tag, white.tag, path.tag] == [f"{SVG}title", f"{SVG}rect", f"{SVG}path"]
    assert root.get("viewBox") == f"0 0 {side} {side}"
    assert (white.get("height"), white.get("fill"), path.get("fill")) == (str(side), "#fff", "#000")
    return Picture(side, title.text, modules(path.get("d")))


def modules(path: str) -> frozenset[tuple[int, int]]:
    """The dark modules of a path as (row, column), the quiet zone included."""
    runs = re.findall(r"M(\d+) (\d+)h(\d+)v1H\1z", path)
    assert "".join(f"M{x} {y}h{width}v1H{x}z" for x, y, width in runs) == path
    return frozenset((int(y), int(x) + step) for x, y, width in runs for step in range(int(width)))
