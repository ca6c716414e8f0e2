"""The change log about one customer: what it says, and the stand-ins for what must not stay in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from django.db.models import Count, Model, QuerySet

from accounts.models import Change, ChangeSet, Customer, Membership, SearchWord
from mailsettings.changes import words_of_log
from mailsettings.core.batches import batches
from mailsettings.models import Domain, DomainName, Mailbox, ServiceEndpoint

from .reach import Reach

# In place of words. Stand-ins for names carry the number of their record, so that its history can still be followed.
BLANK = "***"
# Shorter ones would be found in words of others.
SHORTEST = 4

StandIn = Callable[[int], str]
stand_in: StandIn = "erased-{}".format
_NAME: StandIn = "erased-{}.invalid".format


def _blank(_pk: int) -> str:
    return BLANK


@cache
def _everywhere() -> dict[type[Model], dict[str, StandIn]]:
    """Personal columns of records, whether the records stay or not."""
    return {
        Customer: {"name": _blank, "email": "erased-{}@erased.invalid".format, "phone": _blank},
        Mailbox: {"name": _blank, "recovery": _blank},
    }


@cache
def _removed() -> dict[type[Model], dict[str, StandIn]]:
    """Further columns of records that are gone: what they were called."""
    return {
        Mailbox: {"local_part": stand_in, "login": stand_in},
        DomainName: {"name": _NAME},
        ServiceEndpoint: {"hostname": _NAME, "username": stand_in},
    }


def keys(reach: Reach) -> list[int]:
    """The keys of the entries that name the customer's records, in their order."""
    found: list[int] = []
    for model in (Customer, Membership, Domain, DomainName, ServiceEndpoint, Mailbox):
        of_model = Change.objects.filter(model=model._meta.label_lower)
        for pks in batches(reach.every(model)):
            found += of_model.filter(object_pk__in=pks).values_list("pk", flat=True)
    return sorted(found)


def count(reach: Reach) -> int:
    return len(keys(reach))


def _entries(reach: Reach) -> Iterator[QuerySet[Change]]:
    """The entries themselves, batch by batch, each in its order."""
    for pks in batches(keys(reach)):
        yield Change.objects.filter(pk__in=pks).order_by("pk")


def export(reach: Reach) -> Iterator[dict[str, Any]]:
    """Entries with who, when and why."""
    for change in (change for some in _entries(reach) for change in some.select_related("change_set__actor")):
        change_set = change.change_set
        yield {
            "change_set": change_set.pk,
            "at": change_set.at,
            "by": str(change_set.actor or ""),
            "source": change_set.source,
            "reason": change_set.reason,
            "ticket": change_set.ticket,
            "action": change.action,
            "model": change.model,
            "record": change.object_name,
            "before": change.before,
            "after": change.after,
        }


def personal_values(reach: Reach) -> frozenset[str]:
    """Every value that an erasure replaces: of the records as they are, and of all that the log knows."""
    found: set[str] = set()
    for model in {*_everywhere(), *_removed()}:
        for records, removed in ((reach.kept, False), (reach.removed, True)):
            names = [*_stand_ins(model, removed=removed)]
            for pks in batches(records.get(model, ())) if names else ():
                rows = model._default_manager.filter(pk__in=pks).values(*names)
                found |= {value for row in rows for name, value in row.items() if _is_personal(name, value)}
    for change in (change for some in _entries(reach) for change in some):
        for side in (change.before, change.after):
            found |= {side[name] for name in _stand_ins_of(change, reach) if _is_personal(name, side.get(name))}
    return frozenset(found)


