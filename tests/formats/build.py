"""MailSettings values for tests of the formats. Each function takes what matters to the test and makes up the rest."""

from __future__ import annotations

from dataclasses import replace

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

DOMAIN = "firma.com.ua"
ALIAS = "firma.example"
IDN_DOMAIN = "xn--80a1acn3a.xn--j1amh"  # пошта.укр

BRAND = BrandFacts(slug="hoster", name="Хостер", origin="https://portal.hoster.example")


def imap(hostname=f"imap.{DOMAIN}", port=993, security=Security.TLS, **values) -> Endpoint:
    return Endpoint(Protocol.IMAP, hostname, port, security, **values)


def pop3(hostname=f"pop.{DOMAIN}", port=995, security=Security.TLS, **values) -> Endpoint:
    return Endpoint(Protocol.POP3, hostname, port, security, **values)


def smtp(hostname=f"smtp.{DOMAIN}", port=465, security=Security.TLS, **values) -> Endpoint:
    return Endpoint(Protocol.SMTP, hostname, port, security, **values)


def smtp_starttls(hostname=f"smtp.{DOMAIN}", **values) -> Endpoint:
    return smtp(hostname, 587, Security.STARTTLS, **values)


def complete(**changes) -> MailSettings:
    """IMAP, POP3 and SMTP over TLS, and SMTP with STARTTLS as the second choice."""
    settings = MailSettings(
        domain=DOMAIN,
        asked=DOMAIN,
        status=Status.ACTIVE,
        endpoints=(imap(), pop3(), smtp(), smtp_starttls()),
        brand=BRAND,
    )
    return replace(settings, **changes)


def starttls_only() -> MailSettings:
    """SMTP has only STARTTLS."""
    return complete(endpoints=(imap(), pop3(), smtp_starttls()))


def idn() -> MailSettings:
    return complete(
        domain=IDN_DOMAIN,
        asked=IDN_DOMAIN,
        endpoints=(imap(f"imap.{IDN_DOMAIN}"), pop3(f"pop.{IDN_DOMAIN}"), smtp(f"smtp.{IDN_DOMAIN}")),
    )


def alias_asked(**changes) -> MailSettings:
    return complete(**{"asked": ALIAS, **changes})


def own_login(login="firma-17", **changes) -> MailSettings:
    """The mailbox's own user name, under a policy that shows it."""
    return complete(login_policy=LoginPolicy.PUBLISHED, login=login, **changes)


def private(**changes) -> MailSettings:
    """A private user name. It is filled in all the same, as no lookup would, so that a test can see it leak."""
    return complete(login_policy=LoginPolicy.PRIVATE, login="firma-17", **changes)


def generic(*endpoints: Endpoint) -> MailSettings:
    """A server's answer for any domain of it."""
    return complete(
        domain="",
        asked="autoconfig.hoster.example",
        endpoints=endpoints or (imap("imap.{domain}"), pop3("pop.{domain}"), smtp("mail.hoster.example")),
    )


def pop3_off() -> MailSettings:
    return complete(endpoints=(imap(), smtp()))


def imap_off() -> MailSettings:
    return complete(endpoints=(pop3(), smtp()))


def odd_ports() -> MailSettings:
    return complete(endpoints=(imap(port=10993), pop3(port=1), smtp(port=65535, security=Security.STARTTLS)))


def encrypted_password() -> MailSettings:
    encrypted = Authentication.PASSWORD_ENCRYPTED
    return complete(endpoints=(imap(authentication=encrypted), smtp(authentication=encrypted)))


def pattern(username: str, **changes) -> MailSettings:
    """Every user name follows ``username``."""
    return complete(endpoints=(imap(username=username), smtp(username=username)), **changes)


def with_mailbox(name: str, **changes) -> MailSettings:
    """One exact mailbox, as its own people see it."""
    return complete(mailbox=MailboxFacts(name, MailboxKind.MAILBOX, Status.ACTIVE), **changes)


# As long as the public half of a 2048-bit RSA key.
DKIM_KEY = f"v=DKIM1; k=rsa; p={'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A' * 12}IDAQAB=="


def dns(**changes) -> DnsFacts:
    """Every kind of record that a server can have."""
    facts = DnsFacts(
        mx=("mx1.hoster.example", "mx2.hoster.example"),
        spf="v=spf1 include:_spf.hoster.example -all",
        dmarc="v=DMARC1; p=quarantine; rua=mailto:dmarc@hoster.example",
        tls_rpt="v=TLSRPTv1; rua=mailto:tls@hoster.example",
        dkim=(DkimKey("mail", DKIM_KEY),),
        discovery_host="portal.hoster.example",
    )
    return replace(facts, **changes)


def whole_zone(**changes) -> MailSettings:
    """A domain for which there is every record."""
    return complete(**{"dns": dns(), "mta_sts": MtaSts.TESTING, **changes})


def ask(address="", **values) -> Ask:
    """``address`` in A-labels; none when empty."""
    local_part, _, domain = address.partition("@")
    return Ask(address=Address(local_part, domain) if address else None, **values)
