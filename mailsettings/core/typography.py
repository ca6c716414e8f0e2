"""Where a line may not break: after a one-letter word in Ukrainian, before a dash, within “15 minutes”. Pure."""

from __future__ import annotations

import re

NBSP = "\u00a0"
_ONE_LETTER = re.compile(r"(?<![\w’'])([вузіяйоаВУЗІЯЙОА]) (?=\w|«)")
_DASH = re.compile(r" (?=—)")
_NUMBER = re.compile(r"(?<=\d) (?=[^\W\d_])")


def bound(text: str, language: str) -> str:
    """``text`` with spaces that hold together what belongs together; the words are the same."""
    if language == "uk":
        text = _ONE_LETTER.sub(rf"\1{NBSP}", text)
    return _NUMBER.sub(NBSP, _DASH.sub(NBSP, text))
