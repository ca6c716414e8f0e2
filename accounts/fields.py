"""Model fields that keep one spelling: forms, filters, single saves and bulk writes all pass through them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import models

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
