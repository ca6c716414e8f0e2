"""Compares with files in ``golden/``. With WRITE_GOLDEN set, a file that differs is rewritten and the test fails."""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = Path(__file__).parent / "golden"


def assert_golden(name: str, actual: bytes) -> None:
    """``actual`` is what ``golden/{name}`` holds, byte for byte."""
    path = FOLDER / name
    expected = path.read_bytes() if path.exists() else b""
    if actual != expected and os.environ.get("WRITE_GOLDEN"):
        path.write_bytes(actual)
        raise AssertionError(f"{name} was rewritten: read the difference, then run without WRITE_GOLDEN")
    assert actual.decode() == expected.decode(), f"golden/{name} differs"
