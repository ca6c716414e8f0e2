"""The prose pages of the site as data: one TOML file per article, both languages side by side, no HTML.

``articles()`` gives them by id, which is the file's name. ``Article.resolve(language)`` is a Page in one language:
sections of blocks, whose prose is runs (``mailsettings/core/prose.py``). Every block has a ``kind``, by which a
template finds the part that draws it. Link and setting ids are resolved by the page, which knows the domain.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from typing import ClassVar

from ..core.prose import Run

Runs = tuple[Run, ...]


class ArticleError(ValueError):
    """An article that cannot be published; the message names the file and the path to the fault."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    kind: ClassVar[str] = "paragraph"
    text: Runs


@dataclass(frozen=True, slots=True)
class Items:
    """A list. ``steps`` tells whether the order matters, so that the items are numbered."""

    kind: ClassVar[str] = "list"
    steps: bool
    items: tuple[Runs, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """A remark set apart. ``tone`` is ``info`` or ``warning``."""

    kind: ClassVar[str] = "note"
    tone: str
    text: Runs


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell with the heading of its column, for a layout that shows the cells below each other."""

    head: str
    text: Runs


@dataclass(frozen=True, slots=True)
class Row:
    topic: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose first column is the topic. ``more_rows`` follow ``rows`` and are folded at first."""

    kind: ClassVar[str] = "table"
    caption: str
    head: tuple[str, ...]
    rows: tuple[Row, ...]
    more_rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Definition:
    """A term of the glossary. ``id`` is its anchor."""

    kind: ClassVar[str] = "definition"
    id: str
    term: str
    text: Runs


@dataclass(frozen=True, slots=True)
class Ports:
    """The place of the table of registered ports, which the page makes from ``core.endpoints.REGISTERED_PORTS``."""

    kind: ClassVar[str] = "ports"


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing by its id. ``alternative`` says the same in words."""

    kind: ClassVar[str] = "picture"
    id: str
    alternative: str


@dataclass(frozen=True, slots=True)
class Wording:
    """Words or a code exactly as a program shows them. ``language`` is that of the words, whatever the page's is."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class ProgramTexts:
    program: str
    wordings: tuple[Wording, ...]


@dataclass(frozen=True, slots=True)
class ProgramAdvice:
    """Where in one program the fix is found."""

    program: str
    text: Runs


class When(Enum):
    """For whom a step is: for everyone, or by what a page may say of the reader's user name."""

    ALWAYS = "always"
    UNKNOWN = "unknown"
    PUBLIC = "public"
    PRIVATE = "private"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to check or to do. ``when`` leaves it out where it is not meant for the reader's domain."""

    text: Runs
    when: When = When.ALWAYS


@dataclass(frozen=True, slots=True)
class KnownError:
    """What goes wrong in the reader's words, what programs print then, why it happens, and how to mend it in steps.

    ``id`` is the anchor. ``warning`` may be empty, ``texts`` and ``programs`` too.
    """

    kind: ClassVar[str] = "error"
    id: str
    title: str
    texts: tuple[ProgramTexts, ...]
    cause: Runs
    fix: tuple[Step, ...]
    warning: Runs = ()
    programs: tuple[ProgramAdvice, ...] = ()


@dataclass(frozen=True, slots=True)
class Symptom:
    """What a reader notices, and what to check then, in order. ``id`` is the anchor."""

    kind: ClassVar[str] = "symptom"
    id: str
    title: str
    checks: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer to a question: what follows from it, and the id of the question to ask next. One of them is there."""

    words: str
    then: Runs = ()
    next: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a decision tree, with what the reader needs to answer it. ``id`` is the anchor."""

    kind: ClassVar[str] = "question"
    id: str
    title: str
    replies: tuple[Reply, ...]
    text: Runs = ()


Block = Paragraph | Items | Note | Table | Definition | Ports | Picture | KnownError | Symptom | Question


@dataclass(frozen=True, slots=True)
class Section:
    """``id`` is the anchor."""

    id: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """An article in one language."""

    title: str
    lead: Runs
    sections: tuple[Section, ...]

    @property
    def definitions(self) -> tuple[Definition, ...]:
        """The terms of the glossary, in order."""
        return tuple(block for block in self._blocks() if isinstance(block, Definition))

    @property
    def errors(self) -> tuple[KnownError, ...]:
        """The known errors, commonest first."""
        return tuple(block for block in self._blocks() if isinstance(block, KnownError))

    @property
    def anchors(self) -> tuple[str, ...]:
        """Everything an address may point at after ``#``: sections, definitions, errors, symptoms, questions."""
        inner = (
            block.id for block in self._blocks() if isinstance(block, Definition | KnownError | Symptom | Question)
        )
        return (*(section.id for section in self.sections), *inner)

    def _blocks(self) -> Iterator[Block]:
        for section in self.sections:
            yield from section.blocks


@dataclass(frozen=True, slots=True)
class Article:
    """An article in both languages; both have the same sections, blocks and marks."""

    id: str
    uk: Page
    en: Page

    def resolve(self, language: str) -> Page:
        """The article in ``language``, Ukrainian where that is not one of ours."""
        return self.en if language == "en" else self.uk


@cache
def articles() -> dict[str, Article]:
    """All articles by id. Raises ArticleError."""
    # Here, as the loader needs the classes above.
    from .loader import load_articles

    return load_articles(Path(__file__).parent)
