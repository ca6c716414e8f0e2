"""Search over instructions, errors and terms: what stands in the files, in memory, without a database.

A query may be a few words, a part of a code, or a whole message as a program shows it. Case, apostrophes, accents and
look-alike letters make no difference, and endings of words hardly any. Rare words weigh more than common ones.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from typing import TypeVar

from .articles import Definition, KnownError, Page, Symptom, articles
from .core.folding import fold, words
from .core.prose import Prose, Run
from .core.text import LANGUAGES, Text
from .guides import Guide, guides

B = TypeVar("B")
LONGEST = 1000
MOST = 8
# What scores below this part of the best is no answer any more.
WORTH_SHOWING = 0.15
# How much a word counts by where it stands: in a title, in what a program prints, in the rest of the text.
TITLE, WORDING, TEXT = 4.0, 3.0, 1.0
# How surely a word is meant by one with another ending, and by one with a slip of the keyboard in it.
ALIKE, MISTYPED = 0.7, 0.4
LONG_ENOUGH_TO_MISTYPE = 5
# How much of two words is the same where one is the other with a slip in it, as ``difflib`` measures.
NEAR = 0.8
# Folding makes this of the dots that stand in a wording for a name or a number.
GAP = "..."
# What a whole message as a program prints it counts for.
WHOLE = 10.0
# A part of a code from this length on is enough; shorter ones are everywhere.
SHORTEST_PART = 3
# Ukrainian endings: words that agree in all but their last letters are taken for one.
STEM = 4
# Longer words have longer endings.
LONG = 8


class Kind(StrEnum):
    GUIDE = "guide"
    ERROR = "error"
    TERM = "term"
    PART = "part"


@dataclass(frozen=True, slots=True)
class Found:
    """Something that was found. ``link`` is a link id as guides and articles write them (``mailsettings.guides``)."""

    kind: Kind
    link: str
    title: Text
    summary: Text


@dataclass(slots=True)
class _Entry:
    found: Found
    weights: dict[str, float] = field(default_factory=dict)
    wordings: list[str] = field(default_factory=list)

    def add(self, texts: Iterable[str], weight: float) -> None:
        for text in texts:
            for word in words(text):
                self.weights[word] = max(weight, self.weights.get(word, 0.0))


class _Known:
    """Every word of the entries, arranged so that a word of a query is compared with few of them."""

    def __init__(self, every: Iterable[str]) -> None:
        self.every = list(every)
        self._joined = "\n".join(self.every)
        self._by_stem: dict[str, list[str]] = defaultdict(list)
        self._by_length: dict[int, list[tuple[str, int]]] = defaultdict(list)
        # Each letter has a bit for its first time in a word, one for its second, and so on.
        self._bits: dict[tuple[str, int], int] = {}
        for own in self.every:
            self._by_stem[own[:STEM]].append(own)
            for letter in _numbered(own):
                self._bits.setdefault(letter, 1 << len(self._bits))
            self._by_length[len(own)].append((own, self._letters(own)))

    def _letters(self, word: str) -> int:
        return sum(self._bits.get(letter, 0) for letter in _numbered(word))

    def candidates(self, word: str) -> list[str]:
        """All words that ``word`` is or is like, and perhaps others."""
        if not any(letter.isdigit() for letter in word):
            return self._by_stem.get(word[:STEM], [])
        return self.every if word in self._joined else []

    def near(self, word: str) -> list[str]:
        """The words from which ``word`` may be a slip away, the nearest first.

        ``get_close_matches`` would look at all of them; most have too few letters in common, and that is told sooner.
        """
        letters = self._letters(word)
        some = [
            own
            for length in range(math.ceil(len(word) / (2 / NEAR - 1)), math.floor(len(word) * (2 / NEAR - 1)) + 1)
            for own, its in self._by_length.get(length, ())
            if 2.0 * (letters & its).bit_count() / (len(word) + length) >= NEAR
        ]
        return get_close_matches(word, some, n=3, cutoff=NEAR)


def _numbered(word: str) -> Iterator[tuple[str, int]]:
    """Each letter with how many of it stood before: a set of these is what a word is made of."""
    before: Counter[str] = Counter()
    for letter in word:
        yield letter, before[letter]
        before[letter] += 1


def search(query: str) -> list[Found]:
    """What fits ``query`` best, best first; nothing for a query without words."""
    asked = list(dict.fromkeys(words(query[:LONGEST])))
    whole = fold(" ".join(query[:LONGEST].split()))
    entries, _rarity, known = _index()
    meant = [some for word in asked if (some := _meant(word, known))]
    scored = []
    for place, entry in enumerate(entries):
        hits = [hit for some in meant if (hit := max((_score(entry, own, how) for own, how in some), default=0.0))]
        said = any(_holds(whole, wording) for wording in entry.wordings)
        # A message that is pasted whole holds an address and a server's name, which nothing can match.
        if said or len(hits) * 3 >= len(asked) > 0:
            scored.append((-WHOLE * said - sum(hits) * len(hits) / max(len(asked), 1), place, entry.found))
    scored.sort(key=lambda one: one[:2])
    return [found for score, _place, found in scored[:MOST] if score <= scored[0][0] * WORTH_SHOWING]


def _score(entry: _Entry, own: str, how: float) -> float:
    return entry.weights.get(own, 0.0) * how * _index()[1][own]


def _meant(word: str, known: _Known) -> list[tuple[str, float]]:
    """The words of the index that ``word`` may stand for, with how surely: itself, alike ones, or else near misses."""
    some = known.candidates(word)
    alike = [(own, 1.0 if own == word else ALIKE) for own in some if own == word or _alike(own, word)]
    if alike or len(word) < LONG_ENOUGH_TO_MISTYPE:
        return alike
    return [(own, MISTYPED) for own in known.near(word)]


def _alike(own: str, word: str) -> bool:
    if any(letter.isdigit() for letter in word):
        return len(word) >= SHORTEST_PART and word in own
    shorter = min(len(own), len(word))
    shared = max(STEM, shorter - (3 if shorter >= LONG else 2))
    return len(word) >= STEM and len(own) >= STEM and own[:shared] == word[:shared]


def _holds(query: str, wording: str) -> bool:
    """Whether the query is the wording with its gaps filled in, or a good part of it."""
    parts = [part for gap in wording.split(GAP) if len(part := gap.strip()) > 3]
    return bool(parts) and (all(part in query for part in parts) or (len(query) > 6 and query in wording))


@cache
def _index() -> tuple[list[_Entry], dict[str, float], _Known]:
    """Every entry, how much a word tells by how few entries have it, and all words."""
    entries = [*_symptoms(), *_errors(), *map(_guide, guides().values()), *_parts()]
    spread = Counter(word for entry in entries for word in entry.weights)
    rarity = {word: math.log(1 + len(entries) / count) for word, count in spread.items()}
    return entries, rarity, _Known(rarity)


def _guide(guide: Guide) -> _Entry:
    entry = _Entry(Found(Kind.GUIDE, f"guide:{guide.id}", guide.program, guide.summary))
    entry.add((guide.id, guide.program.uk, guide.program.en, guide.title.uk, guide.title.en), TITLE)
    entry.add(guide.platforms, TITLE)
    entry.add((guide.summary.uk, guide.summary.en), TEXT)
    return entry


def _errors() -> Iterator[_Entry]:
    """The known errors, both languages of each in one entry: programs print what they please."""
    article = articles()["help"]
    for uk, en in zip(article.uk.errors, article.en.errors, strict=True):
        cause = Text(_read(uk.cause), _read(en.cause))
        entry = _Entry(Found(Kind.ERROR, f"help:{uk.id}", Text(uk.title, en.title), cause))
        entry.add((uk.title, en.title, uk.id), TITLE)
        for texts in (*uk.texts, *en.texts):
            entry.add((texts.program, *(wording.text for wording in texts.wordings)), WORDING)
            entry.wordings += [fold(wording.text) for wording in texts.wordings]
        entry.add((*strings(uk), *strings(en)), TEXT)
        yield entry


def _symptoms() -> Iterator[_Entry]:
    """What a reader notices, as they would say it."""
    article = articles()["help"]
    for uk, en in zip(_blocks(article.uk, Symptom), _blocks(article.en, Symptom), strict=True):
        first = Text(_read(uk.checks[0].text), _read(en.checks[0].text))
        entry = _Entry(Found(Kind.ERROR, f"help:{uk.id}", Text(uk.title, en.title), first))
        entry.add((uk.title, en.title), TITLE)
        entry.add((*strings(uk.checks), *strings(en.checks)), TEXT)
        yield entry


def _parts() -> Iterator[_Entry]:
    """Terms of the glossary, and the sections of the articles."""
    for article in articles().values():
        for uk_term, en_term in zip(article.uk.definitions, article.en.definitions, strict=True):
            text = Text(_read(uk_term.text), _read(en_term.text))
            entry = _Entry(Found(Kind.TERM, f"basics:{uk_term.id}", Text(uk_term.term, en_term.term), text))
            entry.add((uk_term.term, en_term.term), TITLE)
            entry.add((text.uk, text.en), TEXT)
            yield entry
        for uk, en in zip(article.uk.sections, article.en.sections, strict=True):
            link = f"{article.id.replace('-', '_')}#{uk.id}"
            title = Text(article.uk.title, article.en.title)
            entry = _Entry(Found(Kind.PART, link, Text(uk.title, en.title), title))
            entry.add((uk.title, en.title), TITLE)
            own = Definition | KnownError | Symptom
            others = [block for block in (*uk.blocks, *en.blocks) if not isinstance(block, own)]
            entry.add(strings(tuple(others)), TEXT)
            yield entry


def _blocks(page: Page, kind: type[B]) -> list[B]:
    return [block for section in page.sections for block in section.blocks if isinstance(block, kind)]


def _read(runs: tuple[Run, ...]) -> str:
    return "".join(run.text for run in runs)


def strings(part: object) -> Iterator[str]:
    """Every text that is read in a part of an article or a guide."""
    if isinstance(part, StrEnum):
        return
    if isinstance(part, str):
        yield part
    elif isinstance(part, Text | Prose):
        for language in LANGUAGES:
            yield from strings(part.in_language(language))
    elif isinstance(part, tuple | list):
        for each in part:
            yield from strings(each)
    elif isinstance(part, Run):
        yield part.text
    elif is_dataclass(part):
        for each in fields(part):
            yield from strings(getattr(part, each.name))
