"""Personal links to the customer's domains and mailboxes, and codes for a call: who was sent one, why, and what became
of it."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from mailsettings.models import CallCode, Domain, Mailbox, PersonalLink

from .. import Holding, Reach, columns


def _of(reach: Reach, model: type[PersonalLink | CallCode]) -> QuerySet:
    return model.objects.filter(Q(domain__in=reach.every(Domain)) | Q(mailbox__in=reach.every(Mailbox)))


def _export(reach: Reach) -> list[dict[str, Any]]:
    return [columns(link) for link in _of(reach, PersonalLink).order_by("pk")]


def _erase(reach: Reach, _values: frozenset[str]) -> None:
    for model in (PersonalLink, CallCode):
        _of(reach, model).delete()


HOLDING = Holding("links", _("personal links"), _export, lambda reach: _of(reach, PersonalLink).count(), _erase)
