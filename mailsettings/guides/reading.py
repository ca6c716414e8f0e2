"""A guide as one reader gets it: one language, only what applies, labels and security words in place.

Settings and links stay ids; the page fills them in. What is resolved is attributes and tuples, as templates like it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ..core.prose import Prose, Run, RunKind
from .choice import Choice
from .labels import Label, ShownLabel, show
from .vocabulary import Kind, Manner, Mode, NoteKind, Platform


@dataclass(frozen=True, slots=True)
class ShownRun:
    """A piece of a sentence: ``text`` of a text or code, ``label``, or the id ``ref`` of a setting or link.

    A link's words are in ``text``.
    """

    kind: RunKind
    text: str = ""
    ref: str = ""
    label: ShownLabel | None = None


Runs = tuple[ShownRun, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What turns parts of a guide into their resolved forms.

    ``words`` are the program's own words for values that it names differently, by setting id.
    """

    choice: Choice
    labels: Mapping[str, Label]
    words: Mapping[str, Prose]

    @property
    def language(self) -> str:
        return self.choice.language

    def label(self, label_id: str) -> ShownLabel | None:
        return show(self.labels[label_id], self.language) if label_id else None

    def runs(self, prose: Prose) -> Runs:
        """The runs of ``prose`` in the reader's language."""
        shown: list[ShownRun] = []
        for run in prose.in_language(self.language):
            if run.kind is RunKind.SETTING and run.ref in self.words:
                shown.extend(self.words_for(run.ref))
            else:
                shown.append(self._run(run))
        return tuple(shown)

    def words_for(self, setting: str) -> Runs:
        """The program's own words for a setting's value; empty where it has none."""
        words = self.words.get(setting)
        return tuple(self._run(run) for run in words.in_language(self.language)) if words else ()

    def line(self, runs: tuple[Run, ...]) -> Runs:
        """A line of code, in which settings are the values themselves and not the words of a program."""
        return tuple(self._run(run) for run in runs)

    def _run(self, run: Run) -> ShownRun:
        if run.kind is RunKind.LABEL:
            return ShownRun(run.kind, ref=run.ref, label=self.label(run.ref))
        return ShownRun(run.kind, run.text, run.ref)


@dataclass(frozen=True, slots=True)
class ResolvedNote:
    kind: NoteKind
    runs: Runs


@dataclass(frozen=True, slots=True)
class ResolvedValue:
    """A value row below a step: ``setting`` is its id, ``label`` the program's name of the field, where it is given.

    ``words`` are what to choose in that field where the program has its own words for the value, else empty.
    """

    setting: str
    label: ShownLabel | None
    words: Runs


@dataclass(frozen=True, slots=True)
class ShownDrawing:
    """An SVG file and what it shows, in one language."""

    file: str
    alternative: str

    @property
    def path(self) -> str:
        """Its place among the site's static files."""
        return f"drawings/{self.file}"


@dataclass(frozen=True, slots=True)
class ResolvedStep:
    """One action. ``anchor`` is unique within the guide; the texts other than ``text`` may be empty.

    ``place`` where on the screen, ``expect`` what you should see then, ``otherwise`` what to do if it looks different.
    ``code`` are the lines of a file or of a command, to be copied whole. ``snippet``, ``picture`` and ``file`` name
    formats: one whose text stands in place of such lines, one to look at, one to download.
    """

    id: str
    anchor: str
    text: Runs
    place: Runs
    values: tuple[ResolvedValue, ...]
    expect: Runs
    otherwise: Runs
    warning: Runs
    code: tuple[Runs, ...] = ()
    drawing: ShownDrawing | None = None
    snippet: str = ""
    picture: str = ""
    file: str = ""


@dataclass(frozen=True, slots=True)
class ResolvedSection:
    """Numbered steps below a title, after notes that are to be read first. ``mode`` is set for ways only."""

    id: str
    anchor: str
    title: str
    mode: Mode | None
    notes: tuple[ResolvedNote, ...]
    steps: tuple[ResolvedStep, ...]


@dataclass(frozen=True, slots=True)
class ResolvedEntry:
    """One thing to be done (add the mailbox, change an account), with the ways to do it, best first."""

    id: str
    anchor: str
    title: str
    notes: tuple[ResolvedNote, ...]
    ways: tuple[ResolvedSection, ...]


@dataclass(frozen=True, slots=True)
class Automatic:
    """How the program sets itself up; ``format`` is the file's format name where it does so from a file."""

    manner: Manner
    format: str = ""


@dataclass(frozen=True, slots=True)
class ResolvedGuide:
    """The whole guide for one reader. ``errors`` are ids of the help article, the likeliest first."""

    id: str
    choice: Choice
    program: str
    title: str
    summary: str
    kind: Kind
    platforms: tuple[Platform, ...]
    minutes: int
    checked: date
    version: str
    sources: tuple[str, ...]
    automatic: Automatic | None
    recognise: tuple[ResolvedNote, ...]
    needs: tuple[ResolvedNote, ...]
    privacy: tuple[ResolvedNote, ...]
    entries: tuple[ResolvedEntry, ...]
    test: ResolvedSection
    after: tuple[ResolvedSection, ...]
    removal: ResolvedSection | None
    errors: tuple[str, ...]
    incoming_security: Runs
    outgoing_security: Runs
