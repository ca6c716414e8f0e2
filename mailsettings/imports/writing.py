"""Stored domains and mailboxes -> CSV and XLSX, piece by piece, so that a million rows need no more memory than some.

Files read back as unchanged. No cell of theirs begins what a spreadsheet program takes for a formula.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from xml.etree import ElementTree

from django.db.models import QuerySet

from mailsettings.directory.values import write_name
from mailsettings.models import Domain, DomainName, Mailbox

from . import words
from .table import Kind
from .values import written

BATCH = 2000
# Rows of a sheet, without the one with headings.
MOST_IN_SHEET = 1_048_575
MAILBOX_COLUMNS = (
    "address", "name", "kind", "status", "login", "imap", "pop3", "recovery", "customer_ref", "customer_name", "server",
)  # fmt: skip
DOMAIN_COLUMNS = (
    "domain", "aliases", "customer_ref", "customer_name", "server", "status", "logins", "imap", "pop3", "mta_sts",
)  # fmt: skip
Cells = Sequence[str]


def table(kind: Kind, rows: QuerySet) -> Iterator[Cells]:
    """The headings and the rows of a queryset of domains or mailboxes, in the order of their numbers."""
    # The words are those of whoever asked, also where another request has come in between two pieces.
    write = _Writer(words.language())
    columns, lines = (MAILBOX_COLUMNS, write.mailboxes) if kind is Kind.MAILBOXES else (DOMAIN_COLUMNS, write.domains)
    return _with_headings([words.title(column) for column in columns], lines, rows)


def _with_headings(headings: Cells, lines: Callable[[list], Iterator[Cells]], rows: QuerySet) -> Iterator[Cells]:
    yield headings
    last, ordered = 0, rows.order_by("pk")
    while some := list(ordered.filter(pk__gt=last)[:BATCH]):
        yield from lines(some)
        last = some[-1].pk


class _Writer:
    def __init__(self, language: str) -> None:
        self.language = language
        self.flags = {value: words.word("flag", "yes" if value else "no", language) for value in (True, False)}

    def word(self, kind: str, value: str) -> str:
        return words.word(kind, value, self.language)

    def mailboxes(self, some: list[Mailbox]) -> Iterator[Cells]:
        domains = Domain.objects.select_related("customer", "server").with_name()
        by_pk = domains.in_bulk({mailbox.domain_id for mailbox in some})
        for mailbox in some:
            domain = by_pk[mailbox.domain_id]
            yield (
                written(f"{mailbox.local_part}@{write_name(domain.primary_name)}"),
                written(mailbox.name),
                self.word("kind", mailbox.kind),
                self.word("status", mailbox.status),
                written(mailbox.login),
                self.flags[mailbox.imap],
                self.flags[mailbox.pop3],
                written(mailbox.recovery),
                written(domain.customer.ref),
                written(domain.customer.name),
                written(domain.server.name),
            )

    def domains(self, some: list[Domain]) -> Iterator[Cells]:
        names: dict[int, list[str]] = defaultdict(list)
        for name in DomainName.objects.filter(domain__in=some).order_by("-is_primary", "name"):
            names[name.domain_id].append(write_name(name.name))
        by_pk = Domain.objects.select_related("customer", "server").in_bulk([domain.pk for domain in some])
        # Whoever is removed while the file is written is left out of it.
        for domain in filter(None, (by_pk.get(one.pk) for one in some)):
            primary, *aliases = names[domain.pk] or [""]
            yield (
                written(primary),
                written(", ".join(aliases)),
                written(domain.customer.ref),
                written(domain.customer.name),
                written(domain.server.name),
                self.word("status", domain.status),
                self.word("logins", domain.logins),
                self.flags[domain.imap],
                self.flags[domain.pop3],
                self.word("mta_sts", domain.mta_sts),
            )


def as_csv(rows: Iterable[Cells]) -> Iterator[bytes]:
    """Rows as CSV for every spreadsheet program: UTF-8 with a byte order mark, semicolons."""
    line = io.StringIO(newline="")
    writer = csv.writer(line, delimiter=";", lineterminator="\r\n")
    yield "\ufeff".encode()
    for row in rows:
        writer.writerow(row)
        if line.tell() > 2**16:
            yield line.getvalue().encode()
            line.seek(0)
            line.truncate()
    yield line.getvalue().encode()


# --- XLSX: Office Open XML, ECMA-376, part 1 §18.2 (workbook) and §18.3 (sheets), part 2 (packages) -------------------

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PRESERVE = {"{http://www.w3.org/XML/1998/namespace}space": "preserve"}
XLSX_TYPE = f"{_TYPE}.sheet"
CSV_TYPE = "text/csv; charset=utf-8"


class _Pieces:
    """A file that keeps what was written until it is taken."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        self.pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def take(self) -> bytes:
        taken, self.pieces = b"".join(self.pieces), []
        return taken


