"""The bytes of a directory file -> the JSON document in it."""

from __future__ import annotations

import json
from typing import Any

from django.utils.translation import gettext as _

from .faults import BadDirectory, Fault
from .values import Repeated, Unreadable


def parse(raw: bytes) -> Any:
    """UTF-8, with or without a byte order mark, that holds one JSON document (RFC 8259) -> the document.

    Repeated keys and numbers that have no value stay marked in it, so that ``read`` can name their paths. Raises
    BadDirectory.
    """
    try:
        return json.loads(
            raw.decode("utf-8-sig"), object_pairs_hook=_object, parse_constant=Unreadable, parse_int=_whole_number
        )
    except UnicodeDecodeError as error:
        raise _bad("encoding", _("The file is not UTF-8: see byte %(byte)d.") % {"byte": error.start}) from error
    except json.JSONDecodeError as error:
        where = {"line": error.lineno, "column": error.colno}
        raise _bad("json", _("The file is not JSON: see line %(line)d, column %(column)d.") % where) from error
    except RecursionError as error:
        raise _bad("nesting", _("Lists and objects are nested too deeply for a directory file.")) from error


def _bad(code: str, message: str) -> BadDirectory:
    return BadDirectory([Fault("", code, message)])


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) == len(pairs):
        return made
    repeated = Repeated(made)
    seen: set[str] = set()
    # ``add`` returns nothing, which lets a key go by that is seen for the first time.
    repeated.key = next(key for key, _value in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
    return repeated


def _whole_number(digits: str) -> int | Unreadable:
    try:
        return int(digits)
    except ValueError:
        # Python refuses to convert numbers of thousands of digits.
        return Unreadable(digits)
