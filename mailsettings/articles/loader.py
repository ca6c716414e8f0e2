"""Reads articles from TOML and refuses what must not be published.

A file has ``title``, ``lead`` and ``[[section]]`` tables with ``id``, ``title`` and ``[[section.block]]`` tables, each
with a ``kind``. A text is a table of ``uk`` and ``en``. Both languages must be written and carry the same marks; keys,
link ids and setting ids must be known; anchors must be unique. Every fault is an ArticleError that names the file and
the path, with indexes from 0: ``help.toml: section[1].block[4].cause: …``.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from ..core.names import scripts_of
from ..core.prose import Prose, ProseError, RunKind, parse_prose, parse_text
from ..core.text import LANGUAGES
from . import (
    Article,
    ArticleError,
    Block,
    Cell,
    Definition,
    Items,
    KnownError,
    Note,
    Page,
    Paragraph,
    Picture,
    Ports,
    ProgramAdvice,
    ProgramTexts,
    Question,
    Reply,
    Row,
    Runs,
    Section,
    Step,
    Symptom,
    Table,
    When,
    Wording,
)

LINKS = frozenset(
    {"webmail", "password_help", "support", "setup", "start", "imap_or_pop3", "mail_basics", "help", "guides"}
)
# Links into a page, by what stands before the colon. Guides are another package: only the shape of their ids counts.
_GUIDE, _BASICS, _HELP = "guide", "basics", "help"
SETTINGS = frozenset(
    {
        "address",
        "user_name",
        "incoming.hostname",
        "incoming.port",
        "incoming.security",
        "outgoing.hostname",
        "outgoing.port",
        "outgoing.security",
    }
)
TONES = ("info", "warning")
STYLES = ("bullets", "steps")
WHEN = tuple(when.value for when in When)
WORDING_LANGUAGES = ("uk", "en", "ru")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")


def load_articles(folder: Path) -> dict[str, Article]:
    """The articles of a folder by id, links between them checked. Raises ArticleError."""
    loaded = [_load(path) for path in sorted(folder.glob("*.toml"))]
    by_id = {article.id: article for article, _ in loaded}
    targets = {
        _BASICS: frozenset(by_id["mail-basics"].uk.anchors if "mail-basics" in by_id else ()),
        _HELP: frozenset(by_id["help"].uk.anchors if "help" in by_id else ()),
    }
    for _, links in loaded:
        for where, link in links:
            page, _, anchor = link.partition(":")
            if anchor and page in targets and anchor not in targets[page]:
                raise ArticleError(f"{where}: unknown link id {link}")
    return by_id


def load_article(path: Path) -> Article:
    """One file -> its article, without a look at what it links to in others. Raises ArticleError."""
    return _load(path)[0]


_Links = list[tuple[str, str]]


def _load(path: Path) -> tuple[Article, _Links]:
    try:
        source = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ArticleError(f"{path.name}: {error}") from error
    readings = {language: _Reading(path.name, language) for language in LANGUAGES}
    pages = {language: _page(_Table(source, "", reading)) for language, reading in readings.items()}
    return Article(path.stem, pages["uk"], pages["en"]), readings["uk"].links


@dataclass(slots=True)
class _Reading:
    """One pass over a file: the language it picks, and what it has met so far."""

    file_name: str
    language: str
    anchors: set[str] = field(default_factory=set)
    links: _Links = field(default_factory=list)

    def where(self, path: str) -> str:
        return f"{self.file_name}: {path}" if path else self.file_name


class _Table:
    """A table of the file while it is read; ``path`` leads to it."""

    def __init__(self, value: object, path: str, reading: _Reading) -> None:
        self.path = path
        self.reading = reading
        if not isinstance(value, dict):
            raise self.fault("must be a table")
        self.value: dict[str, object] = value

    def fault(self, message: str, key: str = "") -> ArticleError:
        return ArticleError(f"{self.reading.where(self.path_of(key))}: {message}")

    def path_of(self, key: str) -> str:
        return ".".join(part for part in (self.path, key) if part)

    def expect(self, *required: str, optional: tuple[str, ...] = ()) -> None:
        """Refuse keys that are not named here, and demand the required ones."""
        if unknown := sorted(set(self.value) - {*required, *optional}):
            raise self.fault(f"unknown key {unknown[0]}")
        if missing := [key for key in required if key not in self.value]:
            raise self.fault(f"{missing[0]} is missing")

    def string(self, key: str) -> str:
        value = self.value[key]
        if not isinstance(value, str) or not value.strip():
            raise self.fault("must be a string with something in it", key)
        return value

    def choice(self, key: str, choices: tuple[str, ...]) -> str:
        value = self.string(key)
        if value not in choices:
            raise self.fault(f"{value} is none of {', '.join(choices)}", key)
        return value

    def flag(self, key: str) -> bool:
        value = self.value.get(key, False)
        if not isinstance(value, bool):
            raise self.fault("must be true or false", key)
        return value

    def anchor(self, key: str = "id") -> str:
        """An id that the page uses after ``#``, therefore once."""
        value = self.slug(key)
        if value in self.reading.anchors:
            raise self.fault(f"{value} is used twice", key)
        self.reading.anchors.add(value)
        return value

    def slug(self, key: str = "id") -> str:
        value = self.string(key)
        if not _SLUG.match(value):
            raise self.fault(f"{value} is not lower-case Latin words with hyphens", key)
        return value

    def text(self, key: str) -> str:
        return _text(self.value[key], self.path_of(key), self.reading)

    def prose(self, key: str) -> Runs:
        return _prose(self.value[key], self.path_of(key), self.reading)

    def optional_prose(self, key: str) -> Runs:
        return self.prose(key) if key in self.value else ()

    def name(self, key: str) -> str:
        """A program's name: a string where both languages write it alike, else a text."""
        return self.string(key) if isinstance(self.value[key], str) else self.text(key)

    def elements(self, key: str) -> list[tuple[str, object]]:
        """The paths and values of a list, which must hold something."""
        value = self.value[key]
        if not isinstance(value, list) or not value:
            raise self.fault("must be a list with something in it", key)
        return [(f"{self.path_of(key)}[{index}]", element) for index, element in enumerate(value)]

    def tables(self, key: str) -> list[_Table]:
        return [_Table(value, path, self.reading) for path, value in self.elements(key)]

    def optional_tables(self, key: str) -> list[_Table]:
        return self.tables(key) if key in self.value else []

    def texts(self, key: str) -> tuple[str, ...]:
        return tuple(_text(value, path, self.reading) for path, value in self.elements(key))

    def proses(self, key: str) -> tuple[Runs, ...]:
        return tuple(_prose(value, path, self.reading) for path, value in self.elements(key))

    def steps(self, key: str) -> tuple[Step, ...]:
        """Prose whose tables may also say for whom it is."""
        return tuple(_step(each) for each in self.tables(key))


