"""What the text snippets share: the endpoints they are about, placeholders for what is not known, escaping, bytes.

A snippet never holds a password: it names a command or an environment variable that gives it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ..core.addresses import Address
from ..core.endpoints import Endpoint, Protocol
from ..core.errors import CannotExpress
from ..core.settings import Ask, MailSettings
from ..core.text import Text

CONTENT_TYPE = "text/plain; charset=utf-8"
# What the reader replaces. Upper case, which no address here has; ASCII, which every syntax takes as it is.
LOCAL_PART = "YOUR-ADDRESS"
USER_NAME = "YOUR-USER-NAME"
# For a comment in the syntax of the snippet.
PASSWORD_PLACE = Text(
    uk="Пароль — у змінній середовища SMTP_PASSWORD.",
    en="The password is in the environment variable SMTP_PASSWORD.",
)


def server(settings: MailSettings, protocol: Protocol, expresses: Callable[[Endpoint], bool]) -> Endpoint:
    """The endpoint that a snippet is about. Raises CannotExpress without one, and for a generic answer."""
    endpoint = settings.first(protocol, expresses)
    if settings.generic or endpoint is None:
        raise CannotExpress(f"a snippet needs a domain with {protocol}")
    return endpoint


def address(settings: MailSettings, ask: Ask) -> str:
    """The mail address, or one with a placeholder before the at sign."""
    return str(_address(settings, ask))


def user_name(settings: MailSettings, endpoint: Endpoint, ask: Ask) -> str:
    """What to log in with at ``endpoint``: a placeholder where it is private, or in it where there is no address."""
    return settings.user_name(endpoint, _address(settings, ask)) or USER_NAME


def _address(settings: MailSettings, ask: Ask) -> Address:
    return ask.address or Address(LOCAL_PART, settings.domain)


def escaped(text: str, special: str) -> str:
    """``text`` with a backslash before each character of ``special``."""
    return "".join(f"\\{character}" if character in special else character for character in text)


def text_of(lines: Iterable[str], most: int = 0) -> bytes:
    """The lines as a file. Raises CannotExpress for a line longer than ``most`` bytes, where a program has a limit."""
    encoded = [line.encode() for line in lines]
    if most and any(len(line) > most for line in encoded):
        raise CannotExpress("a line is longer than the program reads")
    return b"\n".join(encoded) + b"\n"
