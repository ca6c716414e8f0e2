"""Search for readers. A query may be a message with an address in it, so it comes by POST and is kept nowhere."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts import throttle
from mailsettings.core.addresses import parse_typed
from mailsettings.core.errors import InvalidInput
from mailsettings.core.settings import MailSettings
from mailsettings.search import LONGEST, Found, Kind, search

from . import typed
from .article import whose
from .errors import too_many
from .face import brand_of, language, page
from .prose import links_of
from .values import Words

MOST_IN_A_MINUTE = 60
SUMMARY = 160
KINDS: dict[Kind, Words] = {
    Kind.GUIDE: _("Instruction"),
    Kind.ERROR: _("Problem"),
    Kind.TERM: _("Term"),
    Kind.PART: _("Article"),
}


@dataclass(frozen=True, slots=True)
class Result:
    kind: Words
    title: str
    summary: str
    path: str


# It stores nothing and answers its sender alone, so there is nothing to forge.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def search_page(request: HttpRequest) -> HttpResponse:
    """``/{lang}/search/``: a field; a POST answers with what fits, linked for the reader's own domain."""
    settings, _address = whose(request)
    text = typed.shown_again(request.POST.get("words", ""), LONGEST)
    if text and not throttle.allowed(request, "search", MOST_IN_A_MINUTE, 60):
        return too_many(request, 60)
    response = page(
        request,
        "pages/search.html",
        title=_("Search"),
        settings=settings,
        text=text,
        results=_results(request, text, settings),
        address=_address_in(text),
    )
    typed.keep_private(response)
    response["X-Robots-Tag"] = "noindex"
    return response


def _results(request: HttpRequest, text: str, settings: MailSettings | None) -> list[Result]:
    link = links_of(brand_of(request, settings), settings)
    return [_result(found, link(found.link)) for found in search(text)]


def _result(found: Found, path: str) -> Result:
    summary = found.summary.in_language(language())
    short = summary if len(summary) <= SUMMARY else summary[:SUMMARY].rpartition(" ")[0] + "…"
    return Result(KINDS[found.kind], found.title.in_language(language()), short, path)


def _address_in(text: str) -> str:
    """What was typed, if it is an address or a domain: then its settings may be what is looked for."""
    try:
        return text.strip() if "." in text and parse_typed(text) else ""
    except InvalidInput:
        return ""
