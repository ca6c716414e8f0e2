"""Text as a search sees it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailsettings.core.folding import fold, words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ім’я", "ім'я"),
        ("імʼя", "ІМ`Я"),
        ("0x800CCC0E", "0х800ссс0е"),
        ("é", "e"),
        ("Straße", "STRASSE"),
        ("Київ", "київ"),
        ("Ґрунт’яни", "грунтяни"),
    ],
)
def test_what_a_reader_does_not_mean_to_distinguish_is_the_same(one, other):
    assert fold(one) == fold(other)


def test_words_are_letters_and_numbers():
    assert words("550 5.7.1 «Відмова», no-reply") == [
        "550", "5", "7", "1", *words("Відмова"), "no", "reply",
    ]  # fmt: skip


@given(st.text())
def test_folding_any_text_twice_changes_nothing_more(text):
    assert fold(fold(text)) == fold(text)
