"""The change log as people read it: fields by their names, values as the forms show them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db.models import Field, Model, Q
from django.utils.dateparse import parse_datetime
from django.utils.formats import localize
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.fields import NameField
from accounts.models import Change, ChangeSet, Customer
from mailsettings import rules
from mailsettings.core.names import display_name
from mailsettings.models import Domain, Mailbox
from mailsettings.pages.values import pieces

from . import paging, roles, scope

PER_PAGE = 50
NOTHING = "—"
# What a preview calls an action that is not written yet.
PLANNED = {
    Change.Action.ADD: _("will be added"),
    Change.Action.CHANGE: _("will be changed"),
    Change.Action.REMOVE: _("will be removed"),
}
# A value longer than this, or of more lines, is folded until somebody wants to read it.
LONG, MANY_LINES = 240, 6


@dataclass(frozen=True, slots=True)
class Value:
    """A value in words, and where the record is that it points at."""

    text: str
    url: str = ""

    @property
    def is_long(self) -> bool:
        return len(self.text) > LONG or self.text.count("\n") >= MANY_LINES

    @property
    def lines(self) -> list[list[str]]:
        """Its lines, each in pieces between which it may be broken where there is little room."""
        return [pieces(line) for line in self.text.splitlines()]

    @property
    def is_empty(self) -> bool:
        return self.text == NOTHING


@dataclass(frozen=True, slots=True)
class Line:
    """One field of a change."""

    label: str
    before: Value
    after: Value


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
    # The key of the change in the log; None for one that is not written yet.
    pk: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A change set, whether the reader may open it, and those of its changes that belong here."""

    change_set: ChangeSet
    open: bool
    changes: list[Shown]


def page_of(record: Model, parts: Iterable[type[Model]], cursor: paging.Cursor, user: Any) -> paging.Part:
    """A page of entries about a record and its parts, newest first, back to when it came into the reader's scope."""
    rows = Change.objects.filter(about(type(record), record.pk, parts), change_set__gte=came_into_scope(record, user))
    rows = rows.select_related("change_set__actor")
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


# By whom a record is seen is decided by the one that it points at.
OWNERS: dict[type[Model], str] = {Mailbox: "domain", Domain: "customer", Customer: "brand"}


def came_into_scope(record: Model | None, user: Any) -> int:
    """The number of the change set by which ``record`` came from where ``user`` sees nothing; 0 where none did.

    What was written before, reasons and contacts among it, is for whoever looked after it then.
    """
    first = 0
    while not user.sees_everything and record is not None and (name := OWNERS.get(type(record))):
        column = record._meta.get_field(name)
        moves = Change.objects.filter(
            model=record._meta.label_lower, object_pk=record.pk, action=Change.Action.CHANGE,
            before__has_key=column.attname, change_set__gt=first,
        )  # fmt: skip
        for number, former in moves.order_by("-change_set").values_list("change_set", f"before__{column.attname}"):
            if not _sees(user, column.related_model, former):
                first = number
                break
        record = getattr(record, name)
    return first


def _sees(user: Any, model: type[Model], pk: int | None) -> bool:
    if pk is None:
        # Without a brand of its own, a customer has the default one.
        return user.works_for_default_brand
    return scope.visible(model, user).filter(pk=pk).exists()


def about(model: type[Model], pk: int, parts: Iterable[type[Model]]) -> Q:
    """Changes of a record, of the parts that it has, and of the parts that it had when they came or went."""
    owner = Q(owner_model=model._meta.label_lower, model__in=[part._meta.label_lower for part in parts])
    return Q(model=model._meta.label_lower, object_pk=pk) | (owner & Q(owner_pk=pk)) | (owner & Q(former_owner_pk=pk))


def show(found: list[Change], user: Any) -> Iterator[Shown]:
    """Changes in words, with one query for each kind of record that they name."""
    words = Words(user)
    for change in found:
        model = apps.get_model(change.model)
        words.want(model, {"pk": change.object_pk})
        words.want(model, change.before)
        words.want(model, change.after)
    for change in found:
        model = apps.get_model(change.model)
        yield Shown(
            action=change.action,
            action_name=str(change.get_action_display() if change.pk else PLANNED[Change.Action(change.action)]),
            kind=str(model._meta.verbose_name),
            name=change.object_name if scope.may_name(model, user) else f"#{change.object_pk}",
            url=words.url(model, change.object_pk),
            lines=list(_lines(model, change, words)),
            shows_before=change.action != Change.Action.ADD,
            shows_after=change.action != Change.Action.REMOVE,
            pk=change.pk,
        )


def _lines(model: type[Model], change: Change, words: Words) -> Iterator[Line]:
    columns = {f.attname: f for f in model._meta.concrete_fields}
    for name in change.before | change.after:
        column = columns.get(name)
        if column is not None and change.action != Change.Action.CHANGE and _is_owner(model, column):
            continue
        before = words.of(column, change.before.get(name))
        after = words.of(column, change.after.get(name))
        if before != after:
            yield Line(label(column, name), before, after)


def label(column: Field | None, name: str) -> str:
    """What a column is called; its bare name where it is there no more."""
    return capfirst(str(column.verbose_name)) if column is not None else name


def _is_owner(model: type[Model], column: Field) -> bool:
    """Whether ``column`` points at the record that rows of ``model`` are parts of: their names say that already."""
    return column.is_relation and (column.related_model, model, column.name) in rules.PARTS


class Words:
    """Values as the forms show them, and records by their names as far as ``user`` may see them.

    Everything that will be named is wanted first, so that each kind of record is asked for once.
    """

    def __init__(self, user: Any) -> None:
        self._user = user
        self._wanted: dict[type[Model], set[int]] = defaultdict(set)
        self._names: dict[type[Model], dict[int, str]] = {}

    def want(self, model: type[Model], values: Mapping[str, Any]) -> None:
        """Take note of the records that columns of ``model`` point at; ``pk`` is the row itself."""
        for f in model._meta.concrete_fields:
            if f.is_relation and values.get(f.attname) is not None:
                self._wanted[f.related_model].add(values[f.attname])
        if "pk" in values:
            self._wanted[model].add(values["pk"])

    def name(self, model: type[Model], pk: Any) -> str | None:
        """What a record is called; None where it is gone or not in scope."""
        if model not in self._names:
            registered = admin.site.is_registered(model)
            rows = scope.visible(model, self._user).filter(pk__in=self._wanted[model]) if registered else ()
            self._names[model] = {row.pk: str(row) for row in rows}
        return self._names[model].get(pk)

    def url(self, model: type[Model], pk: Any) -> str:
        """Where a record is shown; empty where the reader cannot go."""
        if self.name(model, pk) is None or not roles.may(self._user, "view", model):
            return ""
        return scope.change_url(model(pk=pk))

    def of(self, column: Field | None, value: Any) -> Value:
        """A value of a column."""
        if value is None or value == "" or value == []:
            return Value(NOTHING)
        if column is not None and column.is_relation:
            name = self.name(column.related_model, value)
            return Value(name or f"#{value}", self.url(column.related_model, value))
        return Value(_text(column, value))


def _text(column: Field | None, value: Any) -> str:
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if column is not None and column.choices:
        return str(dict(column.flatchoices).get(value, value))
    if isinstance(value, list):
        return "\n".join(" ".join(item.values()) if isinstance(item, dict) else str(item) for item in value)
    if isinstance(column, NameField):
        return display_name(str(value))
    if column is not None and column.get_internal_type() == "DateTimeField":
        return localize(parse_datetime(str(value)))
    return str(value)
