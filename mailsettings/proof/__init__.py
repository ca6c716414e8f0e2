"""One truth, proven: what is published about a domain is read back from this very site and compared with MailSettings.

Readers are written from the formats' specifications, as mail programs read them, and share nothing with the writers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from mailsettings import lookup
from mailsettings.core.errors import InvalidInput
from mailsettings.core.names import normalise_name
from mailsettings.core.settings import MailSettings, Status
from mailsettings.models import DomainName

from .compare import Row, Verdict, rows_of
from .sources import sources_of
from .vouching import vouched

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Proof:
    """All comparisons of one domain."""

    settings: MailSettings
    rows: tuple[Row, ...]

    @property
    def differences(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.verdict is Verdict.DIFFERS)

    @property
    def counts(self) -> Counter[Verdict]:
        return Counter(row.verdict for row in self.rows)

    @property
    def holds(self) -> bool:
        return not self.differences


def prove(name: str, *, with_guides: bool = True) -> Proof | None:
    """The proof of the domain with this name, in any spelling, primary or alias; None when it is not here.

    Its guides are most of the pages: without them it takes a tenth of the time.
    """
    try:
        asked = lookup.for_domain(normalise_name(name))
    except InvalidInput:
        return None
    settings = asked and lookup.for_domain(asked.domain)
    if settings is None:
        return None
    published = (row for source in sources_of(settings, with_guides=with_guides) for row in rows_of(source))
    return Proof(settings, (*published, *vouched(settings)))


def served_names() -> Iterator[str]:
    """The primary name of every served domain, read by and by."""
    names = DomainName.objects.filter(is_primary=True, domain__status=Status.ACTIVE).order_by("name")
    last = ""
    while chunk := list(names.filter(name__gt=last).values_list("name", flat=True)[:CHUNK]):
        yield from chunk
        last = chunk[-1]
