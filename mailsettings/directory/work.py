"""What every step of planning needs: the plan, the faults, and adding, changing and removing rows in them."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db.models import Model
from django.utils.translation import gettext as _

from accounts.models import Brand, Customer, Recorded
from mailsettings import changes
from mailsettings.models import MailServer

from .faults import Fault
from .reading import Directory, Entry, Listed
from .schema import Record

R = TypeVar("R", bound=Recorded)
OWNERS = ("brand", "server", "customer", "domain")


@dataclass
class Work:
    directory: Directory
    prune: bool
    plan: changes.Plan = field(default_factory=changes.Plan)
    faults: list[Fault] = field(default_factory=list)
    # Paths of entries without an identity: they are planned as new rows, only to find what else is wrong in them.
    unreadable: set[str] = field(default_factory=set)
    brands: dict[str, Brand] = field(default_factory=dict)
    servers: dict[str, MailServer] = field(default_factory=dict)
    customers: dict[str, Customer] = field(default_factory=dict)

    def fault(self, path: str, code: str, message: str) -> None:
        self.faults.append(Fault(path, code, message))

    def prunes(self, listed: Listed | None) -> bool:
        """Whether stored rows that ``listed`` leaves out are to go: only where each of its entries is understood."""
        return self.prune and listed is not None and listed.complete

    def add(self, record: Record, entry: Entry, values: dict[str, Any]) -> Any:
        """Add the row of an entry that nothing stored has the identity of."""
        instance = record.model(**values)
        self.plan.add(instance, entry.path)
        if entry.identity is None:
            self.unreadable.add(entry.path)
            return instance
        for name in record.required:
            if name not in entry.values:
                self.fault(f"{entry.path}.{name}", "missing_key", _("A new entry needs this key."))
        return instance

    def change(self, instance: Recorded, values: dict[str, Any], where: str) -> None:
        """Give a stored row these values; no difference, no row in the plan."""
        if not any(_differs(instance, name, value) for name, value in values.items()):
            return
        before = changes.snapshot(instance)
        new = set()
        for name, value in values.items():
            setattr(instance, name, value)
            if name in OWNERS and value is not None and value.pk is None:
                new.add(f"{name}_id")
        instance.derive()
        differing = {name: old for name, old in before.items() if name in new or old != getattr(instance, name)}
        if differing:
            self.plan.rows.append(changes.Row(changes.Action.CHANGE, instance, differing, where))

    def owner(self, entry: Entry, key: str, rows: dict[str, R]) -> dict[str, R | None]:
        """The row that an entry refers to by ``key``, under that name; nothing where there is no such key or row."""
        if key not in entry.values:
            return {}
        name = entry.values[key]
        if name is None:
            return {key: None}
        if name in rows:
            return {key: rows[name]}
        model: type[Model] = Brand if key == "brand" else MailServer
        if (model, name) not in self.directory.unread:
            words = _("“%(name)s” is neither stored nor in this file.") % {"name": name}
            near = difflib.get_close_matches(name, rows, n=1)
            hint = " " + _("Did you mean “%(name)s”?") % {"name": near[0]} if near else ""
            self.fault(f"{entry.path}.{key}", "unknown_reference", words + hint)
        return {}

    def one_default(self, listed: Listed, rows: Mapping[str, Any], removed: Sequence[Any]) -> None:
        """One row at most carries the mark: the file has to take it from one that it gives to another."""
        marked = [entry for entry in listed.entries if entry.values.get("is_default")]
        for entry in marked[1:]:
            words = _("Only one can be the default, and %(path)s is.") % {"path": f"{marked[0].path}.default"}
            self.fault(f"{entry.path}.default", "default_twice", words)
        for identity, row in rows.items():
            named = {entry.identity for entry in marked}
            if marked and row.is_default and identity not in named and row not in removed:
                words = _('“%(name)s” is the default already. Give it "default": false in the same file.')
                self.fault(f"{marked[0].path}.default", "default_taken", words % {"name": identity})


def _differs(instance: Recorded, name: str, value: Any) -> bool:
    if name not in OWNERS:
        return bool(getattr(instance, name) != value)
    pk = value and value.pk
    return (value is not None and pk is None) or getattr(instance, f"{name}_id") != pk
