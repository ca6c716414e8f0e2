"""Instructions for one mail program, with a domain's values in them or without."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from mailsettings import signing
from mailsettings.core.addresses import Address
from mailsettings.core.endpoints import INCOMING, Protocol
from mailsettings.core.errors import CannotExpress
from mailsettings.core.settings import Ask, MailSettings
from mailsettings.formats import formats
from mailsettings.guides import Choice, Guide, ResolvedGuide, guides
from mailsettings.guides.reading import (
    ResolvedEntry,
    ResolvedNote,
    ResolvedSection,
    ResolvedStep,
    ResolvedValue,
)

from . import typed
from .device import device_of
from .face import brand_of, kept, language, page
from .feedback import asked
from .help import known_errors, listed
from .place import Place
from .programs import FIRST, grouped, programs
from .prose import Answers, Piece, links_of, note_template
from .setup import keep_out_of_search, served_or_answer
from .values import PROTOCOL_WORDS, SETTINGS, Server, Value, Words, server_block, setting_values, setup_values

Shown = dict[str, Any]


@require_safe
def guide(request: HttpRequest, domain: str, guide_id: str) -> HttpResponse:
    """``/{lang}/d/{domain}/{guide}/``: with this domain's values."""
    wanted = guide_of(guide_id)
    found = served_or_answer(request, domain, f"{guide_id}/")
    if isinstance(found, HttpResponse):
        return found
    settings, address = typed.settings_for(request, found)
    return keep_out_of_search(guide_page(request, wanted, settings, address, Place(settings.domain)))


def guide_page(
    request: HttpRequest, wanted: Guide, settings: MailSettings, address: Address | None, place: Place, **context: Any
) -> HttpResponse:
    """The guide with the values of these settings, at ``place``. Kept where it depends on the domain alone."""
    ask = Ask(language(), _protocol(request, wanted, settings), address)
    choice = wanted.choose(settings, ask, profile_signed=signing.signer() is not None)
    if choice is None:
        return _cannot(request, wanted, settings, place, **context)

    def render() -> HttpResponse:
        return _filled(request, wanted, choice, settings, ask, place, **context)

    if address or place.personal or "answered" in request.GET:
        return render()
    key = ("guide", wanted.id, settings.domain, choice, _entry_id(request, wanted), _outside_safari(request, wanted))
    return kept(request, key, render, settings)


def _entry_id(request: HttpRequest, wanted: Guide) -> str:
    """What is to be done, as chosen by ``?entry=``; empty for what the guide does not have."""
    chosen = request.GET.get("entry", "")
    return chosen if any(entry.id == chosen for entry in wanted.entries) else ""


def _outside_safari(request: HttpRequest, wanted: Guide) -> bool:
    """Whether the browser may be unable to install the file with which the program sets itself up."""
    return bool(wanted.automatic and wanted.automatic.format) and device_of(request).outside_safari


def _filled(
    request: HttpRequest,
    wanted: Guide,
    choice: Choice,
    settings: MailSettings,
    ask: Ask,
    place: Place,
    **context: Any,
) -> HttpResponse:
    """The guide for one choice with the settings' own values, for an address or for none."""
    ask = replace(ask, protocol=choice.protocol)
    incoming = settings.first(choice.protocol, wanted.expresses)
    outgoing = settings.first(Protocol.SMTP, wanted.expresses)
    answers = Answers(
        setting_values(settings, ask.address, incoming, outgoing),
        links_of(settings.brand, settings, ask, place),
        private=settings.user_name_is_private,
    )
    return _page(request, wanted, choice, answers, settings, ask, place=place, **context)


@require_safe
def guide_alone(request: HttpRequest, guide_id: str) -> HttpResponse:
    """``/{lang}/guides/{guide}/``: without a domain, values described in words."""
    wanted = guide_of(guide_id)
    protocol = _protocol(request, wanted, None) or wanted.protocols[0]
    choice = Choice(language=language(), protocol=protocol, profile_signed=signing.signer() is not None)
    answers = Answers({}, links_of(brand_of(request)))
    if "answered" in request.GET:
        return _page(request, wanted, choice, answers, None, Ask(language()))
    key = ("guide alone", guide_id, choice, _entry_id(request, wanted), _outside_safari(request, wanted))
    return kept(request, key, lambda: _page(request, wanted, choice, answers, None, Ask(language())), None)


@require_safe
def all_guides(request: HttpRequest) -> HttpResponse:
    """``/{lang}/guides/``: every program, without a domain."""
    found = programs(device_of(request), language())
    return page(request, "pages/guides.html", title=_("Instructions"), groups=grouped(found))


