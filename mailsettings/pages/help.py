"""It does not work: symptoms, six questions and the list of errors on one page, each error on a page of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from mailsettings.articles import KnownError, articles

from .article import article_page, prose_page, reader_of, shown_block
from .face import language


@dataclass(frozen=True, slots=True)
class ListedError:
    """An error as an entry of a list: its title, the codes that programs print for it, and where it is explained.

    ``id`` is the anchor that links led to while all errors stood on one page.
    """

    id: str
    title: str
    codes: str
    path: str


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """``/{lang}/help/``: with ``?domain=``, or an address that this browser carries, its values are that domain's."""
    reader = reader_of(request)
    return article_page(
        request,
        "help",
        reader,
        "pages/help.html",
        then="" if reader.settings else "help",
        errors=listed(articles()["help"].resolve(language()).errors, reader.answers.link),
    )


@require_safe
def error_page(request: HttpRequest, error_id: str) -> HttpResponse:
    """``/{lang}/help/{error}/``: one error, its cause and its cure."""
    error = known_errors().get(error_id)
    if error is None:
        raise Http404
    reader = reader_of(request)
    return prose_page(
        request,
        reader,
        "pages/error.html",
        title=error.title,
        shown=shown_block(error, reader.answers),
        help_path=reader.answers.link("help"),
        then=f"help/{error_id}" if not reader.settings else "",
    )


def known_errors() -> dict[str, KnownError]:
    """The known errors by id, in the page's language."""
    return {error.id: error for error in articles()["help"].resolve(language()).errors}


def listed(errors: Iterable[KnownError], link: Callable[[str], str]) -> list[ListedError]:
    return [ListedError(error.id, error.title, codes_of(error), link(f"help:{error.id}")) for error in errors]


def codes_of(error: KnownError) -> str:
    """The codes among what programs print for an error: short, with a digit."""
    wordings = (wording.text for texts in error.texts for wording in texts.wordings)
    return ", ".join(text for text in wordings if " " not in text and any(letter.isdigit() for letter in text))
