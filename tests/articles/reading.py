"""Articles as a reader meets them: lists of plain strings."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator

from mailsettings.articles import Page, Runs, Wording, articles
from mailsettings.core.prose import Run, RunKind
from mailsettings.core.text import LANGUAGES

PAGES = [(article.id, language) for article in articles().values() for language in LANGUAGES]
UKRAINIAN = [(article_id, language) for article_id, language in PAGES if language == "uk"]

# Fields that hold ids and switches, which nobody reads.
_UNREAD = {"id", "tone", "steps"}


def page(article_id: str, language: str) -> Page:
    return articles()[article_id].resolve(language)


def plain(runs: Runs) -> str:
    """The text of runs; a setting becomes one word, as a value would be."""
    return "".join("[value]" if run.kind is RunKind.SETTING else run.text for run in runs)


def proses(value: object) -> Iterator[Runs]:
    """Everything within ``value`` that is made of runs."""
    if isinstance(value, tuple) and value and all(isinstance(each, Run) for each in value):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from proses(each)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from proses(getattr(value, field.name))


def written(value: object) -> Iterator[str]:
    """Every string that we wrote: prose, titles, terms, headings; not the wordings of programs."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple) and value and all(isinstance(each, Run) for each in value):
        yield plain(value)
    elif isinstance(value, tuple):
        for each in value:
            yield from written(each)
    elif dataclasses.is_dataclass(value) and not isinstance(value, Wording):
        for field in dataclasses.fields(value):
            if field.name not in _UNREAD:
                yield from written(getattr(value, field.name))


def sentences(text: str) -> list[str]:
    return [sentence for sentence in re.split(r"(?<=[.!?])\s+", text) if sentence]


def unquoted(text: str) -> str:
    """``text`` without what stands in quotation marks or brackets: labels, and words spoken about as words."""
    return re.sub(r"«[^«»]*»|“[^“”]*”|\([^()]*\)", "", text)
