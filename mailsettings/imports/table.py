"""What reading a file gives: rows of named columns, and what was left out of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import NamedTuple

from django.utils.translation import gettext as _

MAX_COLUMNS = 100
MAX_CELL = 1000
# Titles and empty rows may stand above the headings.
HEADING_ROWS = 20


class BadFile(Exception):
    """The file as a whole cannot be read; the message says why and what to do, and holds nothing of its content."""


class DomainNeeded(BadFile):
    """No row of the file tells its domain, so whoever brought it has to."""


class Flaw(NamedTuple):
    """What stands in place of a cell that has no usable value."""

    message: str


class Copied(str):
    """What stands in a cell that is merged with one of another column, ``column``, where the merged cell begins."""

    column: int

    @classmethod
    def out_of(cls, column: int, text: str) -> Copied:
        copied = cls(text)
        copied.column = column
        return copied


Cell = str | Flaw
# Rows as they stand in a sheet, each with its number there.
Grid = Iterator[tuple[int, list[Cell]]]


class Kind(StrEnum):
    """What the rows of a table are about."""

    MAILBOXES = "mailboxes"
    DOMAINS = "domains"


class Form(StrEnum):
    """What a file is."""

    SHEET = "sheet"
    CPANEL_MAILBOXES = "cpanel-mailboxes"
    CPANEL_DOMAINS = "cpanel-domains"
    DIRECTADMIN = "directadmin"


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that is read: bytes of the file, bytes of what is packed in it, and rows."""

    size: int
    unpacked: int
    rows: int


def too_many_rows(limits: Limits) -> BadFile:
    """What is raised for a file with more rows than are read."""
    words = _(
        "The file has more than %(count)d rows. Divide it, or ask an operator for the command “import”, which takes"
        " more."
    )
    return BadFile(words % {"count": limits.rows})


DESK = Limits(size=10 * 2**20, unpacked=48 * 2**20, rows=20_000)
COMMAND = Limits(size=100 * 2**20, unpacked=500 * 2**20, rows=500_000)


@dataclass(slots=True)
class Row:
    """One row: its number in the file, its texts by column, and what is wrong with some of them.

    An empty cell has no text: it changes nothing.
    """

    number: int
    cells: dict[str, str] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Table:
    """The rows of a file. ``notes`` are sentences for whoever brought it, such as which columns were not kept."""

    kind: Kind
    rows: list[Row]
    notes: list[str] = field(default_factory=list)

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Table:
        found = json.loads(text)
        return cls(Kind(found["kind"]), [Row(**row) for row in found["rows"]], found["notes"])
