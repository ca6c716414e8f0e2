"""What the QR code for Thunderbird for Android says: one account as nested arrays of JSON.

Source: thunderbird-android, ``qr-code-format.md`` (version 1) and QrCodePayloadAdapter.
"""

from __future__ import annotations

import json

from ..core.endpoints import Authentication, Protocol, Security
from ..core.errors import CannotExpress
from ..core.settings import Ask, MailSettings
from ..core.text import Text
from . import ConfigFormat
from .thunderbird_android import Login, account, expresses

VERSION = 1
# The first code of one.
SEQUENCE = [1, 1]
INCOMING_PROTOCOL = {Protocol.IMAP: 0, Protocol.POP3: 1}
OUTGOING_PROTOCOL = {Protocol.SMTP: 0}
CONNECTION_SECURITY = {Security.STARTTLS: 2, Security.TLS: 3}
AUTHENTICATION_TYPE = {Authentication.PASSWORD: 1, Authentication.PASSWORD_ENCRYPTED: 2}
# Beyond this Thunderbird warns that cameras may not read the code.
MOST = 800


def payload(settings: MailSettings, ask: Ask) -> str:
    """The code's text, ASCII. What is unknown at an array's end is left out, elsewhere empty: the reader stops at null.

    The owner's name is left out where it would make the code too large. Raises CannotExpress where there is no account
    to write (``thunderbird_android.account``), and for one that is too large without a name.
    """
    found = account(settings, ask)
    incoming = _server(INCOMING_PROTOCOL, found.incoming)
    outgoing = _server(OUTGOING_PROTOCOL, found.outgoing)
    for name in (found.name, ""):
        groups = [[outgoing, [str(found.address), name]]]
        text = json.dumps([VERSION, SEQUENCE, incoming, groups], separators=(",", ":"))
        if len(text) <= MOST:
            return text
    raise CannotExpress("too long for a code that cameras read")


def _server(protocols: dict[Protocol, int], login: Login) -> list[int | str]:
    endpoint = login.endpoint
    security, authentication = CONNECTION_SECURITY[endpoint.security], AUTHENTICATION_TYPE[endpoint.authentication]
    return [
        protocols[endpoint.protocol], endpoint.hostname, endpoint.port, security, authentication, login.user_name,
    ]  # fmt: skip


def render(settings: MailSettings, ask: Ask) -> bytes:
    """The text as a file. Raises CannotExpress as ``payload`` does."""
    return payload(settings, ask).encode("ascii")


FORMAT = ConfigFormat(
    file_name="thunderbird-android.json",
    titles=Text(
        uk="Вміст QR-коду для Thunderbird на Android",
        en="Contents of the QR code for Thunderbird on Android",
    ),
    content_type="application/json",
    render=render,
    expresses=expresses,
)
