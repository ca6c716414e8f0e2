"""The only way out of the database: records -> MailSettings.

A domain that a worker has not met costs one fixed query, and one more where it has endpoints of its own; its server
(with the server's endpoints) and its brand are remembered for all their domains. None at all while a worker remembers
the domain, except for an own user name that is published. The answer for an address costs and shows the same whether
its mailbox exists or not, unless the domain publishes own user names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, When

from accounts.models import Brand, BrandHost

from .core.addresses import Address
from .core.endpoints import Authentication, Endpoint, Origin, OriginKind, Protocol, Security
from .core.errors import InvalidInput
from .core.names import display_name, normalise_name
from .core.settings import (
    BrandFacts,
    DkimKey,
    DnsFacts,
    LoginPolicy,
    MailboxFacts,
    MailboxKind,
    MailSettings,
    Messenger,
    MtaSts,
    Status,
)
from .core.text import Text
from .memory import settings_by_name as memory
from .models import DiscoveryName, DomainName, Mailbox, MailServer, ServiceEndpoint
from .models.domains import primary_name


def for_domain(name: str) -> MailSettings | None:
    """The settings of the domain with this name (A-labels, primary or alias); None when it is not here.

    A name that nobody confirmed yet is not here.
    """

    def load() -> MailSettings | None:
        row = _row(name)
        return _settings(row, name) if row else None

    return memory.through(name, load)


def for_address(address: Address) -> MailSettings | None:
    """The public settings for an address: those of its domain, and its own user name where that is published."""
    found = for_domain(address.domain)
    if found is None or found.login_policy is not LoginPolicy.PUBLISHED:
        return found
    boxes = Mailbox.objects.filter(domain__names__name=address.domain, local_part=address.local_part)
    own = boxes.values_list("login", "changed_in").first()
    return _with_login(found, address.local_part, *own) if own else found


def for_mailbox(mailbox: Mailbox) -> MailSettings:
    """The exact settings of one mailbox, for its owner and for staff: own user name, switched-off protocols, status."""
    row = _Row(*_rows().get(domain=mailbox.domain_id, is_primary=True))
    return _with_login(_settings(row, row.primary, mailbox), mailbox.local_part, mailbox.login, mailbox.changed_in_id)


def _with_login(settings: MailSettings, local_part: str, login: str | None, change_set: int | None) -> MailSettings:
    if not login:
        return settings
    origin = Origin(OriginKind.MAILBOX, f"{local_part}@{settings.domain_display}", change_set)
    return replace(settings, login=login, login_origin=origin)


def for_domain_on(name: str, server: MailServer, endpoints: Sequence[ServiceEndpoint]) -> MailSettings | None:
    """The settings that a domain would have if its server were this one, with these endpoints. Nothing is kept."""
    row, facts = _row(name), _as_domains_need_it(server, endpoints)
    return _with_own(_pattern(row, facts), row, facts).named(row.primary, name) if row else None


def discovery_names() -> frozenset[str]:
    """Every exact host name that answers for all domains of some server."""

    def load() -> frozenset[str]:
        return frozenset(DiscoveryName.objects.values_list("name", flat=True))

    return memory.through(("discovery names",), load)


def for_discovery_name(name: str) -> MailSettings | None:
    """The generic settings of the server that answers at ``name``; the default server's where several share it."""
    if name not in discovery_names():
        return None
    return memory.through(("generic", name), lambda: _generic(name))


def _generic(name: str) -> MailSettings | None:
    servers = MailServer.objects.filter(discovery_names__name=name).order_by("-is_default", "name").distinct()
    found = servers.values_list("pk", "brand").first()
    if found is None:
        return None
    server_id, brand_id = found
    server = _server(server_id)
    return MailSettings(
        domain="",
        asked=name,
        status=Status.ACTIVE,
        endpoints=server.endpoints,
        brand=_brand(brand_id),
        server=server.name,
        dns=server.dns,
    )


def default_brand() -> BrandFacts:
    """The face of the site where no domain says otherwise."""
    return _brand(None)


