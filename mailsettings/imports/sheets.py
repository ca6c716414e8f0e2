"""XLSX files -> rows. Parts are unpacked within limits, and formulas are never computed."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from functools import cache, partial
from itertools import repeat
from typing import Any, NamedTuple

import openpyxl
from defusedxml.ElementTree import iterparse
from django.utils.translation import gettext as _
from openpyxl.cell.read_only import EMPTY_CELL
from openpyxl.utils.cell import range_boundaries

from .table import HEADING_ROWS, MAX_COLUMNS, BadFile, Cell, Copied, Flaw, Grid, Limits, too_many_rows
from .values import clean_cell, formula_words

MAX_PARTS = 2000
# Parts other than cells and their texts are read as a whole, so they may not be large.
MAX_OTHER_PART = 4 * 2**20
LARGE_PARTS = re.compile(r"\Axl/(worksheets/[^/]+|sharedStrings)\.xml\Z", re.IGNORECASE)
LAST_ROW = 1_048_576
MAX_MERGED = 20_000
# Merged cells that one row may lie in.
MAX_OPEN = 300


def unpackable(raw: bytes, limits: Limits) -> None:
    """Raise BadFile for a packed file that is broken, no workbook, or larger inside than ``limits`` allow."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            parts = archive.infolist()
    except Exception as error:
        raise BadFile(broken()) from error
    names = {part.filename for part in parts}
    if "mimetype" in names or not any(name.lower().startswith("xl/") for name in names):
        raise BadFile(_("This is no Excel workbook. Save the table as XLSX or CSV."))
    # zipfile unpacks no more of a part than its header says, so the headers can be believed.
    too_much = sum(part.file_size for part in parts) > limits.unpacked
    if too_much or len(parts) > MAX_PARTS or any(_is_too_large(part) for part in parts):
        raise BadFile(_("There is more in this workbook than a table of mailboxes or domains needs. Save it as CSV."))


def _is_too_large(part: zipfile.ZipInfo) -> bool:
    packed_text = part.filename.lower().endswith((".xml", ".rels"))
    return packed_text and part.file_size > MAX_OTHER_PART and not LARGE_PARTS.match(part.filename)


def broken() -> str:
    return _("The workbook is damaged or protected and cannot be read. Open it, save it as XLSX or CSV, and try again.")


def grids(raw: bytes, limits: Limits) -> Iterator[tuple[str, bool, Grid]]:
    """The name, whether it is hidden, and the rows of each sheet. Raises BadFile, also while rows are read."""
    unpackable(raw, limits)
    # Hostile workbooks make the reader fail in every way that Python knows.
    try:
        values = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True, keep_links=False)
        sheets = values.worksheets
    except Exception as error:
        raise BadFile(broken()) from error

    @cache
    def with_formulas() -> Any:
        # Few workbooks have any, and reading one twice takes twice as long.
        return openpyxl.load_workbook(io.BytesIO(raw), read_only=True, keep_links=False).worksheets

    for at, sheet in enumerate(sheets):
        rows = _rows(sheet, partial(_nth, with_formulas, at), limits)
        yield str(sheet.title), sheet.sheet_state != "visible", _guarded(rows)


def _nth(sheets: Callable[[], Any], at: int) -> Any:
    return sheets()[at]


def _guarded(rows: Iterable[tuple[int, list[Cell]]]) -> Grid:
    try:
        yield from rows
    except (BadFile, GeneratorExit):
        raise
    except Exception as error:
        raise BadFile(broken()) from error


