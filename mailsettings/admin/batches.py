"""Changes of many rows at once: what would be written is shown first, then applied as one change set with a reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import Recorded
from mailsettings import changes
from mailsettings.changes import Plan, Row
from mailsettings.models import Domain, Mailbox, MailServer

from . import history, scope
from .forms import AboutThisChange, in_the_way

SHOWN = 50
# Rows that one request plans and writes in the time that a browser waits. Commands take any number.
MOST = 10_000


class Batch(AboutThisChange):
    """What to do with every selected row, and why. Subclasses have a title, fields for values, and ``give``."""

    reason_required = True
    title: Any

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def value_fields(self) -> list[forms.BoundField]:
        """The fields that say what to do."""
        return [field for field in self if field.name not in ("reason", "ticket", "seen")]

    @property
    def knows_what(self) -> bool:
        """Whether it is said what to do, so that it can be shown."""
        fields = self.value_fields()
        return not fields or (self.is_bound and not any(field.errors for field in fields))

    def give(self, row: Any) -> None:
        """Give one row its new values. Called only where ``knows_what``."""
        raise NotImplementedError


class SetStatus(Batch):
    title = _("Set the status")
    status = forms.ChoiceField(label=_("Status"), choices=Domain.Status.choices)

    def give(self, row: Domain) -> None:
        row.status = self.cleaned_data["status"]


class MoveToServer(Batch):
    title = _("Move to another mail server")
    server = forms.ModelChoiceField(label=_("Mail server"), queryset=MailServer.objects.none())

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)
        self.fields["server"].queryset = scope.visible(MailServer, user)

    def give(self, row: Domain) -> None:
        row.server = self.cleaned_data["server"]


SWITCH = [("", _("leave as it is")), ("on", _("switch on")), ("off", _("switch off"))]


class SwitchProtocols(Batch):
    title = _("Switch IMAP or POP3 on or off")
    imap = forms.ChoiceField(label=_("IMAP"), choices=SWITCH, required=False)
    pop3 = forms.ChoiceField(label=_("POP3"), choices=SWITCH, required=False)

    def give(self, row: Domain) -> None:
        for name in ("imap", "pop3"):
            if chosen := self.cleaned_data[name]:
                setattr(row, name, chosen == "on")


class SetLogins(Batch):
    title = _("Set what is shown of user names")
    logins = forms.ChoiceField(label=_("User names"), choices=Domain.Logins.choices)

    def give(self, row: Domain) -> None:
        row.logins = self.cleaned_data["logins"]


class Suspend(Batch):
    title = _("Suspend")

    def give(self, row: Mailbox) -> None:
        row.status = Mailbox.Status.SUSPENDED


class Activate(Batch):
    title = _("Activate")

    def give(self, row: Mailbox) -> None:
        row.status = Mailbox.Status.ACTIVE


class SwitchPop3Off(Batch):
    title = _("Switch POP3 off")

    def give(self, row: Mailbox) -> None:
        row.pop3 = False


def action(name: str, batch: type[Batch]) -> Callable[[Any, HttpRequest, QuerySet], HttpResponse | None]:
    """A list's action that shows what a batch changes and applies it."""

    def run(desk: Any, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        return _run(desk, request, queryset, name, batch)

    run.__name__ = name
    run.short_description = batch.title
    run.allowed_permissions = ("change",)
    # It may be run for a whole list, since it shows how many rows that are before it writes.
    run.shows_first = True
    return run


def _run(desk: Any, request: HttpRequest, queryset: QuerySet, name: str, batch: type[Batch]) -> HttpResponse | None:
    rows = list(queryset[: MOST + 1])
    if len(rows) > MOST:
        words = _("More than %(most)d are selected. Narrow the list with a filter or a search.") % {"most": MOST}
        desk.message_user(request, words, messages.ERROR)
        return None
    stage = request.POST.get("stage", "")
    form = batch(request.user, request.POST if stage else None)
    plan, refused = planned(form, rows) if form.knows_what else (Plan(), [])
    seen = digest(plan, refused)
    notice: list[str] = []
    if stage == "apply" and form.is_valid() and plan:
        notice = _apply(desk, request, form, plan, seen)
        if not notice:
            desk.message_user(request, _done(len(plan.rows)), messages.SUCCESS)
            return None
    if stage != "apply":
        # Nobody is told to write a reason before having seen what it is for.
        form.errors.pop("reason", None)
    context = {
        **desk.admin_site.each_context(request),
        "title": batch.title,
        "opts": desk.opts,
        "action": name,
        "selected": desk.selected(request),
        "form": form,
        "notice": notice,
        "seen": seen,
        "number_selected": len(rows),
        "number_unchanged": len(rows) - len(plan.rows) - len(refused),
        **_shown(plan, refused, request.user),
    }
    return TemplateResponse(request, "admin/batch.html", context)


def _apply(desk: Any, request: HttpRequest, form: Batch, plan: Plan, seen: str) -> list[str]:
    """Write the plan of a confirmed batch; if it was not written, why not."""
    if form.cleaned_data["seen"] != seen:
        return [str(_("What would be written is not what this page showed before. Check it again."))]
    try:
        request.written = changes.apply(plan, desk.change_set(request, form.cleaned_data))
    except changes.Refused as problem:
        return [str(found.message) for found in problem.problems[:5]]
    return []


def _shown(plan: Plan, refused: list[tuple[Row, changes.Problem]], user: Any) -> dict[str, Any]:
    """What would be written and what is left out: how many, and the first of each in words."""
    return {
        "number_changed": len(plan.rows),
        "number_refused": len(refused),
        "changes": list(history.show([row.as_change() for row in plan.rows[:SHOWN]], user)),
        "refused": [
            (scope.link(row.instance), f"{problem.message} {in_the_way(problem, user)}".strip())
            for row, problem in refused[:SHOWN]
        ],
        "shown": SHOWN,
    }


def planned(form: Batch, rows: list[Recorded]) -> tuple[Plan, list[tuple[Row, changes.Problem]]]:
    """The plan of a batch, and the rows that it leaves out because something stands against them."""
    plan = Plan()
    for row in rows:
        before = changes.snapshot(row)
        form.give(row)
        plan.change(row, before)
    refused: dict[int, tuple[Row, changes.Problem]] = {}
    while found := {id(problem.row): (problem.row, problem) for problem in changes.check(plan)}:
        refused |= found
        plan.rows = [row for row in plan.rows if id(row) not in found]
    return plan, list(refused.values())


def digest(plan: Plan, refused: list[tuple[Row, changes.Problem]]) -> str:
    """A short text that differs when other rows, or other values, would be written."""
    written = sorted((row.instance.pk, repr(row.before), repr(row.after())) for row in plan.rows)
    return sha256(repr((written, sorted(row.instance.pk for row, _problem in refused))).encode()).hexdigest()[:16]


def _done(number: int) -> str:
    return ngettext("%(count)d record was changed.", "%(count)d records were changed.", number) % {"count": number}


def of_domains() -> Iterator[Callable[..., Any]]:
    """The actions of the list of domains."""
    yield action("set_status", SetStatus)
    yield action("move_to_server", MoveToServer)
    yield action("switch_protocols", SwitchProtocols)
    yield action("set_logins", SetLogins)


def of_mailboxes() -> Iterator[Callable[..., Any]]:
    """The actions of the list of mailboxes."""
    yield action("suspend", Suspend)
    yield action("activate", Activate)
    yield action("switch_pop3_off", SwitchPop3Off)
