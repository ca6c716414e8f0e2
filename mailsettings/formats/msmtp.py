"""Lines for ``~/.msmtprc`` of msmtp 1.8, which sends mail.

Source: msmtp(1) 1.8.23 and its reader, ``conf.c``.
"""

from __future__ import annotations

import re

from ..core.endpoints import Authentication, Endpoint, Protocol, Security
from ..core.errors import CannotExpress
from ..core.settings import Ask, MailSettings
from ..core.text import Text
from . import ConfigFormat
from .snippet import CONTENT_TYPE, address, server, text_of, user_name

# With ``tls on`` either refuses to log in without TLS.
TLS_STARTTLS = {Security.TLS: "off", Security.STARTTLS: "on"}
AUTH = {Authentication.PASSWORD: "on", Authentication.PASSWORD_ENCRYPTED: "cram-md5"}
# What makes a pattern of ``from``, and there is no other way to write these. (Its %U and the like are upper case, which
# no address has.)
_PATTERN = re.compile(r"[?*]")
# The buffer of its reader without the line's end.
MAX_LINE = 499

_PERMISSIONS = Text(
    uk="# Закрийте файл від інших: chmod 600 ~/.msmtprc",
    en="# Close the file to others: chmod 600 ~/.msmtprc",
)


def expresses(endpoint: Endpoint) -> bool:
    """Whether there are words for ``endpoint``: for SMTP of each security and authentication there are."""
    known = endpoint.security in TLS_STARTTLS and endpoint.authentication in AUTH
    return known and endpoint.protocol is Protocol.SMTP


def render(settings: MailSettings, ask: Ask) -> bytes:
    """The lines. Raises CannotExpress without an SMTP endpoint, and for an address that msmtp takes for a pattern."""
    smtp = server(settings, Protocol.SMTP, expresses)
    sender = address(settings, ask)
    if _PATTERN.search(sender):
        raise CannotExpress(f"msmtp takes {sender} for a pattern")
    return text_of(
        [
            "# ~/.msmtprc",
            _PERMISSIONS.in_language(ask.language),
            "account mailbox",
            f"host {smtp.hostname}",
            f"port {smtp.port}",
            "tls on",
            f"tls_starttls {TLS_STARTTLS[smtp.security]}",
            f"auth {AUTH[smtp.authentication]}",
            f"user {quoted(user_name(settings, smtp, ask))}",
            'passwordeval "pass show mailbox"',
            f"from {quoted(sender)}",
            "account default : mailbox",
        ],
        MAX_LINE,
    )


def quoted(text: str) -> str:
    """msmtp(1): in double quotes, of which only the outermost pair is taken off. Nothing within is special."""
    return f'"{text}"'


FORMAT = ConfigFormat(
    file_name="msmtp.txt",
    titles=Text(
        uk="Рядки для msmtp",
        en="Lines for msmtp",
    ),
    content_type=CONTENT_TYPE,
    render=render,
    expresses=expresses,
)
