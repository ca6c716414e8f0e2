"""The mail programs that there are guides for, those of the visitor's device first."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

from mailsettings.core.settings import Ask, MailSettings
from mailsettings.guides import Guide, guides

# What a browser says of its device, in the order of asking: an Android says Linux too, an iPad may say Macintosh.
DEVICES = (
    ("iPhone", "ios"),
    ("iPad", "ipados"),
    ("Android", "android"),
    ("Windows", "windows"),
    ("Macintosh", "macos"),
    ("Linux", "linux"),
)
# Devices that are held in the hand; the drawing beside the program's name shows one.
HANDHELD = frozenset({"ios", "ipados", "android"})
PLATFORM_WORDS = {
    "windows": "Windows",
    "macos": "Mac",
    "linux": "Linux",
    "ios": "iPhone",
    "ipados": "iPad",
    "android": "Android",
}


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


def platform_of(request: HttpRequest) -> str:
    """The device that the browser names; a guess, so it only decides what comes first."""
    agent = request.headers.get("User-Agent", "")
    return next((platform for word, platform in DEVICES if word in agent), "")


def programs(request: HttpRequest, language: str, settings: MailSettings | None = None) -> list[Program]:
    """Every guide that can use the domain's endpoints (all without a domain), those for this device first."""
    platform = platform_of(request)
    found = [guide for guide in guides().values() if settings is None or guide.choose(settings, Ask(language))]
    found.sort(key=lambda guide: platform not in guide.platforms)
    return [_program(guide, language, platform, settings) for guide in found]


def _program(guide: Guide, language: str, platform: str, settings: MailSettings | None) -> Program:
    handheld = bool(HANDHELD.intersection(guide.platforms))
    return Program(
        name=guide.program.in_language(language),
        summary=guide.summary.in_language(language),
        platforms=", ".join(PLATFORM_WORDS[name] for name in guide.platforms if name in PLATFORM_WORDS),
        path=guide_path(guide, settings),
        minutes=guide.minutes,
        icon="icons/phone.html" if handheld else "icons/computer.html",
        suggested=platform in guide.platforms,
    )


def guide_path(guide: Guide, settings: MailSettings | None) -> str:
    if settings is None:
        return reverse("pages:guide_alone", kwargs={"guide_id": guide.id})
    return reverse("pages:guide", kwargs={"domain": settings.domain, "guide_id": guide.id})
