"""Spaces that hold together what belongs together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailsettings.core.typography import NBSP, bound


@pytest.mark.parametrize(
    ("text", "language", "written"),
    [
        ("Листи лежать у теці й на сервері", "uk", "Листи лежать у_теці й_на сервері"),
        ("В «Надісланих» і у «Вхідних»", "uk", "В_«Надісланих» і_у_«Вхідних»"),
        ("за 15 хвилин", "uk", "за 15_хвилин"),
        ("пароль — ніколи", "uk", "пароль_— ніколи"),
        ("Wait 15 minutes", "en", "Wait 15_minutes"),
        ("a letter", "en", "a letter"),
        ("м’я в", "uk", "м’я в"),
    ],
)
def test_short_words_dashes_and_numbers_stay_with_their_neighbours(text, language, written):
    assert bound(text, language) == written.replace("_", NBSP)


@given(st.text(), st.sampled_from(["uk", "en"]))
def test_any_text_keeps_its_words(text, language):
    assert bound(text, language).replace(NBSP, " ") == text.replace(NBSP, " ")