def as_xlsx(rows: Iterable[Cells]) -> Iterator[bytes]:
    """Rows as a workbook with one sheet, all of its cells text. More than ``MOST_IN_SHEET`` do not fit into one."""
    target = _Pieces()
    # Of a file this needs no more than ``_Pieces`` has, whatever its annotation says.
    with zipfile.ZipFile(target, "w") as archive:  # type: ignore[call-overload]
        for name, root in _parts().items():
            archive.writestr(_packed(name), _document(root))
        head, tail = _around_rows()
        with archive.open(_packed("xl/worksheets/sheet1.xml"), "w", force_zip64=True) as sheet:
            sheet.write(head)
            for number, row in enumerate(rows, 1):
                sheet.write(_row(number, row))
                if number % BATCH == 0:
                    yield target.take()
            sheet.write(tail)
    yield target.take()


def _packed(name: str) -> zipfile.ZipInfo:
    part = zipfile.ZipInfo(name)
    part.compress_type = zipfile.ZIP_DEFLATED
    return part


def _document(root: ElementTree.Element) -> bytes:
    return ElementTree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _parts() -> dict[str, ElementTree.Element]:
    """Every part of the package beside the sheet."""
    types = ElementTree.Element("Types", xmlns=f"{_PACKAGE}/content-types")
    for ending, kind in (
        ("rels", "application/vnd.openxmlformats-package.relationships+xml"),
        ("xml", "application/xml"),
    ):
        ElementTree.SubElement(types, "Default", Extension=ending, ContentType=kind)
    for name, kind in (("/xl/workbook.xml", "sheet.main"), ("/xl/worksheets/sheet1.xml", "worksheet")):
        ElementTree.SubElement(types, "Override", PartName=name, ContentType=f"{_TYPE}.{kind}+xml")
    workbook = ElementTree.Element("workbook", {"xmlns": _MAIN, "xmlns:r": _RELATIONS})
    sheets = ElementTree.SubElement(workbook, "sheets")
    ElementTree.SubElement(sheets, "sheet", {"name": "1", "sheetId": "1", "r:id": "r1"})
    return {
        "[Content_Types].xml": types,
        "_rels/.rels": _relation("officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": workbook,
        "xl/_rels/workbook.xml.rels": _relation("worksheet", "worksheets/sheet1.xml"),
    }


def _relation(kind: str, target: str) -> ElementTree.Element:
    relations = ElementTree.Element("Relationships", xmlns=f"{_PACKAGE}/relationships")
    ElementTree.SubElement(relations, "Relationship", Id="r1", Type=f"{_RELATIONS}/{kind}", Target=target)
    return relations


def _around_rows() -> tuple[bytes, bytes]:
    """What stands before and after the rows of a sheet, whose first row stays in view."""
    sheet = ElementTree.Element("worksheet", xmlns=_MAIN)
    view = ElementTree.SubElement(ElementTree.SubElement(sheet, "sheetViews"), "sheetView", workbookViewId="0")
    ElementTree.SubElement(view, "pane", ySplit="1", topLeftCell="A2", activePane="bottomLeft", state="frozen")
    ElementTree.SubElement(sheet, "sheetData").text = "rows"
    head, _rows, tail = _document(sheet).partition(b"rows</sheetData>")
    return head, b"</sheetData>" + tail


def _row(number: int, cells: Cells) -> bytes:
    row = ElementTree.Element("row", r=str(number))
    for text in cells:
        # Cells stand beside each other, also the empty ones, so that none needs to name its place.
        cell = ElementTree.SubElement(row, "c")
        if text:
            cell.set("t", "inlineStr")
            ElementTree.SubElement(ElementTree.SubElement(cell, "is"), "t", _PRESERVE).text = text
    return ElementTree.tostring(row, encoding="utf-8")
