"""The only way into the database: a plan of rows to add, change and remove, applied whole or not at all.

Forms, files, commands and the API make a ``Plan`` and hand it to ``apply`` with a change set that says who, why, for
which ticket and from where. ``reverting`` makes the plan that undoes changes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connections, models, router, transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from accounts.models import Brand, BrandHost, Change, ChangeSet, Customer, Membership, Recorded, Revision, SearchWord

from . import memory, rules
from .core.finding import record_words
from .models import DiscoveryName, Domain, DomainName, Mailbox, MailServer, ServiceEndpoint
from .rules import Problem

# Everything that is written here, each model after the ones that it points at.
MODELS: tuple[type[Recorded], ...] = (
    Brand, BrandHost, Customer, Membership, MailServer, DiscoveryName, Domain, ServiceEndpoint, DomainName, Mailbox,
)  # fmt: skip
BATCH = 1000

Action = Change.Action


class Refused(Exception):
    """The plan was not applied and nothing was written; ``problems`` says why, each with its row and field."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(str(problem.message) for problem in problems[:5]))
        self.problems = list(problems)


@dataclass(slots=True, eq=False)
class Row:
    """One row of a plan. ``before`` holds the logged columns that differ (all of them for a removal)."""

    action: Action
    instance: Recorded
    before: dict[str, Any] = field(default_factory=dict)
    # Where the row comes from in the caller's input, such as a JSON path; given back in problems.
    where: str = ""
    # What people call the row, filled in while it can be found out: before a removal, after an addition.
    name: str = ""

    @property
    def model(self) -> type[Recorded]:
        return type(self.instance)

    def after(self) -> dict[str, Any]:
        """The values that the row has after the plan: of the changed columns, of all when added, none when removed."""
        if self.action == Action.REMOVE:
            return {}
        names = self.before if self.action == Action.CHANGE else logged_columns(self.model)
        return {name: getattr(self.instance, name) for name in names}


@cache
def logged_columns(model: type[Recorded]) -> tuple[str, ...]:
    """The columns of a model that plans compare and the log keeps."""
    left_out = {"changed_in_id", model._meta.pk.attname, *model.unlogged}
    return tuple(f.attname for f in model._meta.concrete_fields if f.attname not in left_out)


def snapshot(instance: Recorded) -> dict[str, Any]:
    """The logged columns of a row as they are now; taken before a caller edits it."""
    return {name: getattr(instance, name) for name in logged_columns(type(instance))}


@dataclass
class Plan:
    """Rows to add, change and remove, in any order."""

    rows: list[Row] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.rows)

    def add(self, instance: Recorded, where: str = "") -> None:
        """Add a row that is not in the database. It may point at rows that the same plan adds."""
        self.rows.append(Row(Action.ADD, instance, where=where))

    def change(self, instance: Recorded, before: dict[str, Any], where: str = "") -> None:
        """Change a row to what ``instance`` holds now; ``before`` is its ``snapshot``. No difference, no row."""
        differing = {name: old for name, old in before.items() if old != getattr(instance, name)}
        if differing:
            self.rows.append(Row(Action.CHANGE, instance, differing, where))

    def remove(self, instance: Recorded, where: str = "") -> None:
        """Remove a row and the rows that exist only as parts of it."""
        self.remove_all([instance], where)

    def remove_all(self, instances: Sequence[Recorded], where: str = "") -> None:
        """Remove rows of one model, and the rows that exist only as parts of them."""
        if not instances:
            return
        for owner, model, column in rules.PARTS:
            if owner is not type(instances[0]):
                continue
            # The rows of an earlier plan entry may be gone from this list already.
            known = {row.instance.pk for row in self.rows if row.model is model and row.action == Action.REMOVE}
            parts = model._default_manager.filter(**{f"{column}__in": instances})
            self.remove_all([part for part in parts if part.pk not in known], where)
        self.rows.extend(Row(Action.REMOVE, one, snapshot(one), where) for one in instances)

    def of(self, model: type[models.Model], *actions: Action) -> Iterator[Row]:
        """The rows of one model, of some actions or of all."""
        return (row for row in self.rows if row.model is model and (not actions or row.action in actions))

    def of_action(self, action: Action) -> Iterator[Row]:
        """The rows of every model that one action is for."""
        return (row for row in self.rows if row.action == action)

    def counts(self) -> dict[tuple[type[Recorded], Action], int]:
        """How many rows of each model are added, changed and removed."""
        found: dict[tuple[type[Recorded], Action], int] = defaultdict(int)
        for row in self.rows:
            found[row.model, row.action] += 1
        return dict(found)


Progress = Callable[[int, int], None]


