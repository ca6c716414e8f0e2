"""Personal links to the customer's domains and mailboxes, and codes for a call: who was sent one, why, and what became
of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from mailsettings.core.batches import batches
from mailsettings.models import CallCode, Domain, Mailbox, PersonalLink

from .. import Holding, Reach, columns


def _of(reach: Reach, model: type[PersonalLink | CallCode]) -> Iterator[QuerySet]:
    """Batch by batch. Each of them is to a domain or to a mailbox, never to both."""
    for pks in batches(reach.every(Domain)):
        yield model.objects.filter(domain__in=pks)
    for pks in batches(reach.every(Mailbox)):
        yield model.objects.filter(mailbox__in=pks)


def _export(reach: Reach) -> list[dict[str, Any]]:
    links = [link for some in _of(reach, PersonalLink) for link in some]
    return [columns(link) for link in sorted(links, key=lambda link: link.pk)]


def _count(reach: Reach) -> int:
    return sum(some.count() for some in _of(reach, PersonalLink))


def _erase(reach: Reach, _values: frozenset[str]) -> None:
    for model in (PersonalLink, CallCode):
        for some in _of(reach, model):
            some.delete()


HOLDING = Holding("links", _("personal links"), _export, _count, _erase)
