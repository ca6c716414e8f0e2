"""The lists that are parts of brands, servers and domains: host names, discovery names and endpoints."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from accounts.models import Brand, BrandHost, Recorded
from mailsettings.core.names import display_name
from mailsettings.models import DiscoveryName, MailServer, ServiceEndpoint

from .reading import Entry, Listed
from .schema import ENDPOINT
from .work import Work


def plan_brand_hosts(work: Work, planned: Sequence[tuple[Entry, Brand]], removed: Iterable[Brand]) -> None:
    """The host names of all brands at once, for one may leave a brand and come to another."""
    stored = {host.name: host for host in BrandHost.objects.select_related("brand").order_by("id")}
    gone = {brand.pk for brand in removed}
    leaving = {name for name, host in stored.items() if host.brand_id in gone}
    lists = [(brand, listed) for entry, brand in planned if (listed := entry.parts.get("hostnames"))]
    own = {id(brand): {n: host for n, host in stored.items() if host.brand_id == brand.pk} for brand, _listed in lists}
    for brand, listed in lists:
        if work.prunes(listed):
            left_out = own[id(brand)].keys() - listed.named
            work.plan.remove_all([own[id(brand)].pop(name) for name in sorted(left_out)], listed.path)
            leaving |= left_out
    for brand, listed in lists:
        new = [entry for entry in listed.entries if entry.identity and entry.identity not in own[id(brand)]]
        for entry in new:
            if entry.identity in stored and entry.identity not in leaving:
                words = _("%(name)s is a host name of the brand “%(brand)s” already.")
                given = {"name": display_name(str(entry.identity)), "brand": stored[str(entry.identity)].brand.slug}
                work.fault(entry.path, "taken", words % given)
        _hosts_in_order(work, listed, brand, own[id(brand)])


def _hosts_in_order(work: Work, listed: Listed, brand: Brand, own: dict[str, BrandHost]) -> None:
    """Links use the host name that was added first: one that stands too early for its place is added anew."""
    wanted = [(str(entry.identity), entry.path) for entry in listed.entries if entry.identity]
    wanted += [(name, listed.path) for name in own if name not in listed.named]
    last, in_order = 0, True
    for name, path in wanted:
        host = own.get(name)
        in_order = in_order and host is not None and host.pk > last
        if host and in_order:
            last = host.pk
            continue
        if host:
            work.plan.remove_all([host], path)
        work.plan.add(BrandHost(brand=brand, name=name), path)


def plan_discovery_names(
    work: Work, listed: Listed | None, stored: dict[str, DiscoveryName], server: MailServer
) -> None:
    """The discovery names of one server. Their order says nothing, and servers may share one."""
    if listed is None:
        return
    for entry in listed.entries:
        if entry.identity and entry.identity not in stored:
            work.plan.add(DiscoveryName(server=server, name=entry.identity), entry.path)
    if work.prunes(listed):
        work.plan.remove_all([row for name, row in stored.items() if name not in listed.named], listed.path)


def plan_endpoints(work: Work, listed: Listed | None, stored: Sequence[ServiceEndpoint], **owner: Recorded) -> None:
    """The endpoints of one server or domain, in the order of the file; those that it leaves out come after."""
    if listed is None:
        return
    by_identity = {(row.protocol, row.hostname, row.port): row for row in stored}
    named = [entry for entry in listed.entries if entry.identity]
    rest = [row for identity, row in by_identity.items() if identity not in listed.named]
    if work.prunes(listed):
        work.plan.remove_all(rest, listed.path)
        rest = []
    rows = [by_identity.get(entry.identity) for entry in named] + rest
    positions = _positions(rows)
    for entry, row, position in zip(named, rows, positions, strict=False):
        values = entry.values | {"position": position}
        if row:
            work.change(row, values, entry.path)
        else:
            work.add(ENDPOINT, entry, values | owner)
    for row, position in zip(rest, positions[len(named) :], strict=True):
        work.change(row, {"position": position}, listed.path)


def _positions(rows: Sequence[ServiceEndpoint | None]) -> list[int]:
    """Positions that put rows into this order: the stored ones where these do already, else counted from nought."""
    stored = [(row.position, row.pk) for row in rows if row]
    new = len(rows) - len(stored)
    if stored == sorted(stored) and None not in rows[: len(stored)]:
        after = stored[-1][0] + 1 if stored else 0
        return [position for position, _pk in stored] + list(range(after, after + new))
    return list(range(len(rows)))
