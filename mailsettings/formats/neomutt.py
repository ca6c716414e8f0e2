"""Lines for ``~/.neomuttrc`` of NeoMutt (2021 and later), which reads and sends mail on the server.

Source: neomuttrc(5), "Syntax of initialization files" and the variables' own sections.
"""

from __future__ import annotations

from ..core.endpoints import Authentication, Endpoint, Protocol, Security
from ..core.settings import Ask, MailSettings
from ..core.text import Text
from . import ConfigFormat
from .snippet import CONTENT_TYPE, address, escaped, server, text_of, user_name

# Schemes of URLs; without a final s it is STARTTLS, which ``ssl_force_tls`` makes a must.
IMAP_SCHEME = {Security.TLS: "imaps", Security.STARTTLS: "imap"}
SMTP_SCHEME = {Security.TLS: "smtps", Security.STARTTLS: "smtp"}
# Without a list NeoMutt tries what the server offers.
AUTHENTICATORS = {Authentication.PASSWORD: "", Authentication.PASSWORD_ENCRYPTED: "cram-md5"}
# Within double quotes: the quote and the backslash, a variable and a command.
SPECIAL = '"\\$`'

_REQUIRED = Text(
    uk="# Без шифрування NeoMutt не з’єднається.",
    en="# Without encryption NeoMutt does not connect.",
)


def expresses(endpoint: Endpoint) -> bool:
    """Whether there are words for ``endpoint``: for IMAP and SMTP of each security and authentication there are."""
    known = endpoint.security in IMAP_SCHEME and endpoint.authentication in AUTHENTICATORS
    return known and endpoint.protocol in (Protocol.IMAP, Protocol.SMTP)


def render(settings: MailSettings, ask: Ask) -> bytes:
    """The lines; IMAP whatever ``ask.protocol`` says. Raises CannotExpress without an IMAP and an SMTP endpoint."""
    imap = server(settings, Protocol.IMAP, expresses)
    smtp = server(settings, Protocol.SMTP, expresses)
    lines = [
        "# ~/.neomuttrc",
        f"set from = {quoted(address(settings, ask))}",
        _REQUIRED.in_language(ask.language),
        "set ssl_force_tls = yes",
        f"set imap_user = {quoted(user_name(settings, imap, ask))}",
        'set imap_pass = "`pass show mailbox`"',
        *_authenticators("imap", imap),
        f'set folder = "{IMAP_SCHEME[imap.security]}://{imap.hostname}:{imap.port}/"',
        'set spool_file = "+INBOX"',
        'set record = "+Sent"',
        'set postponed = "+Drafts"',
        'set trash = "+Trash"',
        f"set smtp_user = {quoted(user_name(settings, smtp, ask))}",
        'set smtp_pass = "`pass show mailbox`"',
        *_authenticators("smtp", smtp),
        f'set smtp_url = "{SMTP_SCHEME[smtp.security]}://{smtp.hostname}:{smtp.port}/"',
    ]
    return text_of(lines)


def _authenticators(side: str, endpoint: Endpoint) -> list[str]:
    wanted = AUTHENTICATORS[endpoint.authentication]
    return [f'set {side}_authenticators = "{wanted}"'] if wanted else []


def quoted(text: str) -> str:
    """neomuttrc(5): in double quotes, with a backslash before what is special within them."""
    return f'"{escaped(text, SPECIAL)}"'


FORMAT = ConfigFormat(
    file_name="neomutt.txt",
    titles=Text(
        uk="Рядки для NeoMutt",
        en="Lines for NeoMutt",
    ),
    content_type=CONTENT_TYPE,
    render=render,
    expresses=expresses,
)
