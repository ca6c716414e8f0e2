"""What is kept of a file between its preview and its saving: rows of known columns, for one person, half an hour."""

from __future__ import annotations

import uuid
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from django.utils import timezone

from mailsettings.models import PendingImport
from mailsettings.mx import Answer, MailHost, State

from .items import Options
from .table import Table

KEPT = timedelta(minutes=30)


def keep(table: Table, options: Options, user: Any) -> uuid.UUID:
    """Keep a table for ``user``, in place of one that they had. What is too old goes, whoever brought it."""
    PendingImport.objects.filter(at__lt=timezone.now() - KEPT).delete()
    discard(user)
    return PendingImport.objects.create(user=user, content=table.to_json(), options=asdict(options)).pk


def find(number: uuid.UUID, user: Any) -> tuple[Table, Options] | None:
    """The table that ``user`` brought under this number, unless it is gone or too old."""
    fresh = PendingImport.objects.filter(pk=number, user=user, at__gte=timezone.now() - KEPT).first()
    return (Table.from_json(fresh.content), _options(fresh.options)) if fresh else None


def remember_mx(number: uuid.UUID, user: Any, found: dict[str, Answer]) -> None:
    """Keep what the DNS said about domains beside the table, until the table goes."""
    row = PendingImport.objects.filter(pk=number, user=user).first()
    if row is not None:
        answers = {name: asdict(answer) for name, answer in found.items()}
        options = row.options | {"mx": row.options.get("mx", {}) | answers}
        PendingImport.objects.filter(pk=row.pk).update(options=options)


def _options(kept: dict[str, Any]) -> Options:
    return Options(**kept | {"mx": {name: _answer(answer) for name, answer in kept.get("mx", {}).items()}})


def _answer(kept: dict[str, Any]) -> Answer:
    return Answer(kept["name"], State(kept["state"]), tuple(MailHost(**host) for host in kept["hosts"]))


def discard(user: Any) -> None:
    """Forget what ``user`` brought."""
    PendingImport.objects.filter(user=user).delete()
