"""Form fields that read and show what models keep: lists as lines of text, names as people write them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from accounts.messages import validation_error
from mailsettings.core.errors import InvalidInput
from mailsettings.core.names import display_name, normalise_name


class LinesField(forms.Field):
    """A list, one item a line. A line that cannot be read is named by its number."""

    widget = forms.Textarea(attrs={"rows": 4, "cols": 80, "spellcheck": "false"})

    def read_line(self, line: str) -> Any:
        """One item; raises ValidationError."""
        raise NotImplementedError

    def write_line(self, item: Any) -> str:
        """The line of one item."""
        raise NotImplementedError

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(map(self.write_line, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[Any]:
        items, errors = [], []
        for number, line in enumerate((value or "").splitlines(), 1):
            if not line.strip():
                continue
            try:
                items.append(self.read_line(line.strip()))
            except ValidationError as error:
                params = {"number": number, "problem": " ".join(error.messages)}
                errors.append(ValidationError(_("Line %(number)d: %(problem)s"), code="bad_line", params=params))
        if errors:
            raise ValidationError(errors)
        return items

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return (initial or []) != self.to_python(data)
        except ValidationError:
            return True


class HostNamesField(LinesField):
    """Host names, one a line."""

    def read_line(self, line: str) -> str:
        try:
            return normalise_name(line)
        except InvalidInput as error:
            raise validation_error(error) from error

    def write_line(self, item: str) -> str:
        return display_name(item)


class DkimField(LinesField):
    """DKIM keys: on each line a selector, a space, and the record."""

    def read_line(self, line: str) -> dict[str, str]:
        selector, _space, record = line.partition(" ")
        if not record.strip():
            raise ValidationError(_("write the selector, a space and the record: mail v=DKIM1; k=rsa; p=…"))
        return {"selector": selector, "record": record.strip()}

    def write_line(self, item: dict[str, str]) -> str:
        return f"{item['selector']} {item['record']}"


class MessengersField(LinesField):
    """Messengers: on each line a name, a space, and an https address."""

    def read_line(self, line: str) -> dict[str, str]:
        name, _space, url = line.rpartition(" ")
        example = _("write the name, a space and an address: Telegram https://t.me/…")
        if not name.strip():
            raise ValidationError(example)
        URLValidator(schemes=["https"], message=example)(url)
        return {"name": name.strip(), "url": url}

    def write_line(self, item: dict[str, str]) -> str:
        return f"{item['name']} {item['url']}"


class NameFormField(forms.CharField):
    """A domain or host name, shown in U-labels. The model field brings what is typed into its one spelling."""

    def prepare_value(self, value: Any) -> Any:
        return display_name(value) if isinstance(value, str) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class ColourField(forms.CharField):
    """A colour such as #1F5FBF, in lower case."""

    def to_python(self, value: Any) -> str:
        return super().to_python(value).lower()


class SearchedSelect(AutocompleteSelect):
    """A field with a search. It may be searched for an address, so what is typed is posted."""

    def build_attrs(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return super().build_attrs(*args, **kwargs) | {"data-ajax--type": "POST"}
