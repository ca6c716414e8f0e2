"""Which key of a directory file is which column: one table that reading, faults and export share.

``.`` in a key goes into an inner object. The order of the table is the order in which export writes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Field, Model

from accounts.models import Brand, BrandHost, Customer, Recorded
from mailsettings.models import DiscoveryName, Domain, DomainName, Mailbox, MailServer, ServiceEndpoint

from . import values
from .values import Read


def as_stored(value: Any) -> Any:
    return value


@dataclass(frozen=True)
class Key:
    """A key that holds one value. ``column`` is the field's name where it differs from the key's."""

    key: str
    column: str = ""
    kind: Callable[[Field[Any, Any]], Read] = values.text
    write: Callable[[Any], Any] = as_stored
    # The model of the column where it is not the record's own: a domain's name is a row of its own.
    model: type[Model] | None = None

    @property
    def name(self) -> str:
        return self.column or self.key


@dataclass(frozen=True)
class Part:
    """A key that holds a list: of records, or of plain names, which are rows of ``model``.

    ``mentions`` is for names of rows that other keys hold already.
    """

    key: str
    model: type[Recorded]
    record: Record | None = None
    mentions: bool = False


@dataclass(frozen=True)
class Leaf:
    """A key with the function that reads its value."""

    name: str
    read: Read
    write: Callable[[Any], Any]


Tree = dict[str, "Leaf | Part | Tree"]


@dataclass(frozen=True)
class Record:
    """The objects of one list: their keys, which of them tell one row from another, and which a new row must have."""

    model: type[Recorded]
    identity: tuple[str, ...]
    required: tuple[str, ...]
    items: tuple[Key | Part, ...]

    @cached_property
    def tree(self) -> Tree:
        """The keys as nested objects hold them."""
        tree: Tree = {}
        for item in self.items:
            inner: Any = tree
            *outer, last = item.key.split(".")
            for key in outer:
                inner = inner.setdefault(key, {})
            inner[last] = item if isinstance(item, Part) else self._leaf(item)
        return tree

    def _leaf(self, item: Key) -> Leaf:
        field: Any = (item.model or self.model)._meta.get_field(item.name)
        return Leaf(item.name, item.kind(field), item.write)

    def identity_of(self, read: dict[str, Any]) -> Any:
        """What tells the row from others, of the values that could be read; None where a piece of it is missing."""
        found = tuple(read.get(name) for name in self.identity)
        if None in found:
            return None
        return found[0] if len(found) == 1 else found


ENDPOINT = Record(
    ServiceEndpoint,
    identity=("protocol", "hostname", "port"),
    required=("security",),
    items=(
        Key("protocol", kind=values.choice),
        Key("hostname", write=values.write_name),
        Key("port", kind=values.port),
        Key("security", kind=values.choice),
        Key("authentication", kind=values.choice),
        Key("username"),
    ),
)
MAILBOX = Record(
    Mailbox,
    identity=("local_part",),
    required=(),
    items=(
        Key("local_part"),
        Key("name"),
        Key("kind", kind=values.choice),
        Key("login"),
        Key("imap", kind=values.flag),
        Key("pop3", kind=values.flag),
        Key("status", kind=values.choice),
        Key("recovery"),
    ),
)
DOMAIN = Record(
    Domain,
    identity=("name",),
    required=("server",),
    items=(
        Key("name", model=DomainName, write=values.write_name),
        Part("aliases", DomainName),
        Part("waiting", DomainName, mentions=True),
        Key("server", kind=values.reference(optional=False)),
        Key("status", kind=values.choice),
        Key("logins", kind=values.choice),
        Key("pop3", kind=values.flag),
        Key("imap", kind=values.flag),
        Key("mta_sts", kind=values.choice),
        Part("endpoints", ServiceEndpoint, ENDPOINT),
        Part("mailboxes", Mailbox, MAILBOX),
    ),
)
CUSTOMER = Record(
    Customer,
    identity=("ref",),
    required=(),
    items=(
        Key("ref"),
        Key("name"),
        Key("brand", kind=values.reference(optional=True)),
        Key("email"),
        Key("phone"),
        Key("language", kind=values.choice),
        Part("domains", Domain, DOMAIN),
    ),
)
SERVER = Record(
    MailServer,
    identity=("name",),
    required=(),
    items=(
        Key("name"),
        Key("default", "is_default", values.flag),
        Key("brand", kind=values.reference(optional=True)),
        Key("mx", kind=values.names, write=values.write_names),
        Part("discovery_names", DiscoveryName),
        Key("webmail_url"),
        Key("panel_url"),
        Key("dns.spf", "dns_spf"),
        Key("dns.dmarc", "dns_dmarc"),
        Key("dns.tls_rpt", "dns_tls_rpt"),
        Key(
            "dns.dkim",
            "dns_dkim",
            values.objects("selector", "record"),
            values.write_objects("selector", "record"),
        ),
        Part("endpoints", ServiceEndpoint, ENDPOINT),
    ),
)
BRAND = Record(
    Brand,
    identity=("slug",),
    required=("name",),
    items=(
        Key("slug"),
        Key("name"),
        Key("default", "is_default", values.flag),
        Part("hostnames", BrandHost),
        Key("language", kind=values.choice),
        Key("accent"),
        Key("site_url"),
        Key("privacy_url"),
        Key("support.email", "support_email"),
        Key("support.phone", "support_phone"),
        Key("support.url", "support_url"),
        Key("support.hours.uk", "support_hours_uk"),
        Key("support.hours.en", "support_hours_en"),
        Key(
            "support.messengers",
            "support_messengers",
            values.objects("name", "url"),
            values.write_objects("name", "url"),
        ),
        Key("password_help.text.uk", "password_help_uk"),
        Key("password_help.text.en", "password_help_en"),
        Key("password_help.url", "password_help_url"),
    ),
)
RECORDS = (BRAND, SERVER, CUSTOMER, DOMAIN, ENDPOINT, MAILBOX)
# The file itself: lists of records.
SECTIONS: Tree = {
    "brands": Part("brands", Brand, BRAND),
    "servers": Part("servers", MailServer, SERVER),
    "customers": Part("customers", Customer, CUSTOMER),
}
# Objects in whose place one text may stand, for both languages alike.
ONE_TEXT = frozenset({"hours"})
# Columns that belong to a key, although they are not what it holds.
_ALSO: dict[tuple[type[Model], str], str] = {(Domain, "is_primary"): "name"}
_KEYS = _ALSO | {
    (record.model, item.name): item.key for record in RECORDS for item in record.items if isinstance(item, Key)
}


def key_of(model: type[Model], field: str) -> str:
    """The key that holds a model's field; empty where the row is no object of its own, as an alias is not."""
    return _KEYS.get((model, field), "")


def write(record: Record, row: Recorded, parts: dict[str, Any]) -> dict[str, Any]:
    """A row and its parts as an object of the file, with every key in the documented order.

    ``parts`` holds the lists by key, and what is not a column of the row itself.
    """
    return _write(record.tree, row, parts)


def _write(tree: Tree, row: Recorded, parts: dict[str, Any]) -> dict[str, Any]:
    written: dict[str, Any] = {}
    for key, node in tree.items():
        if isinstance(node, dict):
            inner = _write(node, row, parts)
            same = key in ONE_TEXT and len(set(inner.values())) == 1
            written[key] = next(iter(inner.values())) if same else inner
        elif key in parts:
            written[key] = parts[key]
        elif isinstance(node, Leaf):
            written[key] = node.write(getattr(row, node.name))
    return written
