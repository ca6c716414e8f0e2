"""Undoing what the change log holds: each change with what undoing it would write, or why it cannot be undone.

``prepare`` compares changes with what is stored now and makes the plan that takes them back; whoever asks sees it first
and hands it to ``changes.apply``. A revert is a change set like any other, so it can be reverted too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Change, ChangeSet, Recorded

from . import changes, rules
from .changes import Action, Plan, Row
from .core.batches import batches
from .privacy import log
from .rules import Problem

Key = tuple[type[Recorded], int]


class Outlook(StrEnum):
    """What becomes of one change."""

    UNDONE = "undone"
    # The record was changed again since: the revert takes that back too, where somebody chooses so.
    CONFLICT = "conflict"
    SKIPPED = "skipped"
    # Everything is as it was before the change already.
    SETTLED = "settled"
    IMPOSSIBLE = "impossible"


class Choice(StrEnum):
    """What to do with a change whose record was changed again since."""

    SKIP = "skip"
    ANYWAY = "anyway"


@dataclass(slots=True, eq=False)
class Step:
    """One change and what undoing it means. ``row`` is what is written, where something is.

    ``later`` holds, by column, the value that the change wrote and the one that is stored now, where they differ;
    ``parts`` are rows that were added to an added record since and go with it.
    """

    change: Change
    outlook: Outlook
    row: Row | None = None
    later: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    parts: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def in_conflict(self) -> bool:
        """Whether the record was changed since in a way that undoing would take back too."""
        return bool(self.later or self.parts)

    @property
    def rows(self) -> list[Row]:
        """Everything that this step writes."""
        written = self.outlook in (Outlook.UNDONE, Outlook.CONFLICT)
        return [row for row in (self.row, *self.parts) if row is not None and written]


@dataclass(slots=True)
class Reversal:
    """All steps, newest change first, and the plan of those that can be done.

    While a conflict waits for a choice, the plan holds it as if it were undone, so that problems show beforehand.
    """

    steps: list[Step]
    plan: Plan

    def of(self, *outlooks: Outlook) -> list[Step]:
        """The steps with one of these outlooks."""
        return [step for step in self.steps if step.outlook in outlooks]

    @property
    def undecided(self) -> bool:
        """Whether a conflict waits for a choice."""
        return any(step.outlook is Outlook.CONFLICT for step in self.steps)

    @property
    def digest(self) -> str:
        """A short text that differs when what is stored, or what can be done, does: to see whether it moved."""
        told = [
            (
                step.change.pk,
                step.outlook if step.outlook in (Outlook.SETTLED, Outlook.IMPOSSIBLE) else "",
                sorted((name, repr(now)) for name, (_written, now) in step.later.items()),
                [row.instance.pk for row in step.parts],
            )
            for step in self.steps
        ]
        return sha256(repr(told).encode()).hexdigest()[:16]


class TooMany(Exception):
    """More rows would be written than whoever asks can wait for."""


Rule = Callable[[Plan], Iterable[Problem]]
REMOVED_SINCE = _("The record was removed since. Revert the removal first.")
NOT_YOURS = _("The record is outside of what you may change.")
ERASURE = _("This was written to erase somebody’s personal data, which must not come back.")
ERASED = _("Personal data in this was erased, so nobody knows any more what stood there before.")


def prepare(
    found: Iterable[Change],
    choices: Mapping[int, Choice] | None = None,
    *,
    barred: Collection[int] = (),
    rule: Rule = lambda plan: (),
    most: int | None = None,
) -> Reversal:
    """What undoing these changes would write now. Writes nothing.

    ``choices`` say by the key of a change what to do where its record was changed again. ``barred`` are keys of changes
    that whoever asks may not undo, and ``rule`` finds rows of the plan that they may not write. Raises TooMany as soon
    as there are more than ``most`` rows to look at.
    """
    ordered = sorted(found, key=lambda change: -change.pk)
    if most is not None and len(ordered) > most:
        raise TooMany
    stored, erasures = _stored(ordered), _erasures(ordered)
    steps = [
        _impossible(change, NOT_YOURS, "barred")
        if change.pk in barred
        else _impossible(change, ERASURE, "erasure")
        if change.change_set_id in erasures
        else _step(change, stored)
        for change in ordered
    ]
    _meet_owners(steps)
    _take_parts(steps, None if most is None else most - len(steps))
    for step in steps:
        if step.outlook is Outlook.UNDONE and step.in_conflict:
            choice = (choices or {}).get(step.change.pk)
            step.outlook = {Choice.SKIP: Outlook.SKIPPED, Choice.ANYWAY: Outlook.UNDONE}.get(choice, Outlook.CONFLICT)
    return Reversal(steps, _possible(steps, rule))


def reason_for(change_set: ChangeSet, found: Sequence[Change]) -> str:
    """The reason that a revert is given unless somebody writes another one."""
    words = gettext("Reverts %(change_set)s") if len(found) != 1 else gettext("Reverts %(change_set)s: %(name)s")
    return (words % {"change_set": change_set, "name": found[0].object_name})[:500]


def _stored(found: Sequence[Change]) -> dict[Key, Recorded]:
    """The records of changes as they are now, those that are there."""
    wanted: dict[type[Recorded], set[int]] = defaultdict(set)
    for change in found:
        wanted[apps.get_model(change.model)].add(change.object_pk)
    return {
        (model, row.pk): row
        for model, pks in wanted.items()
        for some in batches(pks)
        for row in model._default_manager.filter(pk__in=some).select_related("changed_in")
    }


def _erasures(found: Sequence[Change]) -> set[int]:
    """The change sets among those of some changes that erased personal data."""
    sets = ChangeSet.objects.filter(source=ChangeSet.Source.ERASURE)
    wanted = {change.change_set_id for change in found}
    return {pk for some in batches(wanted) for pk in sets.filter(pk__in=some).values_list("pk", flat=True)}


def _impossible(change: Change, words: Any, code: str) -> Step:
    return Step(change, Outlook.IMPOSSIBLE, problems=[Problem(words, code)])


def _step(change: Change, stored: Mapping[Key, Recorded]) -> Step:
    model = apps.get_model(change.model)
    before, after = _to_python(model, change.before), _to_python(model, change.after)
    current = stored.get((model, change.object_pk))
    where = str(change.pk)
    if change.action == Action.REMOVE:
        if current is not None:
            return Step(change, Outlook.SETTLED)
        if log.erased(model, change.object_pk, before):
            return _impossible(change, ERASED, "erased")
        restored = model(pk=change.object_pk, **before)
        return Step(change, Outlook.UNDONE, Row(Action.ADD, restored, where=where, name=change.object_name))
    if current is None:
        if change.action == Action.ADD:
            return Step(change, Outlook.SETTLED)
        return _impossible(change, REMOVED_SINCE, "removed")
    held = changes.snapshot(current)
    if change.action == Action.ADD:
        later = {name: (value, held[name]) for name, value in after.items() if held[name] != value}
        return Step(change, Outlook.UNDONE, Row(Action.REMOVE, current, held, where), later)
    differing = {name: held[name] for name, value in before.items() if held[name] != value}
    if not differing:
        return Step(change, Outlook.SETTLED)
    if set(differing).intersection(log.erased(model, change.object_pk, before)):
        return _impossible(change, ERASED, "erased")
    later = {name: (after[name], now) for name, now in differing.items() if now != after[name]}
    for name in differing:
        setattr(current, name, before[name])
    return Step(change, Outlook.UNDONE, Row(Action.CHANGE, current, differing, where), later)


def _to_python(model: type[models.Model], values: Mapping[str, Any]) -> dict[str, Any]:
    columns = {f.attname: f for f in model._meta.concrete_fields}
    # A foreign key's column holds a plain number, which the field itself would take for a row. What the log calls a
    # column that is there no more has nothing to go back to.
    return {
        name: value if columns[name].is_relation else columns[name].to_python(value)
        for name, value in values.items()
        if name in columns
    }


def _meet_owners(steps: Sequence[Step]) -> None:
    """Let restored rows, and rows that point at such again, meet the restored owner that is not stored yet."""
    rows = [step.row for step in steps if step.row is not None]
    restored = {(row.model, row.instance.pk): row.instance for row in rows if row.action == Action.ADD}
    for row in rows:
        for f in row.model._meta.concrete_fields if row.action != Action.REMOVE else ():
            if f.is_relation and (owner := restored.get((f.related_model, getattr(row.instance, f.attname)))):
                setattr(row.instance, f.name, owner)


def _take_parts(steps: Sequence[Step], most: int | None) -> None:
    """Find what was added since to the records whose addition is undone: it cannot stay without them."""
    taken = 0
    removing = [step for step in steps if step.row is not None and step.row.action == Action.REMOVE]
    known: dict[type[models.Model], set[int]] = defaultdict(set)
    owners: dict[type[models.Model], dict[int, Step]] = defaultdict(dict)
    for step in removing:
        known[step.row.model].add(step.row.instance.pk)
        owners[step.row.model][step.row.instance.pk] = step
    for owner, part, column in rules.PARTS:
        for pks in batches(owners.get(owner, ())):
            for row in part._default_manager.filter(**{f"{column}__in": pks}).iterator():
                if row.pk not in known[part]:
                    known[part].add(row.pk)
                    taken += 1
                    if most is not None and taken > most:
                        raise TooMany
                    step = owners[owner][getattr(row, f"{column}_id")]
                    step.parts.append(Row(Action.REMOVE, row, changes.snapshot(row), str(step.change.pk)))


def _possible(steps: Sequence[Step], rule: Rule) -> Plan:
    """The plan of the steps that nothing stands against; the others are marked with why.

    One that is left out may make others impossible, so the rest is looked at again until nothing is found.
    """
    by_where = {str(step.change.pk): step for step in steps}
    while True:
        plan = Plan([row for step in steps for row in step.rows])
        by_row = {id(row): step for step in steps for row in step.rows}
        found = [*changes.check(plan), *rules.taken(plan), *rule(plan)]
        if not found:
            return plan
        for problem in found:
            # What goes along with a row, such as a former contact's role, is no step of its own.
            step = by_row.get(id(problem.row)) or by_where[problem.row.where]
            step.outlook = Outlook.IMPOSSIBLE
            step.problems.append(problem)
