"""Views for mail programs: the requests they make by themselves, and the files of every format.

No language, session, cookie or CSRF: ``portal.hosts`` calls these before anything of that kind. A domain that is not
served here gets 404 or the protocol's own error, never a page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote

from django.conf import settings as django_settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.utils.cache import get_conditional_response

from accounts import throttle

from . import links, lookup, personal
from .core.addresses import Address, parse_address
from .core.endpoints import INCOMING, Protocol
from .core.errors import CannotExpress, InvalidInput
from .core.names import normalise_name
from .core.settings import Ask, BrandFacts, MailSettings
from .core.text import LANGUAGES
from .formats import ConfigFormat, autodiscover, autodiscover_json, formats
from .models import PersonalLink
from .rendering import rendered

# Host names at which programs look for a domain's settings; the rest of the name is the domain.
HOST_PREFIXES = ("autoconfig.", "autodiscover.", "ua-auto-config.", "mta-sts.")
CONDITIONAL = frozenset({"HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH"})
POX_PATH = "/autodiscover/autodiscover.xml"
JSON_PATH = "/autodiscover/autodiscover.json"


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
    return answer(request, formats()["autoconfig.xml"], asked_domain(host, _query(request).get("emailaddress", "")))


def autodiscover_pox(request: HttpRequest, host: str) -> HttpResponse:
    """Autodiscover POX: POST with an address in the body; GET (Delta Chat) for the domain of the host name."""
    if request.method in ("GET", "HEAD"):
        return answer(request, formats()["autodiscover.xml"], asked_domain(host, ""))
    if request.method != "POST":
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    try:
        asking = autodiscover.parse_request(_body(request))
    except autodiscover.MalformedRequest:
        return _pox_error(autodiscover.INVALID_REQUEST, "Invalid request")
    if not asking.wants_settings:
        message = "The requested schema is not available"
        return _pox_error(autodiscover.NO_SUCH_SCHEMA, message, mobilesync=asking.wants_mobilesync)
    address = address_in(asking.email)
    found = lookup.for_address(address) if address else None
    if not found or not found.served:
        return _pox_error(autodiscover.UNKNOWN_ADDRESS, "The email address cannot be found")
    return answer(request, formats()["autodiscover.xml"], Asked(found, address))


def _body(request: HttpRequest) -> bytes:
    """The body up to a byte more than is allowed, so that its reader sees that it is too long."""
    return request.read(autodiscover.MAX_REQUEST + 1)


def _pox_error(code: int, message: str, *, mobilesync: bool = False) -> HttpResponse:
    time = datetime.now().strftime("%H:%M:%S.%f0")
    body = autodiscover.error_response(code, message, mobilesync=mobilesync, time=time)
    return HttpResponse(body, content_type=autodiscover.FORMAT.content_type, headers={"Cache-Control": "no-store"})


def autodiscover_v2(request: HttpRequest, host: str) -> HttpResponse:
    """Autodiscover version 2: where the XML answer for an address is. It knows no other service.

    The address is a parameter or the end of the path; names and values of parameters count in any case. Looks only at
    the domain, so that an address without a mailbox gets the same answer.
    """
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    given = {name.lower(): value for name, value in request.GET.items()}
    protocol = given.get("protocol", "").strip()
    if not protocol:
        return _json(autodiscover_json.missing_protocol(), 400)
    if not autodiscover_json.is_supported(protocol):
        return _json(autodiscover_json.unsupported_protocol(), 400)
    address = address_in(_end_of_path(request.path) or given.get("email", ""))
    found = lookup.for_domain(address.domain) if address else None
    if not found or not found.served:
        return _json(autodiscover_json.unknown_address(), 404)
    return _json(autodiscover_json.location(f"{_origin_for(found, host)}{POX_PATH}"))


def _end_of_path(path: str) -> str:
    """What stands behind ``/autodiscover/autodiscover.json/v1.0/``; empty for the path without it."""
    return path[len(JSON_PATH) :].strip("/").partition("/")[2]


def _origin_for(settings: MailSettings, host: str) -> str:
    """Where the domain is answered: at the host that was asked where that is the domain's own, else at this site."""
    own = {name for domain in (settings.domain, settings.asked) for name in (domain, f"autodiscover.{domain}")}
    return f"https://{host}" if host in own else django_settings.SITE_URL


def _json(body: bytes, status: int = 200) -> HttpResponse:
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(body, status=status, content_type=autodiscover_json.CONTENT_TYPE, headers=headers)


def pacc(request: HttpRequest, host: str) -> HttpResponse:
    """PACC, for the host name alone: whoever asks, the bytes are those that the DNS vouches for.

    Not for alias names: programs log in with the address as it was typed, and no mailbox has that of an alias.
    """
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    found = _domain_at(host, "ua-auto-config.", "")
    asked = Asked(found) if found and found.asked == found.domain else None
    return answer(request, formats()["user-agent-configuration.json"], asked)


