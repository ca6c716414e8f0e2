"""Lines for the file ``.env`` of a Laravel site.

Source: Laravel's ``config/mail.php`` and ConfigurationUrlParser, Symfony Mailer's EsmtpTransportFactory, and the
EntryParser of phpdotenv 5. The password belongs into the same file, so the reader writes it there.
"""

from __future__ import annotations

from ..core.endpoints import Endpoint, Protocol, Security
from ..core.settings import Ask, MailSettings
from ..core.text import Text
from . import ConfigFormat
from .snippet import CONTENT_TYPE, address, escaped, server, text_of, user_name

# Symfony's scheme. With ``smtp`` it uses STARTTLS where it is offered and goes on without where it is not, unless
# ``require_tls`` is set (since 7.3), for which Laravel has no variable but MAIL_URL. The way to log in it finds itself.
SCHEME = {Security.TLS: "smtps", Security.STARTTLS: "smtp"}
# Within double quotes: the quote and the backslash, and a variable.
SPECIAL = '"\\$'

_PASSWORD = Text(
    uk='# Допишіть MAIL_PASSWORD="…" із паролем скриньки в лапках.',
    en='# Add MAIL_PASSWORD="…" with the mailbox password in the quotes.',
)
_REQUIRED = Text(
    uk="# Без шифрування лист не піде (Symfony Mailer 7.3 і новіші).",
    en="# Without encryption nothing is sent (Symfony Mailer 7.3 and later).",
)


def expresses(endpoint: Endpoint) -> bool:
    """Whether there are words for ``endpoint``: for SMTP of each security there are, whatever its authentication."""
    return endpoint.protocol is Protocol.SMTP and endpoint.security in SCHEME


def render(settings: MailSettings, ask: Ask) -> bytes:
    """The lines. Raises CannotExpress without an SMTP endpoint."""
    smtp = server(settings, Protocol.SMTP, expresses)
    lines = [
        "# .env",
        "MAIL_MAILER=smtp",
        f"MAIL_SCHEME={SCHEME[smtp.security]}",
        f"MAIL_HOST={smtp.hostname}",
        f"MAIL_PORT={smtp.port}",
        *_required(smtp, ask),
        f"MAIL_USERNAME={quoted(user_name(settings, smtp, ask))}",
        _PASSWORD.in_language(ask.language),
        f"MAIL_FROM_ADDRESS={quoted(address(settings, ask))}",
    ]
    return text_of(lines)


def _required(smtp: Endpoint, ask: Ask) -> list[str]:
    if smtp.security is not Security.STARTTLS:
        return []
    url = f"smtp://{smtp.hostname}:{smtp.port}?require_tls=true"
    return [_REQUIRED.in_language(ask.language), f"MAIL_URL={quoted(url)}"]


def quoted(text: str) -> str:
    """phpdotenv: in double quotes, with a backslash before what is special within them."""
    return f'"{escaped(text, SPECIAL)}"'


FORMAT = ConfigFormat(
    file_name="laravel.txt",
    titles=Text(
        uk="Рядки для Laravel",
        en="Lines for Laravel",
    ),
    content_type=CONTENT_TYPE,
    render=render,
    expresses=expresses,
)
