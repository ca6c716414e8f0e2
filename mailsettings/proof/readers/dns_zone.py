"""A domain's zone text as programs and sending servers use its answers: SRV records of mail services, and MX.

Sources: RFC 1035 §5.1 (read by dnspython), RFC 6186 and RFC 8314 §5.1 (the label tells protocol and security; a target
of ``.`` is a service that is not there), RFC 2782 (lower priority first), RFC 5321 §5.1 (lower preference first).
"""

from __future__ import annotations

from collections.abc import Iterator

from dns.exception import DNSException
from dns.rdatatype import MX as MX_RECORD
from dns.rdatatype import SRV, TXT
from dns.zonefile import read_rrsets

from ..reading import MX, Field, Lists, Published, Reader, Unreadable
from ..vocabulary import STARTTLS, TLS

SERVICES = {
    "_imaps._tcp": ("imap", TLS),
    "_imap._tcp": ("imap", STARTTLS),
    "_pop3s._tcp": ("pop3", TLS),
    "_pop3._tcp": ("pop3", STARTTLS),
    "_submissions._tcp": ("smtp", TLS),
    "_submission._tcp": ("smtp", STARTTLS),
}


def read(document: bytes, address: str) -> tuple[Published, ...]:
    """What the names of the address's domain lead to; records under other names are somebody else's."""
    domain = address.rpartition("@")[2]
    records = _records(document)
    return (*_exchangers(records.get((domain, MX_RECORD), [])), *_services(records, domain))


def texts(document: bytes, name: str) -> list[str]:
    """The TXT records at ``name``, the strings of each put together with nothing in between. Raises Unreadable."""
    return [b"".join(record.strings).decode("utf-8", "replace") for record in _records(document).get((name, TXT), [])]


def tags(text: str) -> dict[str, str]:
    """``v=STSv1; id=1;`` -> the value by the tag's name."""
    pairs = (part.partition("=") for part in text.split(";"))
    return {tag.strip().lower(): value.strip() for tag, _equals, value in pairs if value.strip()}


def _records(document: bytes) -> dict[tuple[str, int], list]:
    """The records by name and type; raises Unreadable."""
    try:
        rrsets = read_rrsets(document.decode("ascii"), rdclass=None, origin=".", relativize=False)
    except (DNSException, UnicodeDecodeError) as error:
        raise Unreadable(f"no zone text: {error}") from error
    return {(rrset.name.to_text(omit_final_dot=True), rrset.rdtype): list(rrset) for rrset in rrsets}


def _exchangers(found: list) -> Iterator[Published]:
    for record in sorted(found, key=lambda record: record.preference):
        yield Published(MX, hostname=record.exchange.to_text(omit_final_dot=True))


def _services(records: dict, domain: str) -> Iterator[Published]:
    for label, (protocol, security) in SERVICES.items():
        for record in sorted(records.get((f"{label}.{domain}", SRV), []), key=lambda record: record.priority):
            if target := record.target.to_text(omit_final_dot=True).strip("."):
                yield Published(protocol, target, record.port, security)


READER = Reader(
    file_name="dns.zone",
    read=read,
    cannot_express=frozenset({Field.USER_NAME, Field.AUTHENTICATION}),
    # Labels are asked for one by one, so priorities order only what has the same one.
    lists=Lists.ALL_BY_SECURITY,
    needs=(),
    mail_exchangers=True,
)
