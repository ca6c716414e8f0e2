"""The admin site itself: who gets in, what stands in which order, and one search over everything."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from accounts import second_factor
from accounts.models import Brand, ChangeSet, Customer, User
from mailsettings import signing
from mailsettings.core.finding import MAX_TEXT
from mailsettings.models import Domain, GuideAnswer, Mailbox, MailServer
from mailsettings.pages.errors import forbidden

from . import roles
from .importing import Importing

# The order of the desk: what is looked up most stands first.
ORDER = [
    model._meta.object_name for model in (Domain, Mailbox, MailServer, GuideAnswer, Customer, Brand, User, ChangeSet)
]
APPS = ["mailsettings", "accounts"]
FOUND_PER_KIND = 10
# A ticket is about a mailbox, if it names one.
BEST = [Mailbox, Domain, Customer, MailServer, Brand]
RECENT = 10
# Nobody reads a larger number any closer.
MOST_WAITING = 1000


class Offered(AutocompleteJsonView):
    """What a field with a search offers. It may be searched for an address, so the text comes in a body."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.GET = request.POST
        return self.get(request, *args, **kwargs)


# Django asks for its default site while it imports this package, and the modules that it imports ask again to register
# themselves. Both must be given the same one.
@cache
class SupportDesk(Importing, admin.AdminSite):
    site_header = settings.SITE_NAME
    site_title = settings.SITE_NAME
    index_title = _("Support desk")
    index_template = "admin/desk_index.html"
    empty_value_display = "—"

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether this session may work here: staff with a role, proved by a second factor where that is asked."""
        return self.is_staff(request.user) and (not settings.ADMIN_SECOND_FACTOR or second_factor.proved(request))

    def is_staff(self, user: Any) -> bool:
        return bool(roles.table_for(user))

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Send on to the one sign-in, or to the step of it that is missing."""
        if not request.user.is_authenticated:
            return self._send(request, "account_login")
        if not self.is_staff(request.user):
            return forbidden(request, advice=_("Your account has no access to the support desk."))
        if self.has_permission(request):
            return HttpResponseRedirect(self._wanted(request))
        factors = second_factor.factors(request.user)
        if not factors:
            messages.warning(request, _("The support desk asks for a second factor. Set up a passkey or an app."))
            return HttpResponseRedirect(reverse("mfa_index"))
        return self._send(request, "mfa_reauthenticate" if "totp" in factors else "mfa_reauthenticate_webauthn")

    def _send(self, request: HttpRequest, name: str) -> HttpResponse:
        return HttpResponseRedirect(reverse(name, query={REDIRECT_FIELD_NAME: self._wanted(request)}))

    def _wanted(self, request: HttpRequest) -> str:
        """The page of the desk that somebody wanted before they had to sign in."""
        path = request.GET.get(REDIRECT_FIELD_NAME, "")
        index, own = reverse("admin:index"), {reverse("admin:login"), reverse("admin:logout")}
        safe = path.startswith(index) and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
        return path if safe and urlsplit(path).path not in own else index

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return HttpResponseRedirect(reverse("account_logout"))

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return HttpResponseRedirect(reverse("account_change_password"))

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        apps = super().get_app_list(request, app_label)
        for app in apps:
            app["models"].sort(key=lambda model: ORDER.index(model["object_name"]))
        return sorted(apps, key=lambda app: APPS.index(app["app_label"]))

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        return Offered.as_view(admin_site=self)(request)

    def get_urls(self) -> list[Any]:
        find = path("find/", self.admin_view(self.find), name="find")
        return [find, *self.import_urls(), *super().get_urls()]

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        from .changelog import summary

        newest = ChangeSet.objects.visible_to(request.user).select_related("actor")[:RECENT]
        recent = [(change_set, summary(change_set)) for change_set in newest]
        notice = signing.state().trouble(datetime.now(UTC)) if request.user.sees_everything else ()
        waiting = len(Domain.objects.visible_to(request.user).waiting().order_by().values_list("pk")[:MOST_WAITING])
        shown = {"recent": recent, "notice": notice, "waiting": waiting, "searches_below": True}
        return super().index(request, shown | (extra_context or {}))

    def find(self, request: HttpRequest) -> HttpResponse:
        """Everything that a text leads to: an address, a domain, a host name, a contact, a number, or a whole ticket.

        Read from a POST only, so that no log keeps the address. One hit alone is shown at once.
        """
        from . import card, finder

        text = request.POST.get("q", "").replace("\0", "").strip()[:MAX_TEXT]
        if not text:
            return HttpResponseRedirect(reverse("admin:index"))
        leads = finder.leads_of(request.user, text)
        groups = [] if any(leads) or not finder.is_short(text) else self._groups(request, text)
        if not any(leads) and not groups:
            leads += finder.guesses_of(request.user, text)
        found = [lead for lead in leads if lead]
        hits = {record for lead in found for record in lead.records} | {
            row for group in groups for row, _link, _about in group["rows"]
        }
        if len(hits) == 1 and not any(lead.note for lead in found):
            (alone,) = hits
            groups += self._domains_of(request, alone) if isinstance(alone, Customer) else []
            if answer := _answer(alone, groups):
                return HttpResponseRedirect(card.first_url(answer))
        context = {
            **self.each_context(request),
            "title": _("Search"),
            "text": text,
            "leads": sorted(found, key=_how_far),
            "unknown": [lead for lead in leads if not lead],
            "groups": groups,
            "replies": [] if found or groups else finder.replies(),
        }
        return TemplateResponse(request, "admin/found.html", context)

    def _groups(self, request: HttpRequest, text: str) -> list[dict[str, Any]]:
        from .search import Search

        found = Search(request.user, text, FOUND_PER_KIND)
        kinds = (Domain, Mailbox, Customer, MailServer)
        groups = [group for kind in kinds if (group := self._found(request, kind, found))]
        # Whoever types a customer's whole number means that customer, and not what else is known by it.
        return sorted(groups, key=lambda group: not any(_has_number(row, text) for row, *_words in group["rows"]))

    def _domains_of(self, request: HttpRequest, customer: Customer) -> list[dict[str, Any]]:
        """What a ticket of a customer is about: the domains that the reader sees of them, as one group if any."""
        from .search import Hits

        hits = Hits(FOUND_PER_KIND)
        hits.take(Domain.objects.visible_to(request.user).filter(customer=customer))
        group = self._group(request, Domain, hits, customer__id__exact=customer.pk)
        return [group] if group else []

    def _found(self, request: HttpRequest, model: Any, found: Any) -> dict[str, Any] | None:
        return self._group(request, model, self.get_model_admin(model).hits(found))

    def _group(self, request: HttpRequest, model: Any, hits: Any, **query: Any) -> dict[str, Any] | None:
        """Records of one kind, and the list, narrowed by ``query``, that holds all of them; None without any."""
        from .card import first_link

        desk = self.get_model_admin(model)
        if not desk.has_view_permission(request):
            return None
        rows = desk.get_queryset(request).select_related(*(desk.list_select_related or ())).in_bulk(list(hits.pks))
        if not rows:
            return None
        opts = model._meta
        return {
            "title": opts.verbose_name_plural,
            "rows": [(rows[pk], first_link(rows[pk]), desk.about(rows[pk])) for pk in hits.pks if pk in rows],
            "more": hits.more,
            "list_url": reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist", query=query or None),
        }


def _has_number(row: Any, text: str) -> bool:
    return isinstance(row, Customer) and row.ref.casefold() == text.casefold()


def _answer(alone: Any, groups: list[dict[str, Any]]) -> Any:
    """The record to open for the only one that was found: of a customer the one domain, and nothing if they have more.

    The form of a customer answers no ticket.
    """
    if not isinstance(alone, Customer):
        return alone
    domains = [row for group in groups for row, *_words in group["rows"] if isinstance(row, Domain)]
    return domains[0] if len(domains) == 1 else None


def _how_far(lead: Any) -> int:
    """The place of a lead on the page, by the kind of its first record."""
    return BEST.index(type(lead.records[0])) if lead.records else len(BEST)
