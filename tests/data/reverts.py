"""What undoing a change set would do, and doing it."""

from accounts.models import ChangeSet
from mailsettings import changes, reverting


def prepared(change_set, **choices) -> reverting.Reversal:
    """What reverting a whole change set would do, with one choice for every conflict."""
    found = list(change_set.changes.all())
    return reverting.prepare(found, dict.fromkeys((change.pk for change in found), choices.get("choice")))


def revert(change_set, **choices) -> ChangeSet | None:
    return changes.apply(prepared(change_set, **choices).plan, ChangeSet(source="revert", reverts=change_set))


def outlooks(reversal) -> set[str]:
    return {str(step.outlook) for step in reversal.steps}
