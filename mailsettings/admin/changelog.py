"""The change log: who changed what, when and why. Nobody edits it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Case, Count, Exists, OuterRef, QuerySet, Subquery, When
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Change, ChangeSet
from mailsettings import rules

from . import history
from .base import Desk
from .logsearch import LogSearch
from .reverting import Reverting
from .search import any_case

PART_LABELS = sorted({part._meta.label_lower for _owner, part, _column in rules.PARTS})


def with_summary(rows: QuerySet) -> QuerySet:
    """Change sets with the name of the first record that they are about, and the number of their changes."""
    of_set = Change.objects.filter(change_set=OuterRef("pk"))
    number = of_set.order_by().values("change_set").annotate(number=Count("pk")).values("number")
    # A domain is removed after its parts, and yet it is what the change set is about.
    parts_last = Case(When(model__in=PART_LABELS, then=1), default=0)
    first = of_set.order_by(parts_last, "id").values("object_name")[:1]
    return rows.annotate(first_record=Subquery(first), number_of_changes=Subquery(number))


def summary(change_set: Any) -> str:
    """What a change set of ``with_summary`` is about, in a few words."""
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


@admin.register(ChangeSet)
class ChangeLogDesk(Reverting, LogSearch, Desk):
    list_display = ("number", "when", "actor", "records", "source", "ticket", "reason")
    list_display_links = ("number", "records")
    list_filter = ("source", "at")
    list_select_related = ("actor",)
    search_fields = ("ticket", "reason", "changes__object_name")
    search_help_text = _("A ticket, a word of the reason, or the name of a record.")
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return with_summary(super().get_queryset(request))

    def summarised(self, rows: QuerySet) -> QuerySet:
        """Change sets with what ``records`` says of them."""
        return with_summary(rows).select_related("actor")

    def search(self, rows: QuerySet, text: str) -> QuerySet:
        named = Change.objects.filter(any_case("object_name", text), change_set=OuterRef("pk"))
        return rows.filter(any_case("ticket", text) | any_case("reason", text) | Exists(named))

    @admin.display(description=_("number"), ordering="id")
    def number(self, change_set: ChangeSet) -> str:
        return str(change_set)

    @admin.display(description=_("time"), ordering="at")
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
        page = Paginator(change_set.changes.order_by("id"), history.PER_PAGE).get_page(request.GET.get("p"))
        page.object_list = list(history.show(list(page.object_list), request.user))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Change set"),
            "subtitle": str(change_set),
            "opts": self.opts,
            "original": change_set,
            "page": page,
            "revert_url": reverse("admin:accounts_changeset_revert", args=[change_set.pk]),
            **kinship(change_set, request.user),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/change_set.html", context)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        # The log has no log.
        return self.change_view(request, object_id)
