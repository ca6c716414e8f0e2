"""Two people at one record: what the other one saved since a page was opened, beside what stands in the form.

A field that was not touched takes the other one's value; one that both have changed keeps what was typed, and the page
shows both. Whoever saves again saves on top; whoever takes the other's values loses what was typed there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Field, Model
from django.forms import BaseInlineFormSet, Form, ModelForm
from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.models import Change, ChangeSet, Recorded

from . import history, scope

# Where the log does not say what a value was.
UNKNOWN = object()
# What stands in place of a version in a row that was removed meanwhile and is entered anew.
GONE = "gone"


@dataclass(slots=True)
class Difference:
    """One field that somebody saved since: the value when the page was opened, theirs, and the one in the form.

    ``kept`` is whether the form keeps what was typed; else theirs was put into it, since nobody had touched it.
    """

    column: Field
    opened: Any
    theirs: Any
    yours: Any
    kept: bool


@dataclass(frozen=True, slots=True)
class Told:
    """One record that somebody saved since, in words; ``change_set`` says when and who."""

    kind: str
    name: str
    words: str
    change_set: ChangeSet | None
    open: bool
    lines: list[tuple[str, history.Value, history.Value, history.Value, bool]]


def seen(version: str) -> str:
    """The change set that the page knew, of the text that a form's ``version`` holds: "seen" or "seen:opened"."""
    return version.partition(":")[0]


def opened(version: str) -> str:
    """The change set that the page knew when it was opened first, before anybody was told anything."""
    return version.rpartition(":")[2]


def was_told(version: str) -> bool:
    """Whether the page has shown what somebody saved since it was opened first."""
    return ":" in version


def values_at(record: Recorded, version: str) -> dict[str, Any]:
    """By column, what a record held under a version, of what was changed since; empty where the log does not say."""
    known = scope.key(version or "0")
    if known is None:
        return {}
    of_record = Change.objects.filter(model=record._meta.label_lower, object_pk=record.pk, action=Change.Action.CHANGE)
    held: dict[str, Any] = {}
    for change in of_record.filter(change_set__gt=known).order_by("pk"):
        held = change.before | held
    return held


def compare(form: ModelForm, version: str, take_theirs: bool) -> list[Difference]:
    """What differs between a form's record as it is stored now and what was posted to a page that knew ``version``.

    Posted values that nobody had touched, or all with ``take_theirs``, are replaced by the stored ones.
    """
    held = values_at(form.instance, version)
    found = []
    for name, column in _columns(form):
        if held and column.attname not in held:
            continue
        field, theirs = form.fields[name], form.before[column.attname]
        posted = field.widget.value_from_datadict(form.data, form.files, form.add_prefix(name))
        before = held.get(column.attname, UNKNOWN)
        if theirs == before or not field.has_changed(theirs, posted):
            continue
        kept = not take_theirs and (before is UNKNOWN or field.has_changed(before, posted))
        if not kept:
            enter(form.data, form.add_prefix(name), field.prepare_value(theirs))
        found.append(Difference(column, before, theirs, posted, kept))
    return found


def _columns(form: ModelForm) -> Iterator[tuple[str, Field]]:
    columns = {f.name: f for f in form._meta.model._meta.concrete_fields}
    return ((name, columns[name]) for name in form.fields if name in columns and name not in ("id", form_owner(form)))


def form_owner(form: ModelForm) -> str:
    """The name of the field of an inline row that points at its owner; empty for another form."""
    return getattr(getattr(form, "fk", None), "name", "")


def enter(data: QueryDict, name: str, value: Any) -> None:
    """Put a value into posted data as a browser would send it."""
    if value is True:
        data[name] = "on"
    elif value is False:
        data.pop(name, None)
    else:
        data[name] = "" if value is None else str(value)


