"""Addresses (URLs) of formats, and the sealing that keeps a typed mail address out of logs.

``/d/{domain}/{format}`` names a domain. ``/f/{sealed}/{format}`` carries a mail address that only this site can read:
Fernet (AES-128-CBC with HMAC-SHA256) under a key derived from SECRET_KEY; keys derived from SECRET_KEY_FALLBACKS still
open what they sealed.
"""

from __future__ import annotations

import base64
from functools import lru_cache
from urllib.parse import urlencode

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings as django_settings

from .core.addresses import Address, parse_address
from .core.errors import InvalidInput
from .core.settings import Ask, MailSettings


@lru_cache(maxsize=4)
def _box(*secrets: str) -> MultiFernet:
    def key(secret: str) -> Fernet:
        derived = HKDF(SHA256(), 32, salt=None, info=b"skrynka sealed address").derive(secret.encode())
        return Fernet(base64.urlsafe_b64encode(derived))

    return MultiFernet([key(secret) for secret in secrets])


def _current_box() -> MultiFernet:
    return _box(django_settings.SECRET_KEY, *django_settings.SECRET_KEY_FALLBACKS)


def seal(address: Address) -> str:
    """An address as a piece of a path that tells nothing to whoever reads it."""
    return _current_box().encrypt(str(address).encode()).decode().rstrip("=")


def unseal(sealed: str) -> Address | None:
    """The address in a sealed piece of a path; None when it was not sealed here."""
    try:
        padded = sealed.encode("ascii") + b"=" * (-len(sealed) % 4)
        return parse_address(_current_box().decrypt(padded).decode())
    except (InvalidToken, InvalidInput, UnicodeError, ValueError):
        return None


def format_path(settings: MailSettings, file_name: str, ask: Ask) -> str:
    """Where ``file_name`` is served for these settings: repeatable, without cookies, the address sealed."""
    where = f"/f/{seal(ask.address)}" if ask.address else f"/d/{settings.domain}"
    query = {"language": ask.language} | ({"protocol": ask.protocol.value} if ask.protocol else {})
    return f"{where}/{file_name}?{urlencode(query)}"
