"""The start page: one field for an address or a domain."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language_from_request, gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from accounts.messages import MESSAGES
from mailsettings import lookup
from mailsettings.core.addresses import Typed, parse_typed, suggest
from mailsettings.core.errors import InvalidInput
from mailsettings.core.text import LANGUAGES

from . import typed
from .face import brand_of, language, page, seen_here
from .programs import programs


# The form only sets a cookie that says what its sender typed, so there is nothing to forge; a CSRF token would set one
# more cookie on every visitor.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Ask for an address; a POST sends its sender to the domain's page."""
    if request.method != "POST":
        return ask_for_address(request)
    text = request.POST.get("address", "")
    if not text.strip() and request.POST.get("forget"):
        return _forgotten(request.POST["forget"])
    try:
        return _found(request, parse_typed(text))
    except InvalidInput as error:
        problem = MESSAGES[error.code] % {"part": error.part}
        return ask_for_address(request, text=text, problem=problem, suggestion=suggest(text), status=422)


def ask_for_address(request: HttpRequest, *, text: str = "", status: int = 200, **context: object) -> HttpResponse:
    return page(
        request,
        "pages/start.html",
        title=_("Mail settings"),
        text=text.replace("\0", ""),
        programs=programs(request, language()),
        status=status,
        **context,
    )


def _found(request: HttpRequest, asked: Typed) -> HttpResponse:
    settings = seen_here(request, lookup.for_domain(asked.domain))
    response = HttpResponseRedirect(setup_path(settings.domain if settings else asked.domain), status=303)
    if asked.address and settings:
        typed.remember(response, asked.address)
    else:
        typed.forget(response)
    return response


def _forgotten(domain: str) -> HttpResponse:
    try:
        path = setup_path(parse_typed(domain).domain)
    except InvalidInput:
        path = reverse("pages:start")
    response = HttpResponseRedirect(path, status=303)
    typed.forget(response)
    return response


def setup_path(domain: str) -> str:
    return reverse("pages:setup", kwargs={"domain": domain})


@require_GET
def root(request: HttpRequest) -> HttpResponse:
    """``/``: the start page in the visitor's language, by cookie, then browser, then brand."""
    chosen = request.COOKIES.get("language")
    if chosen not in LANGUAGES:
        named = {part.partition(";")[0].strip()[:2] for part in request.headers.get("Accept-Language", "").split(",")}
        chosen = get_language_from_request(request) if named & set(LANGUAGES) else brand_of(request).language
    response = HttpResponseRedirect(f"/{chosen}/")
    response["Vary"] = "Cookie, Accept-Language"
    return response


@require_GET
def choose_language(request: HttpRequest, code: str) -> HttpResponse:
    """Remember the language, and go on to the page in it."""
    path = request.GET.get("next", "")
    safe = path.startswith(f"/{code}/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    response = HttpResponseRedirect(path if safe else f"/{code}/")
    response.set_cookie("language", code, max_age=365 * 24 * 3600, samesite="Lax", secure=request.is_secure())
    return response
