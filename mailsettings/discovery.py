"""Views for mail programs: the requests they make by themselves, and the files of every format.

No language, session, cookie or CSRF: ``portal.hosts`` calls these before anything of that kind. A domain that is not
served here gets 404 or the protocol's own error, never a page.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from urllib.parse import unquote

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag

from . import links, lookup
from .core.addresses import Address, parse_address
from .core.endpoints import INCOMING, Protocol
from .core.errors import CannotExpress, InvalidInput
from .core.names import normalise_name
from .core.settings import Ask, BrandFacts, MailSettings
from .core.text import LANGUAGES
from .formats import ConfigFormat, autodiscover, formats

MAX_BODY = 16 * 1024
# Host names at which programs look for a domain's settings; the rest of the name is the domain.
HOST_PREFIXES = ("autoconfig.", "autodiscover.", "ua-auto-config.", "mta-sts.")
POX_TYPE = "text/xml; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Asked:
    """The settings that a request is about, and its address if that belongs to them."""

    settings: MailSettings
    address: Address | None = None


def asked_domain(host: str, email: str) -> Asked | None:
    """Which domain is asked for; None when none is served.

    The address decides if its domain is here; without an address, a server's discovery name; else the host name without
    its well-known prefix.
    """
    if address := address_in(email):
        found = lookup.for_address(address)
        if found:
            return Asked(found, address) if found.served else None
    elif generic := lookup.for_discovery_name(host):
        return Asked(generic)
    found = lookup.for_domain(domain_of_host(host))
    return Asked(found) if found and found.served else None


def domain_of_host(host: str) -> str:
    """``autoconfig.firma.com.ua`` -> ``firma.com.ua``; a bare domain stays itself."""
    prefix = next((prefix for prefix in HOST_PREFIXES if host.startswith(prefix)), "")
    return host.removeprefix(prefix)


def address_in(email: str) -> Address | None:
    """The address that a program sent, decoded however often it was encoded; None for none, a placeholder or garbage.

    Nextcloud and FairEmail send it raw, so that a plus sign arrives as a space; some proxies encode it twice.
    """
    text = email.strip().replace(" ", "+")
    for _round in range(2):
        if re.search(r"%[0-9A-Fa-f]{2}", text):
            text = unquote(text, errors="replace")
    try:
        return parse_address(text)
    except InvalidInput:
        return None


# --- The addresses that programs ask by themselves --------------------------------------------------------------------


def autoconfig(request: HttpRequest, host: str) -> HttpResponse:
    """Mozilla autoconfig at its three paths."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    return answer(request, formats()["autoconfig.xml"], asked_domain(host, request.GET.get("emailaddress", "")))


def autodiscover_pox(request: HttpRequest, host: str) -> HttpResponse:
    """Autodiscover POX: POST with an address in the body; GET (Delta Chat) for the domain of the host name."""
    if request.method in ("GET", "HEAD"):
        return answer(request, formats()["autodiscover.xml"], asked_domain(host, ""))
    if request.method != "POST":
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    try:
        asking = autodiscover.parse_request(_body(request))
    except autodiscover.MalformedRequest:
        return _pox_error(600, "Invalid request")
    if not asking.wants_settings:
        return _pox_error(601, "The requested schema is not available", mobilesync=asking.wants_mobilesync)
    address = address_in(asking.email)
    found = lookup.for_address(address) if address else None
    if not found or not found.served:
        return _pox_error(500, "The email address cannot be found")
    return answer(request, formats()["autodiscover.xml"], Asked(found, address))


def _body(request: HttpRequest) -> bytes:
    """The body up to a byte more than is allowed, so that its reader sees that it is too long."""
    return request.read(MAX_BODY + 1)


def _pox_error(code: int, message: str, *, mobilesync: bool = False) -> HttpResponse:
    time = datetime.now().strftime("%H:%M:%S.%f0")
    body = autodiscover.error_response(code, message, mobilesync=mobilesync, time=time)
    return HttpResponse(body, content_type=POX_TYPE, headers={"Cache-Control": "no-store"})


