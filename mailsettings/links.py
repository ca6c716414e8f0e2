"""Addresses (URLs) of formats, and the sealing that keeps a typed mail address out of logs.

``/d/{domain}/{format}`` names a domain, ``/s/{token}/{format}`` a personal link. ``/f/{sealed}/{format}`` carries a
mail address that only this site can read: AES-SIV (RFC 5297) under a key derived from SECRET_KEY; keys derived from
SECRET_KEY_FALLBACKS still open what they sealed. Sealing has no chance in it, so one address has one path, and what
lies there can be cached.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import lru_cache
from urllib.parse import urlencode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings as django_settings

from .core.addresses import Address, parse_address
from .core.errors import InvalidInput
from .core.settings import Ask, MailSettings

# The longest address has 318 characters (64 + 1 + 253); SIV adds 16 bytes.
MAX_SEALED = 480


@lru_cache(maxsize=16)
def _box(secret: str) -> AESSIV:
    return AESSIV(HKDF(SHA256(), 64, salt=None, info=b"skrynka sealed address").derive(secret.encode()))


def seal(address: Address) -> str:
    """An address as a piece of a path that tells nothing to whoever reads it."""
    sealed = _box(django_settings.SECRET_KEY).encrypt(str(address).encode(), None)
    return urlsafe_b64encode(sealed).decode().rstrip("=")


def unseal(sealed: str) -> Address | None:
    """The address in a sealed piece of a path; None when it was not sealed here."""
    if len(sealed) > MAX_SEALED:
        return None
    try:
        data = urlsafe_b64decode(sealed.encode("ascii") + b"=" * (-len(sealed) % 4))
    except ValueError:
        return None
    for secret in (django_settings.SECRET_KEY, *django_settings.SECRET_KEY_FALLBACKS):
        try:
            return parse_address(_box(secret).decrypt(data, None).decode())
        except (InvalidTag, InvalidInput, UnicodeError, ValueError):
            continue
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
