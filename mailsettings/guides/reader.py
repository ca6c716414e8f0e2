"""Reading a guide's TOML: typed access to a table, which refuses whatever nobody asked for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar

from ..core.prose import Prose, ProseError, Run, RunKind, parse_prose, parse_runs, parse_text
from ..core.text import LANGUAGES, Text
from .truth import untruth, untruth_in_code
from .vocabulary import BASICS, BASICS_LINK, ERROR_LINK, ERRORS, GUIDE_LINK, LINKS, SETTINGS

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
DRAWING = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\.svg\Z")
LABEL_ID = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)*\Z")

Words = TypeVar("Words", bound=StrEnum)
Read = TypeVar("Read")


class GuideError(ValueError):
    """A guide that cannot be used; the message begins with the file's name and the path within it."""


@dataclass(slots=True)
class References:
    """What a file defines and refers to. ``guides`` holds the ids of linked guides with the place of the first link."""

    labels: frozenset[str] = frozenset()
    used_labels: set[str] = field(default_factory=set)
    settings: set[str] = field(default_factory=set)
    links: set[str] = field(default_factory=set)
    guides: dict[str, str] = field(default_factory=dict)


class Table:
    """A TOML table at ``where``. Each key is taken once; ``finish`` refuses those that are left."""

    def __init__(self, value: object, where: str, references: References) -> None:
        if not isinstance(value, dict):
            raise GuideError(f"{where}: must be a table")
        self.where = where
        self.references = references
        self._left = dict(value)

    def path(self, key: str) -> str:
        return f"{self.where}: {key}" if self.where.endswith(".toml") else f"{self.where}.{key}"

    def fault(self, key: str, message: str) -> GuideError:
        return GuideError(f"{self.path(key)}: {message}")

    def has(self, key: str) -> bool:
        return key in self._left

    def names(self) -> tuple[str, ...]:
        """The keys that nobody has taken."""
        return tuple(self._left)

    def is_list(self, key: str) -> bool:
        return isinstance(self._left.get(key), list)

    def holds_languages(self, key: str) -> bool:
        """Whether ``key`` is a text, rather than a table of something else."""
        value = self._left.get(key)
        return isinstance(value, dict) and bool(set(value) & set(LANGUAGES))

    def take(self, key: str) -> object:
        if key not in self._left:
            raise self.fault(key, "is missing")
        return self._left.pop(key)

    def finish(self) -> None:
        if self._left:
            raise self.fault(min(self._left), "is not a key here")

    def string(self, key: str) -> str:
        value = self.take(key)
        if not isinstance(value, str) or not value.strip():
            raise self.fault(key, "must be a string with something in it")
        return value

    def number(self, key: str) -> int:
        value = self.take(key)
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise self.fault(key, "must be a whole number above zero")
        return value

    def day(self, key: str) -> date:
        value = self.take(key)
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self.fault(key, "must be a date like 2026-11-23")
        return value

    def slug(self, key: str = "id") -> str:
        value = self.string(key)
        if not SLUG.match(value):
            raise self.fault(key, f"{value} is not lower-case Latin words with hyphens")
        return value

    def format(self, key: str) -> str:
        """A format's name. Which formats there are is not known here: a test follows the names."""
        value = self.string(key)
        if "." not in value:
            raise self.fault(key, f"{value} is no name of a format: it has no dot")
        return value

    def optional_format(self, key: str) -> str:
        return self.format(key) if self.has(key) else ""

    def word(self, key: str, words: type[Words]) -> Words:
        value = self.string(key)
        if value not in set(words):
            raise self.fault(key, f"{value} is none of {', '.join(words)}")
        return words(value)

    def strings(self, key: str) -> tuple[str, ...]:
        value = self.take(key)
        if not isinstance(value, list) or not value or not all(isinstance(each, str) and each for each in value):
            raise self.fault(key, "must be a list of strings with something in it")
        if len(set(value)) != len(value):
            raise self.fault(key, "says something twice")
        return tuple(value)

    def words(self, key: str, words: type[Words]) -> tuple[Words, ...]:
        values = self.strings(key)
        if unknown := [value for value in values if value not in set(words)]:
            raise self.fault(key, f"{unknown[0]} is none of {', '.join(words)}")
        return tuple(words(value) for value in values)

    def table(self, key: str) -> Table:
        return Table(self.take(key), self.path(key), self.references)

    def tables(self, key: str) -> Iterator[Table]:
        """The tables of a list; none where the key is absent."""
        value = self.take(key) if self.has(key) else []
        if not isinstance(value, list):
            raise self.fault(key, "must be a list of tables")
        for index, each in enumerate(value):
            yield Table(each, f"{self.path(key)}[{index}]", self.references)

    def each(self, key: str, read: Callable[[Table], Read]) -> tuple[Read, ...]:
        """What ``read`` makes of each table of a list, which must then be empty."""
        made = []
        for table in self.tables(key):
            made.append(read(table))
            table.finish()
        return tuple(made)

    def text(self, key: str) -> Text:
        """A text without marks, in both languages."""
        return self._read(key, parse_text, lambda text: (text.uk, text.en))

    def prose(self, key: str) -> Prose:
        """A text with marks, in both languages, which must carry the same marks."""
        where = self.path(key)
        prose = self._read(key, parse_prose, _readable)
        if _marks(prose.uk) != _marks(prose.en):
            raise GuideError(f"{where}: uk and en refer to different things")
        self._meet(prose, where)
        return prose

    def code(self, key: str) -> tuple[Run, ...]:
        """A line of a file or a command: text and settings, the same in every language; it may be empty.

        Braces are doubled.
        """
        where = self.path(key)
        line = self.take(key)
        if not isinstance(line, str) or "\n" in line:
            raise self.fault(key, "must be one line of text")
        try:
            runs = parse_runs(line)
        except ProseError as error:
            raise GuideError(f"{where}: {error}") from error
        for run in runs:
            if run.kind is RunKind.SETTING:
                self._check_setting(run.ref, where)
            elif run.kind is not RunKind.TEXT:
                raise GuideError(f"{where}: only settings can stand in code")
            elif found := untruth_in_code(run.text):
                raise GuideError(f"{where}: {found} is typed into the code")
        return runs

    def optional_prose(self, key: str) -> Prose:
        return self.prose(key) if self.has(key) else Prose()

    def optional_text(self, key: str) -> Text:
        return self.text(key) if self.has(key) else Text()

    def label(self, key: str) -> str:
        """A label id that the file defines."""
        value = self.string(key)
        self._check_label(value, self.path(key))
        return value

    def setting(self, key: str) -> str:
        value = self.string(key)
        self._check_setting(value, self.path(key))
        return value

    def _read(
        self, key: str, parse: Callable[[object, str], Read], readable: Callable[[Read], tuple[str, ...]]
    ) -> Read:
        where = self.path(key)
        try:
            read = parse(self.take(key), where)
        except ProseError as error:
            message = str(error)
            raise GuideError(message if message.startswith(where) else f"{where}: {message}") from error
        for text in readable(read):
            if found := untruth(text):
                raise GuideError(f"{where}: {found} is typed into the text")
        return read

    def _meet(self, prose: Prose, where: str) -> None:
        for label in prose.refs(RunKind.LABEL):
            self._check_label(label, where)
        for setting in prose.refs(RunKind.SETTING):
            self._check_setting(setting, where)
        for link in prose.refs(RunKind.LINK):
            self._check_link(link, where)

    def _check_label(self, label: str, where: str) -> None:
        if label not in self.references.labels:
            raise GuideError(f"{where}: unknown label {label}")
        self.references.used_labels.add(label)

    def _check_setting(self, setting: str, where: str) -> None:
        if setting not in SETTINGS:
            raise GuideError(f"{where}: unknown setting {setting}")
        self.references.settings.add(setting)

    def _check_link(self, link: str, where: str) -> None:
        self.references.links.add(link)
        if link.startswith(GUIDE_LINK) and SLUG.match(link.removeprefix(GUIDE_LINK)):
            self.references.guides.setdefault(link.removeprefix(GUIDE_LINK), where)
            return
        known = (
            link in LINKS
            or (link.startswith(ERROR_LINK) and link.removeprefix(ERROR_LINK) in ERRORS)
            or (link.startswith(BASICS_LINK) and link.removeprefix(BASICS_LINK) in BASICS)
        )
        if not known:
            raise GuideError(f"{where}: unknown link {link}")


def _readable(prose: Prose) -> tuple[str, ...]:
    """What a reader sees of ``prose`` besides labels and values: text, words of links, and code."""
    return tuple(run.text for run in (*prose.uk, *prose.en))


def _marks(runs: tuple[Run, ...]) -> Counter[tuple[RunKind, str]]:
    """What both languages must share: the ids of labels, settings and links, and code, which is not translated."""
    marks = (run for run in runs if run.kind is not RunKind.TEXT)
    return Counter((run.kind, run.text if run.kind is RunKind.CODE else run.ref) for run in marks)
