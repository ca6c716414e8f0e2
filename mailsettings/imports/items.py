"""Rows of a file on their way into a plan, and what holds for the whole file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Recorded
from mailsettings import changes
from mailsettings.core.names import display_name
from mailsettings.models import Domain
from mailsettings.mx import Answer

from . import values
from .preview import Difference, Line, Problem, State
from .table import Kind, Row
from .values import Wrong


class Everyone:
    """Whoever runs a command: sees everything."""

    sees_everything = True


@dataclass(frozen=True, slots=True)
class Options:
    """What holds for the whole file: the customer of rows that name none, and whether unknown numbers become customers.

    A customer whose name stands in the file is created in any case. ``mx`` is what the DNS said about domains.
    """

    customer: str = ""
    create_customers: bool = False
    mx: dict[str, Answer] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Owner:
    """A customer or a domain that rows need. ``rows`` are those of the plan where it is new."""

    record: Any
    rows: list[changes.Row] = field(default_factory=list)
    needs: Owner | None = None

    @property
    def is_new(self) -> bool:
        return self.record.pk is None


@dataclass(slots=True, eq=False)
class Item:
    """A row of the file on its way into the plan."""

    row: Row
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    rows: list[changes.Row] = field(default_factory=list)
    owners: list[Owner] = field(default_factory=list)
    name: str = ""
    domain: Domain | None = None
    is_new: bool = False

    def bad(self, column: str, message: str) -> None:
        self.problems.append(Problem(column, message))

    @property
    def where(self) -> str:
        return str(self.row.number)

    def line(self, foreign_mx: dict[int, str], mx_unknown: dict[int, str]) -> Line:
        """What the preview says; both mappings go by the ``id`` of the domain."""
        if self.problems:
            return Line(self.row.number, self.name, State.BAD, problems=list(dict.fromkeys(self.problems)))
        state = State.NEW if self.is_new else State.CHANGED if self.rows else State.UNCHANGED
        key = id(self.domain)
        found = Line(self.row.number, self.name, state, self.differences)
        found.foreign_mx, found.mx_unknown = foreign_mx.get(key, ""), mx_unknown.get(key, "")
        return found


def adding(instance: Recorded, where: str) -> changes.Row:
    """The row of a plan that adds ``instance``."""
    return changes.Row(changes.Action.ADD, instance, where=where)


def item_of(row: Row, kind: Kind) -> Item:
    """A row of a table with the values of its cells, and what is wrong in them."""
    item = Item(row)
    readers = values.MAILBOX if kind is Kind.MAILBOXES else values.DOMAIN
    for column, message in item.row.faults.items():
        item.bad(column, message)
    for column, text in item.row.cells.items():
        try:
            item.values[column] = readers[column](text)
        except Wrong as error:
            item.bad(column, str(error))
    _name(item, kind)
    return item


def _name(item: Item, kind: Kind) -> None:
    """Find out which domain a row is about, and what people call the row."""
    cells = item.row.cells
    if kind is Kind.DOMAINS:
        item.name = display_name(item.values.get("domain", cells.get("domain", "")))
        if "domain" not in cells and not item.problems:
            item.bad("domain", _("The name of the domain is missing."))
        return
    local_part, domain = item.values.get("address", ("", ""))
    beside = item.values.get("domain", "")
    item.name = cells.get("address", "")
    if domain and beside and domain != beside:
        item.bad("domain", _("The address is at another domain than this column says."))
        return
    domain = domain or beside
    # Of a row whose values may stand in wrong columns nothing can be missed.
    unread = item.row.faults.keys() & {"", "address"}
    if "address" not in cells and not unread:
        item.bad("address", _("The address is missing."))
    elif local_part and not domain and not unread and "domain" not in item.row.faults and "domain" not in cells:
        item.bad("address", _("There is no domain: write the whole address, or fill in the column of domains."))
    if local_part and domain:
        item.values["local_part"], item.values["domain"] = local_part, domain
        item.name = f"{local_part}@{display_name(domain)}"
