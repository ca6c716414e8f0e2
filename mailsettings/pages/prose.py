"""Runs of prose as a template writes them: every reference to a setting or a link already answered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language

from mailsettings.articles import articles
from mailsettings.core.prose import RunKind
from mailsettings.core.settings import Ask, BrandFacts, MailSettings
from mailsettings.core.typography import bound
from mailsettings.guides.labels import ShownLabel

from .contacts import has_contacts
from .place import Place
from .values import PRIVATE_USER_NAME, SETTINGS, Words


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a sentence. One with ``href`` is a link, one with ``label`` is what a program writes on its screen."""

    text: Words = ""
    href: str = ""
    label: ShownLabel | None = None
    value: bool = False
    code: bool = False


def note_template(kind: str) -> str:
    """What draws a remark of this kind or tone."""
    return "includes/note/warning.html" if kind == "warning" else "includes/note/note.html"


@dataclass(frozen=True)
class Answers:
    """What settings and links mean on one page. ``values`` may lack some; a link that leads nowhere is plain text.

    ``private`` tells that user names are not public; ``words`` stand for every unknown value where they are given.
    """

    values: Mapping[str, Words]
    link: Callable[[str], str]
    private: bool = False
    words: Words = ""

    def pieces(self, runs: Iterable[Any]) -> list[Piece]:
        """The runs of a guide or an article as pieces."""
        return [self._piece(run) for run in runs]

    def unknown(self, setting: str) -> Words:
        """Words for a setting whose value is not known here."""
        if self.private and setting.endswith("user_name"):
            return PRIVATE_USER_NAME
        return self.words or SETTINGS[setting].unknown

    def _piece(self, run: Any) -> Piece:
        if run.kind is RunKind.LABEL:
            return Piece(label=run.label)
        if run.kind is RunKind.CODE:
            return Piece(run.text or run.ref, code=True)
        if run.kind is RunKind.SETTING:
            known = self.values.get(run.ref)
            return Piece(known, value=True) if known else Piece(self.unknown(run.ref))
        text = bound(run.text, get_language() or "")
        return Piece(text, self.link(run.ref)) if run.kind is RunKind.LINK else Piece(text)


@cache
def error_ids() -> frozenset[str]:
    """The errors that have pages of their own."""
    return frozenset(error.id for error in articles()["help"].uk.errors)


def links_of(
    brand: BrandFacts,
    settings: MailSettings | None = None,
    ask: Ask | None = None,
    place: Place | None = None,
) -> Callable[[str], str]:
    """The addresses behind link ids, for a domain or for none; empty where there is nothing to lead to.

    ``place`` says where the pages about the settings are, if not below their domain's path.
    """
    if settings and place is None:
        place = Place(settings.domain)
    setup = place.setup if place else ""
    query = f"?domain={settings.domain}" if settings else ""
    known = {
        "webmail": settings.webmail_url if settings else "",
        "password_help": brand.password_help_url or (setup and f"{setup}#password"),
        "support": "#support" if has_contacts(brand) else "",
        "profile": place.file(settings, "apple.mobileconfig", ask) if place and settings and ask else "",
        "setup": setup or reverse("pages:start"),
        "start": reverse("pages:start"),
        "guides": place.guides if place else reverse("pages:guides"),
        "imap_or_pop3": reverse("pages:imap-or-pop3"),
        "mail_basics": reverse("pages:mail-basics"),
        "help": reverse("pages:help") + query,
    }

    def link(ref: str) -> str:
        kind, _colon, rest = ref.partition(":")
        if not rest:
            page_id, mark, part = ref.partition("#")
            return known[page_id] + mark + part
        if kind == "guide":
            return place.guide(rest) if place else reverse("pages:guide_alone", kwargs={"guide_id": rest})
        if kind == "help" and rest in error_ids():
            return reverse("pages:error", kwargs={"error_id": rest}) + query
        return f"{known['help'] if kind == 'help' else known['mail_basics']}#{rest}"

    return link
