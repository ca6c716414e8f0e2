"""The first middleware: which host may see what, and the answers that need nothing else of Django's middleware.

- Every host: health, ``/tls/ask``, and the paths that mail programs ask (``mailsettings.discovery``).
- The portal's own hosts (SITE_URL, SITE_HOSTS): everything.
- A brand's host names: pages and files for customers of that brand, nothing else.
- Any other host: 404.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from functools import lru_cache
from hmac import compare_digest
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect

from mailsettings import discovery, lookup
from mailsettings.core.errors import InvalidInput
from mailsettings.core.names import normalise_name

from . import health
from .logs import request_id

GetResponse = Callable[[HttpRequest], HttpResponse]
DOMAIN_FILE = re.compile(r"/d/(?P<domain>[^/]+)/(?P<file_name>[^/]*\.[^/]*)\Z")
PERSONAL_FILE = re.compile(r"/s/(?P<token>[^/]+)/(?P<file_name>[^/]*\.[^/]*)\Z")
SEALED_FILE = re.compile(r"/f/(?P<sealed>[^/]+)/(?P<file_name>[^/]+)\Z")
# Besides X-Forwarded-…, what a proxy adds to a request that it passes on for somebody else.
FORWARDED = frozenset({"HTTP_FORWARDED", "HTTP_VIA", "HTTP_X_REAL_IP"})
# What a brand's host does not have: staff and customers sign in on the one canonical origin.
PORTAL_ONLY = ("/admin/", "/accounts/", "/api/", "/metrics")
SIGNED_IN = ("/admin/", "/accounts/")
# How pages are asked for. Calendar programs try others everywhere, and would be told about a missing CSRF token.
PAGE_METHODS = ("GET", "HEAD", "POST", "OPTIONS")


class HostsMiddleware:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        believe_proxies(request)
        request.id = secrets.token_hex(4)
        request_id.set(request.id)
        host = host_of(request)
        try:
            response = self.answer_before_views(request, host)
        except OperationalError:
            response = HttpResponse("Try again later\n", status=503, content_type="text/plain; charset=utf-8")
            response["Retry-After"] = "30"
        return without_body(request, response or self.ask_views(request))

    def answer_before_views(self, request: HttpRequest, host: str) -> HttpResponse | None:
        """The answer to a program, a refusal, or None after marking the request for the views."""
        if request.path in health.PATHS:
            return health.PATHS[request.path](request)
        if request.path == "/tls/ask":
            return tls_ask(request)
        if view := discovery.view_for(request.path):
            redirect = settings.SERVED_OVER_TLS and view is discovery.autodiscover_pox
            return (redirect and discovery.https_redirect(request, host)) or view(request, host)
        request.brand = None
        request.host_kind = "portal"
        if host not in portal_hosts():
            request.brand = lookup.brand_at(host)
            request.host_kind = "brand"
            if request.brand is None or request.path.startswith(PORTAL_ONLY):
                return discovery.not_found()
        elif settings.SERVED_OVER_TLS and request.path.startswith(SIGNED_IN) and host != canonical_host():
            # Sessions and passkeys belong to one origin.
            return HttpResponseRedirect(f"{settings.SITE_URL}{request.get_full_path()}")
        if request.method not in PAGE_METHODS and not request.path.startswith("/api/"):
            return HttpResponseNotAllowed(PAGE_METHODS)
        if match := DOMAIN_FILE.match(request.path):
            return discovery.domain_file(request, **match.groupdict(), brand=request.brand)
        if match := SEALED_FILE.match(request.path):
            return discovery.sealed_file(request, **match.groupdict(), brand=request.brand)
        if match := PERSONAL_FILE.match(request.path):
            return discovery.personal_file(request, **match.groupdict(), brand=request.brand)
        return None

    def ask_views(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response["X-Request-Id"] = request.id
        if request.host_kind == "brand":
            # A brand's host name is its owner's: only they can promise that it will always speak https.
            response.headers.pop("Strict-Transport-Security", None)
        return response


def without_body(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """A HEAD gets the headers of a GET and nothing more (RFC 9110 §9.3.2); gunicorn complains of every body."""
    if request.method == "HEAD" and not response.streaming:
        response.headers.setdefault("Content-Length", str(len(response.content)))
        response.content = b""
    return response


def canonical_host() -> str:
    return urlsplit(settings.SITE_URL).hostname or ""


def portal_hosts() -> frozenset[str]:
    """The portal's own host names, as ``host_of`` spells them."""
    return _spelled(settings.SITE_URL, tuple(settings.SITE_HOSTS))