def apply(
    plan: Plan,
    change_set: ChangeSet,
    progress: Progress = lambda done, total: None,
    *,
    confirmed: bool = False,
) -> ChangeSet | None:
    """Validate a plan and write it, its log and a higher revision in one transaction.

    ``change_set`` is unsaved and says who, why, which ticket and which source. Returns it saved, or None for an empty
    plan. ``progress`` is called with rows written and rows in all. ``confirmed``: something else than the actor's word,
    such as MX records, says that the names in the plan are theirs. Raises Refused, with every problem that was found,
    and then nothing is written.
    """
    if not plan:
        return None
    try:
        with transaction.atomic():
            revision = _lock_revision()
            _let_former_contacts_go(plan)
            for row in plan.rows:
                row.instance.derive()
            held_back = [] if confirmed else rules.hold_back(plan, change_set.actor)
            problems = [*_stale(plan), *_invalid(plan), *held_back, *rules.check(plan)]
            if problems:
                raise Refused(problems)
            change_set.save(force_insert=True)
            name_rows(plan.of_action(Action.REMOVE))
            _write(plan, change_set, progress)
            _move_to_brands(plan)
            _log(plan, change_set)
            Revision.objects.filter(pk=revision.pk).update(number=F("number") + 1)
    except IntegrityError as error:
        raise Refused([Problem(_violation_message(error))]) from error
    memory.forget()
    return change_set


def check(plan: Plan) -> list[Problem]:
    """What ``apply`` would refuse a plan for, apart from what only the database can tell. Writes nothing."""
    _let_former_contacts_go(plan)
    for row in plan.rows:
        row.instance.derive()
    return [*_stale(plan), *_invalid(plan), *rules.check(plan)]


def _let_former_contacts_go(plan: Plan) -> None:
    """Whoever signed in as a customer's contact does so no longer once another address is recorded."""
    changed = {row.instance.pk: row for row in plan.of(Customer, Action.CHANGE) if row.before.get("email")}
    going = {row.instance.pk for row in plan.of(Membership, Action.REMOVE)}
    for pks in _batches(changed, BATCH):
        contacts = Membership.objects.filter(role=Membership.Role.CUSTOMER, customer__in=pks).select_related("user")
        for membership in contacts:
            row = changed[membership.customer_id]
            former, current = row.before["email"].lower(), row.instance.email.lower()
            if membership.user.email.lower() == former != current and membership.pk not in going:
                plan.remove(membership, row.where)


def _lock_revision() -> Revision:
    # Held to the end of the transaction, so that writers come one after the other and a stale plan is seen.
    revision = Revision.objects.select_for_update().filter(pk=1).first()
    return revision or Revision.objects.create(pk=1)


def _stale(plan: Plan) -> Iterator[Problem]:
    """Rows that somebody else changed or removed since the plan was made."""
    for model in MODELS:
        columns = logged_columns(model)
        rows = list(plan.of(model, Action.CHANGE, Action.REMOVE))
        for some in _batches(rows):
            found = model._default_manager.filter(pk__in=[row.instance.pk for row in some])
            now = {values["pk"]: values for values in found.values("pk", *columns)}
            for row in some:
                values = now.get(row.instance.pk)
                if values is None:
                    yield Problem(_("Somebody removed this in the meantime."), "stale", row)
                elif changed := next((name for name, old in row.before.items() if values[name] != old), None):
                    yield Problem(_("Somebody changed this in the meantime."), "stale", row, _field_of(model, changed))


def _invalid(plan: Plan) -> Iterator[Problem]:
    """Rows whose own values are wrong."""
    for row in plan.rows:
        if row.action == Action.REMOVE:
            continue
        # Whether the rows that it points at are there is the database's to say: asking here would cost a query each.
        relations = {f.name for f in row.model._meta.concrete_fields if f.is_relation}
        try:
            row.instance.clean_fields(exclude=relations)
            row.instance.clean()
        except ValidationError as error:
            for name, errors in error.error_dict.items() if hasattr(error, "error_dict") else [("", error.error_list)]:
                for one in errors:
                    yield Problem("; ".join(one.messages), one.code or "invalid", row, name)


def _write(plan: Plan, change_set: ChangeSet, progress: Progress) -> None:
    """Write every row in an order that no constraint minds: out, in, changes. Pointers are checked when all is written.

    A changed row whose unique value another row gets goes out and comes in again with its key.
    """
    out = {id(row): row for row in plan.of_action(Action.REMOVE)}
    coming = {id(row): row for row in plan.of_action(Action.ADD)}
    replaced = {id(row): row for row in _replaced(plan)}
    changed = [row for row in plan.of_action(Action.CHANGE) if id(row) not in replaced]
    steps = (
        (_delete, [*out.values(), *replaced.values()], reversed(MODELS)),
        (_insert, [*coming.values(), *replaced.values()], MODELS),
        (_update, changed, MODELS),
    )
    done = 0
    for write, rows, order in steps:
        by_model: dict[type[Recorded], list[Row]] = defaultdict(list)
        for row in rows:
            by_model[row.model].append(row)
        for model in order:
            for some in _batches(by_model[model]):
                write(model, some, change_set)
                done += sum(id(row) not in replaced or write is not _delete for row in some)
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
    _take_brand_keys(model, instances)
    model._default_manager.bulk_create(instances)
    _write_words(model, instances)


