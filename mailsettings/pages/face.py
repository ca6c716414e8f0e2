"""What every page shares: the brand's face, the other language, and rendering with both."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings as django_settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from mailsettings import lookup
from mailsettings.core.colour import accents
from mailsettings.core.settings import BrandFacts, MailSettings
from mailsettings.core.text import LANGUAGES
from mailsettings.memory import rendered_pages as memory

from .contacts import contacts

# Pages whose language is not in their path.
WITHOUT_LANGUAGE = "/accounts/"
LANGUAGE_NAMES = {"uk": "Українська", "en": "English"}
NAVIGATION = (
    ("pages:guides", _("Instructions")),
    ("pages:imap-or-pop3", _("IMAP or POP3")),
    ("pages:help", _("Not working?")),
)


def language() -> str:
    """The page's language."""
    current = get_language()
    return current if current in LANGUAGES else LANGUAGES[0]


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
    path: str | None = None,
    **context: Any,
) -> HttpResponse:
    """A template with everything that ``base.html`` needs. ``path`` is the page's own, if not the one asked for.

    Links to other languages remember the choice; a page may give ``other_languages`` of its own.
    """
    shared = shared_context(request, title=title, settings=settings, path=path)
    return render(request, template, shared | context, status=status)


def shared_context(
    request: HttpRequest, *, title: Any, settings: MailSettings | None = None, path: str | None = None
) -> dict[str, Any]:
    """What ``base.html`` needs."""
    return {
        **face(request, settings),
        "title": title,
        "brand_css": brand_css(brand_of(request, settings)),
        "other_languages": other_languages(request.path if path is None else path, language()),
        "navigation": [(reverse(name), words) for name, words in NAVIGATION],
        "sign_in_url": sign_in_url(),
        # These pages do ask for a password: that of the sign-in, never that of a mailbox.
        "signs_in": request.path.startswith(WITHOUT_LANGUAGE),
    }


def sign_in_url() -> str:
    """Where everybody signs in: on the one canonical origin, in the page's language."""
    path = reverse("choose_language", kwargs={"code": language()})
    return f"{django_settings.SITE_URL}{path}?{urlencode({'next': reverse('pages:mine')})}"


def face(request: HttpRequest, settings: MailSettings | None) -> dict[str, Any]:
    """What a page and its parts may say of the brand."""
    brand, code = brand_of(request, settings), language()
    return {
        "settings": settings,
        "brand": brand,
        "contacts": contacts(brand),
        "support_hours": brand.support_hours.in_language(code),
        "password_help": brand.password_help.in_language(code),
        "language": code,
    }


def kept_part(
    request: HttpRequest, template: str, key: tuple[Hashable, ...], settings: MailSettings, **context: Any
) -> SafeString:
    """A part of a page that depends on ``key``, language and settings alone, kept as ``kept`` does."""
    whole_key = (template, *key, language(), settings.brand.slug, settings.brand.origin)
    return memory.of(settings, whole_key, lambda: part(request, template, settings, **context))


def part(request: HttpRequest, template: str, settings: MailSettings, **context: Any) -> SafeString:
    """A part of a page, rendered by itself."""
    return render_to_string(template, face(request, settings) | context)


def kept(
    request: HttpRequest,
    key: tuple[Hashable, ...],
    render_it: Callable[[], HttpResponse],
    settings: MailSettings | None,
) -> HttpResponse:
    """The page that ``render_it`` makes, or made before for the same ``key``, language, and settings or brand.

    Only for pages that are there (200) and depend on nothing else: whoever asks, with whatever cookie, gets the same.
    """
    brand = brand_of(request, settings)
    whole_key = (*key, language(), brand.slug, brand.origin)
    return HttpResponse(memory.of(settings or brand, whole_key, lambda: render_it().content))


def other_languages(path: str, current: str) -> list[dict[str, str]]:
    """Where the page at ``path`` is in the other languages, and the link there that remembers the language."""
    rest = path.removeprefix(f"/{current}/") if path.startswith(f"/{current}/") else ""
    found = []
    for code in LANGUAGES:
        if code != current:
            there = path if path.startswith(WITHOUT_LANGUAGE) else f"/{code}/{rest}"
            switch = f"{reverse('choose_language', kwargs={'code': code})}?next={quote(there)}"
            found.append({"code": code, "name": LANGUAGE_NAMES[code], "path": there, "switch": switch})
    return found


def brand_css(brand: BrandFacts) -> str:
    """The address of the brand's own colours; empty where it has none."""
    if not brand.accent:
        return ""
    digest = hashlib.sha256(repr(accents(brand.accent)).encode()).hexdigest()[:12]
    return reverse("brand_css", kwargs={"slug": brand.slug, "digest": digest})
