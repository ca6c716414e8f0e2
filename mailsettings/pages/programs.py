"""The mail programs that there are guides for, those of the visitor's device first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mailsettings.core.endpoints import Protocol
from mailsettings.core.settings import Ask, MailSettings
from mailsettings.guides import Guide, guides
from mailsettings.guides.vocabulary import Kind
from mailsettings.memory import lists_of_domains as memory

from .device import HANDHELD, Device
from .place import Place
from .values import Words

PLATFORM_WORDS = {
    "windows": "Windows",
    "macos": "Mac",
    "linux": "Linux",
    "ios": "iPhone",
    "ipados": "iPad",
    "android": "Android",
}
# As many as a reader takes in at a glance; the others are a link away.
FIRST = 6


@dataclass(frozen=True, slots=True)
class Program:
    """A guide as an entry of a list. ``suggested`` tells whether it is for the visitor's device, as far as we see."""

    name: str
    summary: str
    platforms: str
    path: str
    minutes: int
    icon: str
    suggested: bool
    group: str


GROUPS: dict[str, Words] = {
    "computer": _("On a computer"),
    "handheld": _("On a phone or tablet"),
    "sender": _("Printers, websites and tools"),
}


def programs(
    device: Device,
    language: str,
    settings: MailSettings | None = None,
    protocol: Protocol | None = None,
    place: Place | None = None,
) -> list[Program]:
    """Every guide that can use the domain's endpoints (all without a domain), those for this device first.

    ``protocol`` leaves only programs that receive mail by it, ``place`` says where the guides are. Nothing about a
    personal link is kept.
    """
    if place and place.personal:
        return _programs(device, language, settings, protocol, place)
    key = ("programs", device, language, settings and settings.domain, protocol)
    return memory.of(settings, key, lambda: _programs(device, language, settings, protocol, place))


def _programs(
    device: Device, language: str, settings: MailSettings | None, protocol: Protocol | None, place: Place | None
) -> list[Program]:
    ask = Ask(language, protocol)
    found = [
        guide
        for guide in guides().values()
        if (settings is None or guide.choose(settings, ask)) and (protocol is None or protocol in guide.protocols)
    ]
    found.sort(key=lambda guide: _distance(guide, device))
    return [
        _program(guide, language, device, place.guide(guide.id) if place else guide_path(guide, settings))
        for guide in found
    ]


def grouped(found: Iterable[Program]) -> list[tuple[Words, list[Program]]]:
    """Programs by what they run on; the group of the first of them comes first."""
    groups: dict[str, list[Program]] = {}
    for program in found:
        groups.setdefault(program.group, []).append(program)
    return [(GROUPS[group], some) for group, some in groups.items()]


def _distance(guide: Guide, device: Device) -> tuple[bool, bool, bool, int]:
    """How far a guide is from the device: for people, for one program, made for it, for the likeliest platform."""
    made_for = bool(set(guide.agents) & set(device.words))
    places = [place for place, platform in enumerate(device.platforms) if platform in guide.platforms]
    for_anything = PLATFORM_WORDS.keys() <= set(guide.platforms)
    return (guide.kind is not Kind.PROGRAM, for_anything, not made_for, min(places, default=len(device.platforms)))


def _program(guide: Guide, language: str, device: Device, path: str) -> Program:
    handheld = bool(HANDHELD.intersection(guide.platforms)) and "windows" not in guide.platforms
    group = "sender" if guide.kind is not Kind.PROGRAM else "handheld" if handheld else "computer"
    return Program(
        name=guide.program.in_language(language),
        summary=guide.summary.in_language(language),
        platforms=", ".join(PLATFORM_WORDS[name] for name in guide.platforms if name in PLATFORM_WORDS),
        path=path,
        minutes=guide.minutes,
        icon="icons/phone.html" if handheld else "icons/computer.html",
        suggested=guide.kind is Kind.PROGRAM and any(platform in guide.platforms for platform in device.platforms),
        group=group,
    )


def guide_path(guide: Guide, settings: MailSettings | None) -> str:
    if settings is None:
        return reverse("pages:guide_alone", kwargs={"guide_id": guide.id})
    return reverse("pages:guide", kwargs={"domain": settings.domain, "guide_id": guide.id})
