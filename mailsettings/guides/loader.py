"""TOML files -> guides. The folder is the list of guides; nothing else names them.

Refused, with the file's name and the path in the message: unknown keys, labels, settings, links and errors; a missing
language; languages that refer to different things; labels that are never used; values that only MailSettings may say.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

from ..core.endpoints import INCOMING, Authentication, Protocol, Security
from ..core.prose import Prose
from ..core.text import Text
from .choice import ALWAYS, FACTS, Condition
from .form import CodeLine, Drawing, Entry, Guide, Note, Section, Step, Value
from .labels import Label, LabelStatus
from .reader import DRAWING, LABEL_ID, GuideError, References, Table
from .reading import Automatic
from .vocabulary import ERRORS, Kind, Manner, Mode, NoteKind, Platform

_Part = TypeVar("_Part", Entry, Section, Step)


def load_guides(folder: Path) -> dict[str, Guide]:
    """The guides of ``folder`` by id, in their order, links between them checked. Raises GuideError."""
    loaded = [_load(path) for path in sorted(folder.glob("*.toml"))]
    known = {guide.id for guide, _ in loaded}
    for _, references in loaded:
        if unknown := sorted(set(references.guides) - known):
            raise GuideError(f"{references.guides[unknown[0]]}: unknown guide {unknown[0]}")
    ordered = sorted((guide for guide, _ in loaded), key=lambda guide: (guide.order, guide.id))
    return {guide.id: guide for guide in ordered}


def load_guide(path: Path) -> Guide:
    """One guide; links to other guides are not followed. Raises GuideError."""
    return _load(path)[0]


def _load(path: Path) -> tuple[Guide, References]:
    try:
        source = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise GuideError(f"{path.name}: {error}") from error
    top = Table(source, path.name, References())
    labels = _labels(top.table("labels"))
    top.references.labels = frozenset(labels)
    protocols = _protocols(top)
    guide = Guide(
        id=_guide_id(path),
        program=_program(top),
        title=top.text("title"),
        summary=top.text("summary"),
        kind=top.word("kind", Kind),
        platforms=top.words("platforms", Platform),
        protocols=protocols,
        order=top.number("order"),
        minutes=top.number("minutes"),
        checked=top.day("checked"),
        version=top.text("version"),
        sources=top.strings("sources"),
        labels=labels,
        security_words=_security_words(top, protocols),
        authentication_words=_authentication_words(top),
        automatic=_automatic(top),
        recognise=top.each("recognise", _note),
        needs=top.each("needs", _note),
        privacy=top.each("privacy", _note),
        entries=_unique(top, "entry", top.each("entry", _entry)),
        test=_single(top, "test"),
        after=_unique(top, "after", top.each("after", _section)),
        removal=_single(top, "removal") if top.has("removal") else None,
        errors=_errors(top),
        agents=top.strings("agents") if top.has("agents") else (),
    )
    top.finish()
    _check_whole(guide, top.references, path.name)
    return guide, top.references


def _guide_id(path: Path) -> str:
    return Table({"id": path.stem}, path.name, References()).slug()


def _program(top: Table) -> Text:
    """A name that both languages write alike is a string."""
    if top.holds_languages("program"):
        return top.text("program")
    name = top.string("program")
    return Text(name, name)


def _protocols(top: Table) -> tuple[Protocol, ...]:
    """Incoming protocols, or SMTP alone for what only sends."""
    protocols = top.words("protocols", Protocol)
    if Protocol.SMTP in protocols and len(protocols) > 1:
        raise top.fault("protocols", "smtp stands alone: it is for what only sends")
    return protocols


def _labels(table: Table) -> dict[str, Label]:
    labels = {}
    for label_id in table.names():
        if not LABEL_ID.match(label_id):
            raise table.fault(label_id, "is not lower-case Latin words with underscores")
        source = table.table(label_id)
        labels[label_id] = Label(
            uk=source.string("uk"),
            en=source.string("en"),
            status=source.word("status", LabelStatus),
            place=source.optional_text("place"),
        )
        source.finish()
    return labels


def _security_words(top: Table, protocols: Iterable[Protocol]) -> dict[tuple[Security, Protocol], Prose]:
    """Words for each protection: one text for all protocols, or a table of texts by protocol."""
    every = tuple(dict.fromkeys((*protocols, Protocol.SMTP)))
    table = top.table("security_words")
    words: dict[tuple[Security, Protocol], Prose] = {}
    for security in Security:
        if not table.has(security):
            continue
        if table.holds_languages(security):
            prose = table.prose(security)
            words |= {(security, protocol): prose for protocol in every}
            continue
        by_protocol = table.table(security)
        words |= {(security, protocol): by_protocol.prose(protocol) for protocol in every if by_protocol.has(protocol)}
        by_protocol.finish()
    table.finish()
    for protocol in every:
        if not any((security, protocol) in words for security in Security):
            raise top.fault("security_words", f"has no words for {protocol}")
    return words


def _authentication_words(top: Table) -> dict[Authentication, Prose]:
    if not top.has("authentication_words"):
        return {}
    table = top.table("authentication_words")
    words = {way: table.prose(way) for way in Authentication if table.has(way)}
    table.finish()
    return words


def _automatic(top: Table) -> Automatic | None:
    if not top.has("automatic"):
        return None
    table = top.table("automatic")
    manner = table.word("kind", Manner)
    file_name = table.format("format") if manner is Manner.PROFILE else ""
    table.finish()
    return Automatic(manner, file_name)


def _errors(top: Table) -> tuple[str, ...]:
    errors = top.strings("errors")
    if unknown := [error for error in errors if error not in ERRORS]:
        raise top.fault("errors", f"unknown error {unknown[0]}")
    return errors


def _condition(table: Table) -> Condition:
    if not table.has("when"):
        return ALWAYS
    source = table.table("when")
    allowed = []
    for fact in source.names():
        if fact not in FACTS:
            raise source.fault(fact, f"is none of {', '.join(FACTS)}")
        values = source.strings(fact) if source.is_list(fact) else (source.string(fact),)
        if unknown := [value for value in values if value not in FACTS[fact]]:
            raise source.fault(fact, f"{unknown[0]} is none of {', '.join(sorted(FACTS[fact]))}")
        allowed.append((fact, frozenset(values)))
    if not allowed:
        raise table.fault("when", "says nothing")
    return Condition(tuple(allowed))


def _note(table: Table) -> Note:
    return Note(
        text=table.prose("text"),
        kind=table.word("kind", NoteKind) if table.has("kind") else NoteKind.NOTE,
        when=_condition(table),
    )


def _value(table: Table) -> Value:
    return Value(table.setting("setting"), table.label("label") if table.has("label") else "")


def _code_line(table: Table) -> CodeLine:
    return CodeLine(table.code("line"), _condition(table))


def _drawing(table: Table) -> Drawing | None:
    if not table.has("drawing"):
        return None
    source = table.table("drawing")
    file = source.string("file")
    if not DRAWING.match(file):
        raise source.fault("file", f"{file} is not lower-case Latin words with hyphens and .svg")
    drawing = Drawing(file, source.text("alternative"))
    source.finish()
    return drawing


def _step(table: Table) -> Step:
    if table.has("snippet") and table.has("code"):
        raise table.fault("snippet", "stands beside code")
    return Step(
        id=table.slug(),
        text=table.prose("text"),
        place=table.optional_prose("place"),
        values=table.each("values", _value),
        expect=table.optional_prose("expect"),
        otherwise=table.optional_prose("otherwise"),
        warning=table.optional_prose("warning"),
        code=table.each("code", _code_line),
        drawing=_drawing(table),
        snippet=table.optional_format("snippet"),
        picture=table.optional_format("picture"),
        file=table.optional_format("file"),
        when=_condition(table),
    )


def _section(table: Table) -> Section:
    return _steps(table, table.slug())


def _way(table: Table) -> Section:
    return _steps(table, table.slug(), table.word("mode", Mode))


def _steps(table: Table, section_id: str, mode: Mode | None = None) -> Section:
    section = Section(
        id=section_id,
        title=table.text("title"),
        notes=table.each("note", _note),
        steps=_unique(table, "step", table.each("step", _step)),
        mode=mode,
        when=_condition(table),
    )
    if not section.notes and not section.steps:
        raise table.fault("step", "is missing")
    return section


def _single(top: Table, key: str) -> Section:
    """A section of which there is one, named by its key."""
    table = top.table(key)
    section = _steps(table, key)
    table.finish()
    return section


def _entry(table: Table) -> Entry:
    entry = Entry(
        id=table.slug(),
        title=table.text("title"),
        notes=table.each("note", _note),
        ways=_unique(table, "way", table.each("way", _way)),
        when=_condition(table),
    )
    if not entry.ways:
        raise table.fault("way", "is missing")
    return entry


def _unique(table: Table, key: str, parts: tuple[_Part, ...]) -> tuple[_Part, ...]:
    seen: set[str] = set()
    for index, part in enumerate(parts):
        if part.id in seen:
            raise table.fault(f"{key}[{index}].id", f"{part.id} is used twice")
        seen.add(part.id)
    return parts


def _check_whole(guide: Guide, references: References, file_name: str) -> None:
    if not guide.entries:
        raise GuideError(f"{file_name}: entry: is missing")
    if unused := sorted(references.labels - references.used_labels):
        raise GuideError(f"{file_name}: labels.{unused[0]}: is never used")
    incoming = sorted(setting for setting in references.settings if setting.startswith("incoming."))
    if incoming and not set(guide.protocols) & set(INCOMING):
        raise GuideError(f"{file_name}: {incoming[0]} in a guide that only sends")
    if "profile" in references.links and not (guide.automatic and guide.automatic.format):
        raise GuideError(f"{file_name}: a link to a profile without an automatic format")
