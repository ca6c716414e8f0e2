"""The form of a guide: everything a TOML file of this folder says, in both languages, and how it is resolved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ..core.endpoints import INCOMING, Authentication, Endpoint, Protocol, Security, expand_user_name
from ..core.prose import Prose, Run
from ..core.settings import Ask, MailSettings
from ..core.text import Text
from .choice import ALWAYS, Choice, Condition, SendingName, UserName
from .labels import Label
from .reading import (
    Automatic,
    Reading,
    ResolvedEntry,
    ResolvedGuide,
    ResolvedNote,
    ResolvedSection,
    ResolvedStep,
    ResolvedValue,
    ShownDrawing,
)
from .vocabulary import Kind, Mode, NoteKind, Platform

NOTHING = Prose()


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence or two that is not a step."""

    text: Prose
    kind: NoteKind = NoteKind.NOTE
    when: Condition = ALWAYS


@dataclass(frozen=True, slots=True)
class Value:
    """A value to be shown below a step, and the label id of the program's field for it (or empty)."""

    setting: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class CodeLine:
    """A line of a file or a command, the same in every language: its text and the settings in it."""

    runs: tuple[Run, ...]
    when: Condition = ALWAYS


@dataclass(frozen=True, slots=True)
class Drawing:
    """An SVG file of ``portal/static/drawings``, and what it shows, in words."""

    file: str
    alternative: Text


@dataclass(frozen=True, slots=True)
class Step:
    """One action; ``reading.ResolvedStep`` explains the texts, and ``snippet``, ``picture`` and ``file``."""

    id: str
    text: Prose
    place: Prose = NOTHING
    values: tuple[Value, ...] = ()
    expect: Prose = NOTHING
    otherwise: Prose = NOTHING
    warning: Prose = NOTHING
    code: tuple[CodeLine, ...] = ()
    drawing: Drawing | None = None
    snippet: str = ""
    picture: str = ""
    file: str = ""
    when: Condition = ALWAYS

    def resolve(self, reading: Reading, section_anchor: str) -> ResolvedStep:
        return ResolvedStep(
            id=self.id,
            anchor=f"{section_anchor}-{self.id}",
            text=reading.runs(self.text),
            place=reading.runs(self.place),
            values=tuple(
                ResolvedValue(value.setting, reading.label(value.label), reading.words_for(value.setting))
                for value in self.values
            ),
            expect=reading.runs(self.expect),
            otherwise=reading.runs(self.otherwise),
            warning=reading.runs(self.warning),
            code=tuple(reading.line(line.runs) for line in self.code if line.when.holds(reading.choice)),
            drawing=self._drawing(reading.language),
            snippet=self.snippet,
            picture=self.picture,
            file=self.file,
        )

    def _drawing(self, language: str) -> ShownDrawing | None:
        drawing = self.drawing
        return ShownDrawing(drawing.file, drawing.alternative.in_language(language)) if drawing else None


