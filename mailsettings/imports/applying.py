"""A preview -> rows, in one transaction."""

from __future__ import annotations

from accounts.models import ChangeSet
from mailsettings import changes
from mailsettings.core.batches import batches
from mailsettings.models import Mailbox

from .preview import Preview


class NotConfirmed(Exception):
    """So many mailboxes would be removed that their number has to be confirmed."""


def apply(
    found: Preview, change_set: ChangeSet, *, remove_missing: bool = False, confirmed: int | None = None
) -> ChangeSet | None:
    """Write what a preview shows, and with ``remove_missing`` remove the mailboxes that the file does not have.

    ``confirmed`` is how many of them somebody said will go: needed where the preview is ``braked``. Returns the saved
    change set, None where there was nothing to write. Raises NotConfirmed and changes.Refused; then nothing is written.
    """
    plan = changes.Plan(list(found.plan.rows))
    if remove_missing:
        if found.braked and confirmed != len(found.missing):
            raise NotConfirmed
        plan.remove_all(
            mailbox
            for some in batches(gone.pk for gone in found.missing)
            for mailbox in Mailbox.objects.filter(pk__in=some).with_address()
        )
    return changes.apply(plan, change_set)