@require_safe
def guides_of_domain(request: HttpRequest, domain: str) -> HttpResponse:
    """``/{lang}/d/{domain}/guides/``: every program that can use this domain's settings."""
    settings = served_or_answer(request, domain, "guides/")
    if isinstance(settings, HttpResponse):
        return settings
    title = _("Instructions for %(domain)s") % {"domain": settings.domain_display}
    return keep_out_of_search(guides_page(request, settings, Place(settings.domain), title=title))


def guides_page(request: HttpRequest, settings: MailSettings, place: Place, **context: Any) -> HttpResponse:
    """Every program that can use these settings, with its guide at ``place``."""
    groups = grouped(programs(device_of(request), language(), settings, place=place))
    shown = {"settings": settings, "groups": groups, "setup_path": place.setup, "place": place}
    return page(request, "pages/guides.html", **shown, **context)


def guide_of(guide_id: str) -> Guide:
    """The guide with this id; raises Http404."""
    if guide_id not in guides():
        raise Http404
    return guides()[guide_id]


def _offered(wanted: Guide, settings: MailSettings | None) -> list[Protocol]:
    """The incoming protocols that both the program and the domain have."""
    if settings is None:
        return [protocol for protocol in wanted.protocols if protocol in INCOMING]
    return [protocol for protocol in wanted.protocols if settings.first(protocol, wanted.expresses)]


def _protocol(request: HttpRequest, wanted: Guide, settings: MailSettings | None) -> Protocol | None:
    """The incoming protocol that was chosen by ``?protocol=``, where it is offered."""
    return next((p for p in _offered(wanted, settings) if p == request.GET.get("protocol")), None)


def _page(
    request: HttpRequest,
    wanted: Guide,
    choice: Choice,
    answers: Answers,
    settings: MailSettings | None,
    ask: Ask,
    **context: Any,
) -> HttpResponse:
    resolved, address = wanted.resolve(choice), ask.address
    shown = Reader(answers, settings, ask, context.get("place"))
    entry = next((e for e in resolved.entries if e.id == _entry_id(request, wanted)), resolved.entries[0])
    return page(
        request,
        "pages/guide.html",
        title=resolved.title,
        settings=settings,
        address=address,
        guide=resolved,
        recognise=shown.notes(resolved.recognise),
        needs=shown.notes(resolved.needs),
        privacy=shown.notes(resolved.privacy),
        entry=shown.entry(entry),
        test=shown.section(resolved.test),
        after=[shown.section(section) for section in resolved.after],
        removal=shown.section(resolved.removal) if resolved.removal else None,
        errors=listed([known_errors()[error_id] for error_id in resolved.errors], answers.link),
        setup_path=answers.link("setup"),
        values=setup_values(settings, address) if settings else None,
        beside=_beside(settings, choice, wanted, address) if settings else [],
        entry_tabs=_entry_tabs(resolved, entry, choice, wanted),
        protocol_tabs=_protocol_tabs(_offered(wanted, settings), entry, resolved, choice),
        pop3=choice.protocol is Protocol.POP3,
        asked=asked(request),
        outside_safari=_outside_safari(request, wanted),
        page_url=brand_of(request, settings).origin + request.path,
        **context,
    )


@dataclass(frozen=True, slots=True)
class Tab:
    """One of several views of a guide; ``query`` leads to it."""

    title: Words
    query: str
    current: bool


def _beside(settings: MailSettings, choice: Choice, wanted: Guide, address: Address | None) -> list[Server]:
    """The servers that stay in view beside the steps, which are those of the steps: incoming and outgoing."""
    found = (settings.first(protocol, wanted.expresses) for protocol in dict.fromkeys((choice.protocol, Protocol.SMTP)))
    return [server_block(settings, endpoint, address) for endpoint in found if endpoint]


def _entry_tabs(resolved: ResolvedGuide, current: ResolvedEntry, choice: Choice, wanted: Guide) -> list[Tab]:
    protocol = choice.protocol if choice.protocol is not wanted.protocols[0] else None
    return [Tab(entry.title, _query(resolved, entry.id, protocol), entry is current) for entry in resolved.entries]


def _protocol_tabs(offered: list[Protocol], entry: ResolvedEntry, resolved: ResolvedGuide, choice: Choice) -> list[Tab]:
    if len(offered) < 2:
        return []
    return [
        Tab(PROTOCOL_WORDS[protocol], _query(resolved, entry.id, protocol), protocol is choice.protocol)
        for protocol in offered
    ]


def _query(resolved: ResolvedGuide, entry_id: str, protocol: Protocol | None) -> str:
    """The query of a view; the first entry needs no mention."""
    parts = {"entry": entry_id} if entry_id != resolved.entries[0].id else {}
    if protocol:
        parts["protocol"] = protocol.value
    return f"?{urlencode(parts)}"


