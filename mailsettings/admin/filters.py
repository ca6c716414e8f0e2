"""Filters of the desk's lists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from . import scope

OPTIONS = 20


class YesNoFilter(admin.BooleanFieldListFilter):
    """A filter by a boolean column. SQLite finds ``IN (1)`` in an index, and not the bare column that Django writes."""

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        value = self.used_parameters.get(self.lookup_kwarg)
        chosen = value[-1] if isinstance(value, list) else value
        if str(chosen) not in ("0", "1", "True", "False"):
            return queryset
        return queryset.filter(**{f"{self.field_path}__in": [str(chosen) in ("1", "True")]})


class ScopedFilter(admin.SimpleListFilter):
    """A list filter over records that the reader may see. Subclasses set ``model`` and ``path``."""

    model: type[Model]
    path: str

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        rows = scope.visible(self.model, request.user)
        first = list(rows[: OPTIONS + 1])
        self.more = len(first) > OPTIONS
        chosen = self.used_parameters.get(self.parameter_name) or ""
        if str(chosen).isdecimal() and len(str(chosen)) < 19:
            first = [*rows.filter(pk=chosen), *(row for row in first if str(row.pk) != str(chosen))]
        return [(str(row.pk), str(row)) for row in first[:OPTIONS]]

    def has_output(self) -> bool:
        return bool(self.lookup_choices)

    def choices(self, changelist: Any) -> Iterator[dict[str, Any]]:
        yield from super().choices(changelist)
        if self.more:
            path = reverse(f"admin:{self.model._meta.app_label}_{self.model._meta.model_name}_changelist")
            yield {"selected": False, "query_string": path, "display": _("others: find one and open its list")}

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        chosen = dict(self.lookup_choices)
        return self.narrow(queryset, int(self.value())) if self.value() in chosen else queryset

    def narrow(self, queryset: QuerySet, pk: int) -> QuerySet:
        return queryset.filter(**{self.path: pk})
