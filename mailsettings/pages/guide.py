"""Instructions for one mail program, with a domain's values in them or without."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from mailsettings.core.addresses import Address
from mailsettings.core.endpoints import INCOMING, Protocol
from mailsettings.core.settings import Ask, MailSettings
from mailsettings.guides import Choice, Guide, guides

from . import typed
from .articles import error_titles
from .face import brand_of, language, page
from .programs import programs
from .prose import Answers, links_of
from .setup import domain_or_redirect
from .values import PROTOCOL_WORDS, SETTING_LABELS, SETTING_WORDS, Value, setting_values, setup_values


@dataclass(frozen=True, slots=True)
class StepValue:
    """A value below a step: what the program calls the field, and what to type or choose there."""

    label: Any
    pieces: list[Any]
    value: Value | None


@dataclass(frozen=True)
class Shown:
    """A guide for a template: every text in pieces."""

    guide: Any
    answers: Answers

    def notes(self, notes: Any) -> list[dict[str, Any]]:
        return [{"kind": note.kind.value, "pieces": self.answers.pieces(note.runs)} for note in notes]

    def section(self, section: Any) -> dict[str, Any]:
        steps = [
            {
                "anchor": step.anchor,
                "values": [self.value(value) for value in step.values],
                **{
                    part: self.answers.pieces(getattr(step, part))
                    for part in ("text", "place", "expect", "otherwise", "warning")
                },
            }
            for step in section.steps
        ]
        return {"anchor": section.anchor, "title": section.title, "notes": self.notes(section.notes), "steps": steps}

    def value(self, value: Any) -> StepValue:
        words = self.answers.pieces(value.words)
        known = self.answers.values.get(value.setting)
        label = value.label
        name = SETTING_LABELS[value.setting]
        shown_label = self.answers.pieces([_LabelRun(label)])[0] if label else None
        if words or not known:
            return StepValue(shown_label or name, words or [_plain(SETTING_WORDS[value.setting])], None)
        return StepValue(shown_label or name, [], Value(name, str(known), _("Copy: %(what)s") % {"what": name}))

    def entries(self) -> list[dict[str, Any]]:
        return [
            {
                "anchor": entry.anchor,
                "title": entry.title,
                "notes": self.notes(entry.notes),
                "ways": [self.section(way) for way in entry.ways],
            }
            for entry in self.guide.entries
        ]


class _LabelRun:
    """A label on its own, in the form of a run."""

    def __init__(self, label: Any) -> None:
        from mailsettings.core.prose import RunKind

        self.kind, self.label = RunKind.LABEL, label


def _plain(text: Any) -> Any:
    from .prose import Piece

    return Piece("text", text)


@require_safe
def guide(request: HttpRequest, domain: str, guide_id: str) -> HttpResponse:
    """``/{lang}/d/{domain}/{guide}/``: with this domain's values."""
    wanted = _guide(guide_id)
    found = domain_or_redirect(request, domain, f"{guide_id}/")
    if isinstance(found, HttpResponse):
        return found
    settings, address = typed.settings_of(request, found.domain)
    assert settings is not None
    ask = Ask(language(), _protocol(request, wanted, settings), address)
    choice = wanted.choose(settings, ask)
    if choice is None:
        return _cannot(request, wanted, settings)
    incoming = settings.first(choice.protocol, wanted.expresses)
    outgoing = settings.first(Protocol.SMTP, wanted.expresses)
    answers = Answers(
        setting_values(settings, address, incoming, outgoing),
        links_of(settings.brand, settings, replace(ask, protocol=choice.protocol)),
    )
    response = _page(request, wanted, choice, answers, settings, address)
    typed.keep_private(response)
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def guide_alone(request: HttpRequest, guide_id: str) -> HttpResponse:
    """``/{lang}/guides/{guide}/``: without a domain, values described in words."""
    wanted = _guide(guide_id)
    protocol = _protocol(request, wanted, None) or wanted.protocols[0]
    choice = Choice(language=language(), protocol=protocol)
    return _page(request, wanted, choice, Answers({}, links_of(brand_of(request))), None, None)


def _guide(guide_id: str) -> Guide:
    if guide_id not in guides():
        raise Http404
    return guides()[guide_id]


def _protocol(request: HttpRequest, wanted: Guide, settings: MailSettings | None) -> Protocol | None:
    """The incoming protocol that was chosen, where both the program and the domain have it."""
    text = request.GET.get("protocol", "")
    protocol = Protocol(text) if text in INCOMING else None
    offered = protocol in wanted.protocols and (settings is None or protocol in settings.incoming_protocols)
    return protocol if offered else None


def _page(
    request: HttpRequest,
    wanted: Guide,
    choice: Choice,
    answers: Answers,
    settings: MailSettings | None,
    address: Address | None,
) -> HttpResponse:
    resolved = wanted.resolve(choice)
    shown = Shown(resolved, answers)
    offered = settings.incoming_protocols if settings else INCOMING
    return page(
        request,
        "pages/guide.html",
        title=resolved.title,
        settings=settings,
        address=address,
        guide=resolved,
        profile=answers.link("profile") if resolved.automatic and resolved.automatic.format else "",
        recognise=shown.notes(resolved.recognise),
        needs=shown.notes(resolved.needs),
        privacy=shown.notes(resolved.privacy),
        entries=shown.entries(),
        test=shown.section(resolved.test),
        after=[shown.section(section) for section in resolved.after],
        removal=shown.section(resolved.removal) if resolved.removal else None,
        errors=error_titles(language(), resolved.errors),
        values=setup_values(settings, address) if settings else None,
        protocols=[
            (protocol.value, PROTOCOL_WORDS[protocol], protocol is choice.protocol)
            for protocol in wanted.protocols
            if protocol in offered
        ],
        warn_pop3=choice.protocol is Protocol.POP3,
    )


def _cannot(request: HttpRequest, wanted: Guide, settings: MailSettings) -> HttpResponse:
    """The program has no protocol or protection that the domain offers."""
    return page(
        request,
        "pages/cannot.html",
        title=wanted.title.in_language(language()),
        settings=settings,
        program=wanted.program.in_language(language()),
        programs=programs(request, language(), settings),
        status=404,
    )


@require_safe
def all_guides(request: HttpRequest) -> HttpResponse:
    """``/{lang}/guides/``: every program, without a domain."""
    return page(request, "pages/guides.html", title=_("Instructions"), programs=programs(request, language()))