def https_redirect(request: HttpRequest) -> HttpResponse | None:
    """Outlook's "HTTP redirect" step: a GET of Autodiscover over plain http is sent to https, nothing else ever is."""
    if request.method in ("GET", "HEAD") and not request.is_secure():
        return HttpResponseRedirect(f"https://{request.META['HTTP_HOST'].partition(':')[0]}{request.get_full_path()}")
    return None


# --- Files ------------------------------------------------------------------------------------------------------------


def domain_file(request: HttpRequest, domain: str, file_name: str, brand: BrandFacts | None) -> HttpResponse:
    """``/d/{domain}/{format}``: the answer for the domain, without an address."""
    try:
        found = lookup.for_domain(normalise_name(domain))
    except InvalidInput:
        found = None
    return _file(request, file_name, found, None, brand)


def sealed_file(request: HttpRequest, sealed: str, file_name: str, brand: BrandFacts | None) -> HttpResponse:
    """``/f/{sealed}/{format}``: the answer for an address that only this site can read in the path."""
    address = links.unseal(sealed)
    return _file(request, file_name, lookup.for_address(address) if address else None, address, brand)


def _file(
    request: HttpRequest,
    file_name: str,
    found: MailSettings | None,
    address: Address | None,
    brand: BrandFacts | None,
) -> HttpResponse:
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    config_format = formats().get(file_name)
    if not config_format or not found or not found.served or (brand and brand.slug != found.brand.slug):
        return not_found()
    response = answer(request, config_format, Asked(found, address))
    response["X-Robots-Tag"] = "noindex"
    if config_format.attachment and response.status_code == 200:
        extension = file_name.rpartition(".")[2]
        response["Content-Disposition"] = f'attachment; filename="{found.domain}.{extension}"'
    return response


def answer(request: HttpRequest, config_format: ConfigFormat, asked: Asked | None) -> HttpResponse:
    """One format for what was asked; 404 where nothing is served or the format has no words for it."""
    if asked is None:
        return not_found()
    # What was rendered for an address is not kept: it is asked for once, and it is somebody's.
    render = _rendered.__wrapped__ if asked.address else _rendered
    try:
        body, etag = render(config_format.file_name, asked.settings, _ask(request, asked))
    except CannotExpress:
        return not_found()
    response = HttpResponse(body, content_type=config_format.content_type)
    response["ETag"] = etag
    own = f"private, max-age={age}" if (age := config_format.private_max_age) else "private, no-store"
    response["Cache-Control"] = own if asked.address else "public, max-age=60"
    response["X-Content-Type-Options"] = "nosniff"
    return get_conditional_response(request, etag=etag, response=response)


@lru_cache(maxsize=4096)
def _rendered(file_name: str, settings: MailSettings, ask: Ask) -> tuple[bytes, str]:
    """A format's bytes and their ETag. Renderers are pure, so the same arguments may have the same answer forever."""
    body = formats()[file_name].render(settings, ask)
    return body, quote_etag(hashlib.sha256(body).hexdigest()[:32])


def _ask(request: HttpRequest, asked: Asked) -> Ask:
    language = request.GET.get("language", "")
    protocol = request.GET.get("protocol", "")
    return Ask(
        language=language if language in LANGUAGES else asked.settings.brand.language,
        protocol=Protocol(protocol) if protocol in INCOMING else None,
        address=asked.address,
    )


def not_found() -> HttpResponse:
    """What a program gets where there is nothing: short, and nothing that could be taken for settings."""
    return HttpResponse("Not found\n", status=404, content_type="text/plain; charset=utf-8")


View = Callable[[HttpRequest, str], HttpResponse]

# Paths that mail programs ask on any host, whatever the case of their letters.
PATHS: dict[str, View] = {
    "/mail/config-v1.1.xml": autoconfig,
    "/.well-known/autoconfig/mail/config-v1.1.xml": autoconfig,
    "/v1.1/mail/config-v1.1.xml": autoconfig,
    "/autodiscover/autodiscover.xml": autodiscover_pox,
}
