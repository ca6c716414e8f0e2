"""The text of a QR code in a drawing, read from its modules as a camera does (ISO/IEC 18004), without repairing any.

The standard's tables are segno's: where alignment patterns are, and into how many blocks a code is divided.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import product

from segno.consts import ALIGNMENT_POS, ECC

from .reading import Unreadable
from .xml import root_of

SVG = "{http://www.w3.org/2000/svg}"
RUN = re.compile(r"M(\d+) (\d+)h(\d+)v1H\1z")
QUIET_ZONE = 4
FORMAT = [(8, column) for column in (0, 1, 2, 3, 4, 5, 7, 8)] + [(row, 8) for row in (7, 5, 4, 3, 2, 1, 0)]
FORMAT_MASK = 0b101010000010010
MASKS = (
    lambda y, x: (y + x) % 2 == 0,
    lambda y, x: y % 2 == 0,
    lambda y, x: x % 3 == 0,
    lambda y, x: (y + x) % 3 == 0,
    lambda y, x: (y // 2 + x // 3) % 2 == 0,
    lambda y, x: y * x % 2 + y * x % 3 == 0,
    lambda y, x: (y * x % 2 + y * x % 3) % 2 == 0,
    lambda y, x: ((y + x) % 2 + y * x % 3) % 2 == 0,
)
BYTES = 0b0100

Module = tuple[int, int]


def text_of(picture: bytes) -> str:
    """The text of the one code in an SVG picture, in ASCII; raises Unreadable."""
    dark, side = _modules(picture)
    version, rest = divmod(side - 17, 4)
    if rest or not 1 <= version <= 40:
        raise Unreadable(f"no code has {side} modules a side")
    form = _number([place in dark for place in FORMAT]) ^ FORMAT_MASK
    mask = MASKS[form >> 10 & 0b111]
    bits = [(place in dark) ^ mask(*place) for place in _places(side) if place in _data_modules(version)]
    words = [_number(bits[start : start + 8]) for start in range(0, len(bits) - 7, 8)]
    return _decoded(_in_order(words, version, form >> 13), version)


def _modules(picture: bytes) -> tuple[frozenset[Module], int]:
    """The dark modules as row and column, and how many are on a side."""
    runs = RUN.findall("".join(path.get("d", "") for path in root_of(picture).iter(f"{SVG}path")))
    found = {(int(y), int(x) + step) for x, y, length in runs for step in range(int(length))}
    if not found:
        raise Unreadable("no dark modules")
    edge, end = min(x for _y, x in found), max(x for _y, x in found)
    if edge < QUIET_ZONE:
        raise Unreadable("no quiet zone")
    return frozenset((y - edge, x - edge) for y, x in found), end - edge + 1


@cache
def _data_modules(version: int) -> frozenset[Module]:
    """Where a code of this version holds data: everywhere but at its patterns and what it says about itself."""
    side = 17 + 4 * version
    corners = {*_rectangle(0, 0, 9, 9), *_rectangle(0, side - 8, 9, 8), *_rectangle(side - 8, 0, 8, 9)}
    timing = {(6, at) for at in range(side)} | {(at, 6) for at in range(side)}
    centres = [place for place in product(ALIGNMENT_POS[version - 2], repeat=2) if place not in corners]
    alignment = {place for y, x in centres for place in _rectangle(y - 2, x - 2, 5, 5)} if version > 1 else set()
    told = {*_rectangle(0, side - 11, 6, 3), *_rectangle(side - 11, 0, 3, 6)} if version > 6 else set()
    return frozenset({*_rectangle(0, 0, side, side)} - corners - timing - alignment - told)


def _rectangle(top: int, left: int, height: int, width: int) -> Iterator[Module]:
    return product(range(top, top + height), range(left, left + width))


def _places(side: int) -> Iterator[Module]:
    """All modules in the order of writing: two columns at a time from the right, up and down, around the sixth."""
    for turn, x in enumerate([x for x in range(side - 1, 0, -1) if x != 6][::2]):
        for y in range(side - 1, -1, -1) if turn % 2 == 0 else range(side):
            yield from ((y, x), (y, x - 1))


def _in_order(words: list[int], version: int, level: int) -> bytes:
    """The data words, block after block, without those for repairs."""
    sizes = [part.num_data for part in ECC[version][level] for _block in range(part.num_blocks)]
    blocks: list[list[int]] = [[] for _size in sizes]
    rest = iter(words)
    for position in range(max(sizes)):
        for block, size in zip(blocks, sizes, strict=True):
            if position < size:
                block.append(next(rest))
    return bytes(word for block in blocks for word in block)


def _decoded(data: bytes, version: int) -> str:
    """The one segment of bytes."""
    bits = "".join(f"{word:08b}" for word in data)
    width = 8 if version < 10 else 16
    if int(bits[:4], 2) != BYTES:
        raise Unreadable("a code of something else than bytes")
    length, start = int(bits[4 : 4 + width], 2), 4 + width
    text = bits[start : start + 8 * length]
    try:
        return bytes(int(text[at : at + 8], 2) for at in range(0, 8 * length, 8)).decode("ascii")
    except ValueError as error:
        raise Unreadable("a code whose text is cut or not ASCII") from error


def _number(bits: list[bool]) -> int:
    return int("".join("1" if bit else "0" for bit in bits), 2)
