"""What a change of a mail server changes for its domains: how many, and an example before and after."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from mailsettings import lookup
from mailsettings.changes import Action, Plan, Row
from mailsettings.core.endpoints import Protocol
from mailsettings.core.settings import MailSettings
from mailsettings.models import DiscoveryName, Domain, DomainName, Mailbox, MailServer, ServiceEndpoint

from . import history
from .effective import PROTOCOLS, SECURITIES

# A change for more domains than this is confirmed by typing their number.
CONFIRMED_ABOVE = 50
# What domains publish of their server beside its endpoints.
PUBLISHED = ("webmail_url", "panel_url", "mx", "dns_spf", "dns_dkim", "dns_dmarc", "dns_tls_rpt")


@dataclass(frozen=True, slots=True)
class Impact:
    """The domains that publish something else after a change of their server, and the mailboxes in them.

    ``changes`` are the rows of the server that differ, ``example`` the settings of one such domain before and after.
    """

    server: MailServer
    domains: int
    mailboxes: int
    changes: list[history.Shown]
    example: history.Shown | None

    @property
    def needs_confirmation(self) -> bool:
        return self.domains > CONFIRMED_ABOVE


def of_plan(plan: Plan, user: Any) -> list[Impact]:
    """The impact of a plan on the domains of each server that it changes; none for a server without such domains."""
    pks = {row.instance.pk for row in plan.of(MailServer, Action.CHANGE)}
    pks |= {row.instance.server_id for part in (ServiceEndpoint, DiscoveryName) for row in plan.of(part)}
    found = (_of_server(server, plan, user) for server in MailServer.objects.filter(pk__in=pks - {None}))
    return [impact for impact in found if impact]


def _of_server(server: MailServer, plan: Plan, user: Any) -> Impact | None:
    rows = [row for row in plan.rows if _belongs(row, server)]
    before = list(ServiceEndpoint.objects.filter(server=server))
    after = _endpoints_after(before, rows)
    domains = _concerned(server, rows, before, after)
    number = domains.count()
    if not number:
        return None
    changed = next((row.instance for row in rows if row.model is MailServer), server)
    names = DomainName.objects.filter(is_primary=True, domain=domains.order_by("pk")[:1])
    name = names.values_list("name", flat=True).get()
    return Impact(
        server=server,
        domains=number,
        mailboxes=Mailbox.objects.filter(domain__in=domains).count(),
        changes=list(history.show([row.as_change() for row in rows], user)),
        example=_compared(lookup.for_domain_on(name, server, before), lookup.for_domain_on(name, changed, after)),
    )


def _belongs(row: Row, server: MailServer) -> bool:
    if row.model is MailServer:
        return row.action == Action.CHANGE and row.instance.pk == server.pk
    return row.model in (ServiceEndpoint, DiscoveryName) and row.instance.server_id == server.pk


def _endpoints_after(before: Sequence[ServiceEndpoint], rows: Sequence[Row]) -> list[ServiceEndpoint]:
    """A server's endpoints in the order that they have once a plan is written."""
    of_plan = [row for row in rows if row.model is ServiceEndpoint]
    planned = {row.instance.pk for row in of_plan if row.action != Action.ADD}
    kept = [endpoint for endpoint in before if endpoint.pk not in planned]
    kept += [row.instance for row in of_plan if row.action != Action.REMOVE]
    return sorted(kept, key=lambda endpoint: (endpoint.position, endpoint.pk is None, endpoint.pk or 0))


def _concerned(
    server: MailServer, rows: Sequence[Row], before: Sequence[ServiceEndpoint], after: Sequence[ServiceEndpoint]
) -> QuerySet[Domain]:
    """The served domains that publish something else: all of them, or those that take a changed protocol from here."""
    served = Domain.objects.served().filter(server=server)
    if any(row.model is DiscoveryName or set(row.before) & set(PUBLISHED) for row in rows):
        return served
    taking = Q(pk__in=[])
    for protocol in Protocol:
        if _published(before, protocol) != _published(after, protocol):
            own = ServiceEndpoint.objects.filter(domain=OuterRef("pk"), protocol=protocol)
            switched_on = Q() if protocol is Protocol.SMTP else Q(**{protocol.value: True})
            taking |= switched_on & ~Exists(own)
    return served.filter(taking)


def _published(endpoints: Sequence[ServiceEndpoint], protocol: Protocol) -> list[tuple[Any, ...]]:
    return [
        (endpoint.hostname, endpoint.port, endpoint.security, endpoint.authentication, endpoint.username)
        for endpoint in endpoints
        if endpoint.protocol == protocol
    ]


def _compared(before: MailSettings | None, after: MailSettings | None) -> history.Shown | None:
    """The settings of one domain before and after, field by field; what stays the same of its DNS is left out."""
    if before is None or after is None:
        return None
    return history.Shown(
        action=Action.CHANGE,
        action_name=_("example"),
        kind=str(Domain._meta.verbose_name),
        name=before.domain_display,
        url="",
        lines=list(_lines(before, after)),
        shows_before=True,
        shows_after=True,
    )


def _lines(before: MailSettings, after: MailSettings) -> Iterator[history.Line]:
    for protocol in Protocol:
        yield _line(PROTOCOLS[protocol], _endpoints(before, protocol), _endpoints(after, protocol))
    for name in PUBLISHED:
        label = capfirst(str(MailServer._meta.get_field(name).verbose_name))
        line = _line(label, _fact(before, name), _fact(after, name))
        if line.before != line.after:
            yield line


def _line(label: str, before: str, after: str) -> history.Line:
    return history.Line(label, history.Value(before or history.NOTHING), history.Value(after or history.NOTHING))


def _endpoints(settings: MailSettings, protocol: Protocol) -> str:
    return "\n".join(
        f"{endpoint.hostname} {endpoint.port} {SECURITIES[endpoint.security]}, {endpoint.username}"
        for endpoint in settings.of(protocol)
    )


def _fact(settings: MailSettings, name: str) -> str:
    value = getattr(settings.dns, name.removeprefix("dns_"), None) or getattr(settings, name, "")
    if isinstance(value, tuple):
        return "\n".join(value if name == "mx" else (f"{key.selector} {key.record}" for key in value))
    return str(value)
