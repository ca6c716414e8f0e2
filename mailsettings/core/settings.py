"""MailSettings: everything that a page, a format or a guide may say about one domain, resolved."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from .addresses import Address
from .endpoints import INCOMING, Endpoint, Origin, Protocol, expand_host, expand_user_name
from .names import display_name
from .text import Text


class LoginPolicy(StrEnum):
    """What the public may learn about user names: DESIGN, what the public may learn."""

    PATTERN = "pattern"
    PUBLISHED = "published"
    PRIVATE = "private"


class Status(StrEnum):
    """``external`` domains are known here while their mail is elsewhere; a mailbox is active or suspended."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    EXTERNAL = "external"


class MailboxKind(StrEnum):
    MAILBOX = "mailbox"
    FORWARDER = "forwarder"


class MtaSts(StrEnum):
    OFF = "off"
    TESTING = "testing"
    ENFORCE = "enforce"


@dataclass(frozen=True, slots=True)
class Messenger:
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class BrandFacts:
    """The face under which a domain is seen. ``origin`` is scheme and host of its pages, without a trailing slash."""

    slug: str
    name: str
    origin: str
    accent: str = ""
    logo_url: str = ""
    language: str = "uk"
    support_email: str = ""
    support_phone: str = ""
    support_messengers: tuple[Messenger, ...] = ()
    support_hours: Text = Text()
    support_url: str = ""
    site_url: str = ""
    password_help: Text = Text()
    password_help_url: str = ""
    privacy_url: str = ""


@dataclass(frozen=True, slots=True)
class DkimKey:
    selector: str
    record: str


@dataclass(frozen=True, slots=True)
class DnsFacts:
    """What belongs into the zone of a domain on this server, besides its endpoints.

    ``discovery_host`` is where this site answers mail programs under the names of domains; empty where there is none.
    """

    mx: tuple[str, ...] = ()
    spf: str = ""
    dmarc: str = ""
    tls_rpt: str = ""
    dkim: tuple[DkimKey, ...] = ()
    discovery_host: str = ""


@dataclass(frozen=True, slots=True)
class MailboxFacts:
    """What only the mailbox's own people may see: present in settings made for a personal link or for staff."""

    name: str
    kind: MailboxKind
    status: Status


@dataclass(frozen=True, slots=True)
class MailSettings:
    """The settings of one domain, of one exact mailbox of it, or of any domain of a server (``generic``).

    ``domain`` is the primary name in A-labels, ``asked`` the name that was asked for (an alias, the primary name, or a
    server's discovery name in a generic answer, whose ``domain`` is empty and whose host names may hold ``{domain}``).
    ``endpoints`` are ordered, the recommended one of each protocol first, and hold only protocols that are switched on.
    ``login`` is a user name of the mailbox's own, only where it may be shown. ``mailbox`` is set for one exact mailbox.
    ``pattern`` is what ``named`` made these from; whatever is changed in them leaves it behind.
    """

    domain: str
    asked: str
    status: Status
    endpoints: tuple[Endpoint, ...]
    brand: BrandFacts
    login_policy: LoginPolicy = LoginPolicy.PATTERN
    login: str = ""
    login_origin: Origin | None = None
    mailbox: MailboxFacts | None = None
    server: str = ""
    webmail_url: str = ""
    panel_url: str = ""
    mta_sts: MtaSts = MtaSts.OFF
    dns: DnsFacts = field(default_factory=DnsFacts)
    pattern: MailSettings | None = field(default=None, init=False, compare=False, repr=False)

    def named(self, domain: str, asked: str) -> MailSettings:
        """These settings, whose host names and addresses may hold ``{domain}``, for the domain of that name."""
        settings = replace(
            self,
            domain=domain,
            asked=asked,
            endpoints=tuple(endpoint.at(domain) for endpoint in self.endpoints),
            webmail_url=expand_host(self.webmail_url, domain),
            panel_url=expand_host(self.panel_url, domain),
        )
        object.__setattr__(settings, "pattern", self)
        return settings

    @property
    def generic(self) -> bool:
        return not self.domain

    @property
    def served(self) -> bool:
        return self.status is Status.ACTIVE

    @property
    def has_mta_sts_policy(self) -> bool:
        """Whether MTA-STS is switched on and there is an MX to name: senders would have nowhere to deliver to."""
        return self.mta_sts is not MtaSts.OFF and bool(self.dns.mx)

    @property
    def domain_display(self) -> str:
        return display_name(self.domain)

    def of(self, protocol: Protocol) -> tuple[Endpoint, ...]:
        """The endpoints of one protocol, recommended first."""
        return tuple(endpoint for endpoint in self.endpoints if endpoint.protocol is protocol)

    def first(self, protocol: Protocol, expresses: Callable[[Endpoint], bool] = lambda _: True) -> Endpoint | None:
        """The first endpoint of a protocol that a format can express: what a format with one answer publishes."""
        return next((endpoint for endpoint in self.of(protocol) if expresses(endpoint)), None)

    def incoming(
        self,
        wanted: Protocol | None,
        expresses: Callable[[Endpoint], bool] = lambda _: True,
        order: Iterable[Protocol] = INCOMING,
    ) -> Endpoint | None:
        """The ``first`` of the protocol that is wanted; where none is, of the first in ``order`` that has one."""
        protocols = (protocol for protocol in order if wanted in (None, protocol))
        return next((found for protocol in protocols if (found := self.first(protocol, expresses))), None)

    @property
    def incoming_protocols(self) -> tuple[Protocol, ...]:
        """IMAP before POP3, whichever are switched on and have an endpoint."""
        return tuple(protocol for protocol in INCOMING if self.of(protocol))

    @property
    def user_name_is_private(self) -> bool:
        """Whether the user name must be left out, for every address alike."""
        return self.login_policy is LoginPolicy.PRIVATE and self.mailbox is None

    def user_name(self, endpoint: Endpoint, address: Address | None) -> str | None:
        """What to log in with at ``endpoint``; None without an address, or where it is private."""
        if self.user_name_is_private:
            return None
        return self.login or self.user_name_by_pattern(endpoint, address)

    def user_name_by_pattern(self, endpoint: Endpoint, address: Address | None) -> str | None:
        """The pattern's answer, which gives away nothing about the mailbox; None without an address."""
        if address is None or self.generic:
            return None
        return expand_user_name(endpoint.username, address.local_part, self.domain)

    def page_url(self, language: str) -> str:
        """The absolute address of the domain's setup page; of the start page in a generic answer."""
        start = f"{self.brand.origin}/{language}/"
        return start if self.generic else f"{start}d/{self.domain}/"


@dataclass(frozen=True, slots=True)
class Ask:
    """What one answer is asked for: its language, one incoming protocol or the format's own choice, and an address.

    ``address`` belongs to ``settings.domain`` or to one of its alias names.
    """

    language: str = "uk"
    protocol: Protocol | None = None
    address: Address | None = None
