"""What every page shares: the brand's face, the other language, and rendering with both."""

from __future__ import annotations

import hashlib
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy as _

from mailsettings import lookup
from mailsettings.core.settings import BrandFacts, MailSettings
from mailsettings.core.text import LANGUAGES

from .colour import accents

LANGUAGE_NAMES = {"uk": "Українська", "en": "English"}


def language() -> str:
    """The page's language."""
    return get_language() if get_language() in LANGUAGES else "uk"


def brand_of(request: HttpRequest, settings: MailSettings | None = None) -> BrandFacts:
    """Whose face a page has: the domain's brand where it may be shown, else the host's, else the default one."""
    if settings:
        return settings.brand
    return getattr(request, "brand", None) or lookup.default_brand()


def seen_here(request: HttpRequest, settings: MailSettings | None) -> MailSettings | None:
    """The settings, unless a brand's own host was asked for a domain of another brand: that one is unknown there."""
    host_brand = getattr(request, "brand", None)
    return None if settings and host_brand and host_brand.slug != settings.brand.slug else settings


def page(
    request: HttpRequest,
    template: str,
    *,
    title: Any,
    settings: MailSettings | None = None,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """A template with everything that ``base.html`` needs."""
    brand = brand_of(request, settings)
    code = language()
    shared = {
        "title": title,
        "settings": settings,
        "brand": brand,
        "brand_css": brand_css(brand),
        "support_hours": brand.support_hours.in_language(code),
        "password_help": brand.password_help.in_language(code),
        "language": code,
        "other_languages": [
            {"code": other, "name": LANGUAGE_NAMES[other], "path": f"/{other}{request.path[3:]}" if path_has_language(request) else f"/{other}/"}
            for other in LANGUAGES
            if other != code
        ],
        "navigation": [
            (reverse("pages:guides"), _("Instructions")),
            (reverse("pages:imap_or_pop3"), _("IMAP or POP3")),
            (reverse("pages:help"), _("It does not work")),
        ],
    }  # fmt: skip
    return render(request, template, shared | context, status=status)


def path_has_language(request: HttpRequest) -> bool:
    return request.path[1:4] in {f"{code}/" for code in LANGUAGES}


def brand_css(brand: BrandFacts) -> str:
    """The address of the brand's own colours; empty where it has none."""
    if not brand.accent:
        return ""
    digest = hashlib.sha256(repr(accents(brand.accent)).encode()).hexdigest()[:12]
    return reverse("brand_css", kwargs={"slug": brand.slug, "digest": digest})
