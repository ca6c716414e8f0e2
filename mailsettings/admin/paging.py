"""Pages of long lists: each begins after a row, not at a number, so that the last page costs what the first one does.

Nothing is counted beyond what a page shows and what a person wants to know ("more than 1,000"): a page reads one row
more than it has, and knows by it that there are others.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.utils.functional import cached_property

AFTER, BEFORE = "after", "before"
COUNTED = 1000
# Several conditions at once have no index of their own. Rows are then looked through in ever larger ranges of their
# numbers, until the page is full or this much time is spent; what is left is offered as "look further".
FIRST_RANGE, GROWTH = 10_000, 2
SECONDS = 0.03


@dataclass(frozen=True, slots=True)
class Cursor:
    """The row next to which a page begins: after it, or before it. None: the first page."""

    key: int | None = None
    backwards: bool = False

    @classmethod
    def of(cls, query: Mapping[str, Any]) -> Cursor:
        """What an address asks for; the first page where it asks for nothing that can be understood."""
        for name in (AFTER, BEFORE):
            value = query.get(name)
            if isinstance(value, str) and value.isdecimal() and len(value) < 19:
                return cls(int(value), name == BEFORE)
        return cls()


@dataclass(slots=True)
class Part:
    """One page: its rows in ``object_list``, and where the pages beside it begin; empty where there are none.

    ``unfinished`` is set where the search for further rows stopped before the page was full.
    """

    object_list: list[Any]
    before: int | None = None
    after: int | None = None
    unfinished: bool = False

    @property
    def alone(self) -> bool:
        """Whether these are all the rows there are."""
        return self.before is None and self.after is None

    def address(self, name: str, key: int | None, query: Mapping[str, Any]) -> str:
        """The query of the page that begins there, with everything else that was asked for."""
        kept = [(n, value) for n, value in sorted(query.items()) if n not in (AFTER, BEFORE)]
        return "" if key is None else f"?{urlencode([*kept, (name, key)], doseq=True)}"


def part_of(rows: QuerySet, order: Sequence[str], cursor: Cursor, size: int, *, conditions: int = 0) -> Part:
    """A page of ``rows`` in an ``order`` of indexed columns whose last one is unique.

    ``conditions`` is the number of those that no common index answers: from two on, an order by ``-pk`` is looked
    through in ranges.
    """
    beside = _boundary(rows, order, cursor)
    if beside is None:
        cursor = Cursor()
    towards = [_turned(column) for column in order] if cursor.backwards else list(order)
    bounded = (rows.filter(_beyond(towards, beside)) if beside else rows).order_by(*towards)
    stopped = None
    if conditions > 1 and list(order) == ["-pk"]:
        found, stopped = _look_through(bounded, cursor, size + 1)
    else:
        found = list(bounded[: size + 1])
    more = len(found) > size
    found = found[:size]
    if cursor.backwards:
        found.reverse()
        part = Part(found, after=found[-1].pk if found else None, before=found[0].pk if more else None)
    else:
        part = Part(found, after=found[-1].pk if more else None, before=found[0].pk if found and beside else None)
    if stopped is not None and not more:
        part.unfinished = True
        if cursor.backwards:
            part.before = stopped
        else:
            part.after = stopped
    return part


def _turned(column: str) -> str:
    return column.removeprefix("-") if column.startswith("-") else f"-{column}"


def _boundary(rows: QuerySet, order: Sequence[str], cursor: Cursor) -> dict[str, Any] | None:
    """The values of the ordering columns in the row of the cursor; None where it is gone.

    Only a row of the list says anything: between which names another one stands would tell its name.
    """
    names = [column.removeprefix("-") for column in order]
    if cursor.key is None:
        return None
    if names == ["pk"]:
        return {"pk": cursor.key}
    return rows.filter(pk=cursor.key).order_by().values(*names).first()


def _beyond(order: Sequence[str], beside: dict[str, Any]) -> Q:
    """What comes after a row in ``order``."""
    found, equal = Q(), Q()
    for column in order:
        name = column.removeprefix("-")
        side = "lt" if column.startswith("-") else "gt"
        found |= equal & Q(**{f"{name}__{side}": beside[name]})
        equal &= Q(**{name: beside[name]})
    # Said once more for the first column alone, because a database seeks by that and not by the alternatives.
    first = order[0].removeprefix("-")
    side = "lte" if order[0].startswith("-") else "gte"
    return found & Q(**{f"{first}__{side}": beside[first]}) if len(order) > 1 else found


def _look_through(rows: QuerySet, cursor: Cursor, number: int) -> tuple[list[Any], int | None]:
    """The first ``number`` of rows in the order of their keys, and where the search stopped when it did."""
    # Asked for one by one, because asking for both at once reads a whole index.
    first, last = (rows.model._default_manager.order_by(o).values_list("pk", flat=True).first() for o in ("pk", "-pk"))
    if first is None or last is None:
        return [], None
    upwards = cursor.backwards
    position = cursor.key if cursor.key is not None else last + 1
    position = min(max(position, first - 1), last + 1)
    found: list[Any] = []
    step, started = FIRST_RANGE, time.monotonic()
    while len(found) < number:
        edge = position + step if upwards else position - step
        within = Q(pk__gt=position, pk__lte=edge) if upwards else Q(pk__lt=position, pk__gte=edge)
        found += rows.filter(within)[: number - len(found)]
        # The next range begins beside this edge, which itself was looked at.
        position, step = edge, step * GROWTH
        if (edge >= last) if upwards else (edge <= first):
            return found, None
        if len(found) < number and time.monotonic() - started > SECONDS:
            return found, position
    return found, None


class OneAhead(Paginator):
    """A paginator that never counts: for lists that are shown page by page by number, and end soon."""

    # Nobody scrolls further; a search is quicker.
    MOST_PAGES = 50

    @cached_property
    def count(self) -> int:
        """The number of rows, as far as a few pages go."""
        return self.object_list.order_by()[: self.per_page * self.MOST_PAGES].count()

    def page(self, number: Any) -> Page:
        number = self._number(number)
        start = (number - 1) * self.per_page
        rows = list(self.object_list[start : start + self.per_page + 1])
        page = PageOneAhead(rows[: self.per_page], number, self)
        page.more = len(rows) > self.per_page and number < self.MOST_PAGES
        return page

    def _number(self, number: Any) -> int:
        try:
            return min(max(int(number), 1), self.MOST_PAGES)
        except (TypeError, ValueError):
            return 1


class PageOneAhead(Page):
    more = False

    def has_next(self) -> bool:
        return self.more

    def next_page_number(self) -> int:
        return self.number + 1
