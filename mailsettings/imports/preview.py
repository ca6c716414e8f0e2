"""What an import would do, row by row, for people and before anything is written."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from django.db.models import Model
from django.utils.translation import ngettext

from mailsettings import changes
from mailsettings.core.names import display_name

from . import words
from .brought import Brought
from .table import Kind

# Of a domain's mailboxes, or a customer's domains, the share that may be removed without typing how many.
BRAKE_PERCENT = 20


class State(StrEnum):
    """What becomes of a row of the file, or of what the file does not have."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    BAD = "bad"
    MISSING = "missing"


class Problem(NamedTuple):
    """What is wrong with a row; ``column`` is one of ``words``, or empty."""

    column: str
    message: str

    def __str__(self) -> str:
        return f"{words.title(self.column)}: {self.message}" if self.column else self.message


class Difference(NamedTuple):
    """One field that a row would change or fill in; ``before`` is None for a new row."""

    model: type[Model]
    name: str
    before: Any
    after: Any

    @property
    def label(self) -> str:
        return words.title(self.name)

    @property
    def words_before(self) -> str:
        return self._words(self.before)

    @property
    def words_after(self) -> str:
        return self._words(self.after)

    def _words(self, value: Any) -> str:
        if isinstance(value, bool):
            return words.word("flag", "yes" if value else "no")
        if isinstance(value, list):
            return ", ".join(display_name(name) for name in value)
        choices = {} if self.name == "aliases" else dict(self.model._meta.get_field(self.name).flatchoices or ())
        return str(choices.get(value, "" if value is None else value))

    def __str__(self) -> str:
        if self.before is None:
            return f"{self.label}: {self.words_after or '—'}"
        return f"{self.label}: {self.words_before or '—'} → {self.words_after or '—'}"


@dataclass(slots=True)
class Line:
    """One row of the file, or what the file does not have, which has no number."""

    number: int | None
    name: str
    state: State
    differences: list[Difference] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    # Where else the domain's mail goes, or why it goes nowhere.
    foreign_mx: str = ""
    # Why nothing is known about the MX of a new domain, once somebody asked about those of the file.
    mx_unknown: str = ""
    # Mailboxes that would be removed with a missing domain.
    mailboxes: int = 0

    def about(self) -> Iterator[str]:
        """What there is to say, in sentences and differences."""
        yield from map(str, self.problems)
        yield from map(str, self.differences)
        if self.foreign_mx:
            yield self.foreign_mx
        if self.mx_unknown:
            yield self.mx_unknown
        if self.mailboxes:
            words_ = ngettext(
                "%(count)d mailbox would go with it.", "%(count)d mailboxes would go with it.", self.mailboxes
            )
            yield words_ % {"count": self.mailboxes}


class Missing(NamedTuple):
    """A stored mailbox of ``owner``, a domain, or a domain of ``owner``, a customer, that the file does not have.

    ``mailboxes`` are those of a domain.
    """

    pk: int
    owner: int
    name: str
    mailboxes: int = 0


@dataclass
class Preview:
    """Every line, the plan of those that are good, and what could be removed beside it."""

    kind: Kind
    lines: list[Line]
    plan: changes.Plan
    notes: list[str]
    missing: list[Missing] = field(default_factory=list)
    # How much is stored of each owner in ``missing``, by its key, and the rows that a removal writes.
    stored: dict[int, int] = field(default_factory=dict)
    removed_rows: int = 0
    # What the rows of a list bring along. Domains that a list of domains adds are its rows.
    new_domains: list[Brought] = field(default_factory=list)
    new_customers: list[Brought] = field(default_factory=list)
    mx_checked: bool = False
    # New domains whose MX could be compared with their server's, and was not asked for yet.
    mx_unasked: list[str] = field(default_factory=list)

    @property
    def counts(self) -> dict[State, int]:
        found = Counter(line.state for line in self.lines)
        return {state: len(self.missing) if state is State.MISSING else found[state] for state in State}

    def of(self, state: State) -> list[Line]:
        if state is State.MISSING:
            return [Line(None, gone.name, state, mailboxes=gone.mailboxes) for gone in self.missing]
        return [line for line in self.lines if line.state is state]

    @property
    def every_line(self) -> list[Line]:
        return [*self.lines, *self.of(State.MISSING)]

    @property
    def foreign_mx(self) -> list[Line]:
        return [line for line in self.lines if line.foreign_mx]

    @property
    def braked(self) -> bool:
        """Whether so much is missing that the number has to be typed.

        Where no owner loses more than its share, all of them together do not either.
        """
        removed = Counter(gone.owner for gone in self.missing)
        return any(count * 100 > self.stored[owner] * BRAKE_PERCENT for owner, count in removed.items())

    def fingerprint(self) -> str:
        """What was shown, as a digest that differs as soon as the same file would do anything else."""
        shown = [
            [line.number, line.name, line.state, [[d.name, d.before, d.after] for d in line.differences]]
            for line in self.lines
        ]
        brought = [[one.name, one.facts] for one in (*self.new_domains, *self.new_customers)]
        text = json.dumps([shown, brought, [[gone.pk, gone.mailboxes] for gone in self.missing]], default=str)
        return hashlib.sha256(text.encode()).hexdigest()