def _cannot(request: HttpRequest, wanted: Guide, settings: MailSettings, place: Place, **context: Any) -> HttpResponse:
    """The program has no protocol or protection that the domain offers."""
    return page(
        request,
        "pages/cannot.html",
        title=wanted.title.in_language(language()),
        settings=settings,
        program=wanted.program.in_language(language()),
        programs=programs(device_of(request), language(), settings, place=place)[:FIRST],
        place=place,
        status=404,
        **context,
    )


@dataclass(frozen=True, slots=True)
class StepValue:
    """A line below a step: what the program calls the field, and what to type (``value``) or choose (``pieces``)."""

    label: list[Piece]
    pieces: list[Piece]
    value: Value | None


@dataclass(frozen=True, slots=True)
class Made:
    """What a format makes of the settings: where it is, what it is, and its text where that is to be read.

    ``path`` is empty where the reader's address is needed first.
    """

    path: str = ""
    title: str = ""
    lines: list[list[Piece]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Reader:
    """The parts of a guide as a template draws them: every text in pieces.

    ``settings`` are those that formats are made of, and ``place`` is where their files are; None where no domain is
    known.
    """

    answers: Answers
    settings: MailSettings | None
    ask: Ask
    place: Place | None

    def entry(self, entry: ResolvedEntry) -> Shown:
        best, *others = (self.section(way) for way in entry.ways)
        return {"id": entry.id, "title": entry.title, "notes": self.notes(entry.notes), "best": best, "others": others}

    def section(self, section: ResolvedSection) -> Shown:
        return {
            "anchor": section.anchor,
            "title": section.title,
            "notes": self.notes(section.notes),
            "steps": [shown for step in section.steps if (shown := self.step(step))],
        }

    def notes(self, notes: tuple[ResolvedNote, ...]) -> list[Shown]:
        return [
            {"template": note_template(note.kind.value), "pieces": self.answers.pieces(note.runs)} for note in notes
        ]

    def step(self, step: ResolvedStep) -> Shown | None:
        """The step; None where a format that it needs has no words for the settings."""
        try:
            made = {
                "snippet": self.snippet(step.snippet),
                "picture": self.for_address(step.picture),
                "file": self.for_address(step.file),
            }
        except CannotExpress:
            return None
        texts = {"text": step.text, "place": step.place, "expect": step.expect}
        texts |= {"otherwise": step.otherwise, "warning": step.warning}
        return {
            "anchor": step.anchor,
            "values": [self.value(value) for value in step.values],
            "code": [self.answers.pieces(line) for line in step.code],
            "drawing": step.drawing,
            **made,
            **{name: self.answers.pieces(runs) for name, runs in texts.items()},
        }

    def snippet(self, file_name: str) -> Made | None:
        """A format's text, with the values in it marked. Raises CannotExpress."""
        if not file_name:
            return None
        if self.settings is None:
            return Made()
        text = formats()[file_name].render(self.settings, self.ask).decode()
        lines = [self._marked(line) for line in text.splitlines()]
        return replace(self._made(self.settings, file_name), lines=lines)

    def for_address(self, file_name: str) -> Made | None:
        """A format that is about one address. Raises CannotExpress."""
        if not file_name:
            return None
        if self.settings is None or self.ask.address is None:
            return Made()
        formats()[file_name].render(self.settings, self.ask)
        return self._made(self.settings, file_name)

    def _made(self, settings: MailSettings, file_name: str) -> Made:
        title = formats()[file_name].titles.in_language(self.ask.language)
        place = self.place or Place(settings.domain)
        return Made(place.file(settings, file_name, self.ask), title)

    def _marked(self, line: str) -> list[Piece]:
        """A line in pieces: the values that this page knows, and what stands between them."""
        known = sorted({str(value) for value in self.answers.values.values()}, key=len, reverse=True)
        whole = re.compile(rf"(?<![\w.-])({'|'.join(map(re.escape, known))})(?![\w-])")
        return [Piece(part, value=part in known) for part in whole.split(line) if part]

    def value(self, value: ResolvedValue) -> StepValue:
        setting = SETTINGS[value.setting]
        label = [Piece(label=value.label) if value.label else Piece(setting.label)]
        known = self.answers.values.get(value.setting)
        if value.words:
            return StepValue(label, self.answers.pieces(value.words), None)
        if known and setting.typed:
            copy = format_lazy(_("Copy: {what}"), what=setting.label)
            return StepValue(label, [], Value(str(known), copy))
        return StepValue(label, [Piece(known or self.answers.unknown(value.setting))], None)
