"""Words and quoted strings of configuration files, as the programs take them apart."""

from __future__ import annotations

import re

from .reading import Unreadable

_WORD = re.compile(r'"((?:[^"\\]|\\.)*)"|([^\s"]+)')
_SPACE = re.compile(r"\s*")


def words(line: str) -> list[str]:
    """``Host "a b"  # comment`` -> ``Host``, ``a b``. Within quotes a backslash stands before any character."""
    found: list[str] = []
    position = _SPACE.match(line).end()  # type: ignore[union-attr]
    while position < len(line) and line[position] != "#":
        word = _WORD.match(line, position)
        if not word:
            raise Unreadable(f"quotes that do not end: {line.strip()}")
        quoted, bare = word.groups()
        found.append(bare if quoted is None else re.sub(r"\\(.)", r"\1", quoted))
        position = _SPACE.match(line, word.end()).end()  # type: ignore[union-attr]
    return found


def lines(document: bytes) -> list[str]:
    """The lines of a text in UTF-8; raises Unreadable."""
    try:
        return document.decode("utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise Unreadable(f"no text: {error}") from error
