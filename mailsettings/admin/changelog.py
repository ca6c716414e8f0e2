"""The change log: who changed what, when and why. Nobody edits it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import ChangeSet

from . import history, paging, search
from .base import Desk
from .logsearch import LogSearch
from .reverting import Reverting, revert_url


def summary(change_set: ChangeSet) -> str:
    """What a change set is about, in a few words."""
    rest = (change_set.number_of_changes or 1) - 1
    more = gettext("and %(count)d more") % {"count": rest}
    return f"{change_set.first_record} {more}" if rest else change_set.first_record or str(change_set)


@dataclass(frozen=True, slots=True)
class Kin:
    """A change set beside another one, and whether the reader may open it."""

    change_set: ChangeSet
    open: bool


def kinship(change_set: ChangeSet, user: Any) -> dict[str, Any]:
    """The change set that another one reverts, and those that revert it."""
    reverted_by = list(change_set.reverted_by.order_by("pk"))
    others = [*reverted_by, *([change_set.reverts] if change_set.reverts else [])]
    pks = [other.pk for other in others]
    open_sets = set(ChangeSet.objects.visible_to(user).filter(pk__in=pks).values_list("pk", flat=True))
    kin = {other.pk: Kin(other, other.pk in open_sets) for other in others}
    return {
        "reverts": kin.get(change_set.reverts_id),
        "reverted_by": [kin[other.pk] for other in reverted_by],
    }


class TimeFilter(admin.SimpleListFilter):
    """Since when. Change sets are numbered in the order of their times, so a time is a number to begin with."""

    title = _("time")
    parameter_name = "since"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("day", _("today")),
            ("week", _("the last 7 days")),
            ("month", _("this month")),
            ("year", _("this year")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        today = localtime().replace(hour=0, minute=0, second=0, microsecond=0)
        begin = {
            "day": today,
            "week": today - timedelta(days=7),
            "month": today.replace(day=1),
            "year": today.replace(month=1, day=1),
        }.get(self.value() or "")
        if begin is None:
            return queryset
        first = ChangeSet.objects.filter(at__gte=begin).order_by("at").values_list("pk", flat=True).first()
        return queryset.none() if first is None else queryset.filter(pk__gte=first)


@admin.register(ChangeSet)
class ChangeLogDesk(Reverting, LogSearch, Desk):
    list_display = ("number", "when", "actor", "records", "source", "ticket", "reason")
    list_display_links = ("number", "records")
    list_filter = ("source", TimeFilter)
    order = ("-pk",)
    list_select_related = ("actor",)
    search_fields = ("ticket",)
    search_help_text = _("A ticket, a word of the reason, or the name of a record.")
    actions = None

    def hits(self, found: search.Search) -> search.Hits:
        return found.change_sets

    @admin.display(description=_("number"))
    def number(self, change_set: ChangeSet) -> str:
        return str(change_set)

    @admin.display(description=_("time"))
    def when(self, change_set: ChangeSet) -> str:
        return date_format(localtime(change_set.at), "SHORT_DATETIME_FORMAT")

    @admin.display(description=_("records"))
    def records(self, change_set: Any) -> str:
        return summary(change_set)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        change_set = self.get_object(request, unquote(object_id))
        if change_set is None:
            return self.not_here(request, object_id)
        if not self.has_view_permission(request, change_set) or request.method not in ("GET", "HEAD"):
            raise PermissionDenied
        part = paging.part_of(change_set.changes.all(), ("pk",), paging.Cursor.of(request.GET), history.PER_PAGE)
        part.object_list = list(history.show(part.object_list, request.user))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Change set"),
            "subtitle": str(change_set),
            "opts": self.opts,
            "original": change_set,
            "page": part,
            "revert_url": revert_url(change_set),
            **kinship(change_set, request.user),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/change_set.html", context)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        # The log has no log.
        return self.change_view(request, object_id)
