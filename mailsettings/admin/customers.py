"""The desk for customers."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.models import Brand, Customer
from mailsettings import rules

from . import search
from .base import RecordDesk
from .filters import ScopedFilter
from .personal_data import PersonalData, data_url


class BrandFilter(ScopedFilter):
    title = _("brand")
    parameter_name = "brand"
    model = Brand
    path = "brand_key"

    def narrow(self, queryset: QuerySet, pk: int) -> QuerySet:
        # Who has no brand has the default one: both have the same key.
        default = Brand.objects.filter(pk=pk, is_default=True).exists()
        return super().narrow(queryset, 0 if default else pk)


@admin.register(Customer)
class CustomerDesk(PersonalData, RecordDesk):
    list_display = ("ref", "name", "brand", "email", "phone", "last_change")
    list_display_links = ("ref", "name")
    list_filter = (BrandFilter, "language")
    list_select_related = ("brand", "changed_in")
    order = ("ref",)
    search_fields = ("ref",)
    search_help_text = _("A reference, a name, an e-mail address, a phone number, or a domain of the customer.")
    fieldsets = (
        (None, {"fields": ("ref", "name", "brand")}),
        (_("Contact"), {"fields": ("email", "phone", "language")}),
    )
    stored_fieldsets = ((_("Domains"), {"fields": ("domains",)}),)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        # Billing knows the customer by the reference, so a stored one stays.
        return ["domains", *(["ref"] if obj else [])]

    def hits(self, found: search.Search) -> search.Hits:
        return found.customers

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "brand" and not (request.user.sees_everything or request.user.works_for_default_brand):
            # Without a brand the customer would be out of sight of whoever enters it.
            kwargs |= {"required": True, "empty_label": None, "help_text": ""}
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        customer = kwargs.get("obj")
        if customer and rules.contacts_inside([customer]):
            context["notice"] = rules.CONTACT_INSIDE
        if customer:
            context["data_url"] = data_url(customer, request.user)
        return super().render_change_form(request, context, *args, **kwargs)

    def about(self, record: Customer) -> str:
        return " · ".join(filter(None, (record.email, record.phone)))

    @admin.display(description=_("domains"))
    def domains(self, customer: Customer) -> SafeString:
        return list_link("mailsettings_domain", "customer", customer)


def list_link(name: str, column: str, record: Any) -> SafeString:
    """A link to the list of the records that point at ``record``, and one to add another."""
    query = {column: record.pk}
    return format_html(
        '<a href="{}">{}</a> · <a href="{}">{}</a>',
        reverse(f"admin:{name}_changelist", query={f"{column}__id__exact": record.pk}),
        _("show the list"),
        reverse(f"admin:{name}_add", query=query),
        _("add"),
    )
