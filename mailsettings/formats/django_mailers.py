"""Lines for ``settings.py`` of a Django site from release 6.1 on: MAILERS, which takes the place of the older settings.

Source: Django's settings reference, "MAILERS".
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
        "MAILERS = {",
        '    "default": {',
        '        "OPTIONS": {',
        f'            "host": {quoted(smtp.hostname)},',
        f'            "port": {smtp.port},',
        f'            "{USE[smtp.security]}": True,',
        f'            "username": {quoted(user_name(settings, smtp, ask))},',
        f"            # {PASSWORD_PLACE.in_language(ask.language)}",
        '            "password": os.environ["SMTP_PASSWORD"],',
        "        },",
        "    },",
        "}",
        f"DEFAULT_FROM_EMAIL = {quoted(address(settings, ask))}",
        "SERVER_EMAIL = DEFAULT_FROM_EMAIL",
    ]
    return text_of(lines)


FORMAT = ConfigFormat(
    file_name="django-mailers.txt",
    titles=Text(
        uk="Рядки для Django 6.1 і новіших",
        en="Lines for Django 6.1 and later",
    ),
    content_type=CONTENT_TYPE,
    render=render,
    expresses=expresses,
)
