"""The QR code as it is drawn: module by module what the standard's encoder made."""

import re

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st

from mailsettings.pages.qr import MASK, QUIET_ZONE, qr_code


def drawn(code):
    """The dark modules of a path, as (row, column) without the quiet zone."""
    dark = set()
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1H\1z", code.path):
        dark |= {(int(y) - QUIET_ZONE, int(x) - QUIET_ZONE + step) for step in range(int(width))}
    return dark


@given(
    st.from_regex(r"https://[a-z]{3,20}\.example/uk/d/[a-z]{1,60}\.ua/(#[a-z]{1,64}@[a-z]{1,20}\.ua)?", fullmatch=True)
)
def test_the_drawing_of_any_address_is_the_code_of_it(text):
    code = qr_code(text)
    matrix = segno.make_qr(text, error="m", boost_error=False, mask=MASK).matrix

    assert drawn(code) == {(y, x) for y, row in enumerate(matrix) for x, dark in enumerate(row) if dark}
    assert code.side == len(matrix) + 2 * QUIET_ZONE


@pytest.mark.parametrize("text", ["https://help.example/uk/d/firma.com.ua/"])
def test_the_same_text_is_the_same_code(text):
    assert qr_code(text) == qr_code(text)
