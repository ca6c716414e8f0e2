"""Rows of the cache in the database whose time is over: counts of tries, and whatever else carries its own end.

Django removes them only when somebody asks for one, or in a hurry when the table is full.
"""

from datetime import UTC, datetime

from django.core.cache import caches
from django.core.cache.backends.db import BaseDatabaseCache
from django.db import connection
from django.utils.translation import gettext_lazy as _

from . import Job


def _remove(most: int) -> int:
    tables = {cache._table for cache in caches.all(initialized_only=False) if isinstance(cache, BaseDatabaseCache)}
    return sum(_remove_from(table, most) for table in tables)


def _remove_from(table: str, most: int) -> int:
    # The table has no model; its columns are those of ``createcachetable``.
    name = connection.ops.quote_name(table)
    over = connection.ops.adapt_datetimefield_value(datetime.now(UTC).replace(microsecond=0))
    with connection.cursor() as cursor:
        cursor.execute(
            # The name of the table is the operator's setting, and quoted.
            f"DELETE FROM {name} WHERE cache_key IN (SELECT cache_key FROM {name} WHERE expires < %s LIMIT %s)",  # noqa: S608
            [over, most],
        )
        return cursor.rowcount


JOB = Job("cache", _("counts of tries and other cache entries whose time is over"), _remove)
