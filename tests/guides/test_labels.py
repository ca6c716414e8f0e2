"""How labels of other programs are printed: never an unverified Ukrainian wording alone."""

import pytest

from mailsettings.core.text import Text
from mailsettings.guides.labels import Label, LabelStatus, show


@pytest.mark.parametrize(
    ("status", "main", "aside"),
    [
        ("V", "Далі", ""),
        ("V-old", "Далі", "Next"),
        ("EN-fallback", "Next", "Далі"),
        ("U", "Далі", "Next"),
        ("MT", "Далі", "Next"),
        ("3p", "Далі", "Next"),
    ],
)
def test_ukrainian_shows_a_label_by_its_status(status, main, aside):
    assert Label("Далі", "Next", LabelStatus(status)).shown("uk") == (main, aside)


@pytest.mark.parametrize("status", LabelStatus)
def test_english_shows_the_english_label_alone(status):
    assert Label("Далі", "Next", status).shown("en") == ("Next", "")


@pytest.mark.parametrize("status", LabelStatus)
def test_a_label_alike_in_both_languages_is_shown_once(status):
    assert Label("POP", "POP", status).shown("uk") == ("POP", "")


def test_an_english_fallback_is_marked_as_english_with_a_ukrainian_explanation():
    shown = show(Label("Далі", "Next", LabelStatus.ENGLISH_ONLY), "uk")
    assert (shown.main_language, shown.aside_language) == ("en", "uk")


def test_an_unverified_label_is_marked_as_ukrainian_with_english_beside_it():
    shown = show(Label("Далі", "Next", LabelStatus.UNVERIFIED), "uk")
    assert (shown.main_language, shown.aside_language) == ("uk", "en")


def test_a_label_keeps_its_place_in_the_readers_language():
    label = Label("Далі", "Next", LabelStatus.VERIFIED, Text("внизу", "at the bottom"))
    assert (show(label, "uk").place, show(label, "en").place) == ("внизу", "at the bottom")
