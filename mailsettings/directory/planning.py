"""Brands, servers and customers of a file -> rows of a plan; their domains are in ``domains``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from accounts.models import Brand, Customer
from mailsettings.core.batches import batches
from mailsettings.models import DiscoveryName, MailServer, ServiceEndpoint

from .domains import plan_domains
from .parts import plan_brand_hosts, plan_discovery_names, plan_endpoints
from .reading import Entry, Listed
from .schema import BRAND, CUSTOMER, SERVER, Record
from .work import R, Work


def fill(work: Work) -> None:
    """Put into the plan what makes the database match the file."""
    sections = work.directory.sections
    work.brands = {brand.slug: brand for brand in Brand.objects.all()}
    work.servers = {server.name: server for server in MailServer.objects.all()}
    if listed := sections.get("brands"):
        _brands(work, listed)
    if listed := sections.get("servers"):
        _servers(work, listed)
    if listed := sections.get("customers"):
        _customers(work, listed)


def _rows(work: Work, record: Record, listed: Listed, rows: dict[str, R]) -> list[tuple[Entry, R]]:
    """Each entry with its row, which is planned; new rows join ``rows``."""
    planned = []
    for entry in listed.entries:
        values = {name: value for name, value in entry.values.items() if name != "brand"}
        values |= work.owner(entry, "brand", work.brands)
        row = rows.get(str(entry.identity)) if entry.identity else None
        if row:
            work.change(row, values, entry.path)
        else:
            row = work.add(record, entry, values)
        if entry.identity:
            rows[str(entry.identity)] = row
        planned.append((entry, row))
    return planned


def _left_out(work: Work, listed: Listed, rows: dict[str, R]) -> list[R]:
    """Stored rows that have to go because the list does not name them."""
    return [row for identity, row in rows.items() if identity not in listed.named] if work.prunes(listed) else []


def _brands(work: Work, listed: Listed) -> None:
    removed = _left_out(work, listed, work.brands)
    planned = _rows(work, BRAND, listed, work.brands)
    work.one_default(listed, work.brands, removed)
    plan_brand_hosts(work, planned, removed)
    work.plan.remove_all(removed, listed.path)


def _servers(work: Work, listed: Listed) -> None:
    removed = _left_out(work, listed, work.servers)
    planned = _rows(work, SERVER, listed, work.servers)
    work.one_default(listed, work.servers, removed)
    endpoints: dict[int | None, list[ServiceEndpoint]] = defaultdict(list)
    for row in ServiceEndpoint.objects.filter(domain=None):
        endpoints[row.server_id].append(row)
    names: dict[int | None, dict[str, DiscoveryName]] = defaultdict(dict)
    for name in DiscoveryName.objects.all():
        names[name.server_id][name.name] = name
    for entry, server in planned:
        plan_endpoints(work, entry.parts.get("endpoints"), endpoints[server.pk], server=server)
        plan_discovery_names(work, entry.parts.get("discovery_names"), names[server.pk], server)
    work.plan.remove_all(removed, listed.path)


def _customers(work: Work, listed: Listed) -> None:
    stored = {customer.ref: customer for customer in _stored_customers(work, listed)}
    removed = _left_out(work, listed, stored)
    planned = _rows(work, CUSTOMER, listed, stored)
    plan_domains(work, planned, {customer.pk: listed.path for customer in removed})
    work.plan.remove_all(removed, listed.path)


def _stored_customers(work: Work, listed: Listed) -> Iterable[Customer]:
    if work.prunes(listed):
        yield from Customer.objects.order_by("pk")
        return
    for refs in batches(listed.named):
        yield from Customer.objects.filter(ref__in=refs)
