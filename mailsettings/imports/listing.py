"""A preview in words: counts, lines for a terminal, rows of a report."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

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


def summary(found: Preview) -> str:
    """How many rows there are of each kind, in one line."""
    words = titles()
    return ", ".join(f"{words[state]}: {count}" for state, count in found.counts.items())


def mx(found: Preview) -> str:
    """What is known about where the mail of the domains goes."""
    if not found.mx_checked:
        return _("Whether the MX records of the domains point at their servers was not checked.")
    count = len(found.foreign_mx)
    words = ngettext(
        "%(count)d row is about a domain whose MX does not point at its server.",
        "%(count)d rows are about domains whose MX does not point at their servers.",
        count,
    )
    return words % {"count": count} if count else _("No MX record is known to point elsewhere.")


def lines(found: Preview, limit: int | None) -> Iterator[str]:
    """A line for each of the first ``limit`` rows that are not just unchanged."""
    shown = [line for state in SHOWN_STATES for line in found.of(state)]
    for line in shown[:limit]:
        yield _line(line)
    if limit is not None and (more := len(shown) - limit) > 0:
        yield _("… and %(count)d more") % {"count": more}


def _line(line: Line) -> str:
    where = "" if line.number is None else " " + _("row %(number)d") % {"number": line.number}
    about = "; ".join(line.about())
    return f"{MARKS[line.state]}{where} {line.name}" + (f": {about}" if about else "")


def report(found: Preview) -> Iterator[tuple[str, ...]]:
    """Every row of a preview, for a spreadsheet."""
    words = titles()
    rows = [
        (str(line.number or ""), words[line.state], written(line.name), written("; ".join(line.about())))
        for line in sorted(found.every_line, key=lambda line: line.state is not State.BAD)
    ]
    yield (_("Row"), _("What happens"), _("Name"), _("Details"))
    yield from rows
