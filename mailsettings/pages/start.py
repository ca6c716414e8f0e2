"""The start page: one field for an address or a domain."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language_from_request, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from accounts import throttle
from accounts.messages import MESSAGES
from mailsettings import lookup, personal
from mailsettings.articles import articles
from mailsettings.core.addresses import MAX_INPUT, Typed, parse_typed, suggest
from mailsettings.core.errors import InvalidInput
from mailsettings.core.settings import MailSettings
from mailsettings.core.text import LANGUAGES
from mailsettings.guides import guides

from . import typed
from .device import device_of
from .errors import too_many
from .face import WITHOUT_LANGUAGE, brand_of, kept, language, page, seen_here
from .programs import FIRST, guide_path, programs
from .prose import error_ids
from .setup import setup_path

CODE_TRIES, CODE_TRIES_OF_ALL, CODE_SECONDS = 5, 300, 600
NO_CODE = _("This code is wrong or older than ten minutes. Check the digits, or ask support for a new code.")
CODE_ADVICE = _("Wait ten minutes before you type a code again, or ask support to send you a link instead.")


# The form only sets a cookie that says what its sender typed, so there is nothing to forge; a CSRF token would set one
# more cookie on every visitor.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Ask for an address; a POST sends its sender to the domain's page."""
    if request.method != "POST":
        return kept(request, ("start", device_of(request)), lambda: ask_for_address(request), None)
    text = request.POST.get("address", "")
    domain = request.POST.get("domain", "")
    if domain and not text.strip():
        return _forgotten(domain)
    if not domain and (digits := personal.typed_code(text)):
        return _by_code(request, text, digits)
    try:
        return _found(request, _parsed(text, domain))
    except InvalidInput as error:
        return ask_for_address(request, text=text, problem=_problem(error, text), suggestion=suggest(text), status=422)


def _by_code(request: HttpRequest, text: str, digits: str) -> HttpResponse:
    """A code that was read out on the phone leads to a fresh personal link.

    Every try counts, right or wrong, for its client and for the site as a whole: eight digits could be guessed by many
    clients together, and while codes rest for that reason support can send a link. A client that has had its tries
    counts for nobody else, or it could have the codes rest by itself.

    A digit too few is no try: it could never be right.
    """
    if len(digits) != personal.CODE_DIGITS:
        return ask_for_address(request, text=text, problem=_other_length(digits), status=422)
    if not (
        throttle.allowed(request, "code", CODE_TRIES, CODE_SECONDS)
        and throttle.allowed(request, "code", CODE_TRIES_OF_ALL, CODE_SECONDS, target="every client")
    ):
        return too_many(request, CODE_SECONDS, CODE_ADVICE)
    code = personal.find_code(digits)
    settings = seen_here(request, personal.settings_of(code.record)) if code and code.record else None
    token = personal.redeem(code, language()) if code and settings else None
    if token is None:
        return ask_for_address(request, text=text, problem=NO_CODE, status=422)
    response = HttpResponseRedirect(reverse("pages:personal_setup", kwargs={"token": token}), status=303)
    response["Cache-Control"] = "private, no-store"
    return response


def _other_length(digits: str) -> str:
    words = ngettext(
        "A code has eight digits, and this is %(count)d. Ask support to read it out once more.",
        "A code has eight digits, and these are %(count)d. Ask support to read it out once more.",
        len(digits),
    )
    return words % {"count": len(digits)}


def ask_for_address(request: HttpRequest, *, text: str = "", status: int = 200, **context: Any) -> HttpResponse:
    """The start page, with what was entered where it has to be entered again."""
    response = page(
        request,
        "pages/start.html",
        title=_("Mail settings"),
        text=typed.shown_again(text, MAX_INPUT),
        programs=programs(device_of(request), language())[:FIRST],
        status=status,
        **context,
    )
    if text:
        typed.keep_private(response)
    return response


def _parsed(text: str, domain: str) -> Typed:
    """What was typed; on a domain's own page the part before “@” is enough."""
    try:
        return parse_typed(text)
    except InvalidInput as error:
        if not domain or error.code not in ("one_label", "empty"):
            raise
        return parse_typed(f"{text.strip().removesuffix('@')}@{domain}")


def _problem(error: InvalidInput, text: str) -> Any:
    """What is wrong, in words; a domain that is missing after “@” is not the same as nothing at all."""
    if error.code == "empty" and "@" in text:
        return _("The domain after “@” is missing. Write the address like name@firma.com.ua.")
    return MESSAGES[error.code] % {"part": error.part}


def _found(request: HttpRequest, asked: Typed) -> HttpResponse:
    settings = seen_here(request, lookup.for_domain(asked.domain))
    if settings and settings.served:
        path = _page_with_values(request.POST.get("then", ""), settings)
    else:
        path = setup_path(settings.domain if settings else asked.domain)
    response = HttpResponseRedirect(path, status=303)
    if asked.address:
        typed.remember(response, asked.address)
    else:
        typed.forget(response)
    return response


def _page_with_values(then: str, settings: MailSettings) -> str:
    """Where the field leads: back to the guide or article that it stood on, now with values; else to the setup page."""
    if then in guides():
        return guide_path(guides()[then], settings)
    page_id, _slash, error_id = then.partition("/")
    if page_id in articles() and (not error_id or (page_id == "help" and error_id in error_ids())):
        path = reverse("pages:error", kwargs={"error_id": error_id}) if error_id else reverse(f"pages:{page_id}")
        return f"{path}?{urlencode({'domain': settings.domain})}"
    return setup_path(settings.domain)


def _forgotten(domain: str) -> HttpResponse:
    try:
        path = setup_path(parse_typed(domain).domain)
    except InvalidInput:
        path = reverse("pages:start")
    response = HttpResponseRedirect(path, status=303)
    typed.forget(response)
    return response


# Not even asked for a CSRF token: whatever a program posts here gets 405.
@csrf_exempt
@require_safe
def root(request: HttpRequest) -> HttpResponse:
    """``/``: the start page in the visitor's language, by cookie, then browser, then brand."""
    chosen = request.COOKIES.get("language")
    if chosen not in LANGUAGES:
        named = {part.partition(";")[0].strip()[:2] for part in request.headers.get("Accept-Language", "").split(",")}
        chosen = get_language_from_request(request) if named & set(LANGUAGES) else brand_of(request).language
    response = HttpResponseRedirect(f"/{chosen}/")
    response["Vary"] = "Cookie, Accept-Language"
    return response


@require_safe
def choose_language(request: HttpRequest, code: str) -> HttpResponse:
    """Remember the language, and go on to the page in it."""
    path = request.GET.get("next", "")
    # Pages for everybody carry the language in their path, those of the sign-in do not.
    known = path.startswith((f"/{code}/", WITHOUT_LANGUAGE))
    safe = known and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    response = HttpResponseRedirect(path if safe else f"/{code}/")
    response.set_cookie("language", code, max_age=365 * 24 * 3600, samesite="Lax", secure=request.is_secure())
    return response
