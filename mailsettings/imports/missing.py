"""What is stored and the file does not have: mailboxes of its domains, or domains of its customers.

Where a file may be a part of what it speaks of, nothing is offered, and a note says why.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mailsettings.core.batches import batches
from mailsettings.core.names import display_name
from mailsettings.models import Domain, DomainName, Mailbox, ServiceEndpoint

from .items import Item
from .owners import Owners
from .preview import Missing, Preview


def find_missing_mailboxes(items: Sequence[Item], found: Preview) -> None:
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
    found.removed_rows = len(found.missing)


def find_missing_domains(items: Sequence[Item], owners: Owners, found: Preview) -> None:
    """Put into a preview what could be removed, and how much there is of each customer."""
    if any("domain" not in item.values or "" in item.row.faults for item in items):
        found.notes.append(_("Some names of domains could not be read, so nothing is offered for removal."))
        return
    if any("customer_ref" not in item.values for item in items):
        found.notes.append(_("Not every row names its customer, so nothing is offered for removal."))
        return
    servers = _servers_of_customers(items, owners)
    named = {item.domain.pk for item in items if item.domain}
    total: Counter[int] = Counter()
    elsewhere = 0
    for some in batches(servers):
        for domain in _domains_of(some, owners):
            total[domain.customer_id] += 1
            if domain.pk in named:
                continue
            if domain.server_id in servers[domain.customer_id]:
                name = display_name(domain.primary_name)
                found.missing.append(Missing(domain.pk, domain.customer_id, name))
            else:
                elsewhere += 1
    found.stored = dict(total)
    _count_parts(found)
    if elsewhere:
        found.notes.append(_about_elsewhere(elsewhere))


def _servers_of_customers(items: Sequence[Item], owners: Owners) -> dict[int, set[int | None]]:
    """The customers whose rows are all good, with the servers of their domains in the file.

    The list of one server says nothing about domains on another.
    """
    servers: dict[int, set[int | None]] = defaultdict(set)
    doubtful: set[int] = set()
    for item in items:
        customer = owners.customers.get(item.values["customer_ref"])
        if item.problems:
            doubtful |= {one.pk for one in (customer, item.domain and item.domain.customer) if one}
        elif customer and item.domain:
            servers[customer.pk].add(item.domain.server_id)
    return {customer: found for customer, found in servers.items() if customer not in doubtful}


def _domains_of(customers: Iterable[int], owners: Owners) -> QuerySet[Domain]:
    rows: QuerySet[Domain] = Domain.objects.visible_to(owners.user).filter(customer__in=customers)
    return rows.with_name().only("customer_id", "server_id").order_by("pk")


def _count_parts(found: Preview) -> None:
    """Say how many mailboxes would go with each missing domain, and how many rows with all of them."""
    pks = [gone.pk for gone in found.missing]
    boxes: dict[int, int] = {}
    parts = 0
    for some in batches(pks):
        counts = Mailbox.objects.filter(domain__in=some).order_by().values_list("domain").annotate(Count("pk"))
        boxes |= dict(counts)
        parts += sum(model.objects.filter(domain__in=some).count() for model in (DomainName, ServiceEndpoint))
    found.missing = [gone._replace(mailboxes=boxes.get(gone.pk, 0)) for gone in found.missing]
    found.removed_rows = len(pks) + parts + sum(boxes.values())


def _about_elsewhere(count: int) -> str:
    words = ngettext(
        "%(count)d domain of these customers is on a mail server that the file does not speak of, so it is not offered"
        " for removal.",
        "%(count)d domains of these customers are on mail servers that the file does not speak of, so they are not"
        " offered for removal.",
        count,
    )
    return words % {"count": count}
