"""Prose with marked places: text is a sequence of runs, each plain text or a reference by id.

Writers type ``{label:continue}``, ``{setting:incoming.hostname}``, ``{link:webmail|open webmail}`` or
``{code:0x800CCC0E}`` within a sentence; ``{{`` and ``}}`` are braces. There is no other markup and no HTML: a template
decides how each kind of run looks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from .text import LANGUAGES, Text


class RunKind(StrEnum):
    TEXT = "text"
    LABEL = "label"
    SETTING = "setting"
    LINK = "link"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Run:
    """``ref`` is the id of a label, setting or link; ``text`` is what is read (empty for labels and settings)."""

    kind: RunKind
    text: str = ""
    ref: str = ""


class ProseError(ValueError):
    """Markup that cannot be read."""


@dataclass(frozen=True, slots=True)
class Prose:
    """One text in both languages, as runs."""

    uk: tuple[Run, ...] = ()
    en: tuple[Run, ...] = ()

    def in_language(self, language: str) -> tuple[Run, ...]:
        """The runs in ``language``."""
        return self.en if language == "en" else self.uk

    def __bool__(self) -> bool:
        return bool(self.uk or self.en)

    def refs(self, kind: RunKind) -> frozenset[str]:
        """The ids of one kind that either language refers to."""
        return frozenset(run.ref for run in (*self.uk, *self.en) if run.kind is kind)


_MARK = re.compile(r"\{\{|\}\}|\{(label|setting|link|code):([^{}|]+)(?:\|([^{}]+))?\}|[{}]")


def parse_runs(source: str) -> tuple[Run, ...]:
    """A sentence with marks -> its runs; raises ProseError, which quotes the mark."""
    runs: list[Run] = []
    text = ""
    end = 0
    for mark in _MARK.finditer(source):
        text += source[end : mark.start()]
        end = mark.end()
        if mark.group() in ("{{", "}}"):
            text += mark.group()[0]
            continue
        if mark.group(1) is None:
            raise ProseError(f"stray brace at {mark.start()} in: {source}")
        if text:
            runs.append(Run(RunKind.TEXT, text))
            text = ""
        runs.append(_run(RunKind(mark.group(1)), mark.group(2).strip(), mark.group(3), source))
    text += source[end:]
    if text:
        runs.append(Run(RunKind.TEXT, text))
    return tuple(runs)


def _run(kind: RunKind, ref: str, text: str | None, source: str) -> Run:
    if kind is RunKind.CODE:
        return Run(kind, ref)
    if (kind is RunKind.LINK) != (text is not None):
        raise ProseError(f"a link, and only a link, has a text: {source}")
    return Run(kind, text or "", ref)


def parse_prose(table: object, where: str) -> Prose:
    """A TOML table ``{uk = "…", en = "…"}`` -> Prose; both languages must be there. ``where`` names it in errors."""
    if not isinstance(table, dict) or set(table) != set(LANGUAGES):
        raise ProseError(f"{where}: needs exactly uk and en")
    if not all(isinstance(value, str) and value.strip() for value in table.values()):
        raise ProseError(f"{where}: uk and en must both be written")
    return Prose(parse_runs(table["uk"]), parse_runs(table["en"]))


def parse_text(table: object, where: str) -> Text:
    """A TOML table ``{uk = "…", en = "…"}`` without marks -> Text."""
    prose = parse_prose(table, where)
    if any(run.kind is not RunKind.TEXT for run in (*prose.uk, *prose.en)):
        raise ProseError(f"{where}: marks are not allowed here")
    return Text(prose.uk[0].text, prose.en[0].text)
