"""Django's cache in the database, with a count that loses nothing."""

from __future__ import annotations

import base64
import pickle

from django.core.cache.backends import db
from django.db import connections, router, transaction
from django.utils.timezone import now


class DatabaseCache(db.DatabaseCache):
    """As Django's own, whose ``incr`` reads and then writes, so that tries at the very same moment count as one."""

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Add ``delta`` to what is stored, leave its end as it is, and return the sum.

        ValueError where nothing is stored, or not any more. Nobody else counts at the same entry meanwhile: PostgreSQL
        locks the row, SQLite the file, since the site's transactions begin with ``IMMEDIATE``.
        """
        alias = router.db_for_write(self.cache_model_class)
        connection = connections[alias]
        table, name, value, end = map(connection.ops.quote_name, (self._table, "cache_key", "value", "expires"))
        lock = connection.ops.for_update_sql() if connection.features.has_select_for_update else ""
        full_key = self.make_and_validate_key(key, version=version)
        moment = connection.ops.adapt_datetimefield_value(now().replace(microsecond=0))
        with transaction.atomic(using=alias), connection.cursor() as cursor:
            cursor.execute(
                # Nothing but names that Django quotes stands in the words.
                f"SELECT {value} FROM {table} WHERE {name} = %s AND {end} >= %s {lock}",  # noqa: S608
                [full_key, moment],
            )
            found = cursor.fetchone()
            if found is None:
                raise ValueError(f"Key '{key}' not found")
            # Only what this site wrote into its own table is unpickled, as Django itself does.
            total = pickle.loads(base64.b64decode(found[0])) + delta  # noqa: S301
            pickled = base64.b64encode(pickle.dumps(total, self.pickle_protocol)).decode("ascii")
            cursor.execute(f"UPDATE {table} SET {value} = %s WHERE {name} = %s", [pickled, full_key])  # noqa: S608 (as above)
        return int(total)
