"""Where the mail of a domain goes: its MX records, asked of the DNS when somebody wants to know. Nothing is stored.

``mx_of`` and ``mx_of_all`` ask and never raise; ``compare`` says whether the answer leads to a server's MX names. All
take names as A-labels. RFC 5321 §5.1 (which host is asked first, and a domain without MX), RFC 7505 (null MX).
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

import dns.exception
import dns.nameserver
import dns.resolver
from django.conf import settings as django_settings
from dns.rdtypes.ANY.MX import MX

logger = logging.getLogger(__name__)
SECONDS = 3.0
# Nobody has more; an answer may hold thousands.
MOST_HOSTS = 20
AT_ONCE = 8


class State(StrEnum):
    """What the DNS said about a name."""

    FOUND = "found"
    NONE = "none"
    NULL = "null"
    NO_DOMAIN = "no-domain"
    NO_ANSWER = "no-answer"


class Outcome(StrEnum):
    """What that means for a domain of a server. ``UNKNOWN``: the server's MX names are not entered here."""

    HERE = "here"
    PARTLY = "partly"
    ELSEWHERE = "elsewhere"
    UNKNOWN = "unknown"
    NONE = State.NONE
    NULL = State.NULL
    NO_DOMAIN = State.NO_DOMAIN
    NO_ANSWER = State.NO_ANSWER


# Ends of MX host names, and whose they are. A name below a company's own domain is its own; of the others the source
# says what the company tells its customers to enter.
PROVIDERS: dict[str, str] = {
    # support.google.com/a/answer/174125; domains from before 2023 have names at googlemail.com too
    "google.com": "Google",
    "googlemail.com": "Google",
    # learn.microsoft.com/microsoft-365/enterprise/external-domain-name-system-records; mx.microsoft is that with DNSSEC
    "protection.outlook.com": "Microsoft",
    "mx.microsoft": "Microsoft",
    # zoho.com/mail/help/adminconsole/configure-email-delivery.html: one name for each of its regions
    "zoho.com": "Zoho",
    "zoho.eu": "Zoho",
    "zoho.in": "Zoho",
    "zoho.com.au": "Zoho",
    "zohocloud.ca": "Zoho",
    # yandex.com/support, “MX record”: mx.yandex.net
    "yandex.net": "Yandex",
    "yandex.ru": "Yandex",
    "ukr.net": "UKR.NET",
    "i.ua": "I.UA",
    "meta.ua": "Meta.ua",
    "mail.ru": "Mail.ru",
    "gmx.net": "GMX",
    "web.de": "WEB.DE",
    # support.apple.com/102374
    "icloud.com": "iCloud",
    # The records of yahoo.com and aol.com themselves
    "yahoodns.net": "Yahoo",
    # proton.me/support/custom-domain
    "protonmail.ch": "Proton Mail",
    # fastmail.help, “Manual DNS configuration”
    "messagingengine.com": "Fastmail",
    # tuta.com/support, “custom domains”
    "tutanota.de": "Tuta",
    # migadu.com/guides
    "migadu.com": "Migadu",
    # godaddy.com/help, namecheap.com/support (Private Email), support.hostinger.com, support.titan.email
    "secureserver.net": "GoDaddy",
    "privateemail.com": "Namecheap Private Email",
    "hostinger.com": "Hostinger",
    "titan.email": "Titan",
    # help.ovhcloud.com (MX Plan), docs.gandi.net, ionos.com/help, docs.rackspace.com
    "mail.ovh.net": "OVHcloud",
    "mail.gandi.net": "Gandi",
    "ionos.com": "IONOS",
    "kundenserver.de": "IONOS",
    "emailsrvr.com": "Rackspace Email",
    # Filters and forwarders in front of other servers: their MX does not say where the mailboxes are.
    "mx.cloudflare.net": "Cloudflare Email Routing",
    "mimecast.com": "Mimecast",
    "pphosted.com": "Proofpoint",
    "ppe-hosted.com": "Proofpoint",
    "barracudanetworks.com": "Barracuda",
}


@dataclass(frozen=True, slots=True)
class MailHost:
    """One MX record: its preference (lower is asked first), the host name, whose it is, and whether it is the server's.

    ``provider`` is empty where nobody known owns the name.
    """

    preference: int
    name: str
    provider: str = ""
    ours: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What the DNS said about the mail of ``name``; ``hosts`` in the order in which senders try them."""

    name: str
    state: State
    hosts: tuple[MailHost, ...] = ()

    @property
    def providers(self) -> tuple[str, ...]:
        """Who is known of those that get the mail, each once."""
        return tuple(dict.fromkeys(host.provider for host in self.hosts if host.provider))


@dataclass(frozen=True, slots=True)
class Finding:
    """An answer beside a server's MX names; ``first_is_ours`` tells whose host senders try first."""

    answer: Answer
    outcome: Outcome

    @property
    def first_is_ours(self) -> bool:
        return bool(self.answer.hosts) and self.answer.hosts[0].ours


