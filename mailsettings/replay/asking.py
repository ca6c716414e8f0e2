"""A program's way through its requests: what can be asked of this site is asked, everything else is listed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from urllib.parse import quote, urljoin, urlsplit

from django.conf import settings as django_settings
from django.utils.translation import gettext as _
from publicsuffixlist import PublicSuffixList

from accounts.models import BrandHost
from mailsettings import lookup
from mailsettings.core.addresses import Address
from mailsettings.core.endpoints import Protocol, Security
from mailsettings.core.settings import MailSettings, Status
from mailsettings.inprocess import fetch

from .reading import Exchange, Outcome

MAX_REDIRECTS = 10
# Names that exist for mail programs only. Any other name is somebody's web site.
PREFIXES = ("autoconfig.", "autodiscover.", "ua-auto-config.", "mta-sts.")
SEALED = re.compile(r"/f/[^/]+/")
# RFC 6186 §3, RFC 8314 §5.1.
SRV_LABELS = {
    (Protocol.IMAP, Security.TLS): "_imaps",
    (Protocol.IMAP, Security.STARTTLS): "_imap",
    (Protocol.POP3, Security.TLS): "_pop3s",
    (Protocol.POP3, Security.STARTTLS): "_pop3",
    (Protocol.SMTP, Security.TLS): "_submissions",
    (Protocol.SMTP, Security.STARTTLS): "_submission",
}


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer after its redirects. ``hops`` are the addresses on the way, ``number`` its place in the list."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    hops: tuple[str, ...]
    number: int

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def content_type(self) -> str:
        """Type and subtype in lower case, without parameters."""
        return _header(self.headers, "Content-Type").partition(";")[0].strip().lower()

    @property
    def encrypted(self) -> bool:
        """Whether every hop was https."""
        return all(url.startswith("https:") for url in self.hops)

    def header(self, name: str) -> str:
        return _header(self.headers, name)


@dataclass(frozen=True, slots=True)
class Service:
    """An SRV record's target and port (RFC 2782)."""

    host: str
    port: int

    def https(self, path: str) -> str:
        """The address of ``path`` there."""
        return f"https://{self.host}{'' if self.port == 443 else f':{self.port}'}{path}"


