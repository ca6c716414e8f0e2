"""The rows that one person may see, each with what its name needs."""

from __future__ import annotations

from typing import Any

from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.models import Membership, User

from . import roles


def visible(model: type[Model], user: Any) -> QuerySet:
    """The rows of ``model`` in the scope of ``user``. Kinds that have no scope are for operators."""
    return narrowed(named(model._default_manager.all()), user)


def narrowed(rows: QuerySet, user: Any) -> QuerySet:
    """Those of ``rows`` that are in the scope of ``user``."""
    if hasattr(rows, "visible_to"):
        return rows.visible_to(user)
    return rows if user.sees_everything else rows.none()


def named(rows: QuerySet) -> QuerySet:
    """``rows`` with the annotation that ``str`` of each would otherwise ask for."""
    for annotate in ("with_name", "with_address"):
        if hasattr(rows, annotate):
            return getattr(rows, annotate)()
    return rows


def may_name(model: type[Model], user: Any) -> bool:
    """Whether the rows of ``model`` are named to ``user``. A membership's name is that of a person, and so may hold
    the reference of a customer elsewhere, whose contact they are too.
    """
    return model is not Membership or roles.may(user, "view", User)


def change_url(instance: Model) -> str:
    """Where the desk shows a record."""
    return reverse(f"admin:{instance._meta.app_label}_{instance._meta.model_name}_change", args=[instance.pk])


def link(instance: Model) -> SafeString:
    """A record's name, leading to its page on the desk."""
    return format_html('<a href="{}">{}</a>', change_url(instance), str(instance))


def key(text: str) -> int | None:
    """A primary key as it stands in an address or a form; None for what no row can have."""
    return int(text) if text.isdecimal() and len(text) < 19 else None
