"""Rows of a file that somebody looks at just now and may save in half an hour: they may name the customer's mailboxes.

They are staff's work of the moment, so the document has none of them; an erasure takes away those that name somebody.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from mailsettings.models import DomainName, PendingImport

from .. import Holding, Reach
from ..log import SHORTEST


def _naming(names: frozenset[str]) -> list[PendingImport]:
    wanted = [name.casefold() for name in names if len(name) >= SHORTEST]
    pending = PendingImport.objects.iterator()
    return [row for row in pending if any(name in row.content.casefold() for name in wanted)]


def _names(reach: Reach) -> frozenset[str]:
    return frozenset(DomainName.objects.filter(domain__customer=reach.customer).values_list("name", flat=True))


def _erase(reach: Reach, values: frozenset[str]) -> None:
    for row in _naming(values | _names(reach)):
        row.delete()


HOLDING = Holding(
    "imports", _("imports that wait to be saved"), lambda _reach: [], lambda reach: len(_naming(_names(reach))), _erase
)