def _update(model: type[Recorded], rows: list[Row], change_set: ChangeSet) -> None:
    # Rows that change the same columns are written by one statement; most batches have one such group.
    groups: dict[frozenset[str], list[Row]] = defaultdict(list)
    for row in rows:
        row.instance.changed_in = change_set
        groups[frozenset(row.before)].append(row)
    _take_brand_keys(model, [row.instance for row in rows])
    for columns, group in groups.items():
        names = {_field_of(model, column) for column in columns} | {"changed_in"} | (model.unlogged)
        _update_columns(model, sorted(names), group)
    renamed = [row.instance for row in rows if model.searched & set(row.before)]
    _forget_words(model, renamed)
    _write_words(model, renamed)


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


def _column_value(instance: models.Model, f: Any) -> Any:
    """What goes into a column; a row that is pointed at may have got its number after it was put here."""
    cached = f.is_relation and f.is_cached(instance) and getattr(instance, f.name)
    return cached.pk if cached else getattr(instance, f.attname)


def _delete(model: type[Recorded], rows: list[Row], _change_set: ChangeSet) -> None:
    # Parts are rows of the plan themselves, so there is nothing to cascade to and no signal to send.
    queryset = model._default_manager.filter(pk__in=[row.instance.pk for row in rows])
    queryset._raw_delete(queryset.db)
    _forget_words(model, [row.instance for row in rows])


# --- What is computed from rows: their brands and their words ---------------------------------------------------------

# Where the ``brand_key`` of a row comes from.
BRAND_OF: dict[type[Recorded], tuple[type[Recorded], str]] = {
    Domain: (Customer, "customer"), DomainName: (Domain, "domain"), Mailbox: (Domain, "domain"),
}  # fmt: skip


def _take_brand_keys(model: type[Recorded], instances: Sequence[Recorded]) -> None:
    """Give rows the brand of their owner, which is written before them. A domain name keeps it in its words only."""
    if model is Customer:
        default = Brand.objects.filter(is_default=True).values_list("pk", flat=True).first()
        for customer in instances:
            customer.brand_key = 0 if customer.brand_id in (None, default) else customer.brand_id
    elif model in BRAND_OF:
        owner, column = BRAND_OF[model]
        # An owner that the same plan adds is known to the row only as an object so far.
        pointing = model._meta.get_field(column)
        pks = [
            getattr(instance, column).pk if pointing.is_cached(instance) else getattr(instance, pointing.attname)
            for instance in instances
        ]
        keys = dict(owner._default_manager.filter(pk__in=set(pks)).values_list("pk", "brand_key"))
        for instance, pk in zip(instances, pks, strict=True):
            instance.brand_key = keys[pk]


def _move_to_brands(plan: Plan) -> None:
    """Bring the brand of everything that lies below a moved record in step."""
    marked = [row.instance for row in plan.of(Brand, Action.ADD, Action.CHANGE) if _marks_default(row)]
    for brand in marked:
        Customer.objects.filter(brand=brand).update(brand_key=0 if brand.is_default else brand.pk)
    moved = [row.instance.pk for row in plan.of(Customer, Action.CHANGE) if "brand_id" in row.before]
    if marked or moved:
        customers = Customer.objects.filter(Q(brand__in=[brand.pk for brand in marked]) | Q(pk__in=moved))
        _take_over(Domain.objects.filter(customer__in=customers.values("pk")), Customer, "customer_id")
        _take_over(_words(Customer, customers), Customer, "object_pk")
        _move_parts(Domain.objects.filter(customer__in=customers.values("pk")))
    if given := [row.instance.pk for row in plan.of(Domain, Action.CHANGE) if "customer_id" in row.before]:
        _move_parts(Domain.objects.filter(pk__in=given))


def _marks_default(row: Row) -> bool:
    return row.instance.is_default if row.action == Action.ADD else "is_default" in row.before


def _move_parts(domains: QuerySet[Domain]) -> None:
    names = DomainName.objects.filter(domain__in=domains.values("pk"))
    mailboxes = Mailbox.objects.filter(domain__in=domains.values("pk"))
    of_name = DomainName.objects.filter(pk=OuterRef("object_pk")).values("domain__brand_key")
    _words(DomainName, names).update(brand_key=Subquery(of_name))
    _take_over(mailboxes, Domain, "domain_id")
    _take_over(_words(Mailbox, mailboxes), Mailbox, "object_pk")


