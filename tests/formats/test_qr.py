"""QR codes: module by module what the standard's encoder made, and what a scanner reads."""

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st

from mailsettings.formats.qr import FOR_PAPER, FOR_SCREENS, MASK, QUIET_ZONE, picture, qr_code

from . import qr_readers


@given(
    st.from_regex(r"https://[a-z]{3,20}\.example/uk/d/[a-z]{1,60}\.ua/(#[a-z]{1,64}@[a-z]{1,20}\.ua)?", fullmatch=True)
)
def test_the_drawing_of_any_address_is_the_code_of_it(text):
    code = qr_code(text)
    matrix = segno.make_qr(text, error="m", boost_error=False, mask=MASK).matrix
    dark = {(y + QUIET_ZONE, x + QUIET_ZONE) for y, row in enumerate(matrix) for x, dark in enumerate(row) if dark}

    assert qr_readers.modules(code.path) == dark
    assert code.side == len(matrix) + 2 * QUIET_ZONE


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=300))
def test_a_scanner_reads_the_picture_of_any_text(text):
    assert qr_readers.picture(picture(text, "x")).text == text


@pytest.mark.parametrize("error", [FOR_PAPER, FOR_SCREENS])
def test_nothing_dark_stands_in_the_quiet_zone(error):
    found = qr_readers.picture(picture("https://help.example/uk/d/firma.com.ua/", "x", error))
    inside = range(QUIET_ZONE, found.side - QUIET_ZONE)
    assert all(row in inside and column in inside for row, column in found.dark)


def test_a_title_of_any_characters_is_one_line_of_text():
    assert qr_readers.picture(picture("x", ' <b>"&"\n\x00 ')).title == '<b>"&"'


@pytest.mark.parametrize("text", ["https://help.example/uk/d/firma.com.ua/"])
def test_the_same_text_is_the_same_code(text):
    assert qr_code(text) == qr_code(text)
