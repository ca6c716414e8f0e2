"""Lines for ``settings.py`` of a Django site: the settings that every release up to 6.1 knows.

Source: Django's settings reference, "Email".
"""

from __future__ import annotations

from ..core.endpoints import Protocol
from ..core.settings import Ask, MailSettings
from ..core.text import Text
from . import ConfigFormat
from .python import USE, expresses, quoted
from .snippet import CONTENT_TYPE, PASSWORD_PLACE, address, server, text_of, user_name


def render(settings: MailSettings, ask: Ask) -> bytes:
    """The lines. Raises CannotExpress without an SMTP endpoint."""
    smtp = server(settings, Protocol.SMTP, expresses)
    lines = [
        "# settings.py",
        "import os",
        "",
        f"EMAIL_HOST = {quoted(smtp.hostname)}",
        f"EMAIL_PORT = {smtp.port}",
        f"EMAIL_{USE[smtp.security].upper()} = True",
        f"EMAIL_HOST_USER = {quoted(user_name(settings, smtp, ask))}",
        f"# {PASSWORD_PLACE.in_language(ask.language)}",
        'EMAIL_HOST_PASSWORD = os.environ["SMTP_PASSWORD"]',
        f"DEFAULT_FROM_EMAIL = {quoted(address(settings, ask))}",
        "SERVER_EMAIL = DEFAULT_FROM_EMAIL",
    ]
    return text_of(lines)


FORMAT = ConfigFormat(
    file_name="django.txt",
    titles=Text(
        uk="Рядки для Django",
        en="Lines for Django",
    ),
    content_type=CONTENT_TYPE,
    render=render,
    expresses=expresses,
)
