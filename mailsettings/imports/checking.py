"""The MX records of the new domains of a file, asked of the DNS when somebody wants to know before saving."""

from __future__ import annotations

from collections.abc import Sequence

from mailsettings import mx
from mailsettings.mx import Answer

# Somebody waits for the page: what is not asked by then is asked at the next press.
MOST = 50
SECONDS = 10.0


def check_mx(names: Sequence[str]) -> dict[str, Answer]:
    """What the DNS says about the first of ``names`` (A-labels). Whatever time was too short for is absent."""
    return mx.mx_of_all(names[:MOST], SECONDS)
