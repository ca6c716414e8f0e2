"""How far a customer's data reaches: the records that are or were the customer's, and who signs in as the customer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from accounts.models import Change, Customer, Membership, User
from mailsettings.core.batches import batches
from mailsettings.models import Domain, DomainName, Mailbox, ServiceEndpoint

# Columns that say nothing about anybody, or nothing that the document says not already.
LEFT_OUT = frozenset({"password", "digest", "changed_in_id", "brand_key", "has_login"})
PARTS: tuple[type[Model], ...] = (DomainName, ServiceEndpoint, Mailbox)


@dataclass(frozen=True, slots=True)
class Reach:
    """Numbers of records and users.

    ``domains`` are the customer's now, ``removed`` the records by model that are no longer in the directory (after the
    erasure, where that removes domains), ``kept`` those that stay. ``users`` sign in as the customer; those of them who
    are nobody else are ``leaving``.
    """

    customer: Customer
    domains: frozenset[int]
    kept: dict[type[Model], frozenset[int]]
    removed: dict[type[Model], frozenset[int]]
    users: frozenset[int]
    leaving: frozenset[int]

    def every(self, model: type[Model]) -> frozenset[int]:
        """The numbers of records of one model, be they kept or removed."""
        return self.kept.get(model, frozenset()) | self.removed.get(model, frozenset())


def reach_of(customer: Customer, *, removing: bool = False) -> Reach:
    """The reach of a customer now; with ``removing``, domains that are there count as removed."""
    stored = frozenset(Domain.objects.filter(customer=customer).values_list("pk", flat=True))
    gone = _gone(Domain, before__customer_id=customer.pk)
    kept: dict[type[Model], frozenset[int]] = {Customer: frozenset({customer.pk}), Domain: stored}
    removed: dict[type[Model], frozenset[int]] = {Domain: gone}
    for part in PARTS:
        of_customer = part._default_manager.filter(domain__customer=customer)
        kept[part] = frozenset(of_customer.values_list("pk", flat=True))
        removed[part] = frozenset().union(
            *(_gone(part, owner_model=Domain._meta.label_lower, owner_pk__in=pks) for pks in batches(stored | gone))
        )
    if removing:
        for model in (Domain, *PARTS):
            removed[model] |= kept.pop(model)
    # Memberships go in any case.
    members = Membership.objects.filter(customer=customer)
    former = _gone(Membership, owner_model=Customer._meta.label_lower, owner_pk=customer.pk)
    removed[Membership] = former | set(members.values_list("pk", flat=True))
    users, leaving = _users(customer, removed[Membership])
    return Reach(customer, stored, kept, removed, users, leaving)


def _users(customer: Customer, memberships: Iterable[int]) -> tuple[frozenset[int], frozenset[int]]:
    """Who signs in as the customer, and those of them who are nobody else; people who did so once are of both."""
    present = set(Membership.objects.filter(customer=customer).values_list("user", flat=True))
    removals = Change.objects.filter(model=Membership._meta.label_lower, action=Change.Action.REMOVE)
    once: set[int] = set()
    for pks in batches(memberships):
        once |= {change.before.get("user_id") for change in removals.filter(object_pk__in=pks)}
    staying: set[int] = set()
    there: set[int] = set()
    for pks in batches(present | once):
        others = Membership.objects.filter(user__in=pks).exclude(customer=customer)
        users = User.objects.filter(pk__in=pks)
        staying |= set(others.values_list("user", flat=True))
        staying |= set(users.filter(is_superuser=True).values_list("pk", flat=True))
        there |= set(users.values_list("pk", flat=True))
    return frozenset(present | (there - staying)), frozenset(there - staying)


def _gone(model: type[Model], **of_owner: Any) -> frozenset[int]:
    """Rows that were removed while they had this owner, as the log knows, and did not come back."""
    changes = Change.objects.filter(model=model._meta.label_lower, action=Change.Action.REMOVE, **of_owner)
    pks = set(changes.values_list("object_pk", flat=True))
    for some in batches(tuple(pks)):
        pks -= set(model._default_manager.filter(pk__in=some).values_list("pk", flat=True))
    return frozenset(pks)


def columns(row: Model, *left_out: str) -> dict[str, Any]:
    """Every column of a row by name, apart from those that say nothing about anybody."""
    names = [column.attname for column in row._meta.concrete_fields]
    return {name: getattr(row, name) for name in names if name not in LEFT_OUT and name not in left_out}
