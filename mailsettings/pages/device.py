"""What a browser says of the device it runs on: a guess, which only decides what comes first."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

from django.http import HttpRequest

from mailsettings.guides import guides

# The first word that a user agent holds -> the platforms that it may be, the likeliest first: an Android says Linux
# too, and an iPad that shows desktop pages says Macintosh.
WORDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("iPhone", ("ios",)),
    ("iPad", ("ipados",)),
    ("Android", ("android",)),
    ("Windows", ("windows",)),
    ("Macintosh", ("macos", "ipados")),
    ("CrOS", ("web",)),
    ("Linux", ("linux",)),
)
HANDHELD = frozenset({"ios", "ipados", "android"})
# Safari names itself and its version; other browsers of an iPhone, and those within chat programs, leave out one of
# both or add a word of their own (Chrome, Firefox, Edge, Google, Opera, DuckDuckGo, Yandex).
OTHER_IOS_BROWSERS = (
    "CriOS",
    "FxiOS",
    "EdgiOS",
    "GSA/",
    "OPT/",
    "OPiOS",
    "DuckDuckGo",
    "YaBrowser",
    "Instagram",
    "FBAN",
)


@dataclass(frozen=True, slots=True)
class Device:
    """``words`` are those of the browser's own name by which guides know devices that come with their program.

    ``outside_safari`` tells that it is an iPhone or iPad whose browser may not be able to install a profile.
    """

    platforms: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    outside_safari: bool = False

    @property
    def handheld(self) -> bool:
        return bool(self.platforms) and self.platforms[0] in HANDHELD


def device_of(request: HttpRequest) -> Device:
    """The device that the browser names. Unknown ones have no platforms."""
    return _device(request.META.get("HTTP_USER_AGENT", "")[:500])


@lru_cache(maxsize=512)
def _device(agent: str) -> Device:
    platforms = next((platforms for word, platforms in WORDS if word in agent), ())
    apple = platforms in (("ios",), ("ipados",))
    safari = "Safari/" in agent and "Version/" in agent and not any(word in agent for word in OTHER_IOS_BROWSERS)
    return Device(platforms, tuple(word for word in _agents() if word in agent), outside_safari=apple and not safari)


@cache
def _agents() -> tuple[str, ...]:
    return tuple(word for guide in guides().values() for word in guide.agents)
