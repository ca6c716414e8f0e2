"""A preview -> rows, in one transaction."""

from __future__ import annotations

from collections.abc import Iterator

from accounts.models import ChangeSet
from mailsettings import changes
from mailsettings.core.batches import batches
from mailsettings.models import Domain, Mailbox

from .preview import Preview
from .table import Kind


class NotConfirmed(Exception):
    """So much would be removed that the number has to be confirmed."""


def apply(
    found: Preview, change_set: ChangeSet, *, remove_missing: bool = False, confirmed: int | None = None
) -> ChangeSet | None:
    """Write what a preview shows, and with ``remove_missing`` remove what the file does not have.

    ``confirmed`` is how many of them somebody said will go: needed where the preview is ``braked``. Returns the saved
    change set, None where there was nothing to write. Raises NotConfirmed and changes.Refused; then nothing is written.
    """
    plan = changes.Plan(list(found.plan.rows))
    if remove_missing:
        if found.braked and confirmed != len(found.missing):
            raise NotConfirmed
        plan.remove_all(_missing(found))
    return changes.apply(plan, change_set)


def _missing(found: Preview) -> Iterator[Mailbox | Domain]:
    rows = Mailbox.objects.with_address() if found.kind is Kind.MAILBOXES else Domain.objects.with_name()
    for some in batches(gone.pk for gone in found.missing):
        yield from rows.filter(pk__in=some)