@dataclass(frozen=True, slots=True)
class Section:
    """Steps in their order, below a title and after notes."""

    id: str
    title: Text
    notes: tuple[Note, ...] = ()
    steps: tuple[Step, ...] = ()
    mode: Mode | None = None
    when: Condition = ALWAYS

    def resolve(self, reading: Reading, parent_anchor: str = "") -> ResolvedSection:
        anchor = f"{parent_anchor}-{self.id}" if parent_anchor else self.id
        return ResolvedSection(
            id=self.id,
            anchor=anchor,
            title=self.title.in_language(reading.language),
            mode=self.mode,
            notes=_notes(self.notes, reading),
            steps=tuple(step.resolve(reading, anchor) for step in self.steps if step.when.holds(reading.choice)),
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to be done, and the ways to do it."""

    id: str
    title: Text
    ways: tuple[Section, ...]
    notes: tuple[Note, ...] = ()
    when: Condition = ALWAYS

    def resolve(self, reading: Reading) -> ResolvedEntry:
        return ResolvedEntry(
            id=self.id,
            anchor=self.id,
            title=self.title.in_language(reading.language),
            notes=_notes(self.notes, reading),
            ways=_sections(self.ways, reading, self.id),
        )


@dataclass(frozen=True, slots=True)
class Guide:
    """One program's guide.

    ``security_words`` are the program's own words for a kind of protection, by the protocol they serve; a pair that is
    missing is one the program cannot use. ``authentication_words`` are the same for ways to log in, for all protocols.
    ``agents`` are words by which browsers name devices that come with the program.
    """

    id: str
    program: Text
    title: Text
    summary: Text
    kind: Kind
    platforms: tuple[Platform, ...]
    protocols: tuple[Protocol, ...]
    order: int
    minutes: int
    checked: date
    version: Text
    sources: tuple[str, ...]
    labels: Mapping[str, Label]
    security_words: Mapping[tuple[Security, Protocol], Prose]
    authentication_words: Mapping[Authentication, Prose]
    automatic: Automatic | None
    recognise: tuple[Note, ...]
    needs: tuple[Note, ...]
    privacy: tuple[Note, ...]
    entries: tuple[Entry, ...]
    test: Section
    after: tuple[Section, ...]
    removal: Section | None
    errors: tuple[str, ...]
    agents: tuple[str, ...] = ()

    @property
    def receives(self) -> bool:
        """Whether the program fetches mail; devices and websites only send."""
        return bool(set(self.protocols) & set(INCOMING))

    def expresses(self, endpoint: Endpoint) -> bool:
        """Whether the program can use ``endpoint``; for ``MailSettings.first`` and the values that a page shows."""
        known = endpoint.protocol in self.protocols or endpoint.protocol is Protocol.SMTP
        return known and (endpoint.security, endpoint.protocol) in self.security_words

    def choose(self, settings: MailSettings, ask: Ask, *, profile_signed: bool = False) -> Choice | None:
        """The choice that fits ``settings``; None where the program can use none of their endpoints.

        ``ask.protocol`` is the wanted incoming protocol; without it the first of the domain's that the program has.
        """
        outgoing = settings.first(Protocol.SMTP, self.expresses)
        incoming = self._incoming(settings, ask) if self.receives else outgoing
        if incoming is None or outgoing is None:
            return None
        return Choice(
            language=ask.language,
            protocol=incoming.protocol,
            incoming_security=incoming.security,
            outgoing_security=outgoing.security,
            incoming_authentication=incoming.authentication,
            outgoing_authentication=outgoing.authentication,
            user_name=_user_name(settings, ask, incoming, outgoing),
            sending_name=_sending_name(settings, incoming, outgoing),
            profile_signed=profile_signed,
        )

    def _incoming(self, settings: MailSettings, ask: Ask) -> Endpoint | None:
        wanted = (ask.protocol,) if ask.protocol else settings.incoming_protocols
        found = (settings.first(protocol, self.expresses) for protocol in wanted if protocol in self.protocols)
        return next((endpoint for endpoint in found if endpoint), None)

    def resolve(self, choice: Choice) -> ResolvedGuide:
        """The guide for ``choice``; raises ValueError for a protocol or a protection that the program does not have."""
        if choice.protocol not in self.protocols:
            raise ValueError(f"{self.id} has no {choice.protocol}")
        reading = Reading(choice, self.labels, self._words(choice))
        language = choice.language
        return ResolvedGuide(
            id=self.id,
            choice=choice,
            program=self.program.in_language(language),
            title=self.title.in_language(language),
            summary=self.summary.in_language(language),
            kind=self.kind,
            platforms=self.platforms,
            minutes=self.minutes,
            checked=self.checked,
            version=self.version.in_language(language),
            sources=self.sources,
            automatic=self.automatic,
            recognise=_notes(self.recognise, reading),
            needs=_notes(self.needs, reading),
            privacy=_notes(self.privacy, reading),
            entries=tuple(entry.resolve(reading) for entry in self.entries if entry.when.holds(choice)),
            test=self.test.resolve(reading),
            after=_sections(self.after, reading, "after"),
            removal=self.removal.resolve(reading) if self.removal else None,
            errors=self.errors,
            incoming_security=reading.words_for("incoming.security"),
            outgoing_security=reading.words_for("outgoing.security"),
        )

    def _words(self, choice: Choice) -> dict[str, Prose]:
        words = {"outgoing.security": self._security(choice.outgoing_security, Protocol.SMTP)}
        if self.receives:
            words["incoming.security"] = self._security(choice.incoming_security, choice.protocol)
        for setting, authentication in (
            ("incoming.authentication", choice.incoming_authentication),
            ("outgoing.authentication", choice.outgoing_authentication),
        ):
            if authentication in self.authentication_words:
                words[setting] = self.authentication_words[authentication]
        return words

    def _security(self, security: Security, protocol: Protocol) -> Prose:
        if (security, protocol) not in self.security_words:
            raise ValueError(f"{self.id} has no {security} for {protocol}")
        return self.security_words[security, protocol]


def _user_name(settings: MailSettings, ask: Ask, *endpoints: Endpoint) -> UserName:
    if settings.user_name_is_private:
        return UserName.PRIVATE
    if settings.login:
        is_address = ask.address is not None and settings.login == str(ask.address)
    else:
        is_address = all(endpoint.username == "{address}" for endpoint in endpoints)
    return UserName.ADDRESS if is_address else UserName.OWN


def _sending_name(settings: MailSettings, incoming: Endpoint, outgoing: Endpoint) -> SendingName:
    """An own user name is one for both. Patterns differ where they make different names of an address."""
    names = {expand_user_name(endpoint.username, "local", "domain") for endpoint in (incoming, outgoing)}
    return SendingName.SAME if settings.login or len(names) == 1 else SendingName.OTHER


def _notes(notes: tuple[Note, ...], reading: Reading) -> tuple[ResolvedNote, ...]:
    return tuple(ResolvedNote(note.kind, reading.runs(note.text)) for note in notes if note.when.holds(reading.choice))


def _sections(sections: tuple[Section, ...], reading: Reading, parent_anchor: str) -> tuple[ResolvedSection, ...]:
    """The sections that apply and have something to say."""
    resolved = (section.resolve(reading, parent_anchor) for section in sections if section.when.holds(reading.choice))
    return tuple(section for section in resolved if section.steps or section.notes)
