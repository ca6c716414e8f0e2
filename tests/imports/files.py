"""Files for tests of imports, and what becomes of them."""

from __future__ import annotations

import io
from typing import Any

import openpyxl

from mailsettings import imports
from mailsettings.imports import DESK, Options, Preview, Table
from mailsettings.imports import State as RowState
from mailsettings.mx import Answer, MailHost, State

EVERYONE = imports.Everyone()


def read(text: str | bytes, **kwargs: Any) -> Table:
    return imports.read(text.encode() if isinstance(text, str) else text, DESK, **kwargs)


def preview(text: str | bytes, user: Any = EVERYONE, mx_of: Any = None, domain: str = "", **options: Any) -> Preview:
    return imports.preview(read(text, domain=domain), user, Options(**options), mx_of)


def answer(name: str, *hosts: str) -> Answer:
    """What the DNS says about a domain with these MX hosts, in their order."""
    return Answer(name, State.FOUND, tuple(MailHost(10 * at, host) for at, host in enumerate(hosts)))


def workbook(*sheets: list[list[Any]], change: Any = None) -> bytes:
    """An XLSX file with these sheets; ``change`` is called with the workbook before it is saved."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for rows in sheets:
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(row)
    if change:
        change(book)
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def rows(table: Table) -> list[dict[str, str]]:
    return [row.cells for row in table.rows]


def states(found: Preview) -> list[str]:
    return [str(line.state) for line in found.lines]


def said(found: Preview, number: int) -> str:
    """What the preview says about one row."""
    return " ".join(next(line for line in found.lines if line.number == number).about())


def names(found: Preview, state: RowState) -> list[str]:
    return [line.name for line in found.of(state)]
