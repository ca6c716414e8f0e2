"""Applying a plan: validated, then written, logged and counted in one transaction, or refused as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts.models import ChangeSet, Customer, Membership, Revision
from mailsettings import memory, rules
from mailsettings.core.batches import batches
from mailsettings.rules import Problem

from .derived import move_to_brands
from .log import log, name_rows
from .plan import MODELS, Action, Plan, logged_columns
from .writing import Progress, write


class Refused(Exception):
    """The plan was not applied and nothing was written; ``problems`` says why, each with its row and field."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(str(problem.message) for problem in problems[:5]))
        self.problems = list(problems)


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
            write(plan, change_set, progress)
            move_to_brands(plan)
            log(plan, change_set)
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
    for pks in batches(changed):
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
        for some in batches(rows):
            found = model._default_manager.filter(pk__in=[row.instance.pk for row in some])
            now = {values["pk"]: values for values in found.values("pk", *columns)}
            for row in some:
                values = now.get(row.instance.pk)
                if values is None:
                    yield Problem(_("Somebody removed this in the meantime."), "stale", row)
                elif changed := next((name for name, old in row.before.items() if values[name] != old), None):
                    yield Problem(
                        _("Somebody changed this in the meantime."), "stale", row, rules.field_of(model, changed)
                    )


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