def _rows(sheet: Any, with_formulas: Callable[[], Any], limits: Limits) -> Grid:
    # Titles may stand above as many rows as are read.
    most = limits.rows + HEADING_ROWS
    looked = _looked_through(sheet, most)
    beside = _cells(with_formulas()) if looked.formulas else repeat(())
    filler = _Merged(looked.merged)
    blank: Any = None
    for number, (row, formulas) in enumerate(zip(_cells(sheet), beside, strict=False), 1):
        if number == looked.end:
            raise too_many_rows(limits)
        # Rows that the file leaves out come as well, perhaps a million times the same one.
        if row is not blank and all(cell is EMPTY_CELL for cell in row):
            blank = row
        cells = [] if row is blank else [_cell(cell) for cell in row]
        for index, formula in enumerate(formulas):
            # A program that does not compute formulas stores none of their values.
            if cells and formula.data_type == "f" and row[index].value is None:
                cells[index] = Flaw(formula_words())
        yield number, filler.fill(number, cells)


def _cells(sheet: Any) -> Iterator[Any]:
    # The size that a workbook states may be wrong.
    sheet.reset_dimensions()
    return iter(sheet.iter_rows(max_col=MAX_COLUMNS))


class _Looked(NamedTuple):
    """Whether a sheet has formulas, and its merged cells as first column, first row, last column, last row.

    ``end`` is the row where somebody stopped looking, 0 where nobody did.
    """

    formulas: bool
    merged: list[tuple[int, int, int, int]]
    end: int = 0


def _looked_through(sheet: Any, most: int) -> _Looked:
    """What stands in a sheet's own part, up to where it has more than ``most`` rows with something in them.

    Merged cells stand behind all rows, so of such a sheet none are known: nobody may read on there.
    """
    formulas, merged, row, filled, is_filled = False, [], 0, 0, False
    # Read-only sheets of openpyxl know nothing of merged cells, but where their own part is.
    with sheet._get_source() as source:
        for _event, element in iterparse(source):
            name = element.tag.rpartition("}")[2]
            formulas = formulas or name == "f"
            is_filled = is_filled or (name in ("v", "t") and bool(element.text))
            if name == "mergeCell":
                merged.append(range_boundaries(element.get("ref", "")))
            if len(merged) > MAX_MERGED:
                raise BadFile(_too_many_merged())
            if name == "row":
                row, filled, is_filled = int(element.get("r", row + 1)), filled + is_filled, False
                if row > LAST_ROW:
                    raise BadFile(broken())
                if filled > most:
                    return _Looked(formulas, [], row)
            if name in ("row", "mergeCells"):
                element.clear()
    return _Looked(formulas, [found for found in merged if None not in found])


def _too_many_merged() -> str:
    return _("Too many cells are merged in this sheet. Take the merging off, or save it as CSV.")


class _Merged:
    """Cells that were merged all hold what the first of them holds, as people mean it.

    Those of other columns tell where that came from, so that nothing comes out of a column that nobody may keep.
    """

    def __init__(self, merged: list[tuple[int, int, int, int]]) -> None:
        self.coming = sorted(merged, key=lambda found: found[1], reverse=True)
        self.open: list[tuple[tuple[int, int, int, int], Cell]] = []

    def fill(self, number: int, cells: list[Cell]) -> list[Cell]:
        if not (self.coming or self.open):
            return cells
        self.open = [(area, cell) for area, cell in self.open if area[3] >= number]
        while self.coming and self.coming[-1][1] <= number:
            area = self.coming.pop()
            first = area[0] - 1
            self.open.append((area, cells[first] if first < len(cells) else ""))
            if len(self.open) > MAX_OPEN:
                raise BadFile(_too_many_merged())
        for (left, _top, right, _bottom), cell in self.open:
            first = left - 1
            for index in range(first, min(right, len(cells))):
                cells[index] = cells[index] or cell
                if index != first:
                    cells[index] = _out_of(first, cells[index])
        return cells


def _out_of(column: int, cell: Cell) -> Cell:
    # What is wrong with a cell is said once, at its own column.
    return Copied.out_of(column, cell) if isinstance(cell, str) else ""


def _cell(cell: Any) -> Cell:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "e":
        return Flaw(_("An error of the spreadsheet stands here. Mend its formula, or type the value."))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (datetime, date, time, timedelta)):
        return Flaw(_("The spreadsheet made a date of this. Format the cell as text and type the value again."))
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    return clean_cell(str(value))
