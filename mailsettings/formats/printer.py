"""The values for a printer, a scanner or another device that only sends mail, as lines to read, print or pass on.

Source for the words: clients.md, "Printers, scanners" (field names of Epson, and what other makes call the same).
"""

from __future__ import annotations

from ..core.endpoints import Authentication, Endpoint, Protocol, Security
from ..core.settings import Ask, MailSettings
from ..core.text import Text
from . import ConfigFormat
from .snippet import CONTENT_TYPE, address, server, text_of, user_name

SECURITY = {
    Security.TLS: Text(
        uk="SSL/TLS (на деяких пристроях SSL)",
        en="SSL/TLS (on some devices SSL)",
    ),
    Security.STARTTLS: Text(
        uk="STARTTLS (на деяких пристроях TLS)",
        en="STARTTLS (on some devices TLS)",
    ),
}
AUTHENTICATION = {Authentication.PASSWORD: "SMTP AUTH", Authentication.PASSWORD_ENCRYPTED: "SMTP AUTH (CRAM-MD5)"}

_TITLE = Text(
    uk="Параметри для принтера, сканера чи іншого пристрою",
    en="Settings for a printer, a scanner or another device",
)
_HOST = Text(
    uk="Сервер SMTP",
    en="SMTP server",
)
_PORT = Text(
    uk="Порт",
    en="Port",
)
_SECURITY = Text(
    uk="Захист з’єднання",
    en="Connection security",
)
_AUTHENTICATION = Text(
    uk="Автентифікація",
    en="Authentication",
)
_USER_NAME = Text(
    uk="Ім’я користувача",
    en="User name",
)
_PASSWORD = Text(
    uk="Пароль",
    en="Password",
)
_WHICH_PASSWORD = Text(
    uk="пароль цієї скриньки (тут його немає)",
    en="the password of this mailbox (it is not here)",
)
_SENDER = Text(
    uk="Адреса відправника",
    en="Sender’s address",
)


def expresses(endpoint: Endpoint) -> bool:
    """Whether there are words for ``endpoint``: for SMTP of each security and authentication there are."""
    known = endpoint.security in SECURITY and endpoint.authentication in AUTHENTICATION
    return known and endpoint.protocol is Protocol.SMTP


def render(settings: MailSettings, ask: Ask) -> bytes:
    """A line for each value, its name before a colon. Raises CannotExpress without an SMTP endpoint."""
    smtp = server(settings, Protocol.SMTP, expresses)
    values = {
        _HOST: smtp.hostname,
        _PORT: str(smtp.port),
        _SECURITY: SECURITY[smtp.security].in_language(ask.language),
        _AUTHENTICATION: AUTHENTICATION[smtp.authentication],
        _USER_NAME: user_name(settings, smtp, ask),
        _PASSWORD: _WHICH_PASSWORD.in_language(ask.language),
        _SENDER: address(settings, ask),
    }
    lines = [f"{name.in_language(ask.language)}: {value}" for name, value in values.items()]
    return text_of([_TITLE.in_language(ask.language), "", *lines])


FORMAT = ConfigFormat(
    file_name="printer.txt",
    titles=Text(
        uk="Параметри для принтера чи сканера",
        en="Settings for a printer or scanner",
    ),
    content_type=CONTENT_TYPE,
    render=render,
    expresses=expresses,
)
