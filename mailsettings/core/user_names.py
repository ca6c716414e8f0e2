"""What programs make of a user name that they read in a file."""

from __future__ import annotations

import math
import re

_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?", re.IGNORECASE)


def read_as_value(text: str) -> str:
    """What Thunderbird has left of a text after it was a value (JXON): ``00123`` is 123, ``1e5`` is 100000."""
    text = text.strip()
    if text.lower() in ("true", "false"):
        return text.lower()
    if not _NUMBER.fullmatch(text):
        return text
    number = float(text)
    if not math.isfinite(number):
        return text
    return str(int(number)) if number.is_integer() and abs(number) < 1e21 else str(number)


def misread(login: str, local_part: str) -> str:
    """What Thunderbird logs in with in place of a mailbox's own user name; empty where it takes it as it is.

    A name that is the part before the @ is never written out: a placeholder stands for it.
    """
    read = read_as_value(login)
    return "" if read == login or login == local_part else read
