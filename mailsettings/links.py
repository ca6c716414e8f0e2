"""Addresses (URLs) of formats, and the sealing that keeps a typed mail address out of logs.

``/d/{domain}/{format}`` names a domain, ``/s/{token}/{format}`` a personal link. ``/f/{sealed}/{format}`` carries a
mail address that only this site can read (``sealing``); one address has one path, so what lies there can be cached.
"""

from __future__ import annotations

from urllib.parse import urlencode

from . import sealing
from .core.addresses import Address, parse_address
from .core.errors import InvalidInput
from .core.settings import Ask, MailSettings

# The longest address has 318 characters (64 + 1 + 253); SIV adds 16 bytes.
MAX_SEALED = 480
PURPOSE = "skrynka sealed address"


def seal(address: Address) -> str:
    """An address as a piece of a path that tells nothing to whoever reads it."""
    return sealing.seal(str(address), PURPOSE)


def unseal(sealed: str) -> Address | None:
    """The address in a sealed piece of a path; None when it was not sealed here."""
    text = sealing.unseal(sealed, PURPOSE) if len(sealed) <= MAX_SEALED else None
    try:
        return parse_address(text) if text is not None else None
    except InvalidInput:
        return None


def format_path(settings: MailSettings, file_name: str, ask: Ask) -> str:
    """Where ``file_name`` is served for these settings: repeatable, without cookies, the address sealed."""
    return _file_path(f"/f/{seal(ask.address)}" if ask.address else f"/d/{settings.domain}", file_name, ask)


def personal_path(token: str, file_name: str, ask: Ask) -> str:
    """Where a personal link serves ``file_name`` for what it opens: repeatable, without cookies."""
    return _file_path(f"/s/{token}", file_name, ask)


def _file_path(where: str, file_name: str, ask: Ask) -> str:
    query = {"language": ask.language} | ({"protocol": ask.protocol.value} if ask.protocol else {})
    return f"{where}/{file_name}?{urlencode(query)}"
