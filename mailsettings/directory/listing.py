"""A plan as lines for people: how much of what, then row by row, with the keys of the file."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from accounts.models import Brand, Customer
from mailsettings import changes
from mailsettings.core.batches import batches
from mailsettings.models import MailServer

from .schema import key_of

Action = changes.Action
LONGEST_VALUE = 80
MARKS = {Action.ADD: "+", Action.CHANGE: "~", Action.REMOVE: "-"}
# What stands in a file for a row that another one points at.
_REFERENCES: dict[type[Model], str] = {Brand: "slug", MailServer: "name", Customer: "ref"}
References = dict[tuple[type[Model], Any], str]


def summary(plan: changes.Plan) -> list[str]:
    """A line for each kind of row in the plan: how many are added, changed and removed."""
    words = {Action.ADD: _("add %(count)d"), Action.CHANGE: _("change %(count)d"), Action.REMOVE: _("remove %(count)d")}
    counts = plan.counts()
    lines = []
    for model in changes.MODELS:
        parts = [
            text % {"count": counts[model, action]} for action, text in words.items() if counts.get((model, action))
        ]
        if parts:
            lines.append(f"{model._meta.verbose_name_plural}: {', '.join(parts)}")
    return lines


def rows(plan: changes.Plan, limit: int | None) -> Iterator[str]:
    """A line for each of the first ``limit`` rows: what happens, the row, where the file says so, what changes."""
    shown = list(islice(plan.rows, limit))
    references = _references(shown)
    for row in shown:
        line = f"{MARKS[Action(row.action)]} {row.model._meta.verbose_name} {row.instance} [{row.where}]"
        changed = [_change(row, column, references) for column in row.before] if row.action == Action.CHANGE else []
        yield f"{line}: {'; '.join(changed)}" if changed else line


def _references(shown: Sequence[changes.Row]) -> References:
    """The identities of the rows that changed rows pointed at, with one query for each batch of a model."""
    wanted: dict[type[Model], set[Any]] = defaultdict(set)
    for row in shown:
        for column, old in row.before.items() if row.action == Action.CHANGE else ():
            field = row.model._meta.get_field(column.removesuffix("_id")) if column.endswith("_id") else None
            if field is not None and field.related_model in _REFERENCES:
                wanted[field.related_model].add(old)
    return {
        (model, pk): identity
        for model, pks in wanted.items()
        for some in batches(pks - {None})
        for pk, identity in model._default_manager.filter(pk__in=some).values_list("pk", _REFERENCES[model])
    }


def _change(row: changes.Row, column: str, references: References) -> str:
    old, new = row.before[column], getattr(row.instance, column)
    name = column.removesuffix("_id")
    field: Any = row.model._meta.get_field(name)
    if field.is_relation:
        old = references.get((field.related_model, old))
        owner = getattr(row.instance, name)
        new = getattr(owner, _REFERENCES[field.related_model]) if owner else None
    return f"{key_of(row.model, name) or name}: {_shown(old)} → {_shown(new)}"


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"
