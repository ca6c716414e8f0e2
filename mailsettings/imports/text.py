"""Bytes of text files -> text, and text with delimiters -> rows."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from itertools import islice

from django.utils.translation import gettext as _

from . import words
from .table import HEADING_ROWS, MAX_COLUMNS, BadFile, Cell, Grid
from .values import clean_cell

DELIMITERS = ";,\t"
# A line with so many characters that happen to be good UTF-8 was not written in Windows-1251.
SURELY_UTF8 = 4
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# The first line that spreadsheet programs write to say which delimiter follows.
_SEPARATOR_LINE = re.compile(r"\Asep=(.)\r?\n", re.IGNORECASE)


def decode(raw: bytes) -> str:
    """The text of a file in UTF-8, UTF-16 or Windows-1251. Raises BadFile."""
    for mark, encoding in _BOMS:
        if raw.startswith(mark):
            return _strictly(raw[len(mark) :], encoding)
    if b"\0" in raw[:1000]:
        # Latin letters and delimiters have a zero on one side in UTF-16, and text in other encodings has none.
        zeros = raw[:1000:2].count(0), raw[1:1000:2].count(0)
        return _strictly(raw, "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le")
    try:
        return _text(raw.decode("utf-8"))
    except UnicodeDecodeError:
        _refuse_mixture(raw)
        return _strictly(raw, "cp1251")


def _strictly(raw: bytes, encoding: str) -> str:
    try:
        return _text(raw.decode(encoding))
    except UnicodeDecodeError as error:
        raise BadFile(_("This is not a text file in an encoding that is known here. Save it as CSV UTF-8.")) from error


def _text(text: str) -> str:
    if "\0" in text:
        raise BadFile(_("This is not a table: there are bytes in it that no text has. Save it as CSV or XLSX."))
    return text


def _refuse_mixture(raw: bytes) -> None:
    """Raise BadFile where some lines are UTF-8 and some are not: read in one encoding, the others would be garbled."""
    good: int | None = None
    bad: int | None = None
    for number, line in enumerate(raw.split(b"\n"), 1):
        if line.isascii():
            continue
        try:
            if sum(not c.isascii() for c in line.decode("utf-8")) >= SURELY_UTF8:
                good = good or number
        except UnicodeDecodeError:
            bad = bad or number
        if good and bad:
            words_ = _(
                "Line %(good)d is in UTF-8 and line %(bad)d in another encoding. Save the whole file as CSV UTF-8."
            )
            raise BadFile(words_ % {"good": good, "bad": bad})


def grid(text: str) -> Grid:
    """Rows of a table whose cells are divided by semicolons, commas or tabs. Raises BadFile while it is read."""
    if found := _SEPARATOR_LINE.match(text):
        # The line counts as a row where spreadsheet programs number them.
        return _rows(text[found.end() :], found[1] if found[1] in DELIMITERS else ";", start=2)
    return _rows(text, max(DELIMITERS, key=lambda delimiter: _known_headings(text, delimiter)), start=1)


def _known_headings(text: str, delimiter: str) -> tuple[int, int]:
    """How many headings the best of the first rows has with this delimiter, and how wide they are."""
    best, widest = 0, 0
    try:
        for row in islice(_reader(text, delimiter), HEADING_ROWS):
            cells = row[:MAX_COLUMNS]
            best = max(best, sum(words.column_of(cell) is not None for cell in cells))
            widest = max(widest, len(cells))
    except csv.Error:
        pass
    return best, widest


def _reader(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def _rows(text: str, delimiter: str, start: int) -> Grid:
    number = start - 1
    try:
        for number, row in enumerate(_reader(text, delimiter), start):
            # One more than is read, so that a row which is too long can be told.
            yield number, [_cell(cell) for cell in row[: MAX_COLUMNS + 1]]
    except csv.Error as error:
        problem = _("Quotes do not pair up in row %(row)d, or a cell there is too long. Mend that row and try again.")
        raise BadFile(problem % {"row": number + 1}) from error


def _cell(text: str) -> Cell:
    return clean_cell(text)
