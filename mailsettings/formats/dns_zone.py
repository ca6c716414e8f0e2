"""DNS records of a domain as zone text, ``dns.zone``, and as rows for the forms of control panels.

Sources: RFC 1035 §5.1 (zone text), RFC 6186 and RFC 8314 §5.1 (SRV of mail services), RFC 2782 (SRV), RFC 7208 (SPF),
RFC 6376 (DKIM), RFC 9989 (DMARC), RFC 8460 (TLS-RPT), RFC 8461 (MTA-STS), draft-ietf-mailmaint-pacc-02. The records
belong to the primary name. What staff stored is published as it stands: it was checked when it was stored.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from ..core.endpoints import INCOMING, Endpoint, Protocol, Security
from ..core.errors import CannotExpress, InvalidInput
from ..core.names import MAX_NAME, normalise_name
from ..core.settings import Ask, MailSettings
from ..core.text import Text
from . import ConfigFormat, mta_sts, pacc

TTL = 3600
# RFC 1035 §3.3: octets of one character-string, counted before anything is escaped.
MAX_STRING = 255
# RFC 6186 §3 and RFC 8314 §5.1. POP3 stands after IMAP, and so do their priorities (RFC 6186 §3.4).
SERVICES = {
    (Protocol.IMAP, Security.TLS): "_imaps._tcp",
    (Protocol.IMAP, Security.STARTTLS): "_imap._tcp",
    (Protocol.POP3, Security.TLS): "_pop3s._tcp",
    (Protocol.POP3, Security.STARTTLS): "_pop3._tcp",
    (Protocol.SMTP, Security.TLS): "_submissions._tcp",
    (Protocol.SMTP, Security.STARTTLS): "_submission._tcp",
}
# Services among which a program chooses by priority.
FAMILIES = (INCOMING, (Protocol.SMTP,))
PRIORITY_STEP = 10
# Host names that programs make of a mail domain. That of MTA-STS is there only where it is switched on.
DISCOVERY_LABELS = ("autoconfig", "autodiscover", "ua-auto-config")
MTA_STS_LABEL = "mta-sts"


class RecordType(StrEnum):
    MX = "MX"
    SRV = "SRV"
    TXT = "TXT"
    CNAME = "CNAME"


class Purpose(StrEnum):
    """What a record is for."""

    RECEIVING = "receiving"
    SPF = "spf"
    DKIM = "dkim"
    DMARC = "dmarc"
    SERVICES = "services"
    DISCOVERY = "discovery"
    PACC = "pacc"
    MTA_STS = "mta-sts"
    TLS_RPT = "tls-rpt"


@dataclass(frozen=True, slots=True)
class Mx:
    preference: int
    exchange: str

    type = RecordType.MX

    @property
    def rdata(self) -> str:
        return f"{self.preference} {self.exchange}."


@dataclass(frozen=True, slots=True)
class Srv:
    """``target`` is empty where the service is decidedly not there (RFC 2782)."""

    priority: int
    weight: int
    port: int
    target: str

    type = RecordType.SRV

    @property
    def rdata(self) -> str:
        return f"{self.priority} {self.weight} {self.port} {self.target}."


@dataclass(frozen=True, slots=True)
class Txt:
    """``text`` is the whole value, which readers put together again without anything in between."""

    text: str

    type = RecordType.TXT

    @property
    def rdata(self) -> str:
        return " ".join(f'"{_escaped(chunk)}"' for chunk in chunks(self.text.encode("utf-8", "replace")))


@dataclass(frozen=True, slots=True)
class Cname:
    target: str

    type = RecordType.CNAME

    @property
    def rdata(self) -> str:
        return f"{self.target}."


Value = Mx | Srv | Txt | Cname
NOT_OFFERED = Srv(0, 0, 0, "")


@dataclass(frozen=True, slots=True)
class Record:
    """One record. ``name`` is fully qualified, in A-labels, without a trailing dot."""

    name: str
    value: Value
    purpose: Purpose
    ttl: int = TTL

    @property
    def type(self) -> RecordType:
        return self.value.type

    @property
    def rdata(self) -> str:
        """The value as zone text has it."""
        return self.value.rdata


@dataclass(frozen=True, slots=True)
class Row:
    """A record as control panels ask for it: the host part of the name, and its values by field, all as plain text.

    ``host`` is ``@`` for the domain itself. Nothing has a trailing dot (but the lone dot of a service that is not
    there), quotes or escapes.
    """

    host: str
    type: RecordType
    fields: tuple[tuple[str, str], ...]
    purpose: Purpose


def chunks(value: bytes) -> list[bytes]:
    """``value`` in pieces of at most 255 octets, one character-string each; one empty piece for nothing."""
    return [value[start : start + MAX_STRING] for start in range(0, len(value), MAX_STRING)] or [b""]


def _escaped(chunk: bytes) -> str:
    """A character-string as it stands within quotes (RFC 1035 §5.1)."""
    return "".join(_escaped_octet(octet) for octet in chunk)


def _escaped_octet(octet: int) -> str:
    if octet in b'"\\':
        return f"\\{chr(octet)}"
    return chr(octet) if 0x20 <= octet < 0x7F else f"\\{octet:03d}"


def expresses(_endpoint: Endpoint) -> bool:
    """Whether there are words for an endpoint: for each host name, port and security there are."""
    return True


def records(settings: MailSettings) -> tuple[Record, ...]:
    """Every record of the domain: mail first, then automatic setup. A name that the DNS cannot hold is left out.

    Raises CannotExpress for a generic answer, and for one exact mailbox: a service that is switched off there is not
    off for the domain.
    """
    if settings.generic or settings.mailbox:
        raise CannotExpress("a zone belongs to a domain")
    every = (_mx, _sender_policy, _transport_security, _services, _discovery, _pacc)
    return tuple(record for part in every for record in part(settings) if _fits(record))


def _fits(record: Record) -> bool:
    """Whether the names are short enough, and no name is another name for itself."""
    target = record.value.target if isinstance(record.value, (Srv, Cname)) else ""
    return len(record.name) <= MAX_NAME and len(target) <= MAX_NAME and target != record.name


def _mx(settings: MailSettings) -> Iterator[Record]:
    for position, name in enumerate(settings.dns.mx, start=1):
        yield Record(settings.domain, Mx(position * PRIORITY_STEP, name), Purpose.RECEIVING)


def _sender_policy(settings: MailSettings) -> Iterator[Record]:
    """SPF, DKIM and DMARC, by which receivers tell the domain's mail from forgeries."""
    dns, domain = settings.dns, settings.domain
    if dns.spf:
        yield Record(domain, Txt(dns.spf), Purpose.SPF)
    for key in dns.dkim:
        if selector := _selector(key.selector):
            yield Record(f"{selector}._domainkey.{domain}", Txt(key.record), Purpose.DKIM)
    if dns.dmarc:
        yield Record(f"_dmarc.{domain}", Txt(dns.dmarc), Purpose.DMARC)


