"""The values for a printer, a scanner or another device that only sends mail, as lines to read, print or pass on.

Source for the words: clients.md, "Printers, scanners" (field names of Epson, and what other makes call the same).
"""

from __future__ import annotations

from ..core.endpoints import Authentication, Endpoint, Protocol, Security
from ..core.settings import Ask, MailSettings
from ..core.text import Text
from . import ConfigFormat
from .snippet import CONTENT_TYPE, LOCAL_PART, USER_NAME, address, server, text_of, user_name

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
# What to put in the place of each word that stands for something unknown.
_REPLACED = {
    USER_NAME: Text(
        uk=f"Замість {USER_NAME} введіть ім’я користувача з нашого листа. Листа немає? Попросіть особисте посилання.",
        en=f"In place of {USER_NAME}, type the user name from our letter. No letter? Ask for a personal link.",
    ),
    LOCAL_PART: Text(
        uk=f"Замість {LOCAL_PART} введіть початок своєї адреси, до знака @.",
        en=f"In place of {LOCAL_PART}, type the beginning of your address, up to the @.",
    ),
}


def expresses(endpoint: Endpoint) -> bool:
    """Whether there are words for ``endpoint``: for SMTP of each security and authentication there are."""
    known = endpoint.security in SECURITY and endpoint.authentication in AUTHENTICATION
    return known and endpoint.protocol is Protocol.SMTP


def render(settings: MailSettings, ask: Ask) -> bytes:
    """A line for each value, its name before a colon, and below what the reader has to replace in them.

    Raises CannotExpress without an SMTP endpoint.
    """
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
    shown = "\n".join(values.values())
    notes = [note.in_language(ask.language) for word, note in _REPLACED.items() if word in shown]
    return text_of([_TITLE.in_language(ask.language), "", *lines, *(["", *notes] if notes else [])])


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
