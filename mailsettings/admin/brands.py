"""The desk for brands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.models import Brand, BrandHost

from . import logo, search
from .base import Parts, RecordDesk
from .fields import ColourField, MessengersField
from .forms import MainForm


class BrandForm(MainForm):
    new_logo = forms.FileField(
        label=_("New logo"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/png,image/webp"}),
        help_text=_("PNG or WebP, at most 1 MB. It is shown 160 pixels high at most."),
    )
    remove_logo = forms.BooleanField(label=_("Remove the logo"), required=False)

    def clean_new_logo(self) -> bytes | None:
        """The uploaded picture, ready to be kept."""
        upload = self.cleaned_data["new_logo"]
        return logo.prepare(upload) if isinstance(upload, UploadedFile) else None


class HostParts(Parts):
    model = BrandHost
    fields = ("name",)


@admin.register(Brand)
class BrandDesk(RecordDesk):
    form = BrandForm
    inlines = (HostParts,)
    list_display = ("name", "slug", "is_default", "support_email", "support_phone", "language")
    search_fields = ("name", "slug")
    search_help_text = _("A name, or a host name of the brand.")
    readonly_fields = ("logo_now",)
    line_fields = {
        "support_messengers": (MessengersField, _("One a line, the name first: Telegram https://t.me/…")),
    }
    fieldsets = (
        (None, {"fields": ("name", "slug", "is_default", "language")}),
        (_("Look"), {"fields": ("accent", "logo_now", "new_logo", "remove_logo")}),
        (
            _("Support"),
            {
                "fields": (
                    "support_email", "support_phone", "support_url", "support_messengers",
                    "support_hours_uk", "support_hours_en",
                )
            },
        ),
        (_("Forgotten passwords"), {"fields": ("password_help_uk", "password_help_en", "password_help_url")}),
        (_("Addresses of the company"), {"fields": ("site_url", "privacy_url")}),
    )  # fmt: skip

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "accent":
            kwargs["form_class"] = ColourField
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name.startswith("password_help_") and isinstance(field.widget, forms.Textarea):
            field.widget.attrs["rows"] = 3
        return field

    def search(self, request: HttpRequest, rows: QuerySet, text: str) -> QuerySet:
        hosts = BrandHost.objects.filter(name__contains=text.lower()).values("brand")
        return rows.filter(search.any_case("name", text) | search.any_case("slug", text) | Q(pk__in=hosts))

    @admin.display(description=_("logo"))
    def logo_now(self, brand: Brand) -> Any:
        if not brand.logo:
            return "—"
        return format_html('<img class="logo" src="{}" alt="{}">', default_storage.url(brand.logo), brand.name)

    def save_model(self, request: HttpRequest, obj: Brand, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if png := form.cleaned_data.get("new_logo"):
            obj.logo = logo.name_of(png)
        elif form.cleaned_data.get("remove_logo"):
            obj.logo = ""

    def save_related(self, request: HttpRequest, form: Any, formsets: Sequence[Any], change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if png := form.cleaned_data.get("new_logo"):
            logo.store(png)