def rewrite(reach: Reach, values: frozenset[str]) -> None:
    """Put stand-ins for personal values into entries, and take the values out of the reasons beside them."""
    own: Counter[int] = Counter()
    # What a record was called in a change set, and what it is called from now on.
    renamed: dict[tuple[int, str], str] = {}
    for entries in _entries(reach):
        some = list(entries)
        for change in some:
            called = change.change_set_id, change.object_name
            _rewrite_entry(change, reach)
            renamed[called] = change.object_name
        Change.objects.bulk_update(some, ["before", "after", "object_name"])
        own.update(change.change_set_id for change in some)
    wanted = longest_first(values)
    for numbers in batches(sorted(own)):
        sets = ChangeSet.objects.filter(pk__in=numbers).annotate(entries=Count("changes"))
        for change_set in sets:
            first = change_set.first_record
            change_set.first_record = renamed.get((change_set.pk, first), first)
            _rewrite_set(change_set, wanted, alone=change_set.entries == own[change_set.pk])


def erased(model: type[Model], pk: int, values: Mapping[str, Any]) -> list[str]:
    """The columns among logged ``values`` of a row for which an erasure has put stand-ins."""
    return [name for name, made_for in _stand_ins(model, removed=True).items() if values.get(name) == made_for(pk)]


def _rewrite_entry(change: Change, reach: Reach) -> None:
    for name, made_for in _stand_ins_of(change, reach).items():
        for side in (change.before, change.after):
            # What was empty stays empty: that is the shape of the history.
            if _is_personal(name, side.get(name)):
                side[name] = made_for(change.object_pk)
    if change.model == Customer._meta.label_lower:
        change.object_name = reach.customer.ref
    elif _is_removed(change, reach):
        change.object_name = stand_in(change.object_pk)


def _stand_ins_of(change: Change, reach: Reach) -> dict[str, StandIn]:
    model = next(model for model in (*reach.kept, *reach.removed) if model._meta.label_lower == change.model)
    return _stand_ins(model, removed=_is_removed(change, reach))


def _stand_ins(model: type[Model], *, removed: bool) -> dict[str, StandIn]:
    return _everywhere().get(model, {}) | (_removed().get(model, {}) if removed else {})


def _is_removed(change: Change, reach: Reach) -> bool:
    return any(
        change.object_pk in pks for model, pks in reach.removed.items() if model._meta.label_lower == change.model
    )


def _is_personal(name: str, value: Any) -> bool:
    """Whether there is something to replace: a pattern such as ``imap.{domain}`` names nobody."""
    return bool(value) and not (name in ("hostname", "username") and "{" in value)


def _rewrite_set(change_set: ChangeSet, wanted: Sequence[str], *, alone: bool) -> None:
    """Nobody knows what a reason says about whom, so it goes where the change set is about this customer alone.

    Why somebody was erased stays: whoever wrote that knew what it was for.
    """
    if change_set.reason and alone and change_set.source != ChangeSet.Source.ERASURE:
        change_set.reason = BLANK
    change_set.reason, change_set.ticket = (
        without(text, wanted) for text in (change_set.reason, change_set.ticket)
    )  # fmt: skip
    change_set.save(update_fields=["first_record", "reason", "ticket"])
    SearchWord.objects.filter(kind=ChangeSet._meta.model_name, object_pk=change_set.pk).delete()
    words_of_log([change_set])


def longest_first(values: Iterable[str]) -> list[str]:
    """What is looked for in texts, folded: a value before those that it holds, and none that any word may hold."""
    return sorted({value.casefold() for value in values if len(value) >= SHORTEST}, key=len, reverse=True)


def without(text: str, wanted: Sequence[str]) -> str:
    """``text`` with a blank for each of the folded values in it, in any case of letters."""
    folded = text.casefold()
    for value in wanted:
        if value in folded:
            # Where folding changes the length of a text, places in it are not places in the original.
            text = BLANK.join(_pieces(text, folded, value)) if len(folded) == len(text) else BLANK
            folded = text.casefold()
    return text


def _pieces(text: str, folded: str, wanted: str) -> Iterator[str]:
    start = 0
    while (found := folded.find(wanted, start)) >= 0:
        yield text[start:found]
        start = found + len(wanted)
    yield text[start:]
