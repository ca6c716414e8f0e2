"""Model fields that keep one spelling: forms, filters, single saves and bulk writes all pass through them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.lookups import Lookup

from mailsettings.core.errors import InvalidInput
from mailsettings.core.names import MAX_NAME, normalise_name

from .messages import validation_error


class NormalisedField(models.CharField):
    """A CharField whose text is put into its one spelling by ``normalise`` (raises InvalidInput)."""

    normalise: Callable[[str], str]

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return text
        try:
            return type(self).normalise(text)
        except InvalidInput as error:
            raise validation_error(error) from error

    def get_prep_value(self, value: Any) -> Any:
        # What has no valid spelling equals no row: a filter finds nothing, and a write meets the database's check.
        text = models.CharField.to_python(self, models.Field.get_prep_value(self, value))
        if not text:
            return text
        try:
            return type(self).normalise(text)
        except InvalidInput:
            return text


class NameField(NormalisedField):
    """A domain or host name, as lower-case A-labels without a trailing dot."""

    normalise = staticmethod(normalise_name)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", MAX_NAME)
        super().__init__(*args, **kwargs)


# What every stored name looks like, for check constraints.
NAME_PATTERN = r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$"


@models.CharField.register_lookup
class Begins(Lookup):
    """``column__begins="text"``: like ``startswith``, but answered from an index by every database.

    SQLite uses none for the LIKE that Django writes, so it is asked for a range. PostgreSQL compares ranges in the
    order of a language, so it is asked with LIKE, which an index of the class ``varchar_pattern_ops`` answers.
    """

    lookup_name = "begins"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        column, params = self.process_lhs(compiler, connection)
        if not self.rhs:
            return f"{column} >= %s", [*params, ""]
        return f"({column} >= %s AND {column} < %s)", [*params, self.rhs, *params, self.rhs + LAST_CHARACTER]

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        column, params = self.process_lhs(compiler, connection)
        return f"{column} LIKE %s", [*params, connection.ops.prep_for_like_query(self.rhs) + "%"]


LAST_CHARACTER = "\U0010ffff"


def begins(column: str, *beginnings: str) -> Q:
    """``column`` begins like one of these texts; nothing does where there are none."""
    found = Q(pk__in=[]) if not beginnings else Q()
    for beginning in beginnings:
        found |= Q(**{f"{column}__begins": beginning})
    return found
