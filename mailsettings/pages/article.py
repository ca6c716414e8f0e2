"""The prose pages: IMAP or POP3, mail basics, it does not work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
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
    Question,
    Row,
    Section,
    Step,
    Symptom,
    Table,
    When,
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


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: the served domain that they come from, their address of it, and what settings and links mean then."""

    settings: MailSettings | None
    address: Address | None
    answers: Answers


@require_safe
def article(request: HttpRequest, article_id: str) -> HttpResponse:
    """One article. With ``?domain=``, or an address that this browser carries, its settings are that domain's."""
    return article_page(request, article_id, reader_of(request))


def reader_of(request: HttpRequest) -> Reader:
    settings, address = whose(request)
    answers = Answers(
        main_values(settings, address) if settings else {},
        links_of(brand_of(request, settings), settings),
        private=settings is not None and settings.user_name_is_private,
        words=_("as on your settings page"),
    )
    return Reader(settings, address, answers)


def article_page(
    request: HttpRequest, article_id: str, reader: Reader, template: str = "pages/article.html", **context: Any
) -> HttpResponse:
    """An article drawn by ``template``, which may need more ``context`` than every article has."""
    resolved = articles()[article_id].resolve(language())
    return prose_page(
        request,
        reader,
        template,
        title=resolved.title,
        lead=reader.answers.pieces(resolved.lead),
        sections=[_section(section, reader.answers) for section in resolved.sections],
        contents=[(section.id, section.title) for section in resolved.sections],
        **context,
    )


def prose_page(request: HttpRequest, reader: Reader, template: str, **context: Any) -> HttpResponse:
    """A page of prose with the reader's values in it, which is theirs alone."""
    response = page(request, template, settings=reader.settings, **context)
    if reader.settings:
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


Shown = dict[str, Any]


def _section(section: Section, answers: Answers) -> Shown:
    """A section without its known errors, which have pages of their own."""
    blocks = [shown_block(block, answers) for block in section.blocks if not isinstance(block, KnownError)]
    return {"id": section.id, "title": section.title, "blocks": blocks}


def shown_block(block: Block, answers: Answers) -> Shown:
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
        "fix": _steps(block.fix, answers),
        "warning": answers.pieces(block.warning),
        "programs": [(advice.program, answers.pieces(advice.text)) for advice in block.programs],
    }


def _symptom(block: Symptom, answers: Answers) -> Shown:
    return {"checks": _steps(block.checks, answers)}


def _steps(steps: tuple[Step, ...], answers: Answers) -> list[list[Piece]]:
    """The steps that are meant for the reader, by what may be said here of their user name."""
    reader = When.PRIVATE if answers.private else When.PUBLIC if answers.values else When.UNKNOWN
    return [answers.pieces(step.text) for step in steps if step.when in (When.ALWAYS, reader)]


def _question(block: Question, answers: Answers) -> Shown:
    replies = [(reply, answers.pieces(reply.then)) for reply in block.replies]
    return {"pieces": answers.pieces(block.text), "replies": replies}


SHOWN: dict[type, Callable[[Any, Answers], Shown]] = {
    Paragraph: _text,
    Note: _note,
    Definition: _text,
    Items: _list,
    Table: _table,
    KnownError: _known_error,
    Symptom: _symptom,
    Question: _question,
    Ports: lambda _block, _answers: {"ports": registered_ports()},
    Picture: lambda _block, _answers: {},
}