def _take_over(rows: QuerySet, owner: type[Recorded], column: str) -> None:
    rows.update(brand_key=Subquery(owner._default_manager.filter(pk=OuterRef(column)).values("brand_key")))


def _words(model: type[Recorded], rows: QuerySet) -> QuerySet[SearchWord]:
    return SearchWord.objects.filter(kind=model._meta.model_name, object_pk__in=rows.values("pk"))


def _write_words(model: type[Recorded], instances: Sequence[Recorded]) -> None:
    if model.searched:
        kind = model._meta.model_name
        SearchWord.objects.bulk_create(
            SearchWord(kind=kind, brand_key=getattr(instance, "brand_key", 0), word=word, object_pk=instance.pk)
            for instance in instances
            for word in sorted(instance.search_words())
        )


def _forget_words(model: type[Recorded], instances: Sequence[Recorded]) -> None:
    if model.searched and instances:
        gone = SearchWord.objects.filter(kind=model._meta.model_name, object_pk__in=[row.pk for row in instances])
        gone._raw_delete(gone.db)


def name_rows(rows: Iterable[Row]) -> None:
    """Fill in ``name`` of rows that have none, with one query for the domains of each batch."""
    for some in _batches(row for row in rows if not row.name):
        owners = {row.instance.pk if row.model is Domain else getattr(row.instance, "domain_id", None) for row in some}
        primaries = DomainName.objects.filter(domain__in=owners - {None}, is_primary=True)
        names = dict(primaries.values_list("domain_id", "name"))
        for row in some:
            if row.model is Domain and row.instance.pk in names:
                row.instance.primary_name_value = names[row.instance.pk]
            elif row.model is Mailbox and row.instance.domain_id in names:
                row.instance.domain_name_value = names[row.instance.domain_id]
            row.name = str(row.instance)[:400]


def _log(plan: Plan, change_set: ChangeSet) -> None:
    name_rows(plan.rows)
    for some in _batches(plan.rows):
        Change.objects.bulk_create(
            Change(
                change_set=change_set,
                action=row.action,
                model=row.model._meta.label_lower,
                object_pk=row.instance.pk,
                object_name=row.name,
                before=row.before,
                after=row.after(),
                **_owners(row),
            )
            for row in some
        )
    # A domain is removed after its parts, and yet it is what the change set is about.
    parts = {part for _owner, part, _column in rules.PARTS}
    change_set.first_record = next((row for row in plan.rows if row.model not in parts), plan.rows[0]).name
    change_set.number_of_changes = len(plan.rows)
    change_set.save(update_fields=["first_record", "number_of_changes"])
    words_of_log([change_set])


def words_of_log(change_sets: Iterable[ChangeSet]) -> None:
    """Let change sets be found by their ticket and by the words of their reason."""
    SearchWord.objects.bulk_create(
        SearchWord(kind=ChangeSet._meta.model_name, word=word, object_pk=change_set.pk)
        for change_set in change_sets
        for word in sorted(record_words(change_set.ticket, change_set.reason))
    )


def _owners(row: Row) -> dict[str, Any]:
    """The record whose part the row is, and the one whose part it was until now."""
    for owner, part, name in rules.PARTS:
        column = f"{name}_id"
        if part is row.model and (pk := getattr(row.instance, column)):
            former = row.before.get(column) if row.action == Action.CHANGE else None
            return {"owner_model": owner._meta.label_lower, "owner_pk": pk, "former_owner_pk": former}
    return {}


def _field_of(model: type[models.Model], column: str) -> str:
    return next(f.name for f in model._meta.concrete_fields if f.attname == column)


def _batches(rows: Iterable[Any], size: int = BATCH) -> Iterator[list[Any]]:
    iterator = iter(rows)
    while some := list(islice(iterator, size)):
        yield some


def _violation_message(error: IntegrityError) -> str:
    """The words of the constraint that the database named, or a general sentence."""
    text = str(error)
    for model in MODELS:
        for constraint in model._meta.constraints:
            if constraint.name in text:
                return str(constraint.get_violation_error_message())
        for f in model._meta.concrete_fields:
            by_postgresql = f"{model._meta.db_table}_{f.column}_" in text and f.unique
            if f"{model._meta.db_table}.{f.column}" in text or by_postgresql:
                return str(f.error_messages.get("unique") or _("This value is here already.")) % {
                    "model_name": model._meta.verbose_name, "field_label": f.verbose_name,
                }  # fmt: skip
    return str(_("The database refused this because it contradicts what is stored already."))
