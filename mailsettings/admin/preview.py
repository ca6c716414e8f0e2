"""What customers would see of a brand: the head of a setup page in both themes and languages, and its texts.

Drawn as SVG with colours in attributes, since a page may neither hold a style of its own nor ask for one that is not
saved yet.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from mailsettings.core.colour import DARK_GROUND, LIGHT_GROUND, accents, contrast
from mailsettings.pages.face import LANGUAGE_NAMES, NAVIGATION

EXAMPLE = "firma.example"
# How many letters of a name stand on a phone beside the name of the other language, and how high a line of them is.
NAME_WIDTH = {"uk": 26, "en": 22}
LINE = 25
LANGUAGES = {"uk": _("Ukrainian"), "en": _("English")}


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of portal/static/site.css in one theme; an accent is hardest to read on the ground ``worst``."""

    id: str
    name: Any
    ground: str
    paper: str
    ink: str
    quiet: str
    edge: str
    accent: str
    on_accent: str
    worst: str
    mixed: Any


LIGHT = Theme(
    "light",
    _("Light"),
    "#f5f3ee",
    "#ffffff",
    "#1b212b",
    "#565d69",
    "#1b212b",
    "#1b55b0",
    "#ffffff",
    LIGHT_GROUND,
    _("darkened"),
)
DARK = Theme(
    "dark",
    _("Dark"),
    "#12161d",
    "#1a1f28",
    "#e9ecf1",
    "#a6afbd",
    "#66707f",
    "#8ab2f5",
    "#000000",
    DARK_GROUND,
    _("lightened"),
)


@dataclass(frozen=True, slots=True)
class Head:
    """Where the parts of a card stand: each line of the brand's name, what is beside it, and what is below."""

    lines: list[tuple[int, str]]
    middle: int
    below: int
    height: int


@dataclass(frozen=True, slots=True)
class Card:
    """The head of a setup page in one theme and language."""

    theme: Theme
    language: str
    title: str
    accent: str
    on_accent: str
    ways: list[str]
    other_language: str
    head: Head
    settings_for: str
    copy: str
    example: str = EXAMPLE


@dataclass(frozen=True, slots=True)
class Shade:
    """The accent of one theme: as it was chosen, as pages show it, both contrasts, and what was done to it."""

    theme: Theme
    chosen: str
    shown: str
    chosen_contrast: float
    contrast: float
    words: str


@dataclass(frozen=True, slots=True)
class Bilingual:
    """One text in both languages, and what is missing."""

    label: str
    uk: str
    en: str
    warning: str


def head(name: str, language: str) -> Head:
    """The head of a page on a phone, where a long name goes on in a second line, as the style sheet lets it."""
    lines = textwrap.wrap(name, NAME_WIDTH[language]) or [""]
    room = max(48, LINE * len(lines))
    first = 8 + (room - LINE * len(lines)) // 2 + 18
    placed = [(first + LINE * number, line) for number, line in enumerate(lines)]
    below = 8 + room
    return Head(placed, 8 + room // 2 + 6, below, below + 256)


def cards(name: str, accent: str) -> list[Card]:
    """The four cards of a brand with this name and accent, or with the site's own accent where it is empty."""
    return list(_cards(name, accent))


def _cards(brand: str, accent: str) -> Iterator[Card]:
    found = accents(accent) if accent else None
    for theme in (LIGHT, DARK):
        shown, ink = theme.accent, theme.on_accent
        if found:
            shown, ink = (found.light, found.on_light) if theme is LIGHT else (found.dark, found.on_dark)
        for language, name in LANGUAGES.items():
            title = f"{theme.name}, {name}"
            with override(language):
                yield Card(
                    theme, language, title, shown, ink,
                    [str(words) for _name, words in NAVIGATION],
                    next(name for code, name in LANGUAGE_NAMES.items() if code != language), head(brand, language),
                    gettext("Settings for mailboxes of"), gettext("Copy"),
                )  # fmt: skip


def shades(accent: str) -> list[Shade]:
    """How an accent can be read in each theme; none where the site's own is used."""
    if not accent:
        return []
    found = accents(accent)
    return [_shade(LIGHT, accent, found.light), _shade(DARK, accent, found.dark)]


def _shade(theme: Theme, chosen: str, shown: str) -> Shade:
    words = (
        gettext("shown as it is")
        if shown == chosen
        else gettext("%(done)s to %(shown)s, so that it can be read") % {"done": theme.mixed, "shown": shown}
    )
    return Shade(theme, chosen, shown, contrast(chosen, theme.worst), contrast(shown, theme.worst), words)


def texts(values: dict[str, str]) -> list[Bilingual]:
    """The texts that a brand has in two languages, by the names of its columns."""
    return [
        _bilingual(gettext("Support hours"), values, "support_hours"),
        _bilingual(gettext("Password help"), values, "password_help"),
    ]


def _bilingual(label: str, values: dict[str, str], name: str) -> Bilingual:
    uk, en = (str(values.get(f"{name}_{language}") or "").strip() for language in ("uk", "en"))
    warning = ""
    if uk and not en:
        warning = gettext("There is no English text: readers of English see the Ukrainian one.")
    elif en and not uk:
        warning = gettext("There is no Ukrainian text: readers of Ukrainian see the English one.")
    return Bilingual(label, uk, en, warning)