@lru_cache(maxsize=4)
def _spelled(site_url: str, site_hosts: tuple[str, ...]) -> frozenset[str]:
    return frozenset({urlsplit(site_url).hostname or "", *(bare_host(host) for host in site_hosts)})


def host_of(request: HttpRequest) -> str:
    """The host that was asked, without port and trailing dot, in lower case; empty where the header is no host."""
    return bare_host(request.META.get("HTTP_HOST", ""))


@lru_cache(maxsize=4096)
def bare_host(header: str) -> str:
    """``Firma.Example.:8000`` -> ``firma.example``; an address in brackets keeps none of them."""
    match = re.fullmatch(r"(\[[0-9a-fA-F:.]+\]|[^\s\x00-\x1f\x7f/?#@\[\]:]{1,255})(:\d{0,5})?", header.strip())
    if not match:
        return ""
    host = match.group(1).strip("[]")
    try:
        return normalise_name(host)
    except InvalidInput:
        # A single label or an IP address is a host too, if only ever the portal's own.
        return host.lower().removesuffix(".")


def believe_proxies(request: HttpRequest) -> None:
    """Take scheme and client address from the outermost of the trusted proxies; from nobody when none is trusted."""
    for header, key in (("HTTP_X_FORWARDED_PROTO",) * 2, ("HTTP_X_FORWARDED_FOR", "REMOTE_ADDR")):
        values = [value.strip() for value in request.META.get(header, "").split(",") if value.strip()]
        if settings.TRUSTED_PROXY_COUNT and values:
            request.META[key] = values[-min(settings.TRUSTED_PROXY_COUNT, len(values))]


def tls_ask(request: HttpRequest) -> HttpResponse:
    """May a certificate be issued for ``?domain=``: 200 or 404. For a local caller, or one that knows the secret."""
    if not _may_ask(request):
        return discovery.not_found()
    host = _certified(request.GET.get("domain", ""))
    allowed = bool(host) and (host in portal_hosts() or _serves(host))
    return HttpResponse("yes\n", content_type="text/plain") if allowed else discovery.not_found()


def _certified(name: str) -> str:
    """The host that a certificate would be for: an exact name, so neither with a port nor an IP address. Else empty."""
    host = "" if ":" in name or name != name.strip() else bare_host(name)
    try:
        ip_address(host)
    except ValueError:
        return host
    return ""


def _may_ask(request: HttpRequest) -> bool:
    secret = request.headers.get("X-Tls-Ask-Secret") or request.GET.get("secret", "")
    if settings.TLS_ASK_SECRET and compare_digest(secret.encode(), settings.TLS_ASK_SECRET.encode()):
        return True
    forwarded = any(name.startswith("HTTP_X_FORWARDED") or name in FORWARDED for name in request.META)
    return request.META.get("REMOTE_ADDR") in ("127.0.0.1", "::1") and not forwarded


def _serves(host: str) -> bool:
    """Whether ``host`` is a brand's, a discovery name, or a well-known name of a served domain."""
    if host in lookup.discovery_names() or lookup.brand_at(host):
        return True
    domain = discovery.domain_of_host(host)
    found = lookup.for_domain(domain) if domain != host else None
    return bool(found and found.served and (not host.startswith("mta-sts.") or found.has_mta_sts_policy))
