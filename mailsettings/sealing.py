"""Text that goes into an address (URL) and that only this site can read.

AES-SIV (RFC 5297) under a key derived from SECRET_KEY; keys derived from SECRET_KEY_FALLBACKS still open what they
sealed. There is no chance in it: one text has one seal, so what lies at such an address can be cached.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


@lru_cache(maxsize=32)
def _box(secret: str, purpose: str) -> AESSIV:
    return AESSIV(HKDF(SHA256(), 64, salt=None, info=purpose.encode()).derive(secret.encode()))


def seal(text: str, purpose: str) -> str:
    """A text, which is not empty, as letters for a path or a query. It opens for the same purpose only."""
    sealed = _box(settings.SECRET_KEY, purpose).encrypt(text.encode(), None)
    return urlsafe_b64encode(sealed).decode().rstrip("=")


def unseal(sealed: str, purpose: str) -> str | None:
    """What was sealed for a purpose; None when it was not sealed here."""
    try:
        data = urlsafe_b64decode(sealed.encode("ascii") + b"=" * (-len(sealed) % 4))
    except ValueError:
        return None
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            return _box(secret, purpose).decrypt(data, None).decode()
        except (InvalidTag, UnicodeError, ValueError):
            continue
    return None
