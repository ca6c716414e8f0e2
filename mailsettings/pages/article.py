"""The prose pages: IMAP or POP3, mail basics, it does not work."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from mailsettings import lookup
from mailsettings.articles import (
    Block,
    Definition,
    Items,
    KnownError,
    Note,
    Paragraph,
    Picture,
    Ports,
    Row,
    Section,
    Table,
    articles,
)
from mailsettings.core.addresses import Address
from mailsettings.core.errors import InvalidInput
from mailsettings.core.names import normalise_name
from mailsettings.core.settings import MailSettings

from . import typed
from .face import brand_of, language, page, seen_here
from .prose import Answers, Piece, links_of, note_template
from .values import main_values, registered_ports


@require_safe
def article(request: HttpRequest, article_id: str) -> HttpResponse:
    """One article. With ``?domain=``, or an address that this browser carries, its settings are that domain's."""
    settings, address = whose(request)
    return article_page(request, article_id, settings, address)


def article_page(
    request: HttpRequest,
    article_id: str,
    settings: MailSettings | None,
    address: Address | None,
    template: str = "pages/article.html",
    **context: Any,
) -> HttpResponse:
    """An article drawn by ``template``, which may need more ``context`` than every article has."""
    resolved = articles()[article_id].resolve(language())
    answers = Answers(
        main_values(settings, address) if settings else {},
        links_of(brand_of(request, settings), settings),
        private=settings is not None and settings.user_name_is_private,
        words=_("as on your settings page"),
    )
    response = page(
        request,
        template,
        title=resolved.title,
        settings=settings,
        then=article_id if resolved.errors and not settings else "",
        lead=answers.pieces(resolved.lead),
        sections=[_section(section, answers) for section in resolved.sections],
        contents=[(part.id, part.title) for part in resolved.errors or resolved.sections],
        **context,
    )
    if settings:
        response["X-Robots-Tag"] = "noindex"
    typed.keep_private(response)
    return response


def whose(request: HttpRequest) -> tuple[MailSettings | None, Address | None]:
    """The served domain that the reader comes from, and their address of it."""
    carried = typed.address_of(request)
    try:
        name = normalise_name(request.GET["domain"]) if "domain" in request.GET else carried and carried.domain
    except InvalidInput:
        name = None
    settings = seen_here(request, lookup.for_domain(name)) if name else None
    if settings is None or not settings.served:
        return None, None
    return typed.settings_for(request, settings)


def _section(section: Section, answers: Answers) -> dict[str, Any]:
    return {"id": section.id, "title": section.title, "blocks": [_block(block, answers) for block in section.blocks]}


Shown = dict[str, Any]


def _block(block: Block, answers: Answers) -> Shown:
    """A block with its template and its prose in pieces."""
    template = f"pages/blocks/{block.kind}.html"
    return {"template": template, "block": block, **SHOWN[type(block)](block, answers)}


def _text(block: Paragraph | Definition, answers: Answers) -> Shown:
    return {"pieces": answers.pieces(block.text)}


def _note(block: Note, answers: Answers) -> Shown:
    return {"note": {"template": note_template(block.tone), "pieces": answers.pieces(block.text)}}


def _list(block: Items, answers: Answers) -> Shown:
    return {"entries": [answers.pieces(item) for item in block.items]}


def _table(block: Table, answers: Answers) -> Shown:
    def shown(rows: tuple[Row, ...]) -> list[tuple[str, list[tuple[str, list[Piece]]]]]:
        return [(row.topic, [(cell.head, answers.pieces(cell.text)) for cell in row.cells]) for row in rows]

    return {"rows": shown(block.rows), "more_rows": shown(block.more_rows)}


def _known_error(block: KnownError, answers: Answers) -> Shown:
    return {
        "cause": answers.pieces(block.cause),
        "fix": [answers.pieces(step) for step in block.fix],
        "warning": answers.pieces(block.warning),
        "programs": [(advice.program, answers.pieces(advice.text)) for advice in block.programs],
    }


SHOWN: dict[type, Callable[[Any, Answers], Shown]] = {
    Paragraph: _text,
    Note: _note,
    Definition: _text,
    Items: _list,
    Table: _table,
    KnownError: _known_error,
    Ports: lambda _block, _answers: {"ports": registered_ports()},
    Picture: lambda _block, _answers: {},
}


def error_titles(code: str, ids: tuple[str, ...]) -> list[tuple[str, str]]:
    """Id and title of known errors, in the order of ``ids``."""
    titles = {error.id: error.title for error in articles()["help"].resolve(code).errors}
    return [(error_id, titles[error_id]) for error_id in ids]
