"""The bytes of a file -> a table of known columns. Passwords and their hashes do not come through."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from django.utils.translation import gettext as _

from . import panels, sheets, text, words
from .passwords import after_address, looks_hashed
from .table import (
    HEADING_ROWS,
    BadFile,
    Cell,
    Copied,
    DomainNeeded,
    Flaw,
    Form,
    Grid,
    Kind,
    Limits,
    Row,
    Table,
    too_many_rows,
)
from .values import DOMAIN, MAILBOX

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK"
SHOWN_HEADING = 40


def read(raw: bytes, limits: Limits, form: Form | None = None, domain: str = "") -> Table:
    """A file as ``form`` says, or as it is recognised; ``domain`` is of rows that tell none. Raises BadFile."""
    if len(raw) > limits.size:
        raise BadFile(_("The file is larger than %(size)d MB. Divide it.") % {"size": limits.size // 2**20})
    if not raw.strip():
        raise BadFile(_("The file is empty."))
    if raw.startswith(OLE):
        raise BadFile(
            _("This is an old Excel workbook (XLS), or a protected one. Save it as XLSX or CSV, unprotected.")
        )
    if raw.startswith(ZIP):
        if form not in (None, Form.SHEET):
            raise BadFile(_("This is a packed file, and not what was chosen."))
        return _from_workbook(raw, limits, domain)
    notes: list[str] = []
    grid = _grid(text.decode(raw), form, domain, notes)
    table = _table(grid, limits, domain, notes)
    if table is None:
        raise BadFile(_no_headings())
    return _with_domain(table)


def _with_domain(table: Table) -> Table:
    named = [row for row in table.rows if "address" in row.cells]
    nameless = named and all("@" not in row.cells["address"] and "domain" not in row.cells for row in named)
    if table.kind is Kind.MAILBOXES and nameless:
        raise DomainNeeded(_("The file does not tell the domain of its mailboxes. Say which one it is."))
    return table


def _no_headings() -> str:
    return _(
        "No heading of a column was recognised. Put a row above the table with headings such as %(address)s,"
        " %(domain)s, %(customer)s."
    ) % {name: words.title(column) for name, column in _NAMED.items()}


_NAMED = {"address": "address", "domain": "domain", "customer": "customer_ref"}


def _grid(content: str, form: Form | None, domain: str, notes: list[str]) -> Grid:
    form = form or recognise(content)
    if form is Form.CPANEL_MAILBOXES:
        return panels.cpanel_mailboxes(content, notes)
    if form is Form.CPANEL_DOMAINS:
        return panels.cpanel_domains(content)
    if form is Form.DIRECTADMIN:
        return panels.directadmin(content, domain, notes)
    return text.grid(content)


def recognise(content: str) -> Form:
    """What a text file is, by how it begins."""
    if panels.is_json(content):
        return Form.CPANEL_MAILBOXES
    if panels.is_passwd(content):
        return Form.DIRECTADMIN
    if panels.is_userdomains(content):
        return Form.CPANEL_DOMAINS
    return Form.SHEET


def _from_workbook(raw: bytes, limits: Limits, domain: str) -> Table:
    """The first sheet that has rows below known headings. Others, and hidden ones, are named in a note."""
    found: Table | None = None
    others, hidden = 0, 0
    for _title, is_hidden, grid in sheets.grids(raw, limits):
        if is_hidden:
            hidden += 1
        elif found is None:
            table = _table(grid, limits, domain, [], in_cells=True)
            found = table if table and table.rows else None
            others += found is None
        else:
            others += 1
    if found is None:
        raise BadFile(_no_headings())
    if others:
        found.notes.append(
            _("Only the first sheet with known headings was read; %(count)d more were not.") % {"count": others}
        )
    if hidden:
        found.notes.append(_("Hidden sheets were not read: %(count)d.") % {"count": hidden})
    return _with_domain(found)


def _table(grid: Grid, limits: Limits, domain: str, notes: list[str], *, in_cells: bool = False) -> Table | None:
    """The rows below the first row with known headings; None where there is none.

    ``in_cells`` tells that values stand in cells of a sheet, which nothing divides by what they hold.
    """
    for number, cells in grid:
        columns = {index: column for index, cell in enumerate(cells) if (column := _column(cell))}
        if "address" in columns.values() or "domain" in columns.values() or _login_tells(columns):
            return _Reader(cells, columns, domain, notes, in_cells).read(grid, limits)
        if number >= HEADING_ROWS:
            return None
    return None


def _login_tells(columns: dict[int, str]) -> bool:
    """Whether a list names mailboxes by their user names alone."""
    return "login" in columns.values() and len(columns) > 1


def _column(cell: Cell) -> str | None:
    return None if isinstance(cell, Flaw) or words.is_password(cell) else words.column_of(cell)


class _Kept(NamedTuple):
    """A row on its way through, its cells of known columns, and whether it goes on where the headings have ended.

    ``has_more_cells`` counts empty ones too.
    """

    row: Row
    cells: dict[int, Cell]
    is_longer: bool
    has_more_cells: bool


class _Reader:
    """Takes the cells of known columns out of rows, and drops columns as soon as a hash is seen in them."""

    def __init__(
        self, headings: list[Cell], columns: dict[int, str], domain: str, notes: list[str], in_cells: bool
    ) -> None:
        self.headings = headings
        self.width = max(i for i, cell in enumerate(headings) if cell != "") + 1
        self.in_cells = in_cells
        self.beside_addresses = False
        self.notes = notes
        self.domain = domain
        self.columns = columns
        self.dropped = {i for i, cell in enumerate(headings) if isinstance(cell, str) and words.is_password(cell)}
        self.dropped |= {i for i, cell in enumerate(headings) if self._is_part_of_dropped(cell)}
        self._sort_out()

    def _sort_out(self) -> None:
        """Say which column is which where a heading can mean two things."""
        names = set(self.columns.values())
        if "customer" in names:
            # Beside a number, a “customer” is the name.
            meant = "customer_name" if "customer_ref" in names else "customer_ref"
            self.columns = {i: meant if name == "customer" else name for i, name in self.columns.items()}
        if "address" not in names and "login" in names and not names & {"aliases", "logins", "mta_sts"}:
            self.columns = {i: "address" if name == "login" else name for i, name in self.columns.items()}
            self.notes.append(_("There is no column of addresses, so user names were taken for them."))
        self.kind = Kind.MAILBOXES if "address" in self.columns.values() else Kind.DOMAINS
        known = MAILBOX if self.kind is Kind.MAILBOXES else DOMAIN
        self.columns = {i: name for i, name in self.columns.items() if name in known}
        self._refuse_twins()

    def _refuse_twins(self) -> None:
        for name, count in Counter(self.columns.values()).items():
            if count > 1:
                twins = [_letter(i) for i, other in self.columns.items() if other == name]
                sentence = _("The headings of columns %(columns)s mean the same (%(title)s). Rename all but one.")
                raise BadFile(sentence % {"columns": ", ".join(twins), "title": words.title(name)})

    def read(self, grid: Iterator[tuple[int, list[Cell]]], limits: Limits) -> Table:
        found: list[_Kept] = []
        for number, cells in grid:
            self._look_for_hashes(cells)
            kept = _Kept(Row(number), self._known(cells), self._is_longer(cells), len(cells) > len(self.headings))
            if not (kept.cells or (kept.is_longer and not self.in_cells)):
                continue
            if len(found) >= limits.rows:
                raise too_many_rows(limits)
            found.append(kept)
        for kept in found:
            self._put(kept)
        self._say_what_was_dropped()
        if self.kind is Kind.MAILBOXES and self._lost("address"):
            raise BadFile(_("The column of addresses holds hashes of passwords. Take them out."))
        return Table(self.kind, [kept.row for kept in found], self.notes)

    def _known(self, cells: list[Cell]) -> dict[int, Cell]:
        return {i: cells[i] for i in self.columns if i < len(cells) and cells[i] != "" and i not in self.dropped}

    def _is_longer(self, cells: list[Cell]) -> bool:
        return any(cell != "" and not isinstance(cell, Copied) for cell in cells[self.width :])

    def _is_part_of_dropped(self, cell: Cell) -> bool:
        return isinstance(cell, Copied) and cell.column in self.dropped

    def _look_for_hashes(self, cells: list[Cell]) -> None:
        for index, cell in enumerate(cells):
            column = cell.column if isinstance(cell, Copied) else index
            if column not in self.dropped and isinstance(cell, str) and looks_hashed(cell):
                self.dropped.add(column)

    def _lost(self, column: str) -> bool:
        return any(name == column for i, name in self.columns.items() if i in self.dropped)

    def _put(self, kept: _Kept) -> None:
        row = kept.row
        end = self._end_of_trust(kept)
        if end is not None:
            row.faults[""] = _moved()
        for index, cell in kept.cells.items():
            if index in self.dropped or self._is_part_of_dropped(cell) or (end is not None and index >= end):
                continue
            name = self.columns[index]
            usable = self._address(cell) if name == "address" else cell
            if isinstance(usable, Flaw):
                row.faults[name] = usable.message
            else:
                row.cells[name] = str(usable)
        names_none = "domain" not in row.cells and "domain" not in row.faults
        if names_none and self.domain and "@" not in row.cells.get("address", ""):
            row.cells["domain"] = self.domain

    def _end_of_trust(self, kept: _Kept) -> int | None:
        """Where in a row values may have moved into other columns: None, nowhere.

        A separator that a value holds divides it, and what was the password's would be read as the name. So of a row
        that is too long nothing counts from the first column on that is not kept. Where passwords are in the file, an
        empty cell too many is enough, and a sheet may have been divided before it was saved.
        """
        has_secrets = bool(self.dropped)
        if self.in_cells:
            moved = kept.is_longer and has_secrets
        else:
            moved = kept.is_longer or (kept.has_more_cells and has_secrets)
        if not moved:
            return None
        return next(i for i in range(self.width + 1) if i not in self.columns or i in self.dropped)

    def _address(self, cell: Cell) -> Cell:
        """An address without the password that lists put behind it."""
        if isinstance(cell, Flaw):
            return cell
        address, rest = after_address(cell)
        if not rest:
            return cell
        self.beside_addresses = True
        if "@" in address and rest[0] in ":|":
            return address
        return Flaw(_("More than an address stands here. Leave one address in the cell, and nothing beside it."))

    def _say_what_was_dropped(self) -> None:
        for index in sorted(self.dropped):
            self.notes.append(_("Column %(column)s holds passwords or their hashes. Nothing of it was kept.")
                              % {"column": self._name(index)})  # fmt: skip
        if self.beside_addresses:
            self.notes.append(_("What stood beside addresses in their column, such as passwords, was not kept."))
        known = self.columns.keys() | self.dropped
        left_out = [self._name(i) for i, cell in enumerate(self.headings) if i not in known and cell != ""]
        if left_out:
            self.notes.append(_("Columns that are not known here were left out: %(columns)s.")
                              % {"columns": ", ".join(left_out)})  # fmt: skip

    def _name(self, index: int) -> str:
        """A column by its letter, and by its heading where that is one."""
        heading = self.headings[index] if index < len(self.headings) else ""
        if isinstance(heading, Flaw) or not heading or looks_hashed(heading) or any(c.isdigit() for c in heading):
            return _letter(index)
        return f"{_letter(index)} («{heading[:SHOWN_HEADING]}»)"


def _moved() -> str:
    return _(
        "This row has more cells than there are headings, so its values may stand in wrong columns. Put a value that"
        " holds the separator in quotes, or give every column a heading."
    )


def _letter(index: int) -> str:
    """The name that spreadsheet programs give a column."""
    letters = ""
    while index >= 0:
        index, rest = divmod(index, 26)
        letters = chr(ord("A") + rest) + letters
        index -= 1
    return letters
