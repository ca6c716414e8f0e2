"""The mail programs that there are guides for, those of the visitor's device first."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

from mailsettings.core.settings import MailSettings
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


@dataclass(frozen=True, slots=True)
class Program:
    name: str
    summary: str
    path: str
    minutes: int
    suggested: bool


def platform_of(request: HttpRequest) -> str:
    """The device that the browser names; a guess, so it only decides what comes first."""
    agent = request.headers.get("User-Agent", "")
    return next((platform for word, platform in DEVICES if word in agent), "")


def programs(request: HttpRequest, language: str, settings: MailSettings | None = None) -> list[Program]:
    """Every guide that can use the domain's endpoints (all without a domain), those for this device first."""
    platform = platform_of(request)
    found = [guide for guide in guides().values() if settings is None or guide_fits(guide, settings)]
    found.sort(key=lambda guide: platform not in guide.platforms)
    return [
        Program(
            name=guide.program.in_language(language),
            summary=guide.summary.in_language(language),
            path=guide_path(guide, settings),
            minutes=guide.minutes,
            suggested=platform in guide.platforms,
        )
        for guide in found
    ]


def guide_fits(guide: Guide, settings: MailSettings) -> bool:
    """Whether the program can fetch by some protocol of the domain."""
    return bool(set(guide.protocols) & set(settings.incoming_protocols)) or not guide.receives


def guide_path(guide: Guide, settings: MailSettings | None) -> str:
    if settings is None:
        return reverse("pages:guide_alone", kwargs={"guide_id": guide.id})
    return reverse("pages:guide", kwargs={"domain": settings.domain, "guide_id": guide.id})