def _with_place(error: ProseError, where: str) -> ArticleError:
    message = str(error)
    return ArticleError(message if message.startswith(where) else f"{where}: {message}")


def _text(value: object, path: str, reading: _Reading) -> str:
    where = reading.where(path)
    try:
        return parse_text(value, where).in_language(reading.language)
    except ProseError as error:
        raise _with_place(error, where) from error


def _prose(value: object, path: str, reading: _Reading) -> Runs:
    where = reading.where(path)
    try:
        prose = parse_prose(value, where)
    except ProseError as error:
        raise _with_place(error, where) from error
    if _marks(prose.uk) != _marks(prose.en):
        raise ArticleError(f"{where}: uk and en have different marks")
    _check_marks(prose, where)
    reading.links.extend((where, run.ref) for run in prose.uk if run.kind is RunKind.LINK)
    return prose.in_language(reading.language)


def _step(table: _Table) -> Step:
    when = When(table.choice("when", WHEN)) if "when" in table.value else When.ALWAYS
    prose = {key: value for key, value in table.value.items() if key != "when"}
    return Step(_prose(prose, table.path, table.reading), when)


def _marks(runs: Runs) -> Counter[tuple[RunKind, str]]:
    """What both languages must agree on: the ids of settings and links, and code itself, which is not translated."""
    marks = (run for run in runs if run.kind is not RunKind.TEXT)
    return Counter((run.kind, run.text if run.kind is RunKind.CODE else run.ref) for run in marks)


def _check_marks(prose: Prose, where: str) -> None:
    if labels := sorted(prose.refs(RunKind.LABEL)):
        raise ArticleError(f"{where}: label {labels[0]}: only guides have labels")
    if unknown := sorted(prose.refs(RunKind.SETTING) - SETTINGS):
        raise ArticleError(f"{where}: unknown setting id {unknown[0]}")
    if unknown := sorted(link for link in prose.refs(RunKind.LINK) if not _is_link(link)):
        raise ArticleError(f"{where}: unknown link id {unknown[0]}")


def _is_link(link: str) -> bool:
    page, colon, anchor = link.partition(":")
    return link in LINKS or bool(colon and page in (_GUIDE, _BASICS, _HELP) and _SLUG.match(anchor))


def _page(table: _Table) -> Page:
    table.expect("title", "lead", "section")
    return Page(table.text("title"), table.prose("lead"), tuple(_section(each) for each in table.tables("section")))


