"""The setup page of a domain, and what stands there when there is nothing to set up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from mailsettings import lookup, signing
from mailsettings.core.addresses import Address, suggest
from mailsettings.core.errors import CannotExpress, InvalidInput
from mailsettings.core.names import display_name, normalise_name
from mailsettings.core.settings import Ask, MailSettings, Status
from mailsettings.formats import ConfigFormat, formats
from mailsettings.formats.qr import qr_code
from mailsettings.memory import lists_of_domains as memory

from . import typed
from .device import Device, device_of
from .face import kept, kept_part, language, page, part, seen_here
from .place import Place
from .programs import FIRST, Program, programs
from .prose import links_of
from .providers import PROVIDERS
from .values import pieces, setup_values

QR_CODE = "settings-page.svg"
NOT_SERVED = {Status.SUSPENDED: "pages/suspended.html", Status.EXTERNAL: "pages/external.html"}


@require_safe
def setup(request: HttpRequest, domain: str) -> HttpResponse:
    """``/{lang}/d/{domain}/``: the values, and every way to get them into a program."""
    found = served_or_answer(request, domain)
    if isinstance(found, HttpResponse):
        return found
    settings, address = typed.settings_for(request, found)
    device, today = device_of(request), localdate()
    if address:
        return keep_out_of_search(_setup_page(request, settings, address, device, today))
    response = kept(
        request,
        ("setup", settings.domain, device, today, signing.signer() is not None),
        lambda: _setup_page(request, settings, None, device, today),
        settings,
    )
    return keep_out_of_search(response)


def _setup_page(
    request: HttpRequest, settings: MailSettings, address: Address | None, device: Device, today: date
) -> HttpResponse:
    place = Place(settings.domain)
    found_programs = programs(device, language(), settings)
    about = kept_part(
        request,
        "includes/about_setup.html",
        (settings.domain, device),
        settings,
        programs=found_programs[:FIRST],
        help_path=links_of(settings.brand, settings)("help"),
        place=place,
    )
    shown = shown_setup(settings, address, device, found_programs, place)
    title = _("Mail settings of %(domain)s") % {"domain": settings.domain_display}
    asked = "letter" in request.GET
    return page(request, "pages/setup.html", title=title, about=about, today=today, letter_asked=asked, **shown)


def personal_setup_page(
    request: HttpRequest, settings: MailSettings, address: Address | None, place: Place, **context: Any
) -> HttpResponse:
    """The same page below a personal link. Nothing of it is kept, and its title names nobody."""
    device = device_of(request)
    found_programs = programs(device, language(), settings, place=place)
    about = part(
        request,
        "includes/about_setup.html",
        settings,
        programs=found_programs[:FIRST],
        help_path=links_of(settings.brand, settings, place=place)("help"),
        place=place,
    )
    shown = shown_setup(settings, address, device, found_programs, place)
    return page(request, "pages/setup.html", about=about, today=localdate(), **shown, **context)


def shown_setup(
    settings: MailSettings, address: Address | None, device: Device, found_programs: list[Program], place: Place
) -> dict[str, Any]:
    """What the page shows of the settings. The sheet on paper leads to the public page, whatever page it is of."""
    page_url = settings.brand.origin + place.setup
    return {
        "settings": settings,
        "address": address,
        "whom": pieces(address.display if address else settings.domain_display),
        "values": setup_values(settings, address),
        "programs": found_programs,
        "suggested": next((program for program in found_programs if program.suggested), None),
        "device": device,
        "downloads": downloads(settings, address, place),
        "profile_signed": signing.signer() is not None,
        "page_url": page_url,
        "public_url": settings.page_url(language()),
        "qr_path": Place(settings.domain).file(settings, QR_CODE, Ask(language(), None, address)),
        "personal_qr": qr_code(page_url) if place.personal else None,
        "place": place,
    }


def served_or_answer(request: HttpRequest, domain: str, rest: str = "") -> MailSettings | HttpResponse:
    """The settings of the domain in a path, or the answer in place of the page: one spelling, or why there is none."""
    try:
        name = normalise_name(domain)
    except InvalidInput as error:
        raise Http404 from error
    address = typed.address_of(request)
    if address and address.domain == name:
        # Its answer brings that of the domain along; asked the other way round, it would be one question more.
        typed.carried(request)
    settings = seen_here(request, lookup.for_domain(name))
    if settings is None:
        return keep_out_of_search(unknown(request, name))
    if domain != settings.domain:
        return HttpResponseRedirect(setup_path(settings.domain) + rest)
    if not settings.served:
        title = _("Mail of %(domain)s") % {"domain": settings.domain_display}
        return keep_out_of_search(page(request, NOT_SERVED[settings.status], title=title, settings=settings))
    return settings


def setup_path(domain: str) -> str:
    """The path of a domain's setup page in the current language."""
    return reverse("pages:setup", kwargs={"domain": domain})


def keep_out_of_search(response: HttpResponse) -> HttpResponse:
    """A domain's pages are for its own people: not for search engines, not for shared caches."""
    response["X-Robots-Tag"] = "noindex"
    typed.keep_private(response)
    return response


def unknown(request: HttpRequest, name: str) -> HttpResponse:
    """A domain that is not here: what may be wrong, and where to go."""
    address = typed.address_of(request)
    asked = address.display if address and address.domain == name else display_name(name)
    return page(
        request,
        "pages/unknown.html",
        title=_("We do not know the domain %(domain)s") % {"domain": display_name(name)},
        domain=display_name(name),
        text=asked,
        suggestion=suggest(asked),
        provider=PROVIDERS.get(name),
        programs=programs(device_of(request), language())[:FIRST],
        status=404,
    )


@dataclass(frozen=True, slots=True)
class Download:
    title: str
    path: str


def downloads(settings: MailSettings, address: Address | None, place: Place) -> list[Download]:
    """Every file that a person may save for these settings."""
    ask = Ask(language(), None, address)
    if address or place.personal:
        files = _files(settings, ask)
    else:
        files = memory.of(settings, ("files", settings.domain), lambda: _files(settings, ask))
    return [
        Download(found.titles.in_language(ask.language), place.file(settings, found.file_name, ask)) for found in files
    ]


def _files(settings: MailSettings, ask: Ask) -> list[ConfigFormat]:
    """The formats to be saved that have words for these settings and what is known of the reader."""
    return [found for found in formats().values() if found.attachment and _renders(found, settings, ask)]


def _renders(config_format: ConfigFormat, settings: MailSettings, ask: Ask) -> bool:
    try:
        return bool(config_format.render(settings, ask))
    except CannotExpress:
        return False