class MetFormSet(BaseInlineFormSet):
    """The parts of a record. Rows that somebody added or removed since the page was opened are met in the posted data.

    A row that came is shown; one that went is left out, or stands at the end as a new one where something was typed
    into it. Either way the page comes back once.
    """

    take_theirs = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.came: list[Recorded] = []
        self.went: list[tuple[Change, bool]] = []
        if self.is_bound and self.management_form.is_valid():
            self._meet()

    def add_fields(self, form: Any, index: int | None) -> None:
        """A table names its columns, but nothing names a field to whoever does not see them."""
        super().add_fields(form, index)
        for field in form.fields.values():
            field.widget.attrs.setdefault("aria-label", field.label)

    def _meet(self) -> None:
        stored = {row.pk: row for row in self.get_queryset()}
        numbers = range(self.total_form_count())
        rows = [self._row(number) for number in numbers]
        first = min(self.initial_form_count(), len(rows))
        initial, extra = rows[:first], rows[first:]
        pk_name = self.model._meta.pk.name
        posted = {row.get(pk_name, "") for row in initial}
        self.came = [row for pk, row in stored.items() if str(pk) not in posted]
        removed = self._removed({scope.key(pk) for pk in posted} - {None}, stored)
        kept = [row for row in initial if row.get(pk_name) not in removed]
        extra = [row for row in extra if not (self.take_theirs and row.get("version", "").startswith(GONE))]
        entered_anew = []
        for row in initial:
            change = removed.get(row.get(pk_name))
            if change is not None and not row.get("DELETE"):
                anew = self._touched(row, change) and not self.take_theirs
                self.went.append((change, anew))
                if anew:
                    entered_anew.append(row | {pk_name: "", "version": f"{GONE}:{change.object_pk}"})
        if self.came or removed or len(extra) != len(rows) - first:
            self._write([*kept, *map(self._stored_row, self.came)], [*extra, *entered_anew])

    def _row(self, number: int) -> dict[str, str]:
        start = f"{self.add_prefix(number)}-"
        return {name.removeprefix(start): self.data[name] for name in self.data if name.startswith(start)}

    def _removed(self, pks: set[int], stored: dict[int, Recorded]) -> dict[str, Change]:
        """What the log says of posted rows that are gone, and were parts of this record."""
        gone = [pk for pk in pks if pk not in stored]
        if not gone:
            return {}
        changes = Change.objects.filter(
            model=self.model._meta.label_lower, object_pk__in=gone, action=Change.Action.REMOVE
        ).select_related("change_set__actor")
        owner = self.fk.attname
        return {str(change.object_pk): change for change in changes if change.before.get(owner) == self.instance.pk}

    def _touched(self, row: dict[str, str], change: Change) -> bool:
        """Whether somebody typed something into a row since the page was opened."""
        form = self.empty_form
        return any(
            form.fields[name].has_changed(change.before.get(column.attname), row.get(name))
            for name, column in _columns(form)
        )

    def _stored_row(self, instance: Recorded) -> dict[str, str]:
        """What a browser would send of a stored row that nobody touched."""
        form = self.form(instance=instance, **self.get_form_kwargs(None))
        data = QueryDict(mutable=True)
        for name in form.fields:
            enter(data, name, form[name].value())
        return {**data.dict(), self.model._meta.pk.name: str(instance.pk), self.fk.name: str(self.instance.pk)}

    def _write(self, initial: list[dict[str, str]], extra: list[dict[str, str]]) -> None:
        rest = f"{self.prefix}-"
        managing = {f"{rest}{name}" for name in self.management_form.fields}
        self.data = self.data.copy()
        for name in [name for name in self.data if name.startswith(rest) and name not in managing]:
            if name.removeprefix(rest).partition("-")[0].isdecimal():
                del self.data[name]
        for number, row in enumerate([*initial, *extra]):
            for name, value in row.items():
                self.data[f"{self.add_prefix(number)}-{name}"] = value
        self.data[f"{rest}INITIAL_FORMS"] = str(len(initial))
        self.data[f"{rest}TOTAL_FORMS"] = str(len(initial) + len(extra))
        # Django keeps what it has read of the data as it was.
        del self.__dict__["management_form"]

    def clean(self) -> None:
        super().clean()
        removing = any(form.differences for form in self.deleted_forms)
        if not self.take_theirs and (self.came or self.went or removing):
            raise ValidationError(
                _("Somebody changed these rows after you had opened the page. Check them and save again."),
                code="meanwhile",
            )


def alone(forms: Iterable[Any], formsets: Iterable[Any]) -> bool:
    """Whether a posted page came back for nothing else than what somebody saved meanwhile."""
    found = [one.errors.as_data().values() for one in forms]
    problems = [problem for by_field in found for some in by_field for problem in some]
    problems += [problem for formset in formsets for problem in formset.non_form_errors().as_data()]
    return bool(problems) and all(problem.code == "meanwhile" for problem in problems)


# --- In words ---------------------------------------------------------------------------------------------------------


def tell(form: Form, formsets: Iterable[Any], user: Any) -> list[Told]:
    """Everything that somebody saved meanwhile, for the top of the page."""
    met = [formset for formset in formsets if isinstance(formset, MetFormSet)]
    rows = [one for one in (form, *(row for formset in met for row in formset.forms)) if _differences(one)]
    words = history.Words(user)
    for row in rows:
        for difference in row.differences:
            for value in (difference.opened, difference.theirs, difference.yours):
                if difference.column.is_relation and scope.key(str(value)) is not None:
                    words.want(type(row.instance), {difference.column.attname: int(value)})
    sets = [change.change_set for formset in met for change, _anew in formset.went]
    sets += [row.changed_in for formset in met for row in formset.came if row.changed_in]
    sets += [row.instance.changed_in for row in rows if row.instance.changed_in]
    pks = {change_set.pk for change_set in sets}
    visible = set(ChangeSet.objects.visible_to(user).filter(pk__in=pks).values_list("pk", flat=True))

    def told(model: type[Model], name: str, text: str, change_set: ChangeSet | None, lines: Any = ()) -> Told:
        is_open = change_set is not None and change_set.pk in visible
        return Told(str(model._meta.verbose_name), name, text, change_set, is_open, list(lines))

    found = [
        told(
            type(row.instance),
            row.stored_name,
            _("changed"),
            row.instance.changed_in,
            (_line(difference, row, words) for difference in row.differences),
        )
        for row in rows
    ]
    for formset in met:
        found += [
            told(formset.model, str(row), _("added: it is in the form now"), row.changed_in) for row in formset.came
        ]
        for change, anew in formset.went:
            text = _("removed: what you typed stands at the end as a new row") if anew else _("removed")
            found.append(told(formset.model, change.object_name, text, change.change_set))
    return found


def _differences(form: Any) -> list[Difference]:
    return getattr(form, "differences", [])


def _line(difference: Difference, form: Any, words: history.Words) -> tuple[Any, ...]:
    column = difference.column
    before = history.Value("?") if difference.opened is UNKNOWN else words.of(column, difference.opened)
    yours = form.cleaned_data.get(column.name, difference.yours) if difference.kept else difference.opened
    if isinstance(yours, Model):
        yours = yours.pk
    mine = history.Value("?") if yours is UNKNOWN else words.of(column, yours)
    return history.label(column, column.name), before, words.of(column, difference.theirs), mine, difference.kept
