"""A JSON document -> entries with cleaned values, and every fault that can be found without the database."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

from django.db.models import Model
from django.utils.translation import gettext as _

from accounts.models import BrandHost
from mailsettings.models import DiscoveryName, Domain, DomainName

from . import values
from .faults import Fault
from .schema import ONE_TEXT, SECTIONS, Leaf, Part, Record, Tree
from .values import Wrong

PROGRESS_STEP = 10_000
Progress = Callable[[int], None]
_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
# Names that exist once in the whole file, not only once in their list: host names of brands, names of domains.
EVERYWHERE = {BrandHost: "hostnames", DomainName: "names", Domain: "names"}
_NAMED: tuple[type[Model], ...] = (BrandHost, DiscoveryName, DomainName)
_NAME_READERS = {model: values.text(cast(Any, model._meta.get_field("name"))) for model in _NAMED}


@dataclass(slots=True)
class Entry:
    """One object or name of a list: the columns of the keys that are there, and its own lists by key.

    ``identity`` is None where it cannot be read, or where the file has it twice.
    """

    path: str
    values: dict[str, Any] = field(default_factory=dict)
    parts: dict[str, Listed] = field(default_factory=dict)
    identity: Any = None


@dataclass(slots=True)
class Listed:
    """A list that the file has, and the identities of its entries; ``complete`` when each of them has its own."""

    path: str
    entries: list[Entry] = field(default_factory=list)
    named: set[Any] = field(default_factory=set)
    complete: bool = True


@dataclass(slots=True)
class Directory:
    """A whole file: its lists by key, and what is wrong in it."""

    sections: dict[str, Listed]
    faults: list[Fault]
    # Identities that were written but could not be read: what refers to them is not reported as well.
    unread: set[tuple[type[Model], str]]


def read(document: Any, progress: Progress = lambda done: None) -> Directory:
    """A JSON document, as ``source.parse`` gives it -> its entries and faults. Asks the database nothing.

    ``progress`` is called with the number of entries read, every 10,000 of them.
    """
    reader = _Reader(progress)
    top = Entry("")
    reader.read_object(SECTIONS, document, top, "")
    return Directory(top.parts, reader.faults, reader.unread)


class _Reader:
    def __init__(self, progress: Progress) -> None:
        self.faults: list[Fault] = []
        self.progress = progress
        self.done = 0
        self.unread: set[tuple[type[Model], str]] = set()
        self.everywhere: dict[str, dict[Any, str]] = {kind: {} for kind in EVERYWHERE.values()}

    def fault(self, path: str, code: str, message: str) -> None:
        self.faults.append(Fault(path, code, message))

    def read_object(self, tree: Tree, value: Any, entry: Entry, path: str) -> None:
        """Read the keys of one object, or of an inner object, into ``entry``."""
        if type(value) is not dict:
            try:
                value = values.check_object(value)
            except Wrong as error:
                self.wrong(path, error)
                # The last of repeated keys is what JSON readers take: the rest of the object is looked at with it.
                if not isinstance(value, dict):
                    return
        for key, item in value.items():
            node = tree.get(key)
            if node is None:
                self.unknown_key(tree, key, path)
                continue
            place = f"{path}.{key}" if path else key
            if type(node) is Leaf:
                try:
                    entry.values[node.name] = node.read(item)
                except Wrong as error:
                    self.wrong(place, error)
            elif type(node) is Part:
                self.read_list(node, item, entry, place)
            elif isinstance(node, dict):
                one_text = key in ONE_TEXT and isinstance(item, str)
                self.read_object(node, dict.fromkeys(node, item) if one_text else item, entry, place)

    def wrong(self, path: str, error: Wrong) -> None:
        for flaw in error.flaws:
            self.fault(f"{path}{flaw.place}", flaw.code, flaw.message)

    def unknown_key(self, tree: Tree, key: str, path: str) -> None:
        shown = key if _PLAIN_KEY.match(key) else f"[{json.dumps(key[: values.SHOWN])}]"
        place = f"{path}.{shown}" if path and shown == key else f"{path}{shown}"
        near = difflib.get_close_matches(key[: values.SHOWN], tree, n=1)
        if near:
            self.fault(place, "unknown_key", _("There is no such key. Did you mean “%(key)s”?") % {"key": near[0]})
        else:
            words = _("There is no such key. The keys here are: %(keys)s.")
            self.fault(place, "unknown_key", words % {"keys": ", ".join(tree)})

    def read_list(self, part: Part, value: Any, entry: Entry, path: str) -> None:
        try:
            items = values.check_list(value)
        except Wrong as error:
            self.wrong(path, error)
            return
        listed = entry.parts[part.key] = Listed(path)
        read = self.read_name if part.record is None else self.read_record
        once_in_file = part.model in EVERYWHERE and not part.mentions
        seen = self.everywhere[EVERYWHERE[part.model]] if once_in_file else {}
        for index, item in enumerate(items):
            one = Entry(f"{path}[{index}]")
            listed.entries.append(one)
            read(part, item, one)
            self.once(part, one, seen)
            if one.identity is None:
                listed.complete = False
            else:
                listed.named.add(one.identity)
            self.done += 1
            if self.done % PROGRESS_STEP == 0:
                self.progress(self.done)

    def read_name(self, part: Part, value: Any, entry: Entry) -> None:
        try:
            entry.identity = _NAME_READERS[part.model](value)
            entry.values["name"] = entry.identity
        except Wrong as error:
            self.wrong(entry.path, error)

    def read_record(self, part: Part, value: Any, entry: Entry) -> None:
        record = cast(Record, part.record)
        self.read_object(record.tree, value, entry, entry.path)
        entry.identity = record.identity_of(entry.values)
        if entry.identity is not None or not isinstance(value, dict):
            return
        for name in record.identity:
            if name not in value:
                self.fault(f"{entry.path}.{name}", "missing_key", _("This key is missing."))
            elif isinstance(value[name], str):
                self.unread.add((record.model, value[name]))

    def once(self, part: Part, entry: Entry, seen: dict[Any, str]) -> None:
        """Take the identity from an entry that repeats one, so that it is looked at but not compared with rows."""
        if entry.identity is None:
            return
        place = f"{entry.path}.{part.record.identity[0]}" if part.record else entry.path
        first = seen.setdefault(entry.identity, place)
        if first != place:
            self.fault(place, "twice", _("This is in the file twice: see %(path)s.") % {"path": first})
            entry.identity = None
