"""The setup page of a domain, and what stands there when there is nothing to set up."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from mailsettings import links, lookup
from mailsettings.core.addresses import Address, suggest
from mailsettings.core.errors import InvalidInput
from mailsettings.core.names import display_name, normalise_name
from mailsettings.core.settings import Ask, MailSettings, Status
from mailsettings.formats import formats

from . import typed
from .face import brand_of, language, page, seen_here
from .programs import programs
from .start import setup_path
from .values import setup_values

# Where people of big providers find help, by the domains of their addresses.
PROVIDERS = {
    "gmail.com": ("Gmail", "https://support.google.com/mail/"),
    "ukr.net": ("UKR.NET", "https://wiki.ukr.net/"),
    "i.ua": ("I.UA", "https://mail.i.ua/"),
    "outlook.com": ("Outlook.com", "https://support.microsoft.com/outlook"),
    "hotmail.com": ("Outlook.com", "https://support.microsoft.com/outlook"),
    "icloud.com": ("iCloud", "https://support.apple.com/icloud"),
    "yahoo.com": ("Yahoo", "https://help.yahoo.com/"),
    "meta.ua": ("META.UA", "https://meta.ua/"),
}
NOT_SERVED = {Status.SUSPENDED: "pages/suspended.html", Status.EXTERNAL: "pages/external.html"}


def domain_or_redirect(request: HttpRequest, domain: str, rest: str = "") -> MailSettings | HttpResponse:
    """The settings of the domain in a path, or the answer in place of the page: one spelling, or why there is none."""
    try:
        name = normalise_name(domain)
    except InvalidInput as error:
        raise Http404 from error
    settings = seen_here(request, lookup.for_domain(name))
    if settings is None:
        return unknown(request, name)
    if domain != settings.domain:
        return HttpResponseRedirect(setup_path(settings.domain) + rest)
    if not settings.served:
        title = _("Mail of %(domain)s") % {"domain": settings.domain_display}
        return page(request, NOT_SERVED[settings.status], title=title, settings=settings)
    return settings


@require_safe
def setup(request: HttpRequest, domain: str) -> HttpResponse:
    """``/{lang}/d/{domain}/``: the values, and every way to get them into a program."""
    found = domain_or_redirect(request, domain)
    if isinstance(found, HttpResponse):
        return found
    settings, address = typed.settings_of(request, found.domain)
    assert settings is not None
    found_programs = programs(request, language(), settings)
    response = page(
        request,
        "pages/setup.html",
        title=_("Mail settings of %(domain)s") % {"domain": settings.domain_display},
        settings=settings,
        address=address,
        values=setup_values(settings, address),
        programs=found_programs,
        suggested=next((program for program in found_programs if program.suggested), None),
        downloads=downloads(settings, address),
    )
    typed.keep_private(response)
    response["X-Robots-Tag"] = "noindex"
    return response


def downloads(settings: MailSettings, address: Address | None) -> list[tuple[str, str]]:
    """Title and address of every file that a person may save."""
    ask = Ask(language(), None, address)
    return [
        (found.titles.in_language(language()), links.format_path(settings, found.file_name, ask))
        for found in formats().values()
        if found.attachment and settings.first(settings.incoming_protocols[0], found.expresses)
    ]


def unknown(request: HttpRequest, name: str) -> HttpResponse:
    """A domain that is not here: what may be wrong, and where to go."""
    return page(
        request,
        "pages/unknown.html",
        title=_("%(domain)s is not here") % {"domain": display_name(name)},
        domain=display_name(name),
        suggestion=suggest(display_name(name)),
        provider=PROVIDERS.get(name),
        programs=programs(request, language()),
        brand=brand_of(request),
        status=404,
    )
