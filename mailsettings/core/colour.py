"""A brand's accent colour, made readable: WCAG 2.2 contrast of at least 4.5 to 1 on every ground of both themes."""

from __future__ import annotations

from dataclasses import dataclass

# Of the two grounds in each theme of portal/static/site.css, the one on which an accent is harder to read.
LIGHT_GROUND = "#f5f3ee"
DARK_GROUND = "#1a1f28"
MINIMUM = 4.5


@dataclass(frozen=True, slots=True)
class Accents:
    """The accent of each theme, and the colour of words on a button filled with it."""

    light: str
    on_light: str
    dark: str
    on_dark: str


def accents(colour: str) -> Accents:
    """``#rrggbb`` -> the nearest shades of it that can be read; it stays itself where it can be read already."""
    light = _readable(colour, LIGHT_GROUND, "#000000")
    dark = _readable(colour, DARK_GROUND, "#ffffff")
    return Accents(light, _ink_on(light), dark, _ink_on(dark))


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, 1 to 21 (WCAG 2.2, definition of contrast ratio)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _readable(colour: str, ground: str, towards: str) -> str:
    """``colour``, mixed with ``towards`` in steps of a twentieth until it can be read on ``ground``."""
    mixed = (_mixed(colour, towards, step / 20) for step in range(21))
    return next(shade for shade in mixed if contrast(shade, ground) >= MINIMUM)


def _ink_on(colour: str) -> str:
    return max("#ffffff", "#000000", key=lambda ink: contrast(ink, colour))


def _luminance(colour: str) -> float:
    def linear(channel: int) -> float:
        part = channel / 255
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(channel) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _mixed(colour: str, other: str, share: float) -> str:
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)
