"""IMAP or POP3: the advice for one mailbox, from a few answers. Pure; the words for people are the pages'.

No points are counted. POP3 is advised in two cases only, in both of which it cannot lose mail: a program merely
collects it, or one device is to hold everything and has backups. Everybody else is advised IMAP.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .endpoints import Protocol


class Reader(StrEnum):
    """Who reads the mailbox: one person, several people, or a program that only collects its mail."""

    ONE = "one"
    SEVERAL = "several"
    PROGRAM = "program"


class Devices(StrEnum):
    """Where one person reads it; webmail counts as a device."""

    ONE = "one"
    SEVERAL = "several"


class Room(StrEnum):
    """What is to become of mail on the server: it may stay, there is too little room for it, or it must not stay."""

    STAYS = "stays"
    SHORT = "short"
    LEAVES = "leaves"


class Backups(StrEnum):
    """Whether the owner makes backups of the device that would hold the mail."""

    YES = "yes"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Answers:
    """What somebody said; None where they did not say it, or were not asked."""

    reader: Reader | None = None
    devices: Devices | None = None
    room: Room | None = None
    backups: Backups | None = None


class Reason(StrEnum):
    """Why one protocol is advised."""

    PROGRAM_COLLECTS = "program-collects"
    SEVERAL_PEOPLE = "several-people"
    SEVERAL_DEVICES = "several-devices"
    SURVIVES_LOSS = "survives-loss"
    NO_BACKUPS = "no-backups"
    ONE_DEVICE_HOLDS_ALL = "one-device-holds-all"
    UNSURE = "unsure"


class Care(StrEnum):
    """What to see to along with the advice."""

    MORE_ROOM = "more-room"
    OWN_MAILBOX = "own-mailbox"
    KEEP_COPY = "keep-copy"
    BACK_UP = "back-up"
    OFFLINE_COPY = "offline-copy"
    NOT_SWITCHED_ON = "not-switched-on"


@dataclass(frozen=True, slots=True)
class Advice:
    """``reasons`` the weightiest first; ``care`` in the order of doing."""

    protocol: Protocol
    reasons: tuple[Reason, ...]
    care: tuple[Care, ...] = ()


def next_question(answers: Answers) -> str:
    """The field of ``Answers`` that still matters; empty when the advice is clear."""
    if answers.reader is None:
        return "reader"
    if answers.reader is not Reader.ONE:
        return ""
    if answers.devices is None:
        return "devices"
    if answers.devices is Devices.SEVERAL:
        return "" if answers.room else "room"
    if answers.room is None:
        return "room"
    return "backups" if answers.room is not Room.STAYS and answers.backups is None else ""


def advise(answers: Answers) -> Advice:
    """The advice that the answers lead to; what was not said never leads to POP3."""
    short = answers.room in (Room.SHORT, Room.LEAVES)
    more_room = (Care.MORE_ROOM,) if short else ()
    if answers.reader is Reader.PROGRAM:
        return Advice(Protocol.POP3, (Reason.PROGRAM_COLLECTS,), (Care.OWN_MAILBOX, Care.KEEP_COPY))
    if answers.reader is Reader.SEVERAL:
        return Advice(Protocol.IMAP, (Reason.SEVERAL_PEOPLE, Reason.SURVIVES_LOSS))
    if answers.devices is Devices.SEVERAL:
        return Advice(Protocol.IMAP, (Reason.SEVERAL_DEVICES, Reason.SURVIVES_LOSS), more_room)
    if answers.devices is Devices.ONE and short:
        if answers.backups is Backups.YES:
            return Advice(Protocol.POP3, (Reason.ONE_DEVICE_HOLDS_ALL,), (Care.KEEP_COPY, Care.BACK_UP))
        return Advice(Protocol.IMAP, (Reason.NO_BACKUPS, Reason.SURVIVES_LOSS), (Care.MORE_ROOM, Care.OFFLINE_COPY))
    if answers.reader is Reader.ONE and answers.devices is Devices.ONE:
        return Advice(Protocol.IMAP, (Reason.SURVIVES_LOSS,), (Care.OFFLINE_COPY,))
    return Advice(Protocol.IMAP, (Reason.UNSURE, Reason.SURVIVES_LOSS))


def as_far_as_served(advice: Advice, protocols: tuple[Protocol, ...]) -> Advice:
    """The advice for a domain that serves only ``protocols``: the other one where the advised is switched off."""
    if not protocols or advice.protocol in protocols:
        return advice
    keeps = (Care.KEEP_COPY, Care.BACK_UP) if protocols[0] is Protocol.POP3 else ()
    return Advice(protocols[0], (), (Care.NOT_SWITCHED_ON, *keeps))
