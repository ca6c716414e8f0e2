"""A replay in words, ready to be printed: by the command as lines, by a template as rows. In the current language."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mailsettings.core.settings import Status

from . import Replay
from .comparing import Verdict
from .reading import Exchange, Outcome


@dataclass(frozen=True, slots=True)
class ExchangeRow:
    """One step: ``answer`` is status, type and size, empty where nothing was asked of this site."""

    number: int
    request: str
    note: str
    answer: str
    says: str
    asked: bool


@dataclass(frozen=True, slots=True)
class ValueRow:
    """One value; ``protocol`` stands in the first row of its server only. ``verdict`` is a Verdict's value."""

    protocol: str
    label: str
    program: str
    published: str
    verdict: str
    words: str


def exchange_rows(replay: Replay) -> list[ExchangeRow]:
    """Every request in order."""
    return [
        ExchangeRow(
            number,
            exchange.request,
            exchange.note,
            _answer(exchange),
            exchange.says,
            exchange.outcome is Outcome.ANSWERED,
        )
        for number, exchange in enumerate(replay.exchanges, 1)
    ]


def value_rows(replay: Replay) -> list[ValueRow]:
    """What the program ends with beside what is published, protocol by protocol."""
    words = {
        Verdict.AGREES: _("agrees"),
        Verdict.DIFFERS: _("DIFFERS"),
        Verdict.CANNOT_EXPRESS: _("cannot be expressed"),
        Verdict.OPEN: _("left open"),
    }
    rows = []
    for comparison in replay.comparisons:
        protocol = comparison.protocol.upper()
        for value in comparison.values:
            rows.append(
                ValueRow(
                    protocol, value.label, value.program, value.published, value.verdict.value, words[value.verdict]
                )
            )
            protocol = ""
        if comparison.note:
            rows.append(ValueRow(protocol, "", comparison.note, "", Verdict.OPEN.value, ""))
    return rows


def conclusion(replay: Replay) -> list[str]:
    """How it ends, what happens next, and what the reader has to know about the domain."""
    lines = []
    if replay.ended.servers:
        lines.append(_("The program takes the settings from %(source)s.") % {"source": replay.ended.source})
    else:
        lines.append(_("The program ends with nothing: %(reason)s.") % {"reason": replay.ended.reason})
    return [*lines, *replay.ended.then, *_about_domain(replay)]


def _about_domain(replay: Replay) -> list[str]:
    if replay.settings is None:
        return [_("This domain is not here, so programs get no settings for it.")]
    if replay.settings.status is Status.SUSPENDED:
        return [_("This domain is suspended, so programs get no settings for it.")]
    if replay.settings.status is Status.EXTERNAL:
        return [_("The mail of this domain is elsewhere, so programs get no settings for it here.")]
    return []


def _answer(exchange: Exchange) -> str:
    if exchange.outcome is not Outcome.ANSWERED:
        return ""
    size = ngettext("%(count)d byte", "%(count)d bytes", exchange.size) % {"count": exchange.size}
    return " ".join(filter(None, [str(exchange.status), exchange.content_type, size]))
