"""The database -> a directory file, with every key of the format and in an order that depends on the data alone."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from textwrap import indent
from typing import Any

from accounts.models import Brand, BrandHost, Customer
from mailsettings.core.batches import batches
from mailsettings.models import DiscoveryName, Domain, DomainName, Mailbox, MailServer, ServiceEndpoint

from .schema import BRAND, CUSTOMER, DOMAIN, ENDPOINT, MAILBOX, SERVER, write
from .stored import endpoints
from .values import write_name

Object = dict[str, Any]
INDENT = 2


def export() -> Object:
    """The whole database as one JSON document. Applied to an empty database it makes the same one."""
    return {key: list(objects()) for key, objects in _SECTIONS.items()}


def chunks() -> Iterator[str]:
    """The text of ``export`` piece by piece, holding no more than a batch of customers at a time."""
    yield "{\n"
    for number, (key, objects) in enumerate(_SECTIONS.items()):
        yield f"{' ' * INDENT}{json.dumps(key)}: ["
        empty = True
        for one in objects():
            text = json.dumps(one, ensure_ascii=False, indent=INDENT)
            yield ("\n" if empty else ",\n") + indent(text, " " * INDENT * 2)
            empty = False
        yield "]" if empty else f"\n{' ' * INDENT}]"
        yield ",\n" if number < len(_SECTIONS) - 1 else "\n"
    yield "}\n"


def _grouped(rows: Iterable[Any], column: str) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        found[getattr(row, column)].append(row)
    return found


def _brands() -> Iterator[Object]:
    hosts = _grouped(BrandHost.objects.order_by("id"), "brand_id")
    for brand in sorted(Brand.objects.all(), key=lambda brand: brand.slug):
        yield write(BRAND, brand, {"hostnames": [write_name(host.name) for host in hosts[brand.pk]]})


def _servers() -> Iterator[Object]:
    names = _grouped(DiscoveryName.objects.all(), "server_id")
    rows = _grouped(ServiceEndpoint.objects.filter(domain=None), "server_id")
    for server in sorted(MailServer.objects.select_related("brand"), key=lambda server: server.name):
        parts = {
            "brand": server.brand.slug if server.brand else None,
            "discovery_names": _names(names[server.pk]),
            "endpoints": _endpoints(rows[server.pk]),
        }
        yield write(SERVER, server, parts)


def _customers() -> Iterator[Object]:
    # Sorted here, since every database sorts text in its own way.
    pks = [pk for _ref, pk in sorted(Customer.objects.values_list("ref", "pk"))]
    brands = dict(Brand.objects.values_list("pk", "slug"))
    servers = dict(MailServer.objects.values_list("pk", "name"))
    for some in batches(pks):
        found = Customer.objects.in_bulk(some)
        domains = _domains(some, servers)
        for pk in some:
            parts = {"brand": brands.get(found[pk].brand_id), "domains": domains[pk]}
            yield write(CUSTOMER, found[pk], parts)


def _domains(customers: list[int], servers: dict[int, str]) -> dict[int, list[Object]]:
    """The domains of some customers, by customer, ordered by primary name."""
    domains = {domain.pk: domain for domain in Domain.objects.filter(customer__in=customers)}
    names: dict[int, list[DomainName]] = defaultdict(list)
    boxes: dict[int, list[Mailbox]] = defaultdict(list)
    for some in batches(domains):
        for name in DomainName.objects.filter(domain__in=some):
            names[name.domain_id].append(name)
        for mailbox in Mailbox.objects.filter(domain__in=some):
            boxes[mailbox.domain_id].append(mailbox)
    rows = endpoints(domains)
    found: dict[int, list[Object]] = defaultdict(list)
    primaries = {pk: next(name.name for name in some if name.is_primary) for pk, some in names.items()}
    for pk in sorted(domains, key=lambda pk: primaries[pk]):
        parts = {
            "name": write_name(primaries[pk]),
            "aliases": _names(name for name in names[pk] if not name.is_primary),
            "waiting": _names(name for name in names[pk] if not name.is_confirmed),
            "server": servers[domains[pk].server_id],
            "endpoints": _endpoints(rows[pk]),
            "mailboxes": [write(MAILBOX, one, {}) for one in sorted(boxes.pop(pk, ()), key=lambda one: one.local_part)],
        }
        found[domains[pk].customer_id].append(write(DOMAIN, domains[pk], parts))
    return found


def _names(rows: Iterable[DomainName | DiscoveryName]) -> list[str]:
    return [write_name(name) for name in sorted(row.name for row in rows)]


def _endpoints(rows: Iterable[ServiceEndpoint]) -> list[Object]:
    return [write(ENDPOINT, row, {}) for row in rows]


_SECTIONS: dict[str, Callable[[], Iterator[Object]]] = {
    "brands": _brands,
    "servers": _servers,
    "customers": _customers,
}
