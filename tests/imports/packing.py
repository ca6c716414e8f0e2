"""XLSX files whose parts were put together or changed by hand, for tests."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable


def packed(parts: dict[str, bytes]) -> bytes:
    """An archive with these parts."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return target.getvalue()


def repacked(raw: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """A workbook after ``change`` had its way with each part, by its name and what is in it."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return packed({name: change(name, archive.read(name)) for name in archive.namelist()})
