"""Domain names and host names: one spelling each.

Stored and compared as lower-case A-labels without a trailing dot, shown as U-labels. Conversion is IDNA 2008 with the
UTS #46 mapping, non-transitional (``faß.de`` stays itself); the standard library's ``idna`` codec is IDNA 2003 and is
not used.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import idna

from .errors import InvalidInput

MAX_NAME = 253
MAX_LABEL = 63
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?\Z")

# Letters that look alike in ordinary typefaces, Cyrillic to Latin.
_CYRILLIC = "аеіїорсухѕјһԁкмтвнАВЕІКМНОРСТУХЅЈ"
_LATIN = "aeiiopcyxsjhdkmtbhABEIKMHOPCTYXSJ"
TO_LATIN = str.maketrans(_CYRILLIC, _LATIN)
# Only unmistakable pairs on the way back: a Latin "b" or "h" is not what somebody meant by "в" or "н".
TO_CYRILLIC = str.maketrans("aeiopcyxsjABEIKMHOPCTYX", "аеіорсухѕјАВЕІКМНОРСТУХ")


def scripts_of(text: str) -> frozenset[str]:
    """The scripts of the letters in ``text``: the first word of each letter's Unicode name (LATIN, CYRILLIC, …)."""
    return frozenset(unicodedata.name(c, "UNKNOWN").split(" ")[0] for c in text if c.isalpha())


def unmix(label: str) -> str:
    """``label`` in one script, where letters of the other one are only look-alikes; raises InvalidInput otherwise."""
    if not {"LATIN", "CYRILLIC"} <= scripts_of(label):
        return label
    for table, script in ((TO_LATIN, "LATIN"), (TO_CYRILLIC, "CYRILLIC")):
        candidate = label.translate(table)
        if scripts_of(candidate) == {script}:
            return candidate
    raise InvalidInput("mixed_scripts", label)


# Every request names a host and a domain, mostly the same ones.
@lru_cache(maxsize=4096)
def normalise_name(text: str, *, forgive: bool = False) -> str:
    """A domain name in any spelling -> lower-case A-labels without a trailing dot.

    At least two labels, each LDH (RFC 1123 §2.1), at most 63 octets each and 253 in all (RFC 1035 §2.3.4), a last label
    that is not a number (so an IP address is no name), no label that mixes scripts. With ``forgive`` a look-alike
    letter of the other script is replaced; without it such a label is refused. Raises InvalidInput.
    """
    name = text.strip().rstrip(".。．｡") if forgive else text.removesuffix(".")
    if not name:
        raise InvalidInput("empty")
    if len(name) > MAX_NAME * 4:
        raise InvalidInput("too_long")
    if name.isascii():
        if not name.isprintable():
            raise InvalidInput("bad_character")
        return _checked(_to_ascii(name))
    if any(0xD800 <= ord(c) <= 0xDFFF or unicodedata.category(c) == "Cc" for c in name):
        raise InvalidInput("bad_character")
    labels = re.split("[.。．｡]", name)
    if forgive:
        name = ".".join(unmix(label) for label in labels)
    elif mixed := next((label for label in labels if {"LATIN", "CYRILLIC"} <= scripts_of(label)), None):
        raise InvalidInput("mixed_scripts", mixed)
    return _checked(_to_ascii(name))


def _to_ascii(name: str) -> str:
    try:
        if name.isascii():
            name = name.lower()
            if "xn--" not in name:
                return name
        return idna.encode(name, uts46=True, std3_rules=True, transitional=False).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError, IndexError) as error:
        code = "too_long" if "too long" in str(error).lower() else "bad_name"
        raise InvalidInput(code, name[:80]) from error


def _checked(name: str) -> str:
    labels = name.split(".")
    if "" in labels:
        raise InvalidInput("empty_label", display_name(name)[:80])
    if len(name) > MAX_NAME or any(len(label) > MAX_LABEL for label in labels):
        raise InvalidInput("too_long", name[:80])
    for label in labels:
        if not _LABEL.match(label):
            raise InvalidInput("bad_name", display_name(label))
    if len(labels) < 2:
        raise InvalidInput("one_label", display_name(name))
    if labels[-1].isdigit():
        raise InvalidInput("ip_address", name)
    for label in labels:
        if label.startswith("xn--"):
            display_label = display_name(label)
            if {"LATIN", "CYRILLIC"} <= scripts_of(display_label):
                raise InvalidInput("mixed_scripts", display_label)
    return name


def display_name(name: str) -> str:
    """A-labels -> U-labels for people; a label that does not decode stays as it is."""
    if "xn--" not in name:
        return name
    shown = []
    for label in name.split("."):
        try:
            shown.append(idna.decode(label) if label.startswith("xn--") else label)
        except (idna.IDNAError, UnicodeError):
            shown.append(label)
    return ".".join(shown)
