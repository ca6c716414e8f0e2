"""Guides: the steps for one mail program, both languages side by side, one TOML file each.

A file of this folder is a guide; its name is the guide's id. ``guides()`` has them all, ``Guide.choose`` finds the
choice that fits a domain's settings, ``Guide.resolve`` gives what one reader is to see; ``form`` says what a file is.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from .choice import Choice, SendingName, UserName
from .form import Guide
from .loader import load_guides
from .reader import GuideError
from .reading import ResolvedGuide

__all__ = ["Choice", "Guide", "GuideError", "ResolvedGuide", "SendingName", "UserName", "guides"]


@cache
def guides() -> dict[str, Guide]:
    """All guides by id, in their order. Raises GuideError for a file that must not be published."""
    return load_guides(Path(__file__).parent)
