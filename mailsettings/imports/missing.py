"""Stored mailboxes of the domains in a file that the file does not have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from django.utils.translation import gettext as _

from mailsettings.core.batches import batches
from mailsettings.core.names import display_name
from mailsettings.models import Mailbox

from .items import Item
from .preview import Missing, Preview


def find_missing(items: Sequence[Item], found: Preview) -> None:
    """Put into a preview what could be removed, and how much there is of each domain."""
    if any("local_part" not in item.values or "" in item.row.faults for item in items):
        found.notes.append(_("Some addresses could not be read, so nothing is offered for removal."))
        return
    domains = {item.domain.pk: item.domain for item in items if item.domain and item.domain.pk}
    for item in items:
        if item.problems and item.domain:
            domains.pop(item.domain.pk, None)
    named = {(item.domain.pk, item.values["local_part"]) for item in items if item.domain}
    rows = Mailbox.objects.order_by("pk")
    if not any("kind" in item.values for item in items):
        # Lists of mailboxes leave forwarders out.
        rows = rows.filter(kind=Mailbox.Kind.MAILBOX)
    total: Counter[int] = Counter()
    for some in batches(domains):
        for pk, domain, local_part in rows.filter(domain__in=some).values_list("pk", "domain_id", "local_part"):
            total[domain] += 1
            if (domain, local_part) not in named:
                name = f"{local_part}@{display_name(domains[domain].primary_name)}"
                found.missing.append(Missing(pk, domain, name))
    found.stored = dict(total)
