"""What can be wrong with input, as codes. Words for a reader are chosen where the reader's language is known."""

from __future__ import annotations


class InvalidInput(ValueError):
    """Input that cannot be an address, a domain name, a host name or a pattern.

    ``code`` names the fault (``empty``, ``mixed_scripts``, …; one message each in ``accounts/messages.py``),
    ``part`` is the piece of input that is wrong, safe to show back to whoever typed it.
    """

    def __init__(self, code: str, part: str = "") -> None:
        super().__init__(f"{code}: {part}" if part else code)
        self.code = code
        self.part = part


class CannotExpress(Exception):
    """These settings cannot be written in this format (no endpoint it has words for)."""
