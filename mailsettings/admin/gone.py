"""A record that a colleague removed while its form was open: who did it, the way back, and what was typed meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.admin.utils import flatten_fieldsets
from django.db.models import Model
from django.forms.formsets import DELETION_FIELD_NAME
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Brand, Change, ChangeSet
from mailsettings.models import MailServer

from . import history, scope
from .reverting import revert_url

# What decides whose records of a kind are: whoever sees that one, sees them.
BELONGS_TO = {**history.OWNERS, MailServer: "brand"}
# Rows of a table that nobody fills by hand; a request that names more is no form of ours.
MOST_ROWS = 1000


@dataclass(frozen=True, slots=True)
class Typed:
    """What stood in a part of the form: its heading, and the fields with their values."""

    heading: str
    lines: list[tuple[str, history.Value]]


def removal_of(model: type[Model], pk: int | None, user: Any) -> Change | None:
    """The change that removed a record for good, if the record was in the scope of ``user``."""
    removal = None if pk is None else _removal(model, pk)
    return removal if removal is not None and (user.sees_everything or _was_visible(removal, user)) else None


def _removal(model: type[Model], pk: int) -> Change | None:
    of_record = Change.objects.filter(model=model._meta.label_lower, object_pk=pk)
    last = of_record.select_related("change_set__actor").order_by("pk").last()
    return last if last is not None and last.action == Change.Action.REMOVE else None


def _was_visible(removal: Change, user: Any) -> bool:
    """Whether ``user`` saw a record when it was removed, by what it belonged to."""
    for model, name in BELONGS_TO.items():
        column = model._meta.get_field(name)
        if model._meta.label_lower == removal.model and column.attname in removal.before:
            return _sees(column.related_model, removal.before[column.attname], user)
    return False


def _sees(owner: type[Model], pk: int | None, user: Any) -> bool:
    if pk is None:
        return owner is Brand and user.works_for_default_brand
    if owner._default_manager.filter(pk=pk).exists():
        return scope.visible(owner, user).filter(pk=pk).exists()
    removal = _removal(owner, pk)
    return removal is not None and _was_visible(removal, user)


def page(desk: Any, request: HttpRequest, removal: Change) -> HttpResponse:
    """What is left to say about a record that is gone, with everything that was typed into its form."""
    change_set = removal.change_set
    is_open = ChangeSet.objects.visible_to(request.user).filter(pk=change_set.pk).exists()
    context = {
        **desk.admin_site.each_context(request),
        "title": _("Somebody removed this after you had opened it"),
        "opts": desk.opts,
        "removal": removal,
        "change_set": change_set,
        "open": is_open,
        "revert_url": revert_url(change_set) if is_open else "",
        "typed": [part for part in _typed(desk, request) if part.lines],
    }
    return TemplateResponse(request, "admin/gone.html", context, status=410)


def _typed(desk: Any, request: HttpRequest) -> Iterator[Typed]:
    """The parts of the posted form, the record itself first."""
    fields = flatten_fieldsets(desk.get_fieldsets(request, None))
    form = desk.get_form(request, None, change=True, fields=fields)(request.POST)
    yield Typed("", list(_lines(form)))
    for inline in desk.get_inline_instances(request, None):
        formset = inline.get_formset(request, None)
        prefix = formset.get_default_prefix()
        total = scope.key(request.POST.get(f"{prefix}-TOTAL_FORMS", "")) or 0
        for number in range(min(total, MOST_ROWS)):
            if not request.POST.get(f"{prefix}-{number}-{DELETION_FIELD_NAME}"):
                row = formset.form(request.POST, prefix=f"{prefix}-{number}")
                yield Typed(capfirst(str(inline.opts.verbose_name)), list(_lines(row)))


def _lines(form: forms.BaseForm) -> Iterator[tuple[str, history.Value]]:
    for bound in form.visible_fields():
        text = _words(bound.field, bound.data) if bound.html_name in form.data else ""
        if text:
            yield str(bound.label), history.Value(text)


def _words(field: forms.Field, posted: Any) -> str:
    """A posted value as the form showed it; what cannot be read stays as it was typed."""
    if isinstance(posted, bool):
        return gettext("yes") if posted else ""
    if isinstance(field, forms.ModelChoiceField):
        chosen = field.queryset.filter(pk=scope.key(str(posted or "")) or 0).first()
        return "" if chosen is None else str(chosen)
    if isinstance(field, forms.ChoiceField):
        return str(dict(field.choices).get(posted, posted or ""))
    return str(posted or "").strip()
