"""Text as a search sees it: what a reader does not mean to distinguish is the same. Pure."""

from __future__ import annotations

import re
import unicodedata

# Cyrillic letters that look like Latin ones in small print: codes such as 0x800CCC0E are typed with either. And «ґ»,
# which many a keyboard lacks: whoever looks for «Ґрунт» types «грунт».
LOOK_ALIKES = str.maketrans("авекмнорстухіјѕґ", "abekmhopctyxijsг")
APOSTROPHES = dict.fromkeys(map(ord, "'’ʼ‘`´′"), None)
WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """``text`` without case, accents, apostrophes and the difference between look-alike letters.

    «Ім’я» and "ім'я" fold to the same, «ґ» and «г», and so do ``0x800CCC0E`` in Latin and in Cyrillic letters.
    """
    small = unicodedata.normalize("NFKD", text).casefold().translate(APOSTROPHES)
    bare = "".join(letter for letter in small if not unicodedata.combining(letter))
    return bare.translate(LOOK_ALIKES)


def plain(text: str) -> str:
    """``text`` with full-width and other compatible signs as ordinary ones; a number sign is not made letters of."""
    return "№".join(unicodedata.normalize("NFKC", part) for part in text.split("№"))


def words(text: str) -> list[str]:
    """The folded words and numbers of ``text``, in their order."""
    return WORD.findall(fold(text))
