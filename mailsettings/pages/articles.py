"""The prose pages: IMAP or POP3, mail basics, it does not work."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from mailsettings.articles import articles
from mailsettings.core.endpoints import Protocol

from . import typed
from .face import brand_of, language, page, seen_here
from .prose import Answers, links_of
from .values import registered_ports, setting_values


@require_safe
def article(request: HttpRequest, article_id: str) -> HttpResponse:
    """One article, with the values of the visitor's own domain where this browser carries an address of it."""
    resolved = articles()[article_id].resolve(language())
    address = typed.address_of(request)
    settings = None
    if address:
        settings, address = typed.settings_of(request, address.domain)
        settings = seen_here(request, settings)
    if settings and not settings.served:
        settings = None
    values = (
        setting_values(
            settings,
            address,
            settings.first(settings.incoming_protocols[0]) if settings.incoming_protocols else None,
            settings.first(Protocol.SMTP),
        )
        if settings
        else {}
    )
    answers = Answers(values, links_of(brand_of(request, settings), settings))
    response = page(
        request,
        "pages/article.html",
        title=resolved.title,
        settings=settings,
        lead=answers.pieces(resolved.lead),
        sections=[_section(section, answers) for section in resolved.sections],
    )
    typed.keep_private(response)
    return response


def _section(section: Any, answers: Answers) -> dict[str, Any]:
    blocks = [{"template": f"pages/blocks/{block.kind}.html", **_block(block, answers)} for block in section.blocks]
    return {"id": section.id, "title": section.title, "blocks": blocks}


def _block(block: Any, answers: Answers) -> dict[str, Any]:
    """A block with its prose in pieces, under the names that its template uses."""
    shown: dict[str, Any] = {"block": block}
    if hasattr(block, "text"):
        shown["pieces"] = answers.pieces(block.text)
    if hasattr(block, "items"):
        shown["entries"] = [answers.pieces(item) for item in block.items]
    if hasattr(block, "rows"):
        shown |= {"rows": _rows(block.rows, answers), "more_rows": _rows(block.more_rows, answers)}
    if hasattr(block, "fix"):
        shown |= {
            "cause": answers.pieces(block.cause),
            "fix": [answers.pieces(step) for step in block.fix],
            "warning": answers.pieces(block.warning),
            "programs": [(advice.program, answers.pieces(advice.text)) for advice in block.programs],
        }
    if block.kind == "ports":
        shown["ports"] = registered_ports()
    return shown


def _rows(rows: Any, answers: Answers) -> list[dict[str, Any]]:
    return [
        {"topic": row.topic, "cells": [(cell.head, answers.pieces(cell.text)) for cell in row.cells]} for row in rows
    ]


def error_titles(code: str, ids: tuple[str, ...]) -> list[tuple[str, str]]:
    """Id and title of known errors, in the order of ``ids``."""
    titles = {error.id: error.title for error in articles()["help"].resolve(code).errors}
    return [(error_id, titles[error_id]) for error_id in ids]