def mx_of(name: str) -> Answer:
    """Ask the DNS for the MX records of ``name`` (A-labels), for three seconds at most. Never raises."""
    try:
        found = _resolver(tuple(django_settings.DNS_SERVERS)).resolve(f"{name}.", "MX", lifetime=SECONDS, search=False)
    except dns.resolver.NXDOMAIN:
        return Answer(name, State.NO_DOMAIN)
    except dns.resolver.NoAnswer:
        return Answer(name, State.NONE)
    except (dns.exception.DNSException, OSError, ValueError) as error:
        logger.info("The DNS gave no answer about an MX: %s", type(error).__name__)
        return Answer(name, State.NO_ANSWER)
    hosts = sorted({_host(record) for record in found}, key=lambda host: (host.preference, host.name))
    if len(hosts) == 1 and not hosts[0].name:
        return Answer(name, State.NULL)
    named = tuple(host for host in hosts if host.name)[:MOST_HOSTS]
    return Answer(name, State.FOUND, named) if named else Answer(name, State.NULL)


def mx_of_all(names: Iterable[str], seconds: float) -> dict[str, Answer]:
    """Ask about several names at once, for ``seconds`` in all; a name that was not answered by then is absent."""
    pool = ThreadPoolExecutor(AT_ONCE)
    try:
        asked = {pool.submit(mx_of, name): name for name in dict.fromkeys(names)}
        done = wait(asked, timeout=seconds).done
        return {name: future.result() for future, name in asked.items() if future in done}
    finally:
        # Whoever is still being asked answers to nobody, three seconds later at most.
        pool.shutdown(wait=False, cancel_futures=True)


def compare(answer: Answer, server_names: Iterable[str]) -> Finding:
    """Whether an answer leads to a server whose MX records should name ``server_names`` (A-labels, lower case)."""
    names = frozenset(server_names)
    if answer.state is not State.FOUND:
        return Finding(answer, Outcome(answer.state))
    hosts = tuple(MailHost(host.preference, host.name, host.provider, host.name in names) for host in answer.hosts)
    if not names:
        outcome = Outcome.UNKNOWN
    elif leads_here([host.name for host in hosts], names):
        outcome = Outcome.HERE
    else:
        outcome = Outcome.PARTLY if any(host.ours for host in hosts) else Outcome.ELSEWHERE
    return Finding(Answer(answer.name, answer.state, hosts), outcome)


def leads_here(hosts: Collection[str], server_names: Collection[str]) -> bool:
    """Whether MX host names lead to a server and nowhere else: there are some, and each of them is one of its own."""
    return bool(hosts) and set(hosts) <= set(server_names)


def provider_of(host: str) -> str:
    """Whose the MX host name ``host`` is; empty where it is nobody's that is known here."""
    labels = host.split(".")
    ends = (".".join(labels[start:]) for start in range(len(labels)))
    return next((PROVIDERS[end] for end in ends if end in PROVIDERS), "")


def _host(record: MX) -> MailHost:
    name = record.exchange.to_text(omit_final_dot=True).lower()
    # The root, as "." or empty, stands for no host at all.
    name = "" if name in (".", "@") else name
    return MailHost(record.preference, name, provider_of(name))


@lru_cache(maxsize=2)
def _resolver(servers: tuple[str, ...]) -> dns.resolver.Resolver:
    """What asks the given servers (``address`` or ``address:port``), or those of this machine where none are given.

    Raises dns.resolver.NoResolverConfiguration where the machine names none.
    """
    resolver = dns.resolver.Resolver(configure=not servers)
    if servers:
        resolver.nameservers = [nameserver(text) for text in servers]
    return resolver


def nameserver(text: str) -> dns.nameserver.Nameserver:
    """``address`` or ``address:port`` (an IPv6 address with a port in brackets) of a DNS server; raises ValueError."""
    parts = urlsplit(f"//{text}" if text.count(":") < 2 or "[" in text else f"//[{text}]")
    return dns.nameserver.Do53Nameserver(str(ip_address(parts.hostname or "")), parts.port or 53)
