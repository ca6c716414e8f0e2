"""Forms of the desk: they remember the row as it was, and show what a plan was refused for beside its field."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import ChangeSet
from mailsettings import changes

from . import meanwhile, scope

NAMED_USERS = 5


class Refusal(NamedTuple):
    """One problem of a refused plan, for the form with the prefix ``where``."""

    where: str
    field: str
    message: str


def refusals(problems: Sequence[changes.Problem], user: Any) -> list[Refusal]:
    """Problems of a plan whose rows carry form prefixes. What has no form any more goes to the main one."""
    found = []
    for problem in problems:
        message = f"{problem.message} {in_the_way(problem, user)}".strip()
        if problem.row is None:
            found.append(Refusal("", "", message))
        elif problem.row.action == changes.Action.REMOVE:
            found.append(Refusal("", "", f"{problem.row.name or problem.row.instance}: {message}"))
        else:
            found.append(Refusal(problem.row.where, problem.field, message))
    return found


def in_the_way(problem: changes.Problem, user: Any) -> str:
    """The rows that a problem is about, as far as ``user`` may see them, in brackets."""
    if problem.users is None:
        return ""
    rows = scope.visible(problem.users.model, user).filter(pk__in=problem.users.values("pk"))
    names = [str(row) for row in problem.staying(rows, NAMED_USERS + 1)]
    return f"({', '.join(names[:NAMED_USERS])}{', …' if len(names) > NAMED_USERS else ''})" if names else ""


class AboutThisChange(forms.Form):
    """Why, and for which ticket: kept in the change log with every save."""

    required_css_class = "required"
    # Whether somebody has to write why.
    reason_required = False

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        required=False,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=_("Colleagues will see it in the change log."),
        error_messages={"required": _("Write why. Colleagues will look for it in the change log.")},
    )
    ticket = forms.CharField(
        label=_("Ticket"), max_length=100, required=False, widget=forms.TextInput(attrs={"class": "vTextField"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "reason" in self.fields:
            self.fields["reason"].required = self.reason_required

    def about_fields(self) -> list[forms.BoundField]:
        """The fields of this class, for pages that set them by themselves."""
        return [self["reason"], self["ticket"]]


class PlannedForm(forms.BaseForm):
    """A form that can be shown again with what its plan was refused for.

    ``held`` keeps it from being saved: the page comes back with what was entered.
    """

    refused: Sequence[Refusal] = ()
    held = False

    def is_valid(self) -> bool:
        return super().is_valid() and not self.held

    def full_clean(self) -> None:
        super().full_clean()
        if not self.is_bound:
            return
        for refusal in self.refused:
            if refusal.where == (self.prefix or ""):
                field = self.fields.get(refusal.field)
                shown = field is not None and not field.widget.is_hidden
                self.add_error(refusal.field if shown else None, refusal.message)


class RecordForm(PlannedForm, forms.ModelForm):
    """The form of one recorded row. ``before`` is the row as it was stored when the form was made; None for a new one.

    ``version`` is the change set that wrote the row when the page was opened: where somebody saved it since, the form
    comes back and ``differences`` say what they changed. With ``take_theirs`` their values are put into it.
    """

    take_theirs = False

    version = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stored = not self.instance._state.adding
        self.before = changes.snapshot(self.instance) if stored else None
        self.differences: list[meanwhile.Difference] = []
        self.stored_name = ""
        if stored:
            self.initial["version"] = self._current_version()
            self._keep_choices()

    def _current_version(self) -> str:
        return str(self.instance.changed_in_id or "")

    def _keep_choices(self) -> None:
        """What a row points at can stay, even where it lies outside of the scope of whoever edits the row."""
        for name, field in self.fields.items():
            current = self.initial.get(name)
            if isinstance(field, forms.ModelChoiceField) and isinstance(current, int):
                rows = field.queryset
                if not rows.filter(pk=current).exists():
                    every = scope.named(rows.model._default_manager.all())
                    field.queryset = every.filter(Q(pk__in=rows.values("pk")) | Q(pk=current))

    def full_clean(self) -> None:
        name = self.add_prefix("version")
        known = self.data.get(name) if self.before is not None else None
        if known is not None:
            self._meet(name, known)
        super().full_clean()
        if self.differences and not self.take_theirs:
            self.add_error(None, ValidationError(_changed_meanwhile(self.instance.changed_in), code="meanwhile"))

    def _meet(self, name: str, known: str) -> None:
        """Compare what was posted with what somebody saved since; whoever is told may save again on top of it."""
        current = self._current_version()
        # Only who was told of something before can take it.
        if meanwhile.seen(known) == current and not (self.take_theirs and meanwhile.was_told(known)):
            return
        self.stored_name = str(self.instance)
        self.data = self.data.copy()
        version = meanwhile.opened(known) if self.take_theirs else meanwhile.seen(known)
        self.differences = meanwhile.compare(self, version, self.take_theirs)
        if self.differences:
            self.data[name] = f"{current}:{meanwhile.opened(known)}"


def _changed_meanwhile(change_set: ChangeSet | None) -> str:
    message = gettext("Somebody saved this after you had opened it. Check the values and save again.")
    return f"{message} ({change_set})" if change_set else message


class MainForm(AboutThisChange, RecordForm):
    """The form of a page: the record, and why it is changed."""
