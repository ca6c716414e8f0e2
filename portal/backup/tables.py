"""Tables as JSON lines and back, the same for every database: values pass through the fields of the models."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import islice
from typing import Any, NamedTuple

from django.apps import apps
from django.db import connection, transaction
from django.db.models import AutoField, Field, Model

from accounts.models.log import ExactEncoder

# Rows that are emptied with the others and never kept: a session that was ended shall not come back, and what lasts for
# minutes is over.
NEVER_KEPT = frozenset(
    {"sessions.session", "usersessions.usersession", "mailsettings.callcode", "mailsettings.pendingimport"}
)
# Rows that a database has from the beginning.
FROM_THE_BEGINNING = frozenset({"contenttypes.contenttype", "auth.permission", "accounts.revision"})
# Kinds of values that JSON has no form for; the field reads its own text back.
WRITTEN_AS_TEXT = frozenset(
    {"DateField", "DateTimeField", "DecimalField", "DurationField", "TimeField", "UUIDField"}
)  # fmt: skip


class Part(NamedTuple):
    """Some rows of a table as JSON lines."""

    text: bytes
    rows: int


class _Encoder(ExactEncoder):
    def default(self, value: object) -> object:
        return b64encode(value).decode() if isinstance(value, bytes | memoryview) else super().default(value)


@cache
def _every_model() -> dict[str, type[Model]]:
    models = apps.get_models(include_auto_created=True)
    found = {model._meta.label_lower: model for model in models if model._meta.managed and not model._meta.proxy}
    return dict(sorted(found.items()))


def stored_models() -> list[type[Model]]:
    """The models whose rows a backup holds, in the order of their labels."""
    return [model for label, model in _every_model().items() if label not in NEVER_KEPT]


@cache
def _columns(model: type[Model]) -> tuple[Field, ...]:
    # What the database computes is computed again.
    return tuple(column for column in model._meta.concrete_fields if not column.generated)


def column_names(model: type[Model]) -> list[str]:
    """The columns of a table in the order in which its rows hold them."""
    return [column.attname for column in _columns(model)]


@contextmanager
def one_moment() -> Iterator[None]:
    """Everything that is read inside is of one moment, and nobody waits for it who writes meanwhile."""
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    elif connection.in_atomic_block:
        yield
    else:
        # Django would begin with IMMEDIATE, which keeps writers out; a plain BEGIN is a reader's.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")


def parts_of(model: type[Model], size: int) -> Iterator[Part]:
    """All rows of a table, ``size`` of them at a time."""
    rows = model._base_manager.order_by("pk").values_list(*column_names(model)).iterator(chunk_size=2000)
    encode = _Encoder(ensure_ascii=False, separators=(",", ":")).encode
    while some := list(islice(rows, size)):
        yield Part("".join(f"{encode(row)}\n" for row in some).encode(), len(some))


def holds_something() -> bool:
    """Whether any table has a row that was not there from the beginning."""
    return any(
        model._base_manager.exists()
        for label, model in _every_model().items()
        if label not in FROM_THE_BEGINNING | NEVER_KEPT
    )


def empty() -> None:
    """Remove every row. Inside of a transaction, which can take it back."""
    names = [connection.ops.quote_name(model._meta.db_table) for model in _every_model().values()]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"TRUNCATE {', '.join(names)}")
        else:
            for name in names:
                cursor.execute(f"DELETE FROM {name}")  # noqa: S608 (names of models)


def insert(label: str, lines: bytes) -> None:
    """Write rows as they were, past everything that a save would fill in. Raises ValueError, KeyError and TypeError."""
    model = _every_model()[label]
    if label in NEVER_KEPT:
        raise ValueError(label)
    columns = _columns(model)
    names = ", ".join(connection.ops.quote_name(column.column) for column in columns)
    values = ", ".join(["%s"] * len(columns))
    readers = [_reader(column) for column in columns]
    rows = [
        [read(value) for read, value in zip(readers, json.loads(line), strict=True)]
        for line in lines.splitlines()
    ]  # fmt: skip
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({values})", rows)  # noqa: S608 (names of models)


def _reader(column: Field) -> Callable[[Any], Any]:
    """What makes a value of JSON one that the database takes for this column."""
    target = column
    while target.is_relation:
        target = target.target_field
    kind = target.get_internal_type()

    def parse(value: Any) -> Any:
        if kind in WRITTEN_AS_TEXT:
            return target.to_python(value)
        return b64decode(value) if kind == "BinaryField" else value

    def read(value: Any) -> Any:
        return column.get_db_prep_save(None if value is None else parse(value), connection)

    return read


# --- Numbers of rows --------------------------------------------------------------------------------------------------


def _numbered() -> Iterator[tuple[str, str, str]]:
    """Label, table and column of every kept model that numbers its rows by itself."""
    for model in stored_models():
        if isinstance(model._meta.pk, AutoField):
            yield model._meta.label_lower, model._meta.db_table, model._meta.pk.column


def last_numbers() -> dict[str, int]:
    """The last number that each table gave to a row; tables that gave none are left out."""
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            cursor.execute("SELECT name, seq FROM sqlite_sequence")
            given = dict(cursor.fetchall())
            return {label: given[table] for label, table, _column in _numbered() if given.get(table)}
        found = {}
        for label, table, column in _numbered():
            sequence = _sequence(cursor, table, column)
            cursor.execute(f"SELECT last_value, is_called FROM {sequence}")  # noqa: S608 (PostgreSQL's own name)
            number, is_called = cursor.fetchone()
            if is_called:
                found[label] = number
        return found


def raise_last_numbers(numbers: dict[str, int]) -> None:
    """Go on numbering where the backup stopped, or later: a sequence of PostgreSQL is set for good at once."""
    with connection.cursor() as cursor:
        for label, table, column in _numbered():
            if connection.vendor == "postgresql":
                sequence = _sequence(cursor, table, column)
                cursor.execute(
                    # Names of models, and the one that PostgreSQL gave the sequence.
                    f"SELECT setval(%s, number) FROM (SELECT GREATEST(%s, CASE WHEN is_called THEN last_value END,"  # noqa: S608
                    f" (SELECT MAX({connection.ops.quote_name(column)}) FROM {connection.ops.quote_name(table)})) AS"
                    f" number FROM {sequence}) AS newest WHERE number > 0",
                    [sequence, numbers.get(label, 0)],
                )
            elif label in numbers:
                cursor.execute("UPDATE sqlite_sequence SET seq = MAX(seq, %s) WHERE name = %s", [numbers[label], table])
                if not cursor.rowcount:
                    cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, numbers[label]])


def _sequence(cursor: Any, table: str, column: str) -> str:
    cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [connection.ops.quote_name(table), column])
    return str(cursor.fetchone()[0])
