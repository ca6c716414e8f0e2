"""What a removal takes along, and who is in its way, as far as the reader may see it."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext

from mailsettings import rules
from mailsettings.models import Domain

from . import scope
from .batches import MOST

SHOWN = 20

Nested = list[Any]


def describe(model: type[Model], objs: Iterable[Model], user: Any) -> tuple[Nested, dict[str, int], set[str], Nested]:
    """What Django's confirmation pages ask for: items, counts by kind, kinds that are forbidden, rows in the way."""
    rows = list(objs)
    counts = {str(model._meta.verbose_name_plural): len(rows)}
    items: Nested = [scope.link(row) for row in rows[:SHOWN]] + _rest(len(rows) - SHOWN)
    for owner, part, column in rules.PARTS:
        if owner is model:
            parts = part._default_manager.filter(**{f"{column}__in": rows})
            if number := parts.count():
                plural = str(part._meta.verbose_name_plural)
                counts[plural] = number
                if scope.may_name(part, user):
                    names = [str(row) for row in scope.named(parts)[:SHOWN]]
                    items += [capfirst(plural), names + _rest(number - SHOWN)]
                else:
                    items.append(f"{capfirst(plural)}: {number}")
    return items, counts, set(), _in_the_way(model, rows, user) or _too_many(rows, sum(counts.values()))


def digest(model: type[Model], objs: Iterable[Model]) -> str:
    """A short text that differs when other rows would go: a part that came after the page was shown is unseen."""
    rows = list(objs)
    keys = {model._meta.label: sorted(row.pk for row in rows)}
    for owner, part, column in rules.PARTS:
        if owner is model:
            parts = part._default_manager.filter(**{f"{column}__in": rows})
            keys[part._meta.label] = sorted(parts.order_by().values_list("pk", flat=True))
    return sha256(repr(sorted(keys.items())).encode()).hexdigest()[:16]


def _too_many(rows: list[Model], number: int) -> Nested:
    """What to do in place of a page that would take too long."""
    if number <= MOST:
        return []
    if len(rows) > 1:
        cure = gettext("Select fewer.")
    elif isinstance(rows[0], Domain):
        command = f"manage.py remove_domain {rows[0]}"
        cure = gettext("Let whoever runs this site use the command: %(command)s") % {"command": command}
    else:
        cure = gettext("Remove its parts first.")
    words = gettext("More than %(most)d rows would be removed, which takes too long for a page.") % {"most": MOST}
    return [f"{words} {cure}"]


def _in_the_way(model: type[Model], rows: list[Model], user: Any) -> Nested:
    found: Nested = []
    for owner, using, column, message in rules.IN_USE:
        if owner is model:
            users = using._default_manager.filter(**{f"{column}__in": rows})
            if number := users.count():
                found += [str(message), _users(using, users, number, user)]
    return found


def _users(model: type[Model], users: QuerySet, number: int, user: Any) -> Nested:
    """Links to the users in scope, a count of the rest of them, and a count of those beyond the scope."""
    seen = scope.visible(model, user).filter(pk__in=users.values("pk"))
    in_scope = seen.count()
    beyond = number - in_scope
    lines: Nested = [scope.link(row) for row in seen[:SHOWN]] + _rest(in_scope - SHOWN)
    if beyond:
        lines.append(gettext("and %(count)d more outside your brands") % {"count": beyond})
    return lines


def _rest(number: int) -> list[str]:
    return [gettext("and %(count)d more") % {"count": number}] if number > 0 else []
