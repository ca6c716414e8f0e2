"""Answers that vouch for each other: what the DNS is told about a document, and the document that is served.

The digest of PACC has to be that of the bytes at the discovery address, the id of MTA-STS that of the policy there, and
the servers of the policy those of the zone. The records are read in the zone text and on the page for people.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from mailsettings import links
from mailsettings.core.settings import Ask, MailSettings
from mailsettings.core.text import LANGUAGES

from . import dns_page, sources
from .compare import WHOLE, Row, Verdict, Words
from .readers import dns_zone, mta_sts, pacc
from .reading import MX, Published, Unreadable
from .sources import DNS_TITLES

PACC = "https://ua-auto-config.{domain}/.well-known/user-agent-configuration.json"
POLICY = "https://mta-sts.{domain}/.well-known/mta-sts.txt"
ZONE = "dns.zone"


@dataclass(frozen=True, slots=True)
class Records:
    """A place that tells which records the domain has to have."""

    title: Words
    url: str
    zone_text: Callable[[bytes], bytes]

    def read(self) -> bytes:
        """The records as zone text; empty where there are none. Raises Unreadable."""
        answer = sources.fetch("GET", self.url)
        return self.zone_text(answer.body) if answer.status == 200 else b""


def vouched(settings: MailSettings) -> Iterator[Row]:
    """What the records in each place say about the documents, against the documents."""
    configuration, policy = (_served(url.format(domain=settings.domain)) for url in (PACC, POLICY))
    for place in _places(settings):
        try:
            yield from _compared(place, settings.domain, configuration, policy)
        except Unreadable as problem:
            read = format_lazy(_("cannot be read: {problem}"), problem=str(problem))
            yield Row(place.title, "", WHOLE, "", read, Verdict.DIFFERS)


def _compared(place: Records, domain: str, configuration: bytes | None, policy: bytes | None) -> list[Row]:
    """The digest, the id, and the servers of the policy. Raises Unreadable."""
    zone = place.read()
    digest = format_lazy(_("Digest of PACC, {place}"), place=place.title)
    mode = format_lazy(_("Policy of MTA-STS, {place}"), place=place.title)
    rows = [
        _row(
            digest,
            _("digest"),
            _of(configuration, pacc.digest_of),
            _records(zone, f"_ua-auto-config.{domain}", pacc.digests),
        ),
        _row(mode, _("id"), _of(policy, mta_sts.id_of), _records(zone, f"_mta-sts.{domain}", mta_sts.ids)),
    ]
    if policy is not None:
        servers = (_exchangers(dns_zone.read(zone, f"@{domain}")), _exchangers(mta_sts.read(policy, "")))
        rows.append(_row(mode, _("servers that take mail"), *servers))
    return rows


def _served(url: str) -> bytes | None:
    """The bytes at ``url``; None where there are none."""
    answer = sources.fetch("GET", url)
    return answer.body if answer.status == 200 else None


def _of(document: bytes | None, identity: Callable[[bytes], str]) -> str:
    return "" if document is None else identity(document)


def _records(zone: bytes, name: str, identities: Callable[[list[str]], list[str]]) -> str:
    """What the records at ``name`` say, all of them, since a second one counts as none or as the wrong one."""
    return ", ".join(one or "?" for one in identities(dns_zone.texts(zone, name)))


def _exchangers(servers: tuple[Published, ...]) -> str:
    return ", ".join(sorted(str(server.hostname) for server in servers if server.protocol == MX))


def _row(source: Words, field: Words, expected: str, read: str) -> Row:
    verdict = Verdict.DIFFERS if expected != read else Verdict.AGREES if expected else Verdict.NOT_PUBLISHED
    return Row(source, "", field, expected, read, verdict)


def _places(settings: MailSettings) -> Iterator[Records]:
    path = links.format_path(settings, ZONE, Ask(settings.brand.language))
    yield Records(ZONE, settings.brand.origin + path, lambda zone: zone)
    for language in LANGUAGES:
        url = f"{settings.page_url(language)}dns/"
        yield Records(DNS_TITLES[language], url, lambda page: dns_page.zone_text(page, settings.domain))
