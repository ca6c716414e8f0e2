"""Rows of a plan -> statements, in an order that no constraint minds. Nothing else writes records of the directory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.db import connections, router
from django.db.models import Model

from accounts.models import ChangeSet, Recorded
from mailsettings import rules
from mailsettings.core.batches import batches

from .derived import forget_words, take_brand_keys, write_words
from .plan import MODELS, Action, Plan, Row

Progress = Callable[[int, int], None]


def write(plan: Plan, change_set: ChangeSet, progress: Progress) -> None:
    """Write every row in an order that no constraint minds: out, in, changes. Pointers are checked when all is written.

    A changed row whose unique value another row gets goes out and comes in again with its key.
    """
    replaced = {id(row): row for row in _replaced(plan)}
    changed = [row for row in plan.of_action(Action.CHANGE) if id(row) not in replaced]
    steps = (
        (_delete, [*plan.of_action(Action.REMOVE), *replaced.values()], reversed(MODELS)),
        (_insert, [*plan.of_action(Action.ADD), *replaced.values()], MODELS),
        (_update, changed, MODELS),
    )
    done = 0
    for step, rows, order in steps:
        by_model: dict[type[Recorded], list[Row]] = defaultdict(list)
        for row in rows:
            by_model[row.model].append(row)
        for model in order:
            for some in batches(by_model[model]):
                step(model, some, change_set)
                done += sum(id(row) not in replaced or step is not _delete for row in some)
                progress(done, len(plan.rows))


def _replaced(plan: Plan) -> Iterator[Row]:
    """Changed rows that give up a unique value which another row of the plan gets."""
    for model in MODELS:
        changed = list(plan.of(model, Action.CHANGE))
        found: dict[int, Row] = {}
        for unique in rules.uniques(model) if changed else ():
            wanted = {unique.of(row.instance): row for row in plan.of(model, Action.ADD, Action.CHANGE)}
            for row in changed:
                former = unique.of(row.instance, row.before)
                if former is not None and wanted.get(former, row) is not row:
                    found[id(row)] = row
        yield from found.values()


def _insert(model: type[Recorded], rows: list[Row], change_set: ChangeSet) -> None:
    instances = [row.instance for row in rows]
    for instance in instances:
        instance.changed_in = change_set
    take_brand_keys(model, instances)
    model._default_manager.bulk_create(instances)
    write_words(model, instances)


def _update(model: type[Recorded], rows: list[Row], change_set: ChangeSet) -> None:
    # Rows that change the same columns are written by one statement; most batches have one such group.
    groups: dict[frozenset[str], list[Row]] = defaultdict(list)
    for row in rows:
        row.instance.changed_in = change_set
        groups[frozenset(row.before)].append(row)
    take_brand_keys(model, [row.instance for row in rows])
    for columns, group in groups.items():
        names = {rules.field_of(model, column) for column in columns} | {"changed_in"} | (model.unlogged)
        _update_columns(model, sorted(names), group)
    renamed = [row.instance for row in rows if model.searched & set(row.before)]
    forget_words(model, renamed)
    write_words(model, renamed)


def _update_columns(model: type[Recorded], names: Sequence[str], rows: list[Row]) -> None:
    # One statement with many sets of values. ``bulk_update`` makes an expression of every value, which costs ten times
    # as much as everything else in a change of thousands of rows.
    connection = connections[router.db_for_write(model)]
    quote = connection.ops.quote_name
    fields = [model._meta.get_field(name) for name in names]
    assignments = ", ".join(f"{quote(f.column)} = %s" for f in fields)
    table, key = quote(model._meta.db_table), quote(model._meta.pk.column)
    values = [
        [*(f.get_db_prep_save(_column_value(row.instance, f), connection) for f in fields), row.instance.pk]
        for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {table} SET {assignments} WHERE {key} = %s", values)  # noqa: S608 (names of models)


def _column_value(instance: Model, f: Any) -> Any:
    """What goes into a column; a row that is pointed at may have got its number after it was put here."""
    cached = f.is_relation and f.is_cached(instance) and getattr(instance, f.name)
    return cached.pk if cached else getattr(instance, f.attname)


def _delete(model: type[Recorded], rows: list[Row], _change_set: ChangeSet) -> None:
    # Parts are rows of the plan themselves, so there is nothing to cascade to and no signal to send.
    queryset = model._default_manager.filter(pk__in=[row.instance.pk for row in rows])
    queryset._raw_delete(queryset.db)
    forget_words(model, [row.instance for row in rows])
