"""Single values of a directory file: how JSON becomes what a column holds, and the way back.

A reader takes a model field and gives a function from a JSON value to the column's value, which raises ``Wrong``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db.models import Field
from django.utils.translation import gettext as _

from accounts.messages import MESSAGES
from mailsettings.core.endpoints import normalise_host_pattern
from mailsettings.core.errors import InvalidInput
from mailsettings.core.names import display_name, normalise_name

Read = Callable[[Any], Any]
SHOWN = 80


class Flaw(NamedTuple):
    """A fault within one value; ``place`` goes on from the value's own path: ``[2].selector``."""

    place: str
    code: str
    message: str


class Wrong(Exception):
    """A value that cannot be read."""

    def __init__(self, *flaws: Flaw) -> None:
        super().__init__(*flaws)
        self.flaws = flaws


class Repeated(dict[str, Any]):
    """A JSON object in which ``key`` is written more than once."""

    key = ""


class Unreadable:
    """What stands in a document for a number that JSON or this machine has no value for."""

    def __init__(self, text: str) -> None:
        self.text = text


def wrong(code: str, message: str, place: str = "") -> Wrong:
    return Wrong(Flaw(place, code, message))


def kind_of(value: Any) -> str:
    """What a JSON value is, in words."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Unreadable):
        return value.text[:SHOWN]
    kinds = {str: _("text"), dict: _("an object in braces"), list: _("a list in brackets")}
    return next((words for kind, words in kinds.items() if isinstance(value, kind)), _("a number"))


def wrong_kind(value: Any, needed: str, place: str = "") -> Wrong:
    """``value`` is not of the kind that ``needed`` says in a whole sentence."""
    if value is None:
        return wrong("null", _("null is not a value here. Leave the key out to keep what is stored."), place)
    return wrong("type", f"{needed} {_('This is %(kind)s.') % {'kind': kind_of(value)}}", place)


def check_text(value: Any, place: str = "") -> str:
    """Text that a database and a terminal can hold."""
    if type(value) is not str:
        raise wrong_kind(value, _("Text in quotes is needed here."), place)
    if "\0" in value or not (value.isascii() or _encodes(value)):
        raise wrong("bad_character", _("There is a character in it that text cannot hold (NUL or half a pair)."), place)
    return value


def _encodes(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def check_object(value: Any, place: str = "") -> dict[str, Any]:
    """A JSON object without repeated keys."""
    if not isinstance(value, dict):
        raise wrong_kind(value, _("An object in braces is needed here."), place)
    if isinstance(value, Repeated):
        key = printable(value.key)
        raise wrong("repeated_key", _("The key “%(key)s” is written twice in one object.") % {"key": key}, place)
    return value


def check_list(value: Any) -> list[Any]:
    if type(value) is not list:
        raise wrong_kind(value, _("A list in brackets is needed here."))
    return value


def printable(text: str) -> str:
    """``text`` with escapes for what would not show in a line on a terminal, or would change the terminal."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def _clean(field: Field[Any, Any], value: Any) -> Any:
    try:
        return field.clean(value, None)
    except ValidationError as error:
        flaw = error.error_list[0]
        raise wrong(flaw.code or "invalid", "; ".join(error.messages)) from error


def text(field: Field[Any, Any]) -> Read:
    """Text, in the field's one spelling."""
    return lambda value: _clean(field, check_text(value))


def choice(field: Field[Any, Any]) -> Read:
    """One of the field's choices."""
    known = [key for key, _words in field.flatchoices]

    def read(value: Any) -> Any:
        if value.__class__ is str and value in known:
            return value
        given = check_text(value)[:SHOWN]
        words = _("“%(value)s” is not known here. Write one of: %(choices)s.")
        raise wrong("choice", words % {"value": given, "choices": ", ".join(known)})

    return read


def flag(_field: Field[Any, Any]) -> Read:
    """``true`` or ``false``."""

    def read(value: Any) -> bool:
        if isinstance(value, bool):
            return value
        raise wrong_kind(value, _("true or false is needed here."))

    return read


def port(_field: Field[Any, Any]) -> Read:
    """A whole number from 1 to 65535; which port fits which protocol is the row's to say."""

    def read(value: Any) -> int:
        if type(value) is not int:
            raise wrong_kind(value, _("A whole number is needed here."))
        if not 1 <= value <= 65535:
            raise wrong("port_range", str(MESSAGES["port_range"]))
        return value

    return read


def reference(*, optional: bool) -> Callable[[Field[Any, Any]], Read]:
    """The identity of another row, as text; null for none where it is optional."""
    return lambda _field: lambda value: None if optional and value is None else check_text(value)


def names(field: Field[Any, Any]) -> Read:
    """A list of host names, each in its one spelling."""

    def read(value: Any) -> Any:
        good: list[str] = []
        flaws: list[Flaw] = []
        for index, item in enumerate(check_list(value)):
            try:
                good.append(host_name(check_text(item)))
            except Wrong as error:
                flaws += [flaw._replace(place=f"[{index}]") for flaw in error.flaws]
        if flaws:
            raise Wrong(*flaws)
        return _clean(field, good)

    return read


def host_name(value: str) -> str:
    """A host name without placeholders, in its one spelling."""
    try:
        return normalise_name(value)
    except InvalidInput as error:
        raise wrong(error.code, str(MESSAGES[error.code]) % {"part": error.part}) from error


def objects(*keys: str) -> Callable[[Field[Any, Any]], Read]:
    """A list of objects that have exactly these keys, each with a text."""

    def bound(field: Field[Any, Any]) -> Read:
        def read(value: Any) -> Any:
            good: list[dict[str, str]] = []
            flaws: list[Flaw] = []
            for index, item in enumerate(check_list(value)):
                try:
                    good.append(_texts(item, keys, f"[{index}]"))
                except Wrong as error:
                    flaws += error.flaws
            if flaws:
                raise Wrong(*flaws)
            return _clean(field, good)

        return read

    return bound


def _texts(item: Any, keys: tuple[str, ...], place: str) -> dict[str, str]:
    given = check_object(item, place)
    if set(given) != set(keys):
        words = _("An object with exactly these keys is needed here: %(keys)s.")
        raise wrong("keys", words % {"keys": ", ".join(keys)}, place)
    return {key: check_text(given[key], f"{place}.{key}") for key in keys}


def write_name(stored: str) -> str:
    """A stored name or host pattern in U-labels where that reads back as the same name, else as it is stored."""
    shown = display_name(stored)
    normalise = normalise_host_pattern if "{" in stored else normalise_name
    try:
        return shown if normalise(shown) == stored else stored
    except InvalidInput:
        return stored


def write_names(stored: list[str]) -> list[str]:
    return [write_name(name) for name in stored]


def write_objects(*keys: str) -> Callable[[list[dict[str, str]]], list[dict[str, str]]]:
    # A database may give the keys of an object back in another order.
    return lambda stored: [{key: item[key] for key in keys} for item in stored]
