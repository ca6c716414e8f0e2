"""Labels of other people's programs, and how they are printed where a wording could not be verified."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ..core.text import Text


class LabelStatus(StrEnum):
    """How well the Ukrainian wording of a label is known (clients.md, verification marks)."""

    VERIFIED = "V"
    OLD = "V-old"
    ENGLISH_ONLY = "EN-fallback"
    UNVERIFIED = "U"
    MACHINE = "MT"
    THIRD_PARTY = "3p"


@dataclass(frozen=True, slots=True)
class Label:
    """What a program writes on a button, field or menu.

    ``uk`` is the program's Ukrainian wording, or ours where it is not verified or does not exist; ``place`` says where
    on the screen the label is.
    """

    uk: str
    en: str
    status: LabelStatus
    place: Text = Text()

    def shown(self, language: str) -> tuple[str, str]:
        """What to print, and what to add in brackets (empty where nothing is).

        In English always the English label. In Ukrainian: a verified label alone; the English one explained in
        Ukrainian where the program itself falls back to English; otherwise Ukrainian with the English label, so that an
        unverified wording never stands alone.
        """
        if language == "en":
            return self.en, ""
        if self.status is LabelStatus.VERIFIED or self.uk == self.en:
            return self.uk, ""
        if self.status is LabelStatus.ENGLISH_ONLY:
            return self.en, self.uk
        return self.uk, self.en


@dataclass(frozen=True, slots=True)
class ShownLabel:
    """A label in one language: ``main``, ``aside`` for the brackets, ``place`` on the screen.

    ``main_language`` and ``aside_language`` say which language each is in (WCAG 3.1.2).
    """

    main: str
    aside: str = ""
    place: str = ""
    main_language: str = "uk"
    aside_language: str = "en"


def show(label: Label, language: str) -> ShownLabel:
    """``label`` for a reader of ``language``."""
    main, aside = label.shown(language)
    english_first = language == "en" or (label.status is LabelStatus.ENGLISH_ONLY and label.uk != label.en)
    return ShownLabel(
        main=main,
        aside=aside,
        place=label.place.in_language(language),
        main_language="en" if english_first else "uk",
        aside_language="uk" if english_first else "en",
    )
