"""Runs of prose as a template writes them: every reference to a setting or a link already answered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from mailsettings import links
from mailsettings.core.addresses import Address
from mailsettings.core.prose import RunKind
from mailsettings.core.settings import Ask, BrandFacts, MailSettings

from .values import SETTING_WORDS, Words


@dataclass(frozen=True, slots=True)
class Piece:
    """``kind`` is text, label, value, link or code. A label has ``aside`` for its brackets and the languages of both."""

    kind: str
    text: Words
    href: str = ""
    aside: str = ""
    language: str = ""
    aside_language: str = ""


@dataclass(frozen=True)
class Answers:
    """What settings and links mean on one page. ``values`` may lack some; a link that leads nowhere is plain text."""

    values: Mapping[str, Words]
    link: Callable[[str], str]

    def pieces(self, runs: Iterable[Any]) -> list[Piece]:
        """The runs of a guide or an article as pieces."""
        return [self._piece(run) for run in runs]

    def _piece(self, run: Any) -> Piece:
        if run.kind is RunKind.SETTING:
            known = self.values.get(run.ref)
            return Piece("value", known) if known else Piece("text", SETTING_WORDS[run.ref])
        if run.kind is RunKind.LABEL:
            label = run.label
            return Piece("label", label.main, "", label.aside, label.main_language, label.aside_language)
        if run.kind is RunKind.LINK:
            href = self.link(run.ref)
            return Piece("link" if href else "text", run.text, href)
        return Piece("code" if run.kind is RunKind.CODE else "text", run.text)


def links_of(brand: BrandFacts, settings: MailSettings | None = None, ask: Ask | None = None) -> Callable[[str], str]:
    """The addresses behind link ids, for a domain or for none; empty where there is nothing to lead to."""
    guide = "pages:guide" if settings else "pages:guide_alone"
    of_domain = {"domain": settings.domain} if settings else {}
    plain: dict[str, Callable[[], str]] = {
        "webmail": lambda: settings.webmail_url if settings else "",
        "password_help": lambda: brand.password_help_url,
        "support": lambda: "#support",
        "profile": lambda: links.format_path(settings, "apple.mobileconfig", ask) if settings and ask else "",
        "setup": lambda: reverse("pages:setup", kwargs=of_domain) if settings else reverse("pages:start"),
        "start": lambda: reverse("pages:start"),
        "guides": lambda: reverse("pages:guides"),
        "imap_or_pop3": lambda: reverse("pages:imap_or_pop3"),
        "mail_basics": lambda: reverse("pages:mail_basics"),
        "help": lambda: reverse("pages:help"),
    }

    def link(ref: str) -> str:
        kind, _colon, rest = ref.partition(":")
        if kind == "help" and rest:
            return f"{reverse('pages:help')}#{rest}"
        if kind == "basics":
            return f"{reverse('pages:mail_basics')}#{rest}"
        if kind == "guide":
            return reverse(guide, kwargs=of_domain | {"guide_id": rest})
        return plain[ref]()

    return link