def mta_sts(request: HttpRequest, host: str) -> HttpResponse:
    """The MTA-STS policy, at the one host name where senders look for it (RFC 8461 §3.3)."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    found = _domain_at(host, "mta-sts.")
    return answer(request, formats()["mta-sts.txt"], Asked(found) if found else None)


def _domain_at(host: str, *prefixes: str) -> MailSettings | None:
    """The served domain that ``host`` is, behind one of the prefixes; the first prefix that fits decides."""
    prefix = next((prefix for prefix in prefixes if host.startswith(prefix)), None)
    found = lookup.for_domain(host.removeprefix(prefix)) if prefix is not None else None
    return found if found and found.served else None


def nothing(_request: HttpRequest, _host: str) -> HttpResponse:
    """What programs look for after setting up mail, and what is not here."""
    return not_found()


def https_redirect(request: HttpRequest, host: str) -> HttpResponse | None:
    """Outlook's "HTTP redirect" step: a GET of Autodiscover over plain http is sent to https, nothing else ever is.

    Nor is a request for no host or for an IPv6 address, which cannot be a domain's.
    """
    if request.method in ("GET", "HEAD") and not request.is_secure() and host and ":" not in host:
        return HttpResponseRedirect(f"https://{host}{request.get_full_path()}")
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


# Words in the names that robots give themselves when they fetch a link for its preview or look for malware in it.
ROBOTS = re.compile(
    r"bot\b|crawl|spider|preview|scan|facebookexternalhit|whatsapp|viber|skype|discord|telegram|safelinks|curl|wget|python"
    r"|go-http|java/|okhttp",
    re.IGNORECASE,
)
# iOS fetches a profile a second time, from another cookie jar; that is one download.
DOWNLOAD_SECONDS = 60


def personal_file(request: HttpRequest, token: str, file_name: str, brand: BrandFacts | None) -> HttpResponse:
    """``/s/{token}/{format}``: the exact answer for what a personal link opens.

    A download is counted when a GET got the file, unless whoever asked calls itself a robot or says that it only
    fetches ahead (Sec-Purpose), and once a minute for each client. ``Sec-Fetch-User`` is not asked for: older Safari
    and the second fetch of iOS never send it, and no message holds the address of a file, only that of its page, so
    previews do not come here.
    """
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    link = personal.find(token)
    if link is None and not personal.may_be_wrong(request):
        headers = {"Retry-After": str(personal.WRONG_SECONDS)}
        text = "Too many wrong links. Open the link as it stands in the message.\n"
        return _secret(HttpResponse(text, status=429, content_type="text/plain; charset=utf-8", headers=headers))
    record = link.record if link and link.works else None
    found = personal.settings_of(record) if record else None
    if link is None or record is None or found is None or not personal.can_be_set_up(found):
        return _secret(not_found())
    response = _file(request, file_name, found, personal.address_of(record), brand)
    if response.status_code == 200 and request.method == "GET" and _by_a_person(request, link):
        personal.count_downloaded(link)
    return _secret(response)


def _by_a_person(request: HttpRequest, link: PersonalLink) -> bool:
    ahead = request.headers.get("Sec-Purpose") or request.headers.get("Purpose")
    if ahead or ROBOTS.search(request.headers.get("User-Agent", "")):
        return False
    visitor = f"{link.pk} {request.META.get('REMOTE_ADDR', '')}"
    return throttle.allowed(request, "download", 1, DOWNLOAD_SECONDS, target=visitor)


def _secret(response: HttpResponse) -> HttpResponse:
    """Neither kept nor passed on, as the pages of a personal link."""
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response


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
    try:
        found = rendered(config_format, asked.settings, _ask(request, asked))
    except CannotExpress:
        return not_found()
    own = f"private, max-age={config_format.private_max_age}" if config_format.private_max_age else "private, no-store"
    headers = {
        "ETag": found.etag,
        "Cache-Control": own if asked.address else "public, max-age=60",
        "X-Content-Type-Options": "nosniff",
    }
    response = HttpResponse(found.body, content_type=config_format.content_type, headers=headers)
    # A POST asks to be answered, whatever its sender has kept.
    if request.method in ("GET", "HEAD") and request.META.keys() & CONDITIONAL:
        return get_conditional_response(request, etag=found.etag, response=response)
    return response


def _ask(request: HttpRequest, asked: Asked) -> Ask:
    query = _query(request)
    language = query.get("language", "")
    protocol = query.get("protocol", "")
    return Ask(
        language=language if language in LANGUAGES else asked.settings.brand.language,
        protocol=Protocol(protocol) if protocol in INCOMING else None,
        address=asked.address,
    )


def _query(request: HttpRequest) -> Mapping[str, str]:
    """The query's parameters. Most requests have none, and finding that out by Django takes a tenth of their answer."""
    return request.GET if request.META.get("QUERY_STRING") else {}


def not_found() -> HttpResponse:
    """What a program gets where there is nothing: short, and nothing that could be taken for settings."""
    return HttpResponse("Not found\n", status=404, content_type="text/plain; charset=utf-8")


View = Callable[[HttpRequest, str], HttpResponse]

# Paths that mail programs ask on any host, whatever the case of their letters.
PATHS: dict[str, View] = {
    "/mail/config-v1.1.xml": autoconfig,
    "/.well-known/autoconfig/mail/config-v1.1.xml": autoconfig,
    "/v1.1/mail/config-v1.1.xml": autoconfig,
    POX_PATH: autodiscover_pox,
    JSON_PATH: autodiscover_v2,
    "/.well-known/user-agent-configuration.json": pacc,
    "/.well-known/mta-sts.txt": mta_sts,
    "/.well-known/caldav": nothing,
    "/.well-known/carddav": nothing,
}
# Beginnings of paths that end with an address.
PREFIXES: dict[str, View] = {f"{JSON_PATH}/v1.0/": autodiscover_v2}


def view_for(path: str) -> View | None:
    """The view that answers programs at ``path``; None where that is a path for people."""
    lower = path.lower()
    return PATHS.get(lower) or next((view for start, view in PREFIXES.items() if lower.startswith(start)), None)
