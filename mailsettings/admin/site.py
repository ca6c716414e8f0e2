"""The admin site itself: who gets in, what stands in which order, and one search over everything."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Brand, ChangeSet, Customer, User
from mailsettings import signing
from mailsettings.core.finding import MAX_TEXT
from mailsettings.models import Domain, GuideAnswer, Mailbox, MailServer

from . import roles, scope

# The order of the desk: what is looked up most stands first.
ORDER = [
    model._meta.object_name for model in (Domain, Mailbox, MailServer, GuideAnswer, Customer, Brand, User, ChangeSet)
]
APPS = ["mailsettings", "accounts"]
FOUND_PER_KIND = 10
# A ticket is about a mailbox, if it names one.
BEST = [Mailbox, Domain, Customer, MailServer]
RECENT = 10


# Django asks for its default site while it imports this package, and the modules that it imports ask again to register
# themselves. Both must be given the same one.
@cache
class SupportDesk(admin.AdminSite):
    site_header = settings.SITE_NAME
    site_title = settings.SITE_NAME
    index_title = _("Support desk")
    index_template = "admin/desk_index.html"
    empty_value_display = "—"

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(roles.table_for(request.user))

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        apps = super().get_app_list(request, app_label)
        for app in apps:
            app["models"].sort(key=lambda model: ORDER.index(model["object_name"]))
        return sorted(apps, key=lambda app: APPS.index(app["app_label"]))

    def get_urls(self) -> list[Any]:
        return [path("find/", self.admin_view(self.find), name="find"), *super().get_urls()]

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        from .changelog import summary

        newest = ChangeSet.objects.visible_to(request.user).select_related("actor")[:RECENT]
        recent = [(change_set, summary(change_set)) for change_set in newest]
        notice = signing.state().trouble(datetime.now(UTC)) if request.user.sees_everything else ()
        shown = {"recent": recent, "notice": notice, "searches_below": True}
        return super().index(request, shown | (extra_context or {}))

    def find(self, request: HttpRequest) -> HttpResponse:
        """Everything that a text leads to: an address, a domain, a host name, a contact, a number, or a whole ticket.

        Read from a POST only, so that no log keeps the address. One hit alone is shown at once.
        """
        from . import finder

        text = request.POST.get("q", "").replace("\0", "").strip()[:MAX_TEXT]
        if not text:
            return HttpResponseRedirect(reverse("admin:index"))
        scraps = finder.read(text)
        leads = finder.Finder(request.user, scraps).leads() if scraps else []
        found = [lead for lead in leads if lead.records]
        groups = [] if found or not finder.is_short(text) else self._groups(request, text)
        hits = {record for lead in found for record in lead.records} | {
            row for group in groups for row, _link, _about in group["rows"]
        }
        if len(hits) == 1 and not any(lead.note for lead in found):
            return HttpResponseRedirect(scope.change_url(hits.pop()))
        context = {
            **self.each_context(request),
            "title": _("Search"),
            "text": text,
            "leads": sorted(found, key=lambda lead: BEST.index(type(lead.records[0]))),
            "unknown": [lead for lead in leads if not lead.records],
            "groups": groups,
            "replies": [] if hits else finder.replies(),
        }
        return TemplateResponse(request, "admin/found.html", context)

    def _groups(self, request: HttpRequest, text: str) -> list[dict[str, Any]]:
        from .search import Search

        found = Search(request.user, text, FOUND_PER_KIND)
        kinds = (Domain, Mailbox, Customer, MailServer)
        return [group for kind in kinds if (group := self._found(request, kind, found))]

    def _found(self, request: HttpRequest, model: Any, found: Any) -> dict[str, Any] | None:
        desk = self.get_model_admin(model)
        if not desk.has_view_permission(request):
            return None
        hits = desk.hits(found)
        rows = desk.get_queryset(request).select_related(*(desk.list_select_related or ())).in_bulk(list(hits.pks))
        if not rows:
            return None
        opts = model._meta
        return {
            "title": opts.verbose_name_plural,
            "rows": [(rows[pk], scope.link(rows[pk]), desk.about(rows[pk])) for pk in hits.pks if pk in rows],
            "more": hits.more,
            "list_url": reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist"),
        }
