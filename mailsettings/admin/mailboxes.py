"""The desk for mailboxes."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from mailsettings import lookup
from mailsettings.imports import Kind
from mailsettings.models import Domain, Mailbox

from . import batches, effective, search
from .base import AFTER, RecordDesk
from .card import Card, card_url, customer_view
from .customers import BrandFilter
from .examine import examination_urls
from .exporting import Export
from .filters import YesNoFilter
from .links import Links, links_url


@admin.register(Mailbox)
class MailboxDesk(Card, Links, Export, RecordDesk):
    kind = Kind.MAILBOXES
    list_display = ("shown_address", "name", "customer", "kind", "status", "login", "last_change")
    list_filter = ("status", "kind", BrandFilter, ("has_login", YesNoFilter))
    list_select_related = ("domain__customer", "changed_in")
    actions = tuple(batches.of_mailboxes())
    order = ("-pk",)
    owners = {"domain": Domain}
    autocomplete_fields = ("domain",)
    search_fields = ("local_part",)
    search_help_text = _("An address, the beginning of either side of “@”, or the name of its reader.")
    readonly_fields = ("effective", "source", "synchronised_at")
    fieldsets = (
        (None, {"fields": (("local_part", "domain"), "name", "kind", "status")}),
        (_("Signing in"), {"fields": ("login", ("imap", "pop3"), "recovery")}),
    )
    stored_fieldsets = (
        (_("What mail programs get"), {"fields": ("effective",), "classes": [AFTER]}),
        (_("Synchronisation"), {"fields": (("source", "synchronised_at"),), "classes": [AFTER]}),
    )

    def hits(self, found: search.Search) -> search.Hits:
        return found.mailboxes

    def search(self, request: HttpRequest, rows: QuerySet, text: str) -> QuerySet:
        if "domain__id__exact" in request.GET:
            return search.mailboxes_among(rows, text)
        return super().search(request, rows, text)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        mailbox = kwargs.get("obj")
        if mailbox:
            # In the fragment, which no server sees: the page's own script takes the address from there.
            context["customer_view"] = f"{customer_view(mailbox.domain_name_value)}#{mailbox.address}"
            context |= examination_urls(mailbox.domain, mailbox) | {"links_url": links_url(mailbox)}
            context["card_url"] = card_url(mailbox)
        return super().render_change_form(request, context, *args, **kwargs)

    def about(self, record: Mailbox) -> str:
        return record.name or str(record.domain.customer)

    @admin.display(description=_("address"))
    def shown_address(self, mailbox: Mailbox) -> str:
        return str(mailbox)

    @admin.display(description=_("customer"))
    def customer(self, mailbox: Mailbox) -> str:
        return str(mailbox.domain.customer)

    @admin.display(description="")
    def effective(self, mailbox: Mailbox) -> str:
        return effective.table(lookup.for_mailbox(mailbox), mailbox.reader, mailbox.address)
