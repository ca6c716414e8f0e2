"""The QR picture of Thunderbird for Android's code: the code itself is read in its own format."""

from __future__ import annotations

from ..reading import Lists, Reader

READER = Reader(
    file_name="thunderbird-android.svg",
    lists=Lists.ONE_INCOMING,
    needs_address=True,
    reads_nothing="thunderbird-android.json",
)
