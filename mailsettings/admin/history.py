"""The change log as people read it: fields by their names, values as the forms show them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.apps import apps
from django.db.models import Field, Model, Q
from django.utils.dateparse import parse_datetime
from django.utils.formats import localize
from django.utils.text import capfirst
from django.utils.translation import gettext

from accounts.fields import NameField
from accounts.models import Change, ChangeSet
from mailsettings import rules
from mailsettings.core.names import display_name

from . import paging, roles, scope

PER_PAGE = 50
NOTHING = "—"
# Names of records by kind and number.
Names = dict[type[Model], dict[int, str]]


@dataclass(frozen=True, slots=True)
class Line:
    """One field of a change."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One change: the words for its action, kind and record, where the record is now, and its fields.

    An addition has nothing before it and a removal nothing after it, so only the other side is shown.
    """

    action: str
    action_name: str
    kind: str
    name: str
    url: str
    lines: list[Line]
    shows_before: bool
    shows_after: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """A change set, whether the reader may open it, and those of its changes that belong here."""

    change_set: ChangeSet
    open: bool
    changes: list[Shown]


def page_of(record: Model, parts: Iterable[type[Model]], cursor: paging.Cursor, user: Any) -> paging.Part:
    """A page of entries about a record and its parts, newest first."""
    rows = Change.objects.filter(_about(record, parts)).select_related("change_set__actor")
    page = paging.part_of(rows, ("-change_set_id", "pk"), cursor, PER_PAGE)
    found = page.object_list
    shown = dict(zip([change.pk for change in found], show(found, user), strict=True))
    open_sets = set(
        ChangeSet.objects.visible_to(user).filter(pk__in={c.change_set_id for c in found}).values_list("pk", flat=True)
    )
    page.object_list = [
        Entry(change_set, change_set.pk in open_sets, [shown[change.pk] for change in some])
        for change_set, some in groupby(found, key=lambda change: change.change_set)
    ]
    return page


def _about(record: Model, parts: Iterable[type[Model]]) -> Q:
    """Changes of a record, of the parts that it has, and of the parts that it had when they came or went."""
    kinds = [part._meta.label_lower for part in parts]
    owner = Q(owner_model=record._meta.label_lower, model__in=kinds)
    return (
        Q(model=record._meta.label_lower, object_pk=record.pk)
        | (owner & Q(owner_pk=record.pk))
        | (owner & Q(former_owner_pk=record.pk))
    )


def show(found: list[Change], user: Any) -> Iterator[Shown]:
    """Changes in words, with one query for each kind of record that they name."""
    names = _names(found, user)
    for change in found:
        model = apps.get_model(change.model)
        reachable = change.object_pk in names[model] and roles.may(user, "view", model)
        yield Shown(
            action=change.action,
            action_name=change.get_action_display(),
            kind=str(model._meta.verbose_name),
            name=change.object_name if scope.may_name(model, user) else f"#{change.object_pk}",
            url=scope.change_url(model(pk=change.object_pk)) if reachable else "",
            lines=list(_lines(model, change, names)),
            shows_before=change.action != Change.Action.ADD,
            shows_after=change.action != Change.Action.REMOVE,
        )


def _lines(model: type[Model], change: Change, names: Names) -> Iterator[Line]:
    columns = {f.attname: f for f in model._meta.concrete_fields}
    for name in change.before | change.after:
        column = columns.get(name)
        if column is not None and change.action != Change.Action.CHANGE and _is_owner(model, column):
            continue
        before = _value(column, change.before.get(name), names)
        after = _value(column, change.after.get(name), names)
        if before != after:
            yield Line(capfirst(str(column.verbose_name)) if column is not None else name, before, after)


def _is_owner(model: type[Model], column: Field) -> bool:
    """Whether ``column`` points at the record that rows of ``model`` are parts of: their names say that already."""
    return column.is_relation and (column.related_model, model, column.name) in rules.PARTS


def _names(found: list[Change], user: Any) -> Names:
    """The names of all records that changes are about or point at, by kind and number; only those in scope."""
    from django.contrib import admin

    wanted: dict[type[Model], set[int]] = defaultdict(set)
    for change in found:
        model = apps.get_model(change.model)
        wanted[model].add(change.object_pk)
        for column in model._meta.concrete_fields:
            if column.is_relation:
                wanted[column.related_model] |= {change.before.get(column.attname), change.after.get(column.attname)}
    return defaultdict(dict) | {
        model: {row.pk: str(row) for row in scope.visible(model, user).filter(pk__in=pks - {None})}
        for model, pks in wanted.items()
        if admin.site.is_registered(model) and pks - {None}
    }


def _value(column: Field | None, value: Any, names: Names) -> str:
    if value is None or value == "" or value == []:
        return NOTHING
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if column is not None and column.is_relation:
        return names[column.related_model].get(value, f"#{value}")
    if column is not None and column.choices:
        return str(dict(column.flatchoices).get(value, value))
    if isinstance(value, list):
        return "\n".join(" ".join(item.values()) if isinstance(item, dict) else str(item) for item in value)
    if isinstance(column, NameField):
        return display_name(str(value))
    if column is not None and column.get_internal_type() == "DateTimeField":
        return localize(parse_datetime(str(value)))
    return str(value)
