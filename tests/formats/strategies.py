"""Hypothesis strategies: any settings and any ask that the site could hold."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from mailsettings.core.addresses import Address
from mailsettings.core.endpoints import Authentication, Endpoint, Protocol, Security
from mailsettings.core.settings import (
    Ask,
    BrandFacts,
    DkimKey,
    DnsFacts,
    LoginPolicy,
    MailboxFacts,
    MailboxKind,
    MailSettings,
    MtaSts,
    Status,
)

DOMAINS = ("firma.com.ua", "firma.example", "xn--80a1acn3a.xn--j1amh", "mail.co.uk", "a-1.example")
USER_NAMES = ("{address}", "{local_part}", "{local_part}@{domain}", "{local_part}+{domain}", "x-{local_part}")
DISCOVERY_NAME = "autoconfig.hoster.example"

_names = st.text(max_size=90)
_local_parts = st.from_regex(r"\A[a-z0-9!#$%&'*+/=?^_`{|}~-]{1,20}(\.[a-z0-9]{1,9})?\Z")
_printable = st.text(st.characters(blacklist_categories=("C", "Z")), min_size=1, max_size=40)


def endpoints(domain: str) -> st.SearchStrategy[Endpoint]:
    hosts = (f"mail.{domain or '{domain}'}", "mail.hoster.example")
    return st.builds(
        Endpoint,
        protocol=st.sampled_from(Protocol),
        hostname=st.sampled_from(hosts),
        port=st.integers(1, 65535),
        security=st.sampled_from(Security),
        authentication=st.sampled_from(Authentication),
        username=st.sampled_from(USER_NAMES),
    )


@st.composite
def cases(draw, domains: tuple[str, ...] = (*DOMAINS, "")) -> tuple[MailSettings, Ask]:
    """Settings of one of the domains, generic ones for an empty name, and an ask that belongs to them."""
    domain = draw(st.sampled_from(domains))
    asked = draw(st.sampled_from((domain, *DOMAINS))) if domain else DISCOVERY_NAME
    mailbox = st.builds(MailboxFacts, _names, st.just(MailboxKind.MAILBOX), st.just(Status.ACTIVE))
    settings = MailSettings(
        domain=domain,
        asked=asked,
        status=Status.ACTIVE,
        endpoints=tuple(draw(st.lists(endpoints(domain), max_size=6))),
        brand=BrandFacts(slug="hoster", name=draw(_names), origin="https://portal.hoster.example"),
        login_policy=draw(st.sampled_from(LoginPolicy)),
        login=draw(st.just("") | _printable),
        mailbox=draw(st.none() | mailbox) if domain else None,
    )
    address = draw(st.none() | st.builds(Address, _local_parts, st.sampled_from((asked, domain)))) if domain else None
    protocol = draw(st.sampled_from((None, Protocol.IMAP, Protocol.POP3)))
    return settings, Ask(draw(st.sampled_from(("uk", "en"))), protocol, address)


# What might break zone text: quotes, backslashes, comments, parentheses, line ends, bytes above ASCII, long keys.
texts = st.text(max_size=700) | st.text('"\\;()$@ \n\r\t\0\x7fїя😀0.', max_size=300)
_HOSTS = ("mx1.hoster.example", "mx2.hoster.example", "mx.firma.com.ua", "xn--80a1acn3a.xn--j1amh")


@st.composite
def zones(draw) -> MailSettings:
    """Settings of a domain, with DNS records that nobody validated."""
    settings, _ask = draw(cases().filter(lambda case: case[0].domain and not case[0].mailbox))
    selectors = draw(st.lists(st.sampled_from(("mail", "s2026", "ключ", "a.b", "bad_one", "-")), unique=True))
    dns = DnsFacts(
        mx=tuple(draw(st.lists(st.sampled_from(_HOSTS), unique=True))),
        spf=draw(texts),
        dmarc=draw(texts),
        tls_rpt=draw(texts),
        dkim=tuple(DkimKey(selector, draw(texts)) for selector in selectors),
        discovery_host=draw(st.sampled_from(("", "portal.hoster.example", "autoconfig.firma.com.ua"))),
    )
    return replace(settings, dns=dns, mta_sts=draw(st.sampled_from(MtaSts)))
