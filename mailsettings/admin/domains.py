"""The desk for domains."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer
from mailsettings import lookup
from mailsettings.imports import Kind
from mailsettings.models import Domain, DomainName, MailServer

from . import batches, effective, scope, search
from .base import AFTER, Parts, RecordDesk
from .card import Card, card_url, customer_view
from .confirming import Confirming
from .customers import BrandFilter, list_link
from .examine import Examination, examination_urls
from .exporting import Export
from .filters import ScopedFilter
from .forms import RecordForm
from .links import Links, links_url
from .mail_exchange import MailExchange, mx_url
from .meanwhile import MetFormSet
from .servers import EndpointParts


class NameForm(RecordForm):
    def validate_constraints(self) -> None:
        """Nothing: the primary mark may move between rows in one save, which each row alone would take for a clash.

        The formset counts the marks; fields and rules check everything else.
        """


class NameFormSet(MetFormSet):
    def clean(self) -> None:
        super().clean()
        kept = [form for form in self.forms if not self._should_delete_form(form)]
        primary = [form for form in kept if form.cleaned_data.get("is_primary")]
        if len(primary) != 1:
            raise ValidationError(gettext("Mark exactly one name as the primary one."), code="primary_name")


class NameParts(Parts):
    model = DomainName
    form = NameForm
    formset = NameFormSet
    fields = ("name", "is_primary", "is_confirmed")
    classes = ("names",)

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return 0 if obj else 1

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        vouches = request.user.vouches_for(obj.customer.brand_id) if obj else request.user.is_support
        return () if vouches or request.user.sees_everything else ("is_confirmed",)


class DomainEndpointParts(EndpointParts):
    verbose_name_plural = _("endpoints of its own, in place of the server’s")


class ConfirmationFilter(admin.SimpleListFilter):
    title = _("confirmation")
    parameter_name = "confirmation"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("waiting", _("waits for confirmation"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.waiting() if self.value() == "waiting" else queryset


class ServerFilter(ScopedFilter):
    title = _("mail server")
    parameter_name = "server"
    model = MailServer
    path = "server"


@admin.register(Domain)
class DomainDesk(Card, Confirming, Links, MailExchange, Examination, Export, RecordDesk):
    kind = Kind.DOMAINS
    inlines = (NameParts, DomainEndpointParts)
    list_display = ("name", "customer", "server", "status", "last_change")
    list_filter = ("status", ConfirmationFilter, BrandFilter, ServerFilter, "logins", "mta_sts")
    list_select_related = ("customer", "server", "changed_in")
    actions = tuple(batches.of_domains())
    order = ("-pk",)
    owners = {"customer": Customer}
    autocomplete_fields = ("customer", "server")
    search_fields = ("names__name",)
    search_help_text = _("A domain in any spelling, its beginning, a host name below it, or its customer.")
    readonly_fields = ("effective", "mailboxes")
    fieldsets = (
        (None, {"fields": ("customer", "server", "status")}),
        (_("What its mailboxes may use"), {"fields": (("imap", "pop3"), "logins", "mta_sts")}),
    )
    stored_fieldsets = (
        (_("What mail programs get"), {"fields": ("effective",), "classes": [AFTER]}),
        (_("Mailboxes"), {"fields": ("mailboxes",), "classes": [AFTER]}),
    )

    def hits(self, found: search.Search) -> search.Hits:
        return found.domains

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        usual = scope.visible(MailServer, request.user).filter(is_default=True).first()
        return ({"server": usual.pk} if usual else {}) | super().get_changeform_initial_data(request)

    def get_formset_kwargs(self, request: HttpRequest, obj: Any, inline: Any, prefix: str) -> dict[str, Any]:
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        if isinstance(inline, NameParts) and obj._state.adding and request.method == "GET":
            kwargs["initial"] = [{"is_primary": True}]
        return kwargs

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        domain = kwargs.get("obj")
        if domain:
            context |= {"customer_view": customer_view(domain.primary_name), **examination_urls(domain)}
            context |= {"links_url": links_url(domain), "mx_url": mx_url(domain), "card_url": card_url(domain)}
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description=_("domain name"))
    def name(self, domain: Domain) -> str:
        return str(domain)

    @admin.display(description="")
    def effective(self, domain: Domain) -> str:
        settings = lookup.for_domain(domain.primary_name)
        return (
            effective.table(settings, domain.reader)
            if settings
            else _("The domain waits for confirmation, so nobody gets an answer for it.")
        )

    def about(self, record: Domain) -> str:
        return str(record.customer)

    @admin.display(description=_("mailboxes"))
    def mailboxes(self, domain: Domain) -> SafeString:
        return list_link("mailsettings_mailbox", "domain", domain)
