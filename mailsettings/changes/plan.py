"""A plan: rows to add, to change and to remove, each with what it was before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.db.models import Model

from accounts.models import Brand, BrandHost, Change, Customer, Membership, Recorded
from mailsettings import rules
from mailsettings.core.batches import batches
from mailsettings.models import DiscoveryName, Domain, DomainName, Mailbox, MailServer, ServiceEndpoint

# Everything that is written here, each model after the ones that it points at.
MODELS: tuple[type[Recorded], ...] = (
    Brand, BrandHost, Customer, Membership, MailServer, DiscoveryName, Domain, ServiceEndpoint, DomainName, Mailbox,
)  # fmt: skip

Action = Change.Action
LONGEST_NAME = Change._meta.get_field("object_name").max_length


@dataclass(slots=True, eq=False)
class Row:
    """One row of a plan. ``before`` holds the logged columns that differ (all of them for a removal)."""

    action: Action
    instance: Recorded
    before: dict[str, Any] = field(default_factory=dict)
    # Where the row comes from in the caller's input, such as a JSON path; given back in problems.
    where: str = ""
    # What people call the row, filled in while it can be found out: before a removal, after an addition.
    name: str = ""

    @property
    def model(self) -> type[Recorded]:
        return type(self.instance)

    def after(self) -> dict[str, Any]:
        """The values that the row has after the plan: of the changed columns, of all when added, none when removed."""
        if self.action == Action.REMOVE:
            return {}
        names = self.before if self.action == Action.CHANGE else logged_columns(self.model)
        return {name: getattr(self.instance, name) for name in names}

    def as_change(self) -> Change:
        """The row as the change log has it, unsaved and in no change set yet."""
        return Change(
            action=self.action,
            model=self.model._meta.label_lower,
            object_pk=self.instance.pk,
            object_name=self.name or str(self.instance)[:LONGEST_NAME],
            before=self.before,
            after=self.after(),
            **self._owners(),
        )

    def _owners(self) -> dict[str, Any]:
        """The record whose part the row is, and the one whose part it was until now."""
        for owner, part, name in rules.PARTS:
            column = f"{name}_id"
            if part is self.model and (pk := getattr(self.instance, column)):
                former = self.before.get(column) if self.action == Action.CHANGE else None
                return {"owner_model": owner._meta.label_lower, "owner_pk": pk, "former_owner_pk": former}
        return {}


@cache
def logged_columns(model: type[Recorded]) -> tuple[str, ...]:
    """The columns of a model that plans compare and the log keeps."""
    left_out = {"changed_in_id", model._meta.pk.attname, *model.unlogged}
    return tuple(f.attname for f in model._meta.concrete_fields if f.attname not in left_out)


def snapshot(instance: Recorded) -> dict[str, Any]:
    """The logged columns of a row as they are now; taken before a caller edits it."""
    return {name: getattr(instance, name) for name in logged_columns(type(instance))}


@dataclass
class Plan:
    """Rows to add, change and remove, in any order."""

    rows: list[Row] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.rows)

    def add(self, instance: Recorded, where: str = "") -> None:
        """Add a row that is not in the database. It may point at rows that the same plan adds."""
        self.rows.append(Row(Action.ADD, instance, where=where))

    def change(self, instance: Recorded, before: dict[str, Any], where: str = "") -> None:
        """Change a row to what ``instance`` holds now; ``before`` is its ``snapshot``. No difference, no row."""
        differing = {name: old for name, old in before.items() if old != getattr(instance, name)}
        if differing:
            self.rows.append(Row(Action.CHANGE, instance, differing, where))

    def remove(self, instance: Recorded, where: str = "") -> None:
        """Remove a row and the rows that exist only as parts of it."""
        self.remove_all([instance], where)

    def remove_all(self, instances: Iterable[Recorded], where: str = "") -> None:
        """Remove rows of one model, and the rows that exist only as parts of them."""
        known = {(row.model, row.instance.pk) for row in self.of_action(Action.REMOVE)}
        self._remove(instances, where, known)

    def _remove(self, instances: Iterable[Recorded], where: str, known: set[tuple[type[Model], int]]) -> None:
        """Batch by batch; parts that are ``known`` to be removed already are passed over."""
        for some in batches(instances):
            by_pk = {one.pk: one for one in some}
            for owner, model, column in rules.PARTS:
                if owner is type(some[0]):
                    parts = model._default_manager.filter(**{f"{column}__in": some})
                    new = [part for part in parts if (model, part.pk) not in known]
                    for part in new:
                        # Its owner is asked for when the part is named.
                        setattr(part, column, by_pk[getattr(part, f"{column}_id")])
                    self._remove(new, where, known)
            self.rows.extend(Row(Action.REMOVE, one, snapshot(one), where) for one in some)

    def of(self, model: type[Model], *actions: Action) -> Iterator[Row]:
        """The rows of one model, of some actions or of all."""
        return (row for row in self.rows if row.model is model and (not actions or row.action in actions))

    def of_action(self, action: Action) -> Iterator[Row]:
        """The rows of every model that one action is for."""
        return (row for row in self.rows if row.action == action)

    def counts(self) -> dict[tuple[type[Recorded], Action], int]:
        """How many rows of each model are added, changed and removed."""
        found: dict[tuple[type[Recorded], Action], int] = defaultdict(int)
        for row in self.rows:
            found[row.model, row.action] += 1
        return dict(found)
