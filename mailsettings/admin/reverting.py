"""Reverting at the desk: what it would write is shown first, with a choice where a record was changed again since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.apps import apps
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Change, ChangeSet, Customer, Recorded
from mailsettings import changes, reverting, rules
from mailsettings.changes import Action, Plan
from mailsettings.core.batches import batches
from mailsettings.reverting import Choice, Outlook, Step
from mailsettings.rules import Problem

from . import history, impact, roles, scope
from .batches import MOST
from .forms import AboutThisChange, in_the_way

SHOWN = 50
# What undoing an addition, a removal and a change of a record is, in the words of the table of roles.
NEEDED = {Action.ADD: "delete", Action.REMOVE: "add", Action.CHANGE: "change"}
CHOICES = [(Choice.SKIP, _("leave it as it is now")), (Choice.ANYWAY, _("revert it anyway"))]


class RevertForm(AboutThisChange):
    """Why, what to do with each record that was changed again, and what was shown."""

    reason_required = True
    every = forms.ChoiceField(label=_("All of these"), choices=[("", "—"), *CHOICES], required=False)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    change = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def choices_for(self, pks: list[int]) -> dict[int, Choice]:
        """The choice for each change: its own, or the one for all."""
        given = {pk: self.data.get(f"choice-{pk}") or self.data.get("every") for pk in pks}
        return {pk: Choice(choice) for pk, choice in given.items() if choice in set(Choice)}


@dataclass(frozen=True, slots=True)
class Conflict:
    """A record that was changed again since: its change, who changed it last, the fields, and what was chosen."""

    shown: history.Shown
    pk: int
    last: ChangeSet | None
    lines: list[tuple[str, history.Value, history.Value, history.Value]]
    parts: list[str]
    chosen: str
    undecided: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """A change that cannot be undone, and why."""

    shown: history.Shown
    reasons: list[str]


class Reverting:
    """The view of the change log's desk that reverts a change set or one change of it."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.revert_view)
        return [path("<path:object_id>/revert/", view, name="accounts_changeset_revert"), *super().get_urls()]

    def revert_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The preview of a revert; a POST that agrees with what it showed writes it."""
        change_set = self.get_object(request, unquote(object_id))
        if change_set is None:
            return self.not_here(request, object_id)
        if not self.has_view_permission(request, change_set):
            raise PermissionDenied
        posted = request.POST if request.method == "POST" else None
        only, found = _asked_for((posted or request.GET).get("change", ""), change_set)
        if not found:
            words = gettext("There is no such change in %(change_set)s.") % {"change_set": change_set}
            self.message_user(request, words, messages.ERROR)
            return HttpResponseRedirect(scope.change_url(change_set))
        form = RevertForm(posted, initial={"reason": reverting.reason_for(change_set, found), "change": only})
        choices = form.choices_for([change.pk for change in found])
        try:
            reversal = prepare(found, choices, request.user)
        except reverting.TooMany:
            self.message_user(request, _too_many(change_set, only), messages.ERROR)
            return HttpResponseRedirect(scope.change_url(change_set))
        notice: list[str] = []
        if posted is not None and form.is_valid() and reversal.plan:
            notice = self._hindrances(reversal, form) or self._revert(request, change_set, reversal.plan, form)
            if not notice:
                return HttpResponseRedirect(scope.change_url(request.written))
        context = {
            **self.admin_site.each_context(request),
            **preview(reversal, choices, request.user),
            "title": _("Revert"),
            "subtitle": str(change_set),
            "opts": self.opts,
            "original": change_set,
            "form": form,
            "notice": notice,
            "seen": reversal.digest,
            "only": found[0] if only is not None else None,
        }
        return TemplateResponse(request, "admin/revert.html", context)

    def _revert(self, request: HttpRequest, change_set: ChangeSet, plan: Plan, form: RevertForm) -> list[str]:
        """Write a revert and say so, with it in ``request.written``; if it was refused, why."""
        about = self.change_set(request, form.cleaned_data)
        about.source, about.reverts = ChangeSet.Source.REVERT, change_set
        try:
            request.written = changes.apply(plan, about)
        except changes.Refused as refused:
            return [str(problem.message) for problem in refused.problems[:5]]
        words = gettext("%(change_set)s is reverted.") % {"change_set": change_set}
        self.message_user(request, with_revert_link(words, request.written), messages.SUCCESS)
        return []

    def _hindrances(self, reversal: reverting.Reversal, form: RevertForm) -> list[str]:
        """Why what was posted is not written yet."""
        if reversal.undecided:
            return [gettext("Choose what to do with each record that was changed again.")]
        if form.cleaned_data["seen"] != reversal.digest:
            return [gettext("What can be reverted is not what this page showed before. Check it again, then confirm.")]
        return []


def _asked_for(number: str, change_set: ChangeSet) -> tuple[int | None, list[Change]]:
    """The key of the one change that is asked for, and what was found; without a number, all changes of the set."""
    if not number:
        return None, list(change_set.changes.all()[: MOST + 1])
    # What is no number at all is no change either: it must not stand for all of them.
    only = scope.key(number)
    return only, list(change_set.changes.filter(pk=only or 0))


def _too_many(change_set: ChangeSet, only: int | None) -> str:
    """What to do in place of a page that would take too long."""
    command = f"manage.py revert {change_set.pk}" + ("" if only is None else f" --change {only}")
    words = gettext(
        "More than %(most)d rows would be written, which takes too long for a page. Revert single changes below, or let"
        " whoever runs this site use the command: %(command)s"
    )
    return words % {"most": MOST, "command": command}


def revert_url(change_set: ChangeSet) -> str:
    """Where a change set is reverted; empty for what must not come back."""
    return "" if change_set.is_erasure else reverse("admin:accounts_changeset_revert", args=[change_set.pk])


def with_revert_link(message: str, change_set: ChangeSet | None) -> str | SafeString:
    """A message about something that was written, with the way back beside it."""
    if change_set is None or change_set.is_erasure:
        return message
    return format_html(
        '{} <a href="{}">{}</a> · <a href="{}">{}</a>',
        message,
        scope.change_url(change_set),
        change_set,
        revert_url(change_set),
        gettext("Revert this"),
    )


# --- What somebody may revert -----------------------------------------------------------------------------------------


def prepare(found: list[Change], choices: Mapping[int, Choice], user: Any) -> reverting.Reversal:
    """What undoing changes would write, as far as ``user`` may write it."""
    if user.sees_everything:
        return reverting.prepare(found, choices, most=MOST)
    return reverting.prepare(
        found,
        choices,
        barred=_barred(found, user),
        rule=lambda plan: [*_beyond_the_scope(plan, user), *rules.hold_back(plan, user)],
        most=MOST,
    )


def _barred(found: list[Change], user: Any) -> set[int]:
    """Changes whose kind ``user`` may not write, or whose record is out of their sight by now."""
    by_model: dict[type[Recorded], list[Change]] = defaultdict(list)
    for change in found:
        by_model[apps.get_model(change.model)].append(change)
    barred = set()
    for model, some in by_model.items():
        pks = {change.object_pk for change in some}
        hidden = _those(model._default_manager.all(), pks) - _seen(model, pks, user)
        for change in some:
            if change.object_pk in hidden or not _may(user, NEEDED[Action(change.action)], model):
                barred.add(change.pk)
    return barred


def _owners(model: type[Model], user: Any) -> list[tuple[type[Model], str]]:
    """The kinds whose parts ``model`` is and that ``user`` may change, each with the column that points at it."""
    return [(owner, at) for owner, part, at in rules.PARTS if part is model and roles.may(user, "change", owner)]


def _may(user: Any, action: str, model: type[Model]) -> bool:
    return roles.may(user, action, model) or (model not in roles.OPERATOR and bool(_owners(model, user)))


def _those(rows: QuerySet, pks: Collection[int]) -> set[int]:
    """The keys of those of ``rows`` that are among ``pks``."""
    return {pk for some in batches(pks) for pk in rows.filter(pk__in=some).order_by().values_list("pk", flat=True)}


def _seen(model: type[Model], pks: Collection[int], user: Any) -> set[int]:
    """The keys of rows that are in the scope of ``user``: of parts, those whose owner is."""
    if model in roles.OPERATOR:
        return _those(scope.visible(model, user), pks)
    seen = set()
    for owner, column in _owners(model, user):
        # In two steps: of a join SQLite makes a loop through all domains of a brand and, in each, through the keys.
        of_part: dict[int, int] = {}
        for some in batches(pks):
            of_part |= model._default_manager.filter(pk__in=some).order_by().values_list("pk", f"{column}_id")
        visible = _those(scope.visible(owner, user), set(of_part.values()) - {None})
        seen |= {pk for pk, owner_pk in of_part.items() if owner_pk in visible}
    return seen


def _beyond_the_scope(plan: Plan, user: Any) -> Iterator[Problem]:
    """Rows that would point at what ``user`` does not see, belong to what they may not change, or leave their sight."""
    restored = {(row.model, row.instance.pk) for row in plan.of_action(Action.ADD)}
    pointing: dict[type[Model], set[int]] = defaultdict(set)
    rows = [row for row in plan.rows if row.action != Action.REMOVE]
    pointers = [
        (row, f, getattr(row.instance, f.attname))
        for row in rows
        for f in row.model._meta.concrete_fields
        if f.is_relation and f.name != "changed_in" and (row.action == Action.ADD or f.attname in row.before)
    ]
    for _row, f, pk in pointers:
        if pk is not None and (f.related_model, pk) not in restored:
            pointing[f.related_model].add(pk)
    seen = {model: _those(scope.visible(model, user), pks) for model, pks in pointing.items()}
    for row, f, pk in pointers:
        owners = {column for owner, part, column in rules.PARTS if part is row.model}
        may_own = {column for _owner, column in _owners(row.model, user)}
        hidden = pk in pointing[f.related_model] and pk not in seen[f.related_model]
        not_theirs = pk is not None and f.name in owners and f.name not in may_own
        lost = pk is None and row.model is Customer and f.name == "brand" and not user.works_for_default_brand
        if hidden or not_theirs or lost:
            yield Problem(reverting.NOT_YOURS, "barred", row, f.name)


# --- What the preview shows -------------------------------------------------------------------------------------------


def preview(reversal: reverting.Reversal, choices: Mapping[int, Choice], user: Any) -> dict[str, Any]:
    """Every kind of step with its number, and the first of each in words."""
    conflicts = [step for step in reversal.steps if step.in_conflict and step.outlook is not Outlook.IMPOSSIBLE]
    clean = [step for step in reversal.of(Outlook.UNDONE) if not step.in_conflict]
    impossible = reversal.of(Outlook.IMPOSSIBLE)
    settled = reversal.of(Outlook.SETTLED)
    changes.name_rows(step.row for step in clean[:SHOWN])
    return {
        "conflicts": _conflicts(conflicts[:SHOWN], choices, user),
        "number_of_conflicts": len(conflicts),
        "undecided": reversal.undecided,
        "written": list(history.show([step.row.as_change() for step in clean[:SHOWN]], user)),
        "number_written": len(clean),
        "impossible": [
            Refused(shown, _reasons(step, user))
            for step, shown in zip(impossible, _shown(impossible[:SHOWN], user), strict=False)
        ],
        "number_impossible": len(impossible),
        "settled": list(_shown(settled[:SHOWN], user)),
        "number_settled": len(settled),
        "rows_to_write": len(reversal.plan.rows),
        "impacts": impact.of_plan(reversal.plan, user),
        "shown": SHOWN,
    }


def _shown(steps: list[Step], user: Any) -> Iterator[history.Shown]:
    return history.show([step.change for step in steps], user)


def _conflicts(steps: list[Step], choices: Mapping[int, Choice], user: Any) -> list[Conflict]:
    words = history.Words(user)
    changes.name_rows(part for step in steps for part in step.parts)
    for step in steps:
        for values in (dict(step.change.before), *_sides(step)):
            words.want(step.row.model, values)
    return [
        Conflict(
            shown=shown,
            pk=step.change.pk,
            last=step.row.instance.changed_in,
            lines=list(_three(step, words)),
            parts=[f"{part.model._meta.verbose_name} {part.name}" for part in step.parts[:SHOWN]],
            chosen=choices.get(step.change.pk, ""),
            undecided=step.outlook is Outlook.CONFLICT,
        )
        for step, shown in zip(steps, _shown(steps, user), strict=True)
    ]


def _sides(step: Step) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the change wrote and what is stored now, of the columns that differ."""
    written = {name: value for name, (value, _now) in step.later.items()}
    return written, {name: now for name, (_written, now) in step.later.items()}


def _three(step: Step, words: history.Words) -> Iterator[tuple[str, history.Value, history.Value, history.Value]]:
    """For each field that was changed again: its name, what it would be, what the change wrote, what it is now."""
    columns = {f.attname: f for f in step.row.model._meta.concrete_fields}
    for name, (written, now) in step.later.items():
        column = columns[name]
        former = words.of(column, step.change.before.get(name))
        yield history.label(column, name), former, words.of(column, written), words.of(column, now)


def _reasons(step: Step, user: Any) -> list[str]:
    """Why a change cannot be undone, each reason once."""
    reasons = {f"{problem.message} {in_the_way(problem, user)}".strip(): None for problem in step.problems}
    return list(reasons)
