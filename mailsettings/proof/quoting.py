"""Words and quoted strings of configuration files, as the programs take them apart."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import SplitResult, urlsplit

from .reading import Unreadable, same_address

# What a person replaces in lines that were not made for them: the part before the @, and a name known from a letter.
LOCAL_PART = "YOUR-ADDRESS"
USER_NAME = "YOUR-USER-NAME"

_WORD = re.compile(r'"((?:[^"\\]|\\.)*)"|([^\s"]+)')
_SPACE = re.compile(r"\s*")


def behind_backslash(quoted: str) -> str:
    """What stands between quotes where a backslash makes any character literal."""
    return re.sub(r"\\(.)", r"\1", quoted)


def words(line: str, unescaped: Callable[[str], str] = behind_backslash) -> list[str]:
    """``Host "a b"  # comment`` -> ``Host``, ``a b``; ``unescaped`` takes what stands between quotes."""
    found: list[str] = []
    position = _SPACE.match(line).end()  # type: ignore[union-attr]  # It matches anywhere, if only nothing.
    while position < len(line) and line[position] != "#":
        word = _WORD.match(line, position)
        if not word:
            raise Unreadable(f"quotes that do not end: {line.strip()}")
        quoted, bare = word.groups()
        found.append(bare if quoted is None else unescaped(quoted))
        position = _SPACE.match(line, word.end()).end()  # type: ignore[union-attr]  # As above.
    return found


def php_literal(text: str) -> str:
    """A single-quoted string of PHP without its quotes, any other value as it is written.

    A backslash stands before a quote and before a backslash.
    """
    quoted = re.fullmatch(r"'((?:[^'\\]|\\.)*)'", text.strip(), re.DOTALL)
    return re.sub(r"\\([\\'])", r"\1", quoted.group(1)) if quoted else text.strip()


def lines(document: bytes) -> list[str]:
    """The lines of a text in UTF-8; raises Unreadable."""
    try:
        return document.decode("utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise Unreadable(f"no text: {error}") from error


def split(url: str) -> SplitResult:
    """The parts of a URL, its port among them; raises Unreadable."""
    try:
        parts = urlsplit(url)
        _port = parts.port
    except ValueError as error:
        raise Unreadable(f"{url} is no address") from error
    return parts


def filled(text: str | None, address: str) -> str | None:
    """What a person with ``address`` makes of a value that may be a placeholder; None for a name they have to know."""
    return None if text in (None, USER_NAME) else text.replace(LOCAL_PART, address.rpartition("@")[0])


def same_sender(text: str | None, address: str) -> None:
    """Raises Unreadable where the sender's address is there and not the asker's."""
    same_address(filled(text, address) or address, address)
