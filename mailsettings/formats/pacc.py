"""PACC, ``user-agent-configuration.json``: a domain's servers for programs that check the answer against the DNS.

Source: draft-ietf-mailmaint-pacc-02. The TXT record at ``_ua-auto-config.{domain}`` holds the SHA-256 of the exact
bytes, so they depend on nothing but the domain: not on the language, the address or the alias that was asked for. What
changes often (telephone numbers, hours) is left out, since each change costs every domain a change of its zone.
"""

from __future__ import annotations

import base64
import hashlib
import json

from ..core.endpoints import INCOMING, Authentication, Endpoint, Protocol, Security
from ..core.errors import CannotExpress
from ..core.settings import Ask, LoginPolicy, MailSettings
from ..core.text import Text
from . import ConfigFormat
from .xml import one_line

# There are no words for a port or for STARTTLS: a protocol is spoken over implicit TLS at its registered port.
PORT = {Protocol.IMAP: 993, Protocol.POP3: 995, Protocol.SMTP: 465}
# There is none for a user name either: programs log in with the whole address.
WHOLE_ADDRESS = ("{address}", "{local_part}@{domain}")


def expresses(endpoint: Endpoint) -> bool:
    """Whether the reader would guess everything right that cannot be written: port, protection, user name, password."""
    return (
        endpoint.security is Security.TLS
        and endpoint.port == PORT[endpoint.protocol]
        and endpoint.username in WHOLE_ADDRESS
        and endpoint.authentication is Authentication.PASSWORD
    )


def render(settings: MailSettings, _ask: Ask) -> bytes:
    """The document in UTF-8, its keys sorted; a protocol without an endpoint that can be written is left out.

    Raises CannotExpress without an incoming and an outgoing endpoint; where IMAP is switched on but cannot be written,
    since POP3 alone would take mail off the server unasked; for one exact mailbox or a generic answer, since the
    document is a domain's; and unless all user names follow the pattern: one document serves all mailboxes and never
    learns who asks, so a mailbox whose user name is not its address would be set up wrongly.
    """
    if settings.generic or settings.mailbox or settings.login or settings.login_policy is not LoginPolicy.PATTERN:
        raise CannotExpress("PACC needs a domain whose mailboxes all log in with their address")
    found = {
        protocol: endpoint
        for protocol in (*INCOMING, Protocol.SMTP)
        if (endpoint := settings.first(protocol, expresses))
    }
    if Protocol.SMTP not in found or len(found) == 1:
        raise CannotExpress("PACC needs an incoming and an outgoing server with implicit TLS")
    if settings.of(Protocol.IMAP) and Protocol.IMAP not in found:
        raise CannotExpress("PACC would offer POP3 in place of IMAP")
    document = {
        "authentication": {"password": True},
        "info": {
            "help": {"documentation": one_line(settings.page_url(settings.brand.language))},
            "provider": {"name": one_line(settings.brand.name) or settings.domain_display},
        },
        "protocols": {protocol.value: {"host": endpoint.hostname} for protocol, endpoint in found.items()},
    }
    return f"{json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True)}\n".encode()


def digest_record(body: bytes) -> str:
    """The text of the TXT record that vouches for ``body``."""
    return f"v=UAAC1; a=sha256; d={base64.b64encode(hashlib.sha256(body).digest()).decode()}"


FORMAT = ConfigFormat(
    file_name="user-agent-configuration.json",
    titles=Text(
        uk="Файл автоматичного налаштування PACC",
        en="Automatic setup file PACC",
    ),
    content_type="application/json",
    render=render,
    expresses=expresses,
)
