"""Lines for ``~/.mbsyncrc`` of mbsync (isync 1.5 and later), which keeps a copy of an IMAP mailbox on disk.

Source: mbsync(1) of isync 1.5.1 and 1.4.4. Both are the same but for one word: until 1.4 TLSType was SSLType.
"""

from __future__ import annotations

from ..core.endpoints import Authentication, Endpoint, Protocol, Security
from ..core.settings import Ask, MailSettings
from ..core.text import Text
from . import ConfigFormat
from .snippet import CONTENT_TYPE, escaped, server, text_of, user_name

# Either refuses to log in without TLS.
TLS_TYPE = {Security.TLS: "IMAPS", Security.STARTTLS: "STARTTLS"}
# Without AuthMechs mbsync takes the best of what the server offers.
AUTH_MECHS = {Authentication.PASSWORD: (), Authentication.PASSWORD_ENCRYPTED: ("AuthMechs CRAM-MD5",)}
SPECIAL = '"\\'
# Its reader (config.c) has a buffer of 1024 bytes.
MAX_LINE = 1000

_OLDER = Text(
    uk="# isync до 1.5: SSLType замість TLSType.",
    en="# isync before 1.5: SSLType in place of TLSType.",
)


def expresses(endpoint: Endpoint) -> bool:
    """Whether there are words for ``endpoint``: for IMAP of each security and authentication there are."""
    known = endpoint.security in TLS_TYPE and endpoint.authentication in AUTH_MECHS
    return known and endpoint.protocol is Protocol.IMAP


def render(settings: MailSettings, ask: Ask) -> bytes:
    """The lines; IMAP whatever ``ask.protocol`` says. Raises CannotExpress without an IMAP endpoint."""
    imap = server(settings, Protocol.IMAP, expresses)
    return text_of(
        [
            "# ~/.mbsyncrc",
            "IMAPAccount mailbox",
            f"Host {imap.hostname}",
            f"Port {imap.port}",
            _OLDER.in_language(ask.language),
            f"TLSType {TLS_TYPE[imap.security]}",
            *AUTH_MECHS[imap.authentication],
            f"User {quoted(user_name(settings, imap, ask))}",
            'PassCmd "pass show mailbox"',
            "",
            "IMAPStore mailbox-remote",
            "Account mailbox",
            "",
            "MaildirStore mailbox-local",
            "Path ~/Mail/",
            "Inbox ~/Mail/INBOX",
            "SubFolders Verbatim",
            "",
            "Channel mailbox",
            "Far :mailbox-remote:",
            "Near :mailbox-local:",
            "Patterns *",
            "Create Near",
            "SyncState *",
        ],
        MAX_LINE,
    )


def quoted(text: str) -> str:
    """mbsync(1): in double quotes, with a backslash before double quotes and backslashes."""
    return f'"{escaped(text, SPECIAL)}"'


FORMAT = ConfigFormat(
    file_name="mbsync.txt",
    titles=Text(
        uk="Рядки для mbsync",
        en="Lines for mbsync",
    ),
    content_type=CONTENT_TYPE,
    render=render,
    expresses=expresses,
)
