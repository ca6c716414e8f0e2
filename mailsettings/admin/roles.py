"""Which staff may do what: role, kind of record, actions. Which rows they see is the querysets' ``visible_to``.

The table in the README says the same in words of the desk, and ``tests/roles`` holds both to each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Model

from accounts.models import Brand, ChangeSet, Customer, User
from mailsettings.models import Domain, GuideAnswer, Mailbox, MailServer

VIEW = frozenset({"view"})
EVERY_ACTION = frozenset({"view", "add", "change", "delete"})
# The change log names users for good, so they are switched off instead of deleted.
NOT_DELETE = EVERY_ACTION - {"delete"}

OPERATOR: Mapping[type[Model], frozenset[str]] = {
    Brand: EVERY_ACTION,
    ChangeSet: VIEW,
    Customer: EVERY_ACTION,
    Domain: EVERY_ACTION,
    GuideAnswer: VIEW,
    Mailbox: EVERY_ACTION,
    MailServer: EVERY_ACTION,
    User: NOT_DELETE,
}
SUPPORT: Mapping[type[Model], frozenset[str]] = {
    ChangeSet: VIEW,
    Customer: EVERY_ACTION,
    Domain: EVERY_ACTION,
    GuideAnswer: VIEW,
    Mailbox: EVERY_ACTION,
    MailServer: VIEW,
}
# A reseller runs a business of its own: what it adds is served once it is confirmed (``mailsettings.rules``).
RESELLER: Mapping[type[Model], frozenset[str]] = {
    Brand: VIEW,
    ChangeSet: VIEW,
    Customer: EVERY_ACTION,
    Domain: EVERY_ACTION,
    Mailbox: EVERY_ACTION,
    MailServer: VIEW,
}


def table_for(user: Any) -> Mapping[type[Model], frozenset[str]]:
    """What ``user`` may do with each kind of record; empty for everybody who is not staff with a role."""
    if not (user.is_active and user.is_staff):
        return {}
    if user.sees_everything:
        return OPERATOR
    if user.is_support:
        return SUPPORT
    return RESELLER if user.is_reseller else {}


def may_erase(user: Any) -> bool:
    """Whether ``user`` may export and erase a customer's personal data: it goes beyond what any scope narrows."""
    return bool(table_for(user)) and user.sees_everything


def may(user: Any, action: str, model: type[Model]) -> bool:
    """Whether ``user`` may ``view``, ``add``, ``change`` or ``delete`` records of this kind that they see."""
    return action in table_for(user).get(model, ())
