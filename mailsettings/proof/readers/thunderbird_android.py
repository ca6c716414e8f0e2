"""Thunderbird for Android's "Export for mobile", format version 1, as the scanner reads it.

Source: ``qr-code-format.md`` and ``QrCodePayloadAdapter`` of Thunderbird for Android: positions in nested arrays; one
bad value rejects the whole code; ``null`` is a bad value.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from ..reading import Lists, Published, Reader, Unreadable, same_address
from ..reading import whole_number as port
from ..vocabulary import ENCRYPTED, PASSWORD, STARTTLS, TLS, UNPROTECTED

INCOMING = {0: "imap", 1: "pop3"}
OUTGOING = {0: "smtp"}
# 1 is reserved, and read like 2.
SECURITY = {0: UNPROTECTED, 1: STARTTLS, 2: STARTTLS, 3: TLS}
# 3 and 4 (GSSAPI, NTLM) are refused.
AUTHENTICATION = {0: "none", 1: PASSWORD, 2: ENCRYPTED, 5: "client certificate", 6: "OAuth2"}


def read(document: bytes, address: str) -> tuple[Published, ...]:
    """The one account of the code."""
    try:
        version, (number, total), incoming, groups = json.loads(document)
        (outgoing, *identities), *_further = groups
        if (version, number, total) != (1, 1, 1) or not identities:
            raise Unreadable("another version, more codes, or no identity")
        for email, _name in identities:
            same_address(str(email), address)
        return _server(INCOMING, *incoming), _server(OUTGOING, *outgoing)
    except (ValueError, TypeError, KeyError) as error:
        raise Unreadable(f"no code of Thunderbird: {error!r}") from error


def _server(kinds: dict[int, str], kind: int, host: str, number: int, security: int, *rest: Any) -> Published:
    authentication, user_name, *texts = rest
    if not all(isinstance(text, str) for text in (host, user_name, *texts)) or not host.isascii():
        raise Unreadable("a value that is no text")
    return Published(
        protocol=kinds[kind],
        hostname=host,
        port=port(str(number)),
        security=SECURITY[security],
        user_name=user_name or None,
        authentication=AUTHENTICATION[authentication],
    )


def is_too_long(servers: Sequence[Published], address: str) -> bool:
    """Whether cameras may not read the code: from 800 characters on Thunderbird itself warns."""
    numbers = {PASSWORD: 1, ENCRYPTED: 2}
    incoming, outgoing = (
        [0, one.hostname, one.port, 3, numbers[one.authentication or PASSWORD], one.user_name] for one in servers
    )
    return len(json.dumps([1, [1, 1], incoming, [[outgoing, [address, ""]]]], separators=(",", ":"))) > 800


READER = Reader(
    file_name="thunderbird-android.json",
    read=read,
    lists=Lists.ONE_INCOMING,
    needs_login=True,
    refuses=is_too_long,
)