def brand_at(host: str) -> BrandFacts | None:
    """The brand whose pages are at this host name, which they keep; None where there is none."""

    def load() -> dict[str, BrandFacts]:
        rows = BrandHost.objects.select_related("brand")
        return {row.name: brand_facts(row.brand, row.name) for row in rows}

    return memory.through(("brand hosts",), load).get(host)


# --- A domain ---------------------------------------------------------------------------------------------------------


class _Row(NamedTuple):
    """What one query brings about a name: its domain, and whose brand shows it."""

    primary: str
    domain: int
    server: int
    brand: int | None
    status: str
    logins: str
    imap: bool
    pop3: bool
    mta_sts: str
    has_endpoints: bool

    @property
    def shared(self) -> tuple[object, ...]:
        """All that decides about the settings of a domain without endpoints of its own, besides its name."""
        return (self.server, self.brand, self.status, self.logins, self.imap, self.pop3, self.mta_sts)


def _rows() -> QuerySet:
    """Names as tuples, in the order of _Row."""
    return DomainName.objects.order_by().values_list(
        Case(When(is_primary=True, then=F("name")), default=primary_name("domain_id")),
        "domain_id",
        "domain__server_id",
        "domain__customer__brand_id",
        "domain__status",
        "domain__logins",
        "domain__imap",
        "domain__pop3",
        "domain__mta_sts",
        Exists(ServiceEndpoint.objects.filter(domain=OuterRef("domain_id"))),
    )


