"""Lines for ``~/.fetchmailrc`` of fetchmail 6.4 and later, which fetches mail and hands it on.

Source: fetchmail(1), "The run control file", and README.SSL.
"""

from __future__ import annotations

from ..core.endpoints import Authentication, Endpoint, Protocol, Security
from ..core.errors import CannotExpress
from ..core.settings import Ask, MailSettings
from ..core.text import Text
from . import ConfigFormat
from .snippet import CONTENT_TYPE, escaped, text_of, user_name

# What fetchmail is for comes first: a copy of an IMAP mailbox is better kept by other programs.
PROTOCOLS = {Protocol.POP3: ("  protocol pop3", "  uidl"), Protocol.IMAP: ("  protocol imap",)}
# Without ``ssl``, a non-empty ``sslproto`` makes STARTTLS a must.
SSL = {Security.TLS: ("  ssl",), Security.STARTTLS: ()}
AUTH = {Authentication.PASSWORD: (), Authentication.PASSWORD_ENCRYPTED: ("  auth cram-md5",)}

_KEEP = Text(
    uk="  # Без keep листи зникають із сервера.",
    en="  # Without keep, mail is deleted from the server.",
)


def expresses(endpoint: Endpoint) -> bool:
    """Whether there are words for ``endpoint``: for POP3 and IMAP of each security and authentication there are."""
    return endpoint.protocol in PROTOCOLS and endpoint.security in SSL and endpoint.authentication in AUTH


def render(settings: MailSettings, ask: Ask) -> bytes:
    """The lines: POP3, unless ``ask.protocol`` is IMAP or only IMAP is switched on.

    Raises CannotExpress when the protocol asked for has no endpoint, and for a generic answer.
    """
    incoming = settings.incoming(ask.protocol, expresses, PROTOCOLS)
    if settings.generic or incoming is None:
        raise CannotExpress("fetchmail needs a domain with an incoming server")
    lines = [
        "# ~/.fetchmailrc",
        f"poll {quoted(incoming.hostname)}",
        *PROTOCOLS[incoming.protocol],
        f"  service {incoming.port}",
        *AUTH[incoming.authentication],
        f"  user {quoted(user_name(settings, incoming, ask))}",
        *SSL[incoming.security],
        '  sslproto "tls1.2+"',
        "  sslcertck",
        _KEEP.in_language(ask.language),
        "  keep",
        '  mda "/usr/bin/procmail -d %T"',
    ]
    return text_of(lines)


def quoted(text: str) -> str:
    """fetchmail(1): in double quotes, a backslash doubled. A double quote, which would end them, is its hex code."""
    return '"' + escaped(text, "\\").replace('"', r"\x22") + '"'


FORMAT = ConfigFormat(
    file_name="fetchmail.txt",
    titles=Text(
        uk="Рядки для fetchmail",
        en="Lines for fetchmail",
    ),
    content_type=CONTENT_TYPE,
    render=render,
    expresses=expresses,
)
