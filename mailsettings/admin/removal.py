"""Removing records: why it is asked for, and the action that removes several."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import model_ngettext
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from . import deletion
from .forms import AboutThisChange


class AboutRemoval(AboutThisChange):
    """Why something is removed, and what the page showed of it."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def has_seen(self, digest: str) -> bool:
        """Whether the page showed what would go now; if not, the form says so."""
        if self.cleaned_data["seen"] != digest:
            self.add_error(None, _("What would be deleted is not what this page showed before. Check it again."))
        return self.is_valid()


class Incomplete(Exception):
    """A removal was confirmed without what it needs; ``about`` says what is missing."""

    def __init__(self, about: AboutRemoval) -> None:
        super().__init__()
        self.about = about


def remove_selected(desk: Any, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
    """The action that removes a selection: it shows what goes and what stands in the way, and asks why."""
    rows = list(queryset)
    shown, counts, _forbidden, protected = desk.get_deleted_objects(rows, request)
    about = desk.about_removal(request, several=len(rows) > 1)
    name = model_ngettext(desk.opts, len(rows))
    seen = "" if protected else deletion.digest(desk.model, rows)
    if rows and not protected and about.is_bound and about.is_valid() and about.has_seen(seen):
        desk.remove(request, rows, about.cleaned_data)
        words = _("Successfully deleted %(count)d %(items)s.") % {"count": len(rows), "items": name}
        desk.message_user(request, words, messages.SUCCESS)
        return None
    context = {
        **desk.admin_site.each_context(request),
        "title": _("Cannot delete %(name)s") % {"name": name} if protected else _("Delete multiple objects"),
        "objects_name": name,
        "deletable_objects": [shown],
        "model_count": counts.items(),
        "rows": rows,
        "selected": desk.selected(request),
        "protected": protected,
        "opts": desk.opts,
        "about": about,
        "seen": seen,
        "media": desk.media,
    }
    return TemplateResponse(request, desk.delete_selected_confirmation_template, context)
