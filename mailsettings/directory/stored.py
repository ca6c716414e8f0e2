"""Stored rows in bulk: a few queries for each thousand rows, never one for each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db.models import QuerySet

from mailsettings.core.batches import batches
from mailsettings.models import Domain, DomainName, Mailbox, ServiceEndpoint


@dataclass(slots=True, eq=False)
class Known:
    """A stored domain and its names."""

    domain: Domain
    names: dict[str, DomainName] = field(default_factory=dict)

    @property
    def primary(self) -> str:
        return next((name for name, row in self.names.items() if row.is_primary), "")

    @property
    def is_confirmed(self) -> bool:
        """Whether the primary name is confirmed, so that others may show it."""
        return all(row.is_confirmed for row in self.names.values() if row.is_primary)


def domains(names: Collection[str], customers: Collection[int]) -> dict[int, Known]:
    """The domains with one of these names, and every domain of these customers, by primary key and in its order."""
    pks: set[int] = set()
    for some in batches(names):
        pks.update(DomainName.objects.filter(name__in=some).values_list("domain_id", flat=True))
    for some_customers in batches(customers):
        pks.update(Domain.objects.filter(customer__in=some_customers).values_list("pk", flat=True))
    found: dict[int, Known] = {}
    for some_pks in batches(sorted(pks)):
        for domain in Domain.objects.filter(pk__in=some_pks).select_related("customer"):
            found[domain.pk] = Known(domain)
        for row in DomainName.objects.filter(domain__in=some_pks):
            known = found[row.domain_id]
            row.domain = known.domain
            known.names[row.name] = row
            if row.is_primary:
                known.domain.primary_name_value = row.name
    return found


def endpoints(domain_pks: Collection[int]) -> dict[int, list[ServiceEndpoint]]:
    """The endpoints of domains, in their order."""
    found: dict[int, list[ServiceEndpoint]] = defaultdict(list)
    for some in batches(domain_pks):
        for row in ServiceEndpoint.objects.filter(domain__in=some):
            found[row.domain_id].append(row)
    return found


Mailboxes = dict[int, dict[str, Mailbox]]


def mailboxes(named: Iterable[tuple[int, str]], whole: Collection[int]) -> Mailboxes:
    """The mailboxes that are ``named`` by domain and local part, and all of the ``whole`` domains."""
    found: Mailboxes = defaultdict(dict)

    def keep(rows: QuerySet[Mailbox]) -> None:
        for row in rows:
            found[row.domain_id][row.local_part] = row

    for some in batches(whole):
        keep(Mailbox.objects.filter(domain__in=some))
    for pairs in batches(named):
        within = {domain for domain, _local_part in pairs}
        keep(Mailbox.objects.filter(domain__in=within, local_part__in={local_part for _domain, local_part in pairs}))
    return found
