"""A preview in words: counts, lines for a terminal, rows of a report."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .brought import Brought
from .preview import Line, Preview, State
from .values import written

MARKS = {State.NEW: "+", State.CHANGED: "~", State.MISSING: "-", State.BAD: "!", State.UNCHANGED: "="}
# What matters most stands first.
SHOWN_STATES = (State.BAD, State.NEW, State.CHANGED, State.MISSING)


def titles() -> dict[State, str]:
    return {
        State.NEW: _("New"),
        State.CHANGED: _("Changed"),
        State.UNCHANGED: _("Unchanged"),
        State.BAD: _("Bad rows"),
        State.MISSING: _("Not in the file"),
    }


def brought(found: Preview) -> list[tuple[str, list[Brought]]]:
    """What the rows bring along, as a title and the records of each kind that there are any of."""
    every = [(_("New domains"), found.new_domains), (_("New customers"), found.new_customers)]
    return [(title, some) for title, some in every if some]


def summary(found: Preview) -> str:
    """How many rows there are of each kind, in one line."""
    words = titles()
    counts = [(words[state], count) for state, count in found.counts.items()]
    counts += [(title, len(some)) for title, some in brought(found)]
    return ", ".join(f"{title}: {count}" for title, count in counts)


def mx(found: Preview) -> str:
    """What is known about where the mail of the domains goes."""
    if not found.mx_checked:
        return _("Whether the MX records of the domains point at their servers was not checked.")
    count = len(found.foreign_mx)
    words = ngettext(
        "%(count)d row is about a domain whose MX does not point at its server, or not at it alone.",
        "%(count)d rows are about domains whose MX does not point at their servers, or not at them alone.",
        count,
    )
    said = [words % {"count": count} if count else _("No MX record is known to point elsewhere.")]
    if left := len(found.mx_unasked):
        words = ngettext("%(count)d new domain was not checked.", "%(count)d new domains were not checked.", left)
        said.append(words % {"count": left})
    return " ".join(said)


def lines(found: Preview, limit: int | None) -> Iterator[str]:
    """A line for each of the first ``limit`` rows that are not just unchanged."""
    along = [(f"+ {title}:", one) for title, some in brought(found) for one in some]
    by_row = [(MARKS[state], line) for state in SHOWN_STATES for line in found.of(state)]
    shown: list[tuple[str, Line | Brought]] = [*along, *by_row]
    for mark, line in shown[:limit]:
        yield _line(mark, line)
    if limit is not None and (more := len(shown) - limit) > 0:
        yield _("… and %(count)d more") % {"count": more}


def _line(mark: str, line: Line | Brought) -> str:
    where = "" if line.number is None else " " + _("row %(number)d") % {"number": line.number}
    about = "; ".join(line.about())
    return f"{mark}{where} {line.name}" + (f": {about}" if about else "")


def report(found: Preview) -> Iterator[tuple[str, ...]]:
    """Every row of a preview, for a spreadsheet."""
    words = titles()
    by_row = sorted(found.every_line, key=lambda line: line.state is not State.BAD)
    yield (_("Row"), _("What happens"), _("Name"), _("Details"))
    yield from [_reported(title, one) for title, some in brought(found) for one in some]
    yield from [_reported(words[line.state], line) for line in by_row]


def _reported(title: str, line: Line | Brought) -> tuple[str, ...]:
    return (str(line.number or ""), title, written(line.name), written("; ".join(line.about())))
