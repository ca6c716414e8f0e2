"""The QR picture that Thunderbird for Android scans: the text in its modules is its code."""

from __future__ import annotations

from dataclasses import replace

from ..qr import text_of
from ..reading import Published
from . import thunderbird_android


def read(picture: bytes, address: str) -> tuple[Published, ...]:
    return thunderbird_android.read(text_of(picture).encode(), address)


READER = replace(thunderbird_android.READER, file_name="thunderbird-android.svg", read=read)