class Walk:
    """What one program asked so far for one address."""

    def __init__(
        self, address: Address, settings: MailSettings | None, resolves: Callable[[str], bool], apex: bool
    ) -> None:
        self.address = address
        self.domain = address.domain
        self.settings = settings
        self.exchanges: list[Exchange] = []
        self._resolves = resolves
        self._ours = _own_hosts() | ({address.domain} if apex else set())

    @property
    def encoded(self) -> str:
        """The address as most programs put it into a query: ``@`` encoded, dots left alone."""
        return quote(str(self.address), safe="")

    def get(self, url: str, note: str = "") -> Reply | None:
        """GET with its redirects; None where nobody answers."""
        return self.ask("GET", url, note)

    def ask(
        self,
        method: str,
        url: str,
        note: str = "",
        *,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        follow: bool = True,
    ) -> Reply | None:
        """One request, redirects of a GET followed; None for a host that is not asked or does not exist."""
        hops = [url]
        while True:
            reply = self._one(method, tuple(hops), note, body, headers or {})
            if reply is None or not 300 <= reply.status < 400 or method != "GET" or not follow:
                return reply
            target = reply.header("Location")
            if not target or len(hops) > MAX_REDIRECTS:
                return reply
            hops.append(_joined(hops[-1], target))
            note = _("where the answer before sends it")

    def _one(
        self, method: str, hops: tuple[str, ...], note: str, body: bytes, headers: Mapping[str, str]
    ) -> Reply | None:
        url = hops[-1]
        host = _host(url)
        shown = f"{method} {masked(url)}"
        if why := self._why_not(host):
            self.list_only(shown, note, why)
            return None
        if not self._resolves(host):
            self.exchanges.append(Exchange(shown, note, Outcome.NO_SUCH_HOST, _("there is no such host name")))
            return None
        answer = fetch(method, url, headers=dict(headers), body=body)
        reply = Reply(answer.status, answer.headers, answer.body, hops, len(self.exchanges))
        self.exchanges.append(
            Exchange(
                shown,
                note,
                Outcome.ANSWERED,
                _at_first_sight(reply),
                reply.status,
                reply.content_type,
                len(reply.body),
            )
        )
        return reply

    def _why_not(self, host: str) -> str:
        """Why a request for ``host`` does not come to this site; empty where it does.

        The domain's own names for mail programs are taken to lead here. Others do only if they are known here: asked in
        process, this site would answer under any name, but nobody would reach it by one that does not exist.
        """
        prefix = next((prefix for prefix in PREFIXES if host.startswith(prefix)), "")
        domain = host.removeprefix(prefix)
        if host in self._ours or (prefix and domain == self.domain) or BrandHost.objects.filter(name=host).exists():
            return ""
        if not prefix:
            return _("not asked: another server, of the customer or of another company")
        served = lookup.for_domain(domain)
        return "" if served and served.served else _("not asked: no server here has this discovery name")

    def say(self, reply: Reply, text: str) -> None:
        """What ``reply`` turned out to say."""
        self.exchanges[reply.number] = replace(self.exchanges[reply.number], says=text)

    def list_only(self, request: str, note: str, why: str = "") -> None:
        """A step that leaves this site."""
        self.exchanges.append(
            Exchange(request, note, Outcome.NOT_ASKED, why or _("not asked: another company’s server"))
        )

    # --- DNS as it should be published --------------------------------------------------------------------------------

    def mx(self) -> str:
        """The domain's best mail exchanger; empty, with its reason among the exchanges, where it is not this site's."""
        request = f"MX {self.domain}"
        if self.settings is None or self.settings.status is Status.EXTERNAL:
            self.list_only(request, "", _("not asked: the mail of this domain is not here, as far as this site knows"))
            return ""
        best = self.settings.dns.mx[0] if self.settings.dns.mx else ""
        says = best or _("no mail exchanger is stored for the server")
        self.exchanges.append(Exchange(request, _("as the zone should be"), Outcome.RECORD, says))
        return best

    def services(self, protocol: Protocol, security: Security) -> list[Service]:
        """The SRV records of a mail service, best first (RFC 6186)."""
        found = self.settings.of(protocol) if self.settings and self.settings.served else ()
        services = [Service(item.hostname, item.port) for item in found if item.security is security]
        return self._srv(SRV_LABELS[protocol, security], services)

    def autodiscover_service(self) -> list[Service]:
        """Where the domain's SRV record for Autodiscover should point."""
        host = self.settings.dns.discovery_host if self.settings and self.settings.served else ""
        return self._srv("_autodiscover", [Service(host, 443)] if host else [])

    def _srv(self, label: str, services: list[Service]) -> list[Service]:
        name = f"{label}._tcp.{self.domain}"
        found = services if self._resolves(name) else []
        says = ", ".join(f"{service.host}:{service.port}" for service in found) or _("no such record")
        self.exchanges.append(Exchange(f"SRV {name}", _("as the zone should be"), Outcome.RECORD, says))
        return found


def masked(url: str) -> str:
    """``url`` without a sealed mail address, as in the log."""
    return SEALED.sub("/f/…/", url)


def mx_names(mx: str, domain: str) -> tuple[str, ...]:
    """Where Thunderbird looks after an MX lookup: the host name without its first label, then its registrable domain.

    The former only where it is longer; nothing where the mail exchanger lies in ``domain`` itself.
    """
    base = _suffixes().privatesuffix(mx) if mx else ""
    if not base or base == domain:
        return ()
    full = mx.partition(".")[2]
    return (full, base) if full.endswith(f".{base}") else (base,)


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def _own_hosts() -> set[str]:
    """The names under which this site itself is reached, and those at which it answers for a server's domains."""
    own = {urlsplit(django_settings.SITE_URL).hostname or "", *django_settings.SITE_HOSTS}
    return own | lookup.discovery_names()


def _at_first_sight(reply: Reply) -> str:
    if 300 <= reply.status < 400:
        return _("go to %(address)s") % {"address": reply.header("Location")}
    if reply.status in (404, 410):
        return _("nothing here for this domain")
    return "" if reply.ok else _("refused")


def _header(headers: Mapping[str, str], name: str) -> str:
    return next((value for key, value in headers.items() if key.lower() == name.lower()), "")


def _host(url: str) -> str:
    """The host name of an address with http or https; empty for anything else."""
    try:
        parts = urlsplit(url)
        return (parts.hostname or "") if parts.scheme in ("http", "https") else ""
    except ValueError:
        return ""


def _joined(base: str, target: str) -> str:
    try:
        return urljoin(base, target)
    except ValueError:
        return target