def _section(table: _Table) -> Section:
    table.expect("id", "title", "block")
    return Section(table.anchor(), table.text("title"), tuple(_block(each) for each in table.tables("block")))


def _block(table: _Table) -> Block:
    if "kind" not in table.value:
        raise table.fault("kind is missing")
    return _READERS[table.choice("kind", tuple(_READERS))](table)


def _paragraph(table: _Table) -> Paragraph:
    table.expect("kind", "text")
    return Paragraph(table.prose("text"))


def _list(table: _Table) -> Items:
    table.expect("kind", "style", "items")
    return Items(table.choice("style", STYLES) == "steps", table.proses("items"))


def _note(table: _Table) -> Note:
    table.expect("kind", "tone", "text")
    return Note(table.choice("tone", TONES), table.prose("text"))


def _table(table: _Table) -> Table:
    table.expect("kind", "caption", "head", "rows")
    head = table.texts("head")
    rows: list[Row] = []
    more_rows: list[Row] = []
    for row in table.tables("rows"):
        more = row.flag("more")
        if more_rows and not more:
            raise row.fault("an open row after a folded one")
        (more_rows if more else rows).append(_row(row, head))
    if not rows:
        raise table.fault("every row is folded", "rows")
    return Table(table.text("caption"), head, tuple(rows), tuple(more_rows))


def _row(table: _Table, head: tuple[str, ...]) -> Row:
    table.expect("topic", "cells", optional=("more",))
    cells = table.proses("cells")
    if len(cells) != len(head) - 1:
        raise table.fault(f"{len(cells)} cells under {len(head) - 1} headings", "cells")
    return Row(table.text("topic"), tuple(Cell(*pair) for pair in zip(head[1:], cells, strict=True)))


def _definition(table: _Table) -> Definition:
    table.expect("kind", "id", "term", "text")
    return Definition(table.anchor(), table.text("term"), table.prose("text"))


def _ports(table: _Table) -> Ports:
    table.expect("kind")
    return Ports()


def _picture(table: _Table) -> Picture:
    table.expect("kind", "id", "alternative")
    return Picture(table.slug(), table.text("alternative"))


def _error(table: _Table) -> KnownError:
    table.expect("kind", "id", "title", "cause", "fix", optional=("texts", "warning", "programs"))
    return KnownError(
        id=table.anchor(),
        title=table.text("title"),
        texts=tuple(_program_texts(each) for each in table.optional_tables("texts")),
        cause=table.prose("cause"),
        fix=table.steps("fix"),
        warning=table.optional_prose("warning"),
        programs=tuple(_program_advice(each) for each in table.optional_tables("programs")),
    )


def _symptom(table: _Table) -> Symptom:
    table.expect("kind", "id", "title", "checks")
    return Symptom(table.anchor(), table.text("title"), table.steps("checks"))


def _question(table: _Table) -> Question:
    table.expect("kind", "id", "title", "replies", optional=("text",))
    replies = tuple(_reply(each) for each in table.tables("replies"))
    return Question(table.anchor(), table.text("title"), replies, table.optional_prose("text"))


def _reply(table: _Table) -> Reply:
    table.expect("words", optional=("then", "next"))
    if not table.value.keys() & {"then", "next"}:
        raise table.fault("leads nowhere")
    following = table.slug("next") if "next" in table.value else ""
    if following:
        table.reading.links.append((table.reading.where(table.path_of("next")), f"{_HELP}:{following}"))
    return Reply(table.text("words"), table.optional_prose("then"), following)


def _program_texts(table: _Table) -> ProgramTexts:
    """Wordings by language: the one named, else told by their letters; other Cyrillic ones than Ukrainian are named."""
    table.expect("program", "wordings", optional=("language",))
    named = table.choice("language", WORDING_LANGUAGES) if "language" in table.value else ""
    wordings = []
    for path, value in table.elements("wordings"):
        if not isinstance(value, str) or not value.strip():
            raise ArticleError(f"{table.reading.where(path)}: must be a string with something in it")
        wordings.append(Wording(value, named or ("uk" if "CYRILLIC" in scripts_of(value) else "en")))
    return ProgramTexts(table.name("program"), tuple(wordings))


def _program_advice(table: _Table) -> ProgramAdvice:
    table.expect("program", "text")
    return ProgramAdvice(table.name("program"), table.prose("text"))


_READERS: dict[str, Callable[[_Table], Block]] = {
    Paragraph.kind: _paragraph,
    Items.kind: _list,
    Note.kind: _note,
    Table.kind: _table,
    Definition.kind: _definition,
    Ports.kind: _ports,
    Picture.kind: _picture,
    KnownError.kind: _error,
    Symptom.kind: _symptom,
    Question.kind: _question,
}
