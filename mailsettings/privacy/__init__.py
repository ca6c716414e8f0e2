"""A customer's personal data: all of it in one document, and the erasing of it.

Directory rows are erased like every other change, by a plan. The change log would keep what it removes, so the log is
rewritten too: the one exception to its rule that nobody edits it. Values of personal columns are replaced by stand-ins
(``.log``), so that who changed what and when stays to be seen, and whether a field was empty. What is neither a record
of the directory nor the log is a holding: one module in ``.holdings`` that ends with ``HOLDING``.

The customer's reference stays: it is the number that billing knows, and what an erasure is proved by.
"""

from __future__ import annotations

import json
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import import_module
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import ChangeSet, Customer
from accounts.models.log import ExactEncoder
from mailsettings import memory
from mailsettings.changes import Plan, apply, snapshot
from mailsettings.core.settings import Status
from mailsettings.models import Domain, Mailbox

from . import log
from .reach import Reach, columns, reach_of

__all__ = ["Domains", "Erased", "Holding", "Reach", "as_text", "columns", "erase", "export", "preview", "reach_of"]

FORMAT = {"format": "skrynka-personal-data", "format_version": 1}


class Domains(StrEnum):
    """What becomes of the customer's domains: their mailboxes stay without names and contacts, or all of it goes."""

    SUSPEND = "suspend"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Holding:
    """Personal data outside of the directory and its log.

    ``export`` gives what of it is about the customer; ``count`` how many rows an erasure touches; ``erase`` does that,
    inside of the transaction and after the directory's rows, and is given every value that must not stay anywhere.
    """

    name: str
    title: str | Promise
    export: Callable[[Reach], list[dict[str, Any]]]
    count: Callable[[Reach], int]
    erase: Callable[[Reach, frozenset[str]], None]


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure touched, or would touch: words with numbers. Nothing personal."""

    counts: tuple[tuple[str | Promise, int], ...]
    change_set: ChangeSet | None = None


@cache
def every_holding() -> dict[str, Holding]:
    """All holdings by name, in the order of their modules."""
    package = import_module(f"{__name__}.holdings")
    modules = (import_module(f"{package.__name__}.{info.name}") for info in pkgutil.iter_modules(package.__path__))
    return {module.HOLDING.name: module.HOLDING for module in modules if hasattr(module, "HOLDING")}


def export(customer: Customer) -> dict[str, Any]:
    """Everything that is stored about a customer, as a document for JSON."""
    reach = reach_of(customer)
    return {
        **FORMAT,
        "customer": columns(customer),
        "domains": [_domain(domain) for domain in Domain.objects.filter(customer=customer).order_by("pk")],
        **{name: holding.export(reach) for name, holding in every_holding().items()},
        "changes": list(log.export(reach)),
    }


def as_text(document: dict[str, Any]) -> str:
    """The document as people and programs read it."""
    return json.dumps(document, cls=ExactEncoder, ensure_ascii=False, indent=2) + "\n"


def _domain(domain: Domain) -> dict[str, Any]:
    return columns(domain) | {
        "server": domain.server.name,
        "names": [columns(name) for name in domain.names.all()],
        "endpoints": [columns(endpoint) for endpoint in domain.endpoints.all()],
        "mailboxes": [columns(mailbox) for mailbox in domain.mailboxes.all()],
    }


def preview(customer: Customer) -> Erased:
    """What an erasure would touch."""
    return _counted(reach_of(customer))


def erase(customer: Customer, domains: Domains, change_set: ChangeSet) -> Erased:
    """Erase a customer's personal data, whole or not at all, and end the sessions of whoever signs in as the customer.

    ``change_set`` is unsaved and says who and why. Raises ``changes.Refused``.
    """
    change_set.source = ChangeSet.Source.ERASURE
    with transaction.atomic():
        reach = reach_of(customer, removing=domains is Domains.REMOVE)
        erased = _counted(reach)
        values = log.personal_values(reach)
        saved = apply(_plan(customer, domains), change_set)
        for holding in every_holding().values():
            holding.erase(reach, values)
        log.rewrite(reach, values)
    # Whoever read in between may remember what the transaction was about to change.
    memory.forget()
    return Erased(erased.counts, saved)


def _plan(customer: Customer, domains: Domains) -> Plan:
    plan = Plan()
    _change(plan, customer, name="", email="", phone="")
    plan.remove_all(customer.memberships.all())
    found = Domain.objects.filter(customer=customer)
    if domains is Domains.REMOVE:
        plan.remove_all(found)
        return plan
    for domain in found:
        if domain.status == Status.ACTIVE:
            _change(plan, domain, status=Status.SUSPENDED.value)
        for mailbox in domain.mailboxes.all():
            _change(plan, mailbox, name="", recovery="")
    return plan


def _change(plan: Plan, row: Any, **values: str) -> None:
    before = snapshot(row)
    for name, value in values.items():
        setattr(row, name, value)
    plan.change(row, before)


def _counted(reach: Reach) -> Erased:
    counts: list[tuple[str | Promise, int]] = [
        (_("domains"), len(reach.domains)),
        (_("mailboxes"), Mailbox.objects.filter(domain__customer=reach.customer).count()),
        *((holding.title, holding.count(reach)) for holding in every_holding().values()),
        (_("entries of the change log"), log.count(reach)),
    ]
    return Erased(tuple(counts))
