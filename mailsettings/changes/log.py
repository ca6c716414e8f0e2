"""The entries of the change log for a plan, and what they call its rows."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.models import Change, ChangeSet, SearchWord
from mailsettings import rules
from mailsettings.core.batches import batches
from mailsettings.core.finding import record_words
from mailsettings.models import Domain, DomainName, Mailbox

from .plan import LONGEST_NAME, Plan, Row


def name_rows(rows: Iterable[Row]) -> None:
    """Fill in ``name`` of rows that have none, with one query for the domains of each batch."""
    for some in batches(row for row in rows if not row.name):
        owners = {row.instance.pk if row.model is Domain else getattr(row.instance, "domain_id", None) for row in some}
        primaries = DomainName.objects.filter(domain__in=owners - {None}, is_primary=True)
        names = dict(primaries.values_list("domain_id", "name"))
        for row in some:
            if row.model is Domain and row.instance.pk in names:
                row.instance.primary_name_value = names[row.instance.pk]
            elif row.model is Mailbox and row.instance.domain_id in names:
                row.instance.domain_name_value = names[row.instance.domain_id]
            row.name = str(row.instance)[:LONGEST_NAME]


def log(plan: Plan, change_set: ChangeSet) -> None:
    """Write an entry for each row of a plan, and into its change set what it is about."""
    name_rows(plan.rows)
    for some in batches(plan.rows):
        entries = [row.as_change() for row in some]
        for entry in entries:
            entry.change_set = change_set
        Change.objects.bulk_create(entries)
    # A domain is removed after its parts, and yet it is what the change set is about.
    parts = {part for _owner, part, _column in rules.PARTS}
    change_set.first_record = next((row for row in plan.rows if row.model not in parts), plan.rows[0]).name
    change_set.number_of_changes = len(plan.rows)
    change_set.save(update_fields=["first_record", "number_of_changes"])
    words_of_log([change_set])


def words_of_log(change_sets: Iterable[ChangeSet]) -> None:
    """Let change sets be found by their ticket and by the words of their reason."""
    SearchWord.objects.bulk_create(
        SearchWord(kind=ChangeSet._meta.model_name, word=word, object_pk=change_set.pk)
        for change_set in change_sets
        for word in sorted(record_words(change_set.ticket, change_set.reason))
    )
