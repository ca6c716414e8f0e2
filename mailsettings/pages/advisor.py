"""The comparison of IMAP and POP3 with the advisor: one question at a time, each answer a link, nothing stored."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from mailsettings.core.addresses import Address
from mailsettings.core.advice import (
    Advice,
    Answers,
    Backups,
    Care,
    Devices,
    Reader,
    Reason,
    Room,
    advise,
    as_far_as_served,
    next_question,
)
from mailsettings.core.endpoints import Protocol
from mailsettings.core.settings import MailSettings

from .article import article_page, reader_of
from .device import device_of
from .face import language
from .programs import Program, programs
from .setup import setup_path
from .values import Server, Words, servers


@dataclass(frozen=True, slots=True)
class Question:
    """A question and its answers, by the field of ``Answers`` that they fill."""

    words: Words
    answers: dict[StrEnum, Words]


QUESTIONS: dict[str, Question] = {
    "reader": Question(
        _("Who will read this mailbox?"),
        {
            Reader.ONE: _("I alone"),
            Reader.SEVERAL: _("Several people"),
            Reader.PROGRAM: _("A program that only collects mail: accounts, orders, tickets"),
        },
    ),
    "devices": Question(
        _("On how many devices, webmail included?"),
        {Devices.SEVERAL: _("Two or more"), Devices.ONE: _("Only one, always the same")},
    ),
    "room": Question(
        _("May your mail stay on the server?"),
        {
            Room.STAYS: _("Yes, there is room for it"),
            Room.SHORT: _("There is too little room"),
            Room.LEAVES: _("No, it must not stay there"),
        },
    ),
    "backups": Question(
        _("Do you make backups of that device?"),
        {Backups.YES: _("Yes, regularly"), Backups.NO: _("No, or I am not sure")},
    ),
}
REASONS: dict[Reason, Words] = {
    Reason.PROGRAM_COLLECTS: _("A program that only collects mail needs neither folders nor other devices."),
    Reason.SEVERAL_PEOPLE: _("With POP3, whoever fetches first takes the mail away from the others."),
    Reason.SEVERAL_DEVICES: _("All devices and webmail show the same mail, read and sorted alike."),
    Reason.SURVIVES_LOSS: _("If a device breaks or is lost, your mail is still on the server."),
    Reason.NO_BACKUPS: _("POP3 would keep your mail on one disk, and without backups a broken disk loses it."),
    Reason.ONE_DEVICE_HOLDS_ALL: _("One device holds all of your mail, and your backups keep it safe."),
    Reason.UNSURE: _("IMAP suits almost everyone, and from IMAP you can change your mind without losing mail."),
}
CARE: dict[Care, Words] = {
    Care.MORE_ROOM: _("Short of room? Empty the trash and spam on the server, or ask support for a larger mailbox."),
    Care.OWN_MAILBOX: _("Give the program a mailbox of its own, so that it takes nobody’s mail away."),
    Care.KEEP_COPY: _("At first let it leave mail on the server for 14 days, until you are sure that nothing is lost."),
    Care.BACK_UP: _("Check that your backups hold the mail, and that you can read it from them."),
    Care.OFFLINE_COPY: _("To read without the internet, let the program keep mail on the device. IMAP can do that."),
    Care.NOT_SWITCHED_ON: _("The other protocol is switched off for this domain."),
}
HEADLINES = {
    Protocol.IMAP: _("Choose IMAP"),
    Protocol.POP3: _("POP3 fits here"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer as a link."""

    words: Words
    query: str


@dataclass(frozen=True, slots=True)
class Said:
    """A question that was answered, what was said, and the link that takes it back."""

    question: Words
    answer: Words
    back: str


@dataclass(frozen=True, slots=True)
class ShownAdvice:
    """The advice in words, with the exact settings and the instructions that belong to it."""

    headline: Words
    reasons: list[Words]
    care: list[Words]
    servers: list[Server]
    program: Program | None
    query: str
    settings_path: str


@require_safe
def comparison(request: HttpRequest) -> HttpResponse:
    """``/{lang}/imap-or-pop3/``: the article, and the advice that the answers in the query lead to."""
    reader = reader_of(request)
    settings = reader.settings
    answers = _answers(request)
    question = next_question(answers)
    domain = {"domain": settings.domain} if settings else {}
    return article_page(
        request,
        "imap-or-pop3",
        reader,
        "pages/comparison.html",
        said=_said(answers, domain),
        question=QUESTIONS[question].words if question else "",
        choices=_choices(question, answers, domain) if question else [],
        advice=None if question else _shown(request, advise(answers), settings, reader.address),
    )


def _answers(request: HttpRequest) -> Answers:
    """What the query says, as far as it can be an answer; later answers without the earlier ones are dropped."""
    answers = Answers()
    while question := next_question(answers):
        kinds = type(next(iter(QUESTIONS[question].answers)))
        given = request.GET.get(question, "")
        if given not in set(kinds):
            return answers
        answers = _with(answers, question, kinds(given))
    return answers


def _with(answers: Answers, question: str, answer: StrEnum | None) -> Answers:
    return Answers(**{name: getattr(answers, name) for name in Answers.__slots__} | {question: answer})


def _query(answers: Answers, domain: dict[str, str]) -> str:
    given = {name: value for name in Answers.__slots__ if (value := getattr(answers, name))}
    return f"?{urlencode(domain | given)}#advisor"


def _choices(question: str, answers: Answers, domain: dict[str, str]) -> list[Choice]:
    return [
        Choice(words, _query(_with(answers, question, answer), domain))
        for answer, words in QUESTIONS[question].answers.items()
    ]


def _said(answers: Answers, domain: dict[str, str]) -> list[Said]:
    """The answered questions; taking one back takes those after it back too."""
    found, before = [], Answers()
    for name, question in QUESTIONS.items():
        if answer := getattr(answers, name):
            found.append(Said(question.words, question.answers[answer], _query(before, domain)))
            before = _with(before, name, answer)
    return found


def _shown(request: HttpRequest, advice: Advice, settings: MailSettings | None, address: Address | None) -> ShownAdvice:
    if settings:
        advice = as_far_as_served(advice, settings.incoming_protocols)
    protocol = advice.protocol
    able = [program for program in programs(device_of(request), language(), settings, protocol) if program.suggested]
    wanted = (protocol, Protocol.SMTP)
    return ShownAdvice(
        headline=HEADLINES[protocol],
        reasons=[REASONS[reason] for reason in advice.reasons],
        care=[CARE[care] for care in advice.care],
        servers=[found[0] for each in wanted if settings and (found := servers(settings, each, address))],
        program=next(iter(able), None),
        query=f"?protocol={protocol}" if protocol is Protocol.POP3 else "",
        settings_path=setup_path(settings.domain) if settings else reverse("pages:start"),
    )
