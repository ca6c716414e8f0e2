"""The desk for brands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.models import Brand, BrandHost

from . import logo, preview, search
from .base import Parts, RecordDesk
from .fields import ColourField, MessengersField
from .forms import MainForm


class BrandForm(MainForm):
    """The form of a brand. A new logo is kept for an hour, so that nobody chooses it again after a preview."""

    # Whose form it is: what somebody has uploaded is theirs alone until it is saved.
    uploader = 0

    new_logo = forms.FileField(
        label=_("New logo"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/png,image/webp"}),
        help_text=_("PNG or WebP, at most 1 MB. It is shown 160 pixels high at most."),
    )
    kept_logo = forms.CharField(required=False, widget=forms.HiddenInput)
    remove_logo = forms.BooleanField(label=_("Remove the logo"), required=False)

    def clean_new_logo(self) -> bytes | None:
        """The uploaded picture, ready to be kept."""
        upload = self.cleaned_data["new_logo"]
        return logo.prepare(upload) if isinstance(upload, UploadedFile) else None

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        kept = values.get("kept_logo")
        if png := values.get("new_logo"):
            self.data = self.data.copy()
            self.data[self.add_prefix("kept_logo")] = logo.keep(png, self.uploader)
        elif kept and "new_logo" not in self.errors:
            values["new_logo"] = logo.kept(kept, self.uploader)
            if values["new_logo"] is None:
                self.add_error("new_logo", _("The picture was kept for an hour only. Choose it again."))
        return values


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
        (_("Look"), {"fields": ("accent", "logo_now", "new_logo", "remove_logo", "kept_logo")}),
        (
            _("Support"),
            {
                "fields": (
                    "support_email", "support_phone", "support_url", "support_messengers",
                    ("support_hours_uk", "support_hours_en"),
                )
            },
        ),
        (_("Forgotten passwords"), {"fields": (("password_help_uk", "password_help_en"), "password_help_url")}),
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
        for text in preview.texts(form.cleaned_data):
            if text.warning:
                self.message_user(request, f"{text.label}: {text.warning}", messages.WARNING)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.uploader = request.user.pk
        return form

    def hold(self, request: HttpRequest) -> bool:
        return "_preview" in request.POST or super().hold(request)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Django's page, with what customers see of the stored brand, or of what stands in a posted form."""
        context["can_preview"] = self.has_change_permission(request)
        if request.method == "POST":
            context["preview"] = self._previewed(context["adminform"].form)
        elif brand := kwargs.get("obj"):
            values = {f.name: getattr(brand, f.name) for f in brand._meta.concrete_fields}
            context["preview"] = _preview(values, default_storage.url(brand.logo) if brand.logo else "")
        return super().render_change_form(request, context, *args, **kwargs)

    def _previewed(self, form: Any) -> dict[str, Any]:
        values = form.cleaned_data
        stored = form.before["logo"] if form.before else ""
        logo_url = default_storage.url(stored) if stored and not values.get("remove_logo") else ""
        kept = form["kept_logo"].value() if values.get("new_logo") else ""
        if kept:
            logo_url = reverse("admin:accounts_brand_kept_logo", args=[kept])
        return _preview(values, logo_url) | {"unsaved": True, "kept_logo": kept}

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.kept_logo_view)
        return [path("kept-logo/<str:digest>.png", view, name="accounts_brand_kept_logo"), *super().get_urls()]

    def kept_logo_view(self, request: HttpRequest, digest: str) -> HttpResponse:
        """A picture that the reader has uploaded and not saved yet."""
        png = logo.kept(digest, request.user.pk)
        if png is None or not (self.has_change_permission(request) or self.has_add_permission(request)):
            raise Http404
        headers = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}
        return HttpResponse(png, content_type="image/png", headers=headers)


def _preview(values: dict[str, Any], logo_url: str) -> dict[str, Any]:
    accent = values.get("accent") or ""
    name = values.get("name") or "—"
    return {
        "brand_name": name,
        "logo_url": logo_url,
        "cards": preview.cards(name, accent),
        "shades": preview.shades(accent),
        "texts": preview.texts(values),
    }
