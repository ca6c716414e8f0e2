"""Text in both languages of the site."""

from __future__ import annotations

from dataclasses import dataclass

LANGUAGES = ("uk", "en")


@dataclass(frozen=True, slots=True)
class Text:
    """One text in Ukrainian and English."""

    uk: str = ""
    en: str = ""

    def in_language(self, language: str) -> str:
        """The text in ``language``; in the other one where that is empty."""
        first, second = (self.en, self.uk) if language == "en" else (self.uk, self.en)
        return first or second

    def __bool__(self) -> bool:
        return bool(self.uk or self.en)