def _row(name: str) -> _Row | None:
    sql, parameters = _name_query(connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(sql, [name if parameter == ANY_NAME else parameter for parameter in parameters])
        found = cursor.fetchone()
    return _Row(*found) if found else None


ANY_NAME = "any-name.invalid"


@lru_cache(maxsize=4)
def _name_query(_vendor: str) -> tuple[str, tuple[object, ...]]:
    """The query for one name: compiled once, since composing it takes longer than answering it."""
    return _rows().filter(name=ANY_NAME, is_confirmed=True).query.sql_with_params()


def _settings(row: _Row, asked: str, exact: Mailbox | None = None) -> MailSettings:
    server = _server(row.server)
    pattern = memory.through(("pattern", *row.shared), lambda: _pattern(row, server))
    return _with_own(pattern, row, server, exact).named(row.primary, asked)


def _with_own(pattern: MailSettings, row: _Row, server: _Server, exact: Mailbox | None = None) -> MailSettings:
    """The pattern, with what a domain or one exact mailbox has for itself."""
    if not row.has_endpoints and exact is None:
        return pattern
    own = _own_endpoints(row) if row.has_endpoints else ()
    mailbox = exact and MailboxFacts(exact.name, MailboxKind(exact.kind), Status(exact.status))
    return replace(pattern, endpoints=_endpoints(row, server, own, exact), mailbox=mailbox)


def _pattern(row: _Row, server: _Server) -> MailSettings:
    """The settings of a domain without endpoints of its own, before it has a name: many domains are alike in these."""
    return MailSettings(
        domain="",
        asked="",
        status=Status(row.status),
        endpoints=_endpoints(row, server),
        brand=_brand(row.brand),
        login_policy=LoginPolicy(row.logins),
        server=server.name,
        webmail_url=server.webmail_url,
        panel_url=server.panel_url,
        mta_sts=MtaSts(row.mta_sts),
        dns=server.dns,
    )


def _own_endpoints(row: _Row) -> tuple[Endpoint, ...]:
    rows = ServiceEndpoint.objects.filter(domain=row.domain)
    return tuple(_endpoint(found, OriginKind.DOMAIN, display_name(row.primary)) for found in rows)


def _endpoints(
    row: _Row, server: _Server, own: tuple[Endpoint, ...] = (), exact: Mailbox | None = None
) -> tuple[Endpoint, ...]:
    """The domain's ``own`` where it has any of a protocol, the server's elsewhere; switched-off ones left out."""
    replaced = {endpoint.protocol for endpoint in own}
    switched_on = {
        Protocol.IMAP: row.imap and (exact is None or exact.imap),
        Protocol.POP3: row.pop3 and (exact is None or exact.pop3),
        Protocol.SMTP: True,
    }
    others = (endpoint for endpoint in server.endpoints if endpoint.protocol not in replaced)
    return tuple(endpoint for endpoint in (*own, *others) if switched_on[endpoint.protocol])


# --- What domains share -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Server:
    """A mail server as its domains need it; host names and addresses are patterns."""

    name: str
    webmail_url: str
    panel_url: str
    dns: DnsFacts
    endpoints: tuple[Endpoint, ...]


def _server(server_id: int) -> _Server:
    def load() -> _Server:
        rows = list(ServiceEndpoint.objects.filter(server=server_id).select_related("server"))
        return _as_domains_need_it(rows[0].server if rows else MailServer.objects.get(pk=server_id), rows)

    return memory.through(("server", server_id), load)


def _as_domains_need_it(server: MailServer, rows: Sequence[ServiceEndpoint]) -> _Server:
    endpoints = tuple(_endpoint(row, OriginKind.SERVER, server.name) for row in rows)
    return _Server(server.name, server.webmail_url, server.panel_url, _dns(server), endpoints)


def _endpoint(row: ServiceEndpoint, kind: OriginKind, owner: str) -> Endpoint:
    """An endpoint as it is stored: its host name is a pattern still."""
    return Endpoint(
        protocol=Protocol(row.protocol),
        hostname=row.hostname,
        port=row.port,
        security=Security(row.security),
        authentication=Authentication(row.authentication),
        username=row.username,
        origin=Origin(kind, owner, row.changed_in_id),
    )


def _brand(brand_id: int | None) -> BrandFacts:
    """A brand with its first host name; the default brand for None; a nameless face where there is no brand at all."""

    def load() -> BrandFacts:
        wanted = Q(is_default=True) if brand_id is None else Q(pk=brand_id)
        first_host = BrandHost.objects.filter(brand=OuterRef("pk")).order_by("id").values("name")[:1]
        brand = Brand.objects.filter(wanted).annotate(first_host=Subquery(first_host)).first()
        return brand_facts(brand, brand.first_host) if brand else BrandFacts("", settings.SITE_NAME, settings.SITE_URL)

    return memory.through(("brand", brand_id), load)


def brand_facts(brand: Brand, host: str | None) -> BrandFacts:
    """A brand's row, and the host name of its pages if it has one, as BrandFacts."""
    return BrandFacts(
        slug=brand.slug,
        name=brand.name,
        origin=urlsplit(settings.SITE_URL)._replace(netloc=host).geturl() if host else settings.SITE_URL,
        accent=brand.accent,
        logo_url=f"/media/{brand.logo}" if brand.logo else "",
        language=brand.language,
        support_email=brand.support_email,
        support_phone=brand.support_phone,
        support_messengers=tuple(Messenger(item["name"], item["url"]) for item in brand.support_messengers),
        support_hours=Text(brand.support_hours_uk, brand.support_hours_en),
        support_url=brand.support_url,
        site_url=brand.site_url,
        password_help=Text(brand.password_help_uk, brand.password_help_en),
        password_help_url=brand.password_help_url,
        privacy_url=brand.privacy_url,
    )


def _dns(server: MailServer) -> DnsFacts:
    return DnsFacts(
        mx=tuple(server.mx),
        spf=server.dns_spf,
        dmarc=server.dns_dmarc,
        tls_rpt=server.dns_tls_rpt,
        dkim=tuple(DkimKey(item["selector"], item["record"]) for item in server.dns_dkim),
        discovery_host=_discovery_host(server),
    )


def _discovery_host(server: MailServer) -> str:
    """Where this site answers under other names: its own host, unless that is no name of the DNS, or the server's."""
    try:
        return normalise_name(urlsplit(settings.SITE_URL).hostname or "")
    except InvalidInput:
        return server.discovery_names.order_by("id").values_list("name", flat=True).first() or ""
