"""The only way out of the database: records -> MailSettings.

Three queries at any size: the name with its domain, server, customer and (for an address) own user name; the endpoints;
the brand. None at all while a worker remembers the domain, except for an own user name that is published. The answer
for an address costs and shows the same whether its mailbox exists or not, unless the domain publishes own user names.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import OuterRef, Q, Subquery

from accounts.models import Brand, BrandHost

from .core.addresses import Address
from .core.endpoints import Authentication, Endpoint, Origin, OriginKind, Protocol, Security, expand_host
from .core.names import display_name
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
from .models import DiscoveryName, Domain, DomainName, Mailbox, MailServer, ServiceEndpoint
from .models.domains import primary_name

T = TypeVar("T")


def for_domain(name: str) -> MailSettings | None:
    """The settings of the domain with this name (A-labels, primary or alias); None when it is not here."""

    def load() -> MailSettings | None:
        found = _named(None).filter(name=name).first()
        return _settings(found, name) if found else None

    return memory.through(name, load)


def for_address(address: Address) -> MailSettings | None:
    """The public settings for an address: those of its domain, and its own user name where that is published."""
    own: tuple[str | None, int | None] | None = None

    def load() -> MailSettings | None:
        nonlocal own
        found = _named(address.local_part).filter(name=address.domain).first()
        own = (found.own_login, found.own_change_set) if found else None
        return _settings(found, address.domain) if found else None

    settings = memory.through(address.domain, load)
    if settings is None or settings.login_policy is not LoginPolicy.PUBLISHED:
        return settings
    if own is None:
        boxes = Mailbox.objects.filter(domain__names__name=address.domain, local_part=address.local_part)
        own = boxes.values_list("login", "changed_in").first() or (None, None)
    return _with_login(settings, address.local_part, *own)


def for_mailbox(mailbox: Mailbox) -> MailSettings:
    """The exact settings of one mailbox, for its owner and for staff: own user name, switched-off protocols, status."""
    found = _named(mailbox.local_part).get(domain=mailbox.domain_id, is_primary=True)
    settings = _settings(found, found.name, exact=mailbox)
    return _with_login(settings, mailbox.local_part, found.own_login, found.own_change_set)


def _with_login(settings: MailSettings, local_part: str, login: str | None, change_set: int | None) -> MailSettings:
    if not login:
        return settings
    origin = Origin(OriginKind.MAILBOX, f"{local_part}@{settings.domain_display}", change_set)
    return replace(settings, login=login, login_origin=origin)


def discovery_names() -> frozenset[str]:
    """Every exact host name that answers for all domains of some server."""

    def load() -> frozenset[str]:
        return frozenset(DiscoveryName.objects.values_list("name", flat=True))

    return memory.through(("discovery names",), load) or frozenset()


def for_discovery_name(name: str) -> MailSettings | None:
    """The generic settings of the server that answers at ``name``; the default server's where several share it."""
    if name not in discovery_names():
        return None
    return memory.through(("generic", name), lambda: _generic(name))


def _generic(name: str) -> MailSettings | None:
    server = MailServer.objects.filter(discovery_names__name=name).order_by("-is_default", "name").distinct().first()
    if server is None:
        return None
    rows = ServiceEndpoint.objects.filter(server=server)
    return MailSettings(
        domain="",
        asked=name,
        status=Status.ACTIVE,
        endpoints=tuple(_endpoint(row, "{domain}", server.name) for row in rows),
        brand=_brand(server.brand_id),
        server=server.name,
        dns=_dns(server),
    )


def default_brand() -> BrandFacts:
    """The face of the site where no domain says otherwise."""
    return memory.through(("default brand",), lambda: _brand(None)) or _brand(None)


def _named(local_part: str | None):
    """Names with everything one query can bring; ``own_login`` is None where there is no such mailbox."""
    own = Mailbox.objects.filter(domain=OuterRef("domain"), local_part=local_part or "")
    return DomainName.objects.select_related("domain__server", "domain__customer").annotate(
        primary=primary_name("domain_id"),
        own_login=Subquery(own.values("login")[:1]),
        own_change_set=Subquery(own.values("changed_in")[:1]),
    )


def _settings(found: DomainName, asked: str, exact: Mailbox | None = None) -> MailSettings:
    domain, server = found.domain, found.domain.server
    name = found.primary
    return MailSettings(
        domain=name,
        asked=asked,
        status=Status(domain.status),
        endpoints=_endpoints(domain, name, exact),
        brand=_brand(domain.customer.brand_id),
        login_policy=LoginPolicy(domain.logins),
        mailbox=exact and MailboxFacts(exact.name, MailboxKind(exact.kind), Status(exact.status)),
        server=server.name,
        webmail_url=expand_host(server.webmail_url, name),
        panel_url=expand_host(server.panel_url, name),
        mta_sts=MtaSts(domain.mta_sts),
        dns=_dns(server),
    )


def _endpoints(domain: Domain, name: str, exact: Mailbox | None) -> tuple[Endpoint, ...]:
    """The domain's endpoints where it has its own of a protocol, the server's elsewhere; switched-off ones left out."""
    rows = list(ServiceEndpoint.objects.filter(Q(domain=domain) | Q(server=domain.server_id)))
    own = {row.protocol for row in rows if row.domain_id}
    switched_on = {
        Protocol.IMAP: domain.imap and (exact is None or exact.imap),
        Protocol.POP3: domain.pop3 and (exact is None or exact.pop3),
        Protocol.SMTP: True,
    }
    return tuple(
        _endpoint(row, name, display_name(name) if row.domain_id else domain.server.name)
        for row in rows
        if switched_on[Protocol(row.protocol)] and (row.domain_id is not None) == (row.protocol in own)
    )


def _endpoint(row: ServiceEndpoint, domain: str, owner: str) -> Endpoint:
    kind = OriginKind.DOMAIN if row.domain_id else OriginKind.SERVER
    return Endpoint(
        protocol=Protocol(row.protocol),
        hostname=expand_host(row.hostname, domain),
        port=row.port,
        security=Security(row.security),
        authentication=Authentication(row.authentication),
        username=row.username,
        origin=Origin(kind, owner, row.changed_in_id),
    )


def _brand(brand_id: int | None) -> BrandFacts:
    """A brand with its first host name; the default brand for None; a nameless face where there is no brand at all."""
    wanted = Q(is_default=True) if brand_id is None else Q(pk=brand_id)
    first_host = BrandHost.objects.filter(brand=OuterRef("pk")).order_by("id").values("name")[:1]
    brand = Brand.objects.filter(wanted).annotate(first_host=Subquery(first_host)).first()
    return brand_facts(brand, brand.first_host) if brand else BrandFacts("", settings.SITE_NAME, settings.SITE_URL)


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
    )