def _selector(selector: str) -> str:
    """A selector in lower-case A-labels; empty where it cannot be a part of a name."""
    stand_in = ".domain.example"
    try:
        return normalise_name(f"{selector}{stand_in}").removesuffix(stand_in)
    except InvalidInput:
        return ""


def _transport_security(settings: MailSettings) -> Iterator[Record]:
    """MTA-STS where it is switched on, and the address for reports about failed TLS."""
    domain, dns = settings.domain, settings.dns
    try:
        text = f"v=STSv1; id={mta_sts.policy_id(settings)};"
    except CannotExpress:
        text = ""
    if text:
        yield Record(f"_mta-sts.{domain}", Txt(text), Purpose.MTA_STS)
    if text and dns.discovery_host:
        yield Record(f"{MTA_STS_LABEL}.{domain}", Cname(dns.discovery_host), Purpose.MTA_STS)
    if dns.tls_rpt:
        yield Record(f"_smtp._tls.{domain}", Txt(dns.tls_rpt), Purpose.TLS_RPT)


def _services(settings: MailSettings) -> Iterator[Record]:
    """SRV records: every endpoint under the label of its service, and a lone dot under the labels not offered."""
    for family in FAMILIES:
        priority = 0
        for (protocol, security), label in SERVICES.items():
            if protocol not in family:
                continue
            name = f"{label}.{settings.domain}"
            found = [endpoint for endpoint in settings.of(protocol) if endpoint.security is security]
            for endpoint in found:
                yield Record(name, Srv(priority, 1, endpoint.port, endpoint.hostname), Purpose.SERVICES)
                priority += PRIORITY_STEP
            if not found:
                yield Record(name, NOT_OFFERED, Purpose.SERVICES)


def _discovery(settings: MailSettings) -> Iterator[Record]:
    """The names under which programs look for this site."""
    host = settings.dns.discovery_host
    if not host:
        return
    for label in DISCOVERY_LABELS:
        yield Record(f"{label}.{settings.domain}", Cname(host), Purpose.DISCOVERY)
    yield Record(f"_autodiscover._tcp.{settings.domain}", Srv(0, 0, 443, host), Purpose.DISCOVERY)


def _pacc(settings: MailSettings) -> Iterator[Record]:
    try:
        body = pacc.render(settings, Ask())
    except CannotExpress:
        return
    yield Record(f"_ua-auto-config.{settings.domain}", Txt(pacc.digest_record(body)), Purpose.PACC)


def rows(settings: MailSettings) -> tuple[Row, ...]:
    """The same records as ``records``, as the forms of control panels want them. Raises CannotExpress likewise."""
    return tuple(
        Row(_host_part(record.name, settings.domain), record.type, _fields(record.value), record.purpose)
        for record in records(settings)
    )


def _host_part(name: str, domain: str) -> str:
    return "@" if name == domain else name.removesuffix(f".{domain}")


def _fields(value: Value) -> tuple[tuple[str, str], ...]:
    match value:
        case Mx():
            return (("priority", str(value.preference)), ("target", value.exchange))
        case Srv():
            numbers = {"priority": value.priority, "weight": value.weight, "port": value.port}
            return (*((name, str(number)) for name, number in numbers.items()), ("target", value.target or "."))
        case Txt():
            return (("text", value.text),)
        case Cname():
            return (("target", value.target),)


def render(settings: MailSettings, _ask: Ask) -> bytes:
    """Zone text in ASCII: one record a line, every name fully qualified, so that it depends on no ``$ORIGIN``.

    There is neither SOA nor NS: the lines are added to a zone that is there. Raises CannotExpress as ``records`` does.
    """
    lines = (f"{record.name}. {record.ttl} IN {record.type.value} {record.rdata}\n" for record in records(settings))
    return "".join(lines).encode("ascii")


FORMAT = ConfigFormat(
    file_name="dns.zone",
    titles=Text(
        uk="Записи DNS домену як файл зони",
        en="DNS records of the domain as a zone file",
    ),
    content_type="text/plain; charset=utf-8",
    render=render,
    expresses=expresses,
)
