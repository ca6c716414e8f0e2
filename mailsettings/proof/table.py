"""A proof in lines of text: counted where it holds, in full where it does not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mailsettings.models import Domain

from . import Proof
from .compare import Row, Verdict


def lines(proof: Proof, *, every_row: bool = False) -> Iterator[str]:
    """The domain with its counts, then the rows that differ, or all of them."""
    yield heading(proof)
    if every_row:
        yield from (f"  {line}" for line in _aligned([_cells(row) for row in proof.rows]))
    else:
        yield from (f"  {difference(row)}" for row in proof.differences)


def heading(proof: Proof) -> str:
    """The domain in a line: what it is, and how many values have which verdict."""
    name = proof.settings.domain_display
    if not proof.settings.served:
        name = f"{name} ({Domain.Status(proof.settings.status).label})"
    return f"{name}: {', '.join(_counts(proof))}"


def _counts(proof: Proof) -> Iterator[str]:
    words = {
        Verdict.DIFFERS: lambda n: ngettext("%(n)d value differs", "%(n)d values differ", n),
        Verdict.AGREES: lambda n: ngettext("%(n)d value agrees", "%(n)d values agree", n),
        Verdict.CANNOT_EXPRESS: lambda n: ngettext("%(n)d cannot be expressed", "%(n)d cannot be expressed", n),
        Verdict.LEFT_OUT: lambda n: ngettext("%(n)d left out", "%(n)d left out", n),
        Verdict.NOT_PUBLISHED: lambda n: ngettext(
            "%(n)d answer publishes nothing, as it should", "%(n)d answers publish nothing, as they should", n
        ),
    }
    return (words[verdict](count) % {"n": count} for verdict in words if (count := proof.counts[verdict]))


def difference(row: Row) -> str:
    """One row that differs, as a sentence."""
    what = " ".join(filter(None, [row.protocol, str(row.field)]))
    return _("%(source)s: %(what)s: expected “%(expected)s”, read “%(read)s”") % {
        "source": row.source,
        "what": what,
        "expected": row.expected,
        "read": row.read,
    }


def _cells(row: Row) -> tuple[str, ...]:
    return (str(row.source), row.protocol, str(row.field), str(row.expected), str(row.read), str(row.verdict_words))


def _aligned(table: Sequence[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for cells in table:
        yield "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()
