"""The QR picture of the setup page's address: the page itself is read."""

from __future__ import annotations

from ..reading import Reader

READER = Reader(file_name="settings-page.svg", protocols=(), needs=(), reads_nothing="/d/")
