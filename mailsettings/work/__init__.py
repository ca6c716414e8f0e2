"""What the site clears away by itself: one module per job, each with how long its things are kept.

A module here ends with one ``JOB``; ``jobs()`` collects them by name. ``run`` removes in batches, each in a transaction
of its own, so that nobody waits long for the database and a job that is stopped has lost nothing. Two at once do no
harm: on PostgreSQL the second one leaves a job that is under way alone (an advisory lock), on SQLite it waits for the
batch to end and finds the rest.
"""

from __future__ import annotations

import logging
import pkgutil
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib import import_module
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.functional import Promise

logger = logging.getLogger(__name__)
BATCH = 1000


@dataclass(frozen=True, slots=True)
class Job:
    """Something that is cleared away. ``name`` stands in logs, ``removes`` says in words what goes.

    ``remove(most)`` removes up to that many, inside of a transaction, and tells how many: fewer than ``most`` when
    nothing is left. ``setting`` names the setting with the days for which they are kept, where 0 may mean for ever;
    it is empty where each of them carries its own end.
    """

    name: str
    removes: str | Promise
    remove: Callable[[int], int]
    setting: str = ""

    @property
    def days(self) -> int | None:
        """The days of its setting; None for a job that has none."""
        return getattr(settings, self.setting) if self.setting else None


@dataclass(frozen=True, slots=True)
class Done:
    """How a job went: what was removed, whether another process has the job, and what kind of error stopped it."""

    job: Job
    removed: int = 0
    busy: bool = False
    error: str = ""


@cache
def jobs() -> dict[str, Job]:
    """All jobs by name."""
    modules = (import_module(f"{__name__}.{info.name}") for info in pkgutil.iter_modules(__path__))
    found = [module.JOB for module in modules if hasattr(module, "JOB")]
    return {job.name: job for job in found}


def run(job: Job, stopped: Callable[[], bool] = lambda: False, batch: int = BATCH) -> Done:
    """Do one job until nothing is left to remove, or until ``stopped`` says so between two batches. Never raises."""
    removed = 0
    try:
        while not stopped():
            with transaction.atomic():
                if not _is_ours(job):
                    return _told(Done(job, removed, busy=True))
                some = job.remove(batch)
            removed += some
            if some < batch:
                break
    except Exception as error:
        return _told(Done(job, removed, error=_without_values(error)))
    return _told(Done(job, removed))


def delete_some(rows: QuerySet, most: int) -> int:
    """Delete up to ``most`` of ``rows``, with what the models say goes along, and tell how many of them went."""
    pks = list(rows.order_by("pk").values_list("pk", flat=True)[:most])
    if pks:
        rows.model._default_manager.filter(pk__in=pks).delete()
    return len(pks)


def _is_ours(job: Job) -> bool:
    """Whether no other process does this job now. Held to the end of the transaction."""
    if connection.vendor != "postgresql":
        return True
    number = int.from_bytes(sha256(f"{__name__} {job.name}".encode()).digest()[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        return bool(cursor.fetchone()[0])


def _without_values(error: Exception) -> str:
    """The kind and the place of an error. Its words may quote a row, and so an address."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {Path(place.filename).name}:{place.lineno}"


def _told(done: Done) -> Done:
    if done.error:
        logger.error("%s: stopped by %s, removed %d before", done.job.name, done.error, done.removed)
    elif done.removed:
        logger.info("%s: removed %d", done.job.name, done.removed)
    return done
