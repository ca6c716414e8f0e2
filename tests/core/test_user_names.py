import pytest

from mailsettings.core.user_names import misread, read_as_value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("olena", "olena"),
        ("00123", "123"),
        ("1e5", "100000"),
        ("12.50", "12.5"),
        ("True", "true"),
        ("1e999", "1e999"),
        ("12a", "12a"),
        ("", ""),
        ("٣", "٣"),
    ],
)
def test_thunderbird_takes_what_looks_like_a_value_for_one(text, value):
    assert read_as_value(text) == value


@pytest.mark.parametrize(
    ("login", "local_part", "read"),
    [("00123", "olena", "123"), ("True", "olena", "true"), ("00123", "00123", ""), ("123", "olena", ""), ("", "a", "")],
)
def test_a_user_name_is_misread_where_it_is_written_out_and_looks_like_another_value(login, local_part, read):
    assert misread(login, local_part) == read
