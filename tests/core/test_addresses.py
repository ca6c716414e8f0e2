import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailsettings.core.addresses import Address, Typed, parse_address, parse_typed, suggest
from mailsettings.core.errors import InvalidInput

OLENA = Address("olena", "firma.com.ua")


@pytest.mark.parametrize(
    "text",
    [
        "olena@firma.com.ua",
        "  Olena@FIRMA.com.ua ",
        "mailto:olena@firma.com.ua",
        "MAILTO:olena@firma.com.ua?subject=x",
        "<olena@firma.com.ua>",
        "Олена Коваль <olena@firma.com.ua>",
        "olena@firma.com.ua.",
        "olena@firma.com.ua,",
        "«olena@firma.com.ua»",
        "olena @ firma.com.ua",
        "olena@\u200bfirma.com.ua",
        "оlena@fіrma.com.ua",
        "olena@firma.сom.ua",
        "olena@firma.com.ua\n",
        "ｏｌｅｎａ＠ｆｉｒｍａ．ｃｏｍ．ｕａ",
        "olena＠firma.com.ua",
        "_olena@firma.com.ua_",
        "*olena@firma.com.ua*,",
        "_*olena@firma.com.ua*_",
    ],
)
def test_an_address_is_read_however_it_was_pasted(text):
    assert parse_typed(text) == Typed("firma.com.ua", OLENA)


@pytest.mark.parametrize(
    "text",
    ["firma.com.ua", "@firma.com.ua", "https://firma.com.ua/contacts?x=1", "HTTP://FIRMA.com.ua", "firma.com.ua/"],
)
def test_a_domain_alone_is_read_too(text):
    assert parse_typed(text) == Typed("firma.com.ua")


@pytest.mark.parametrize("address", ["_olena@firma.com.ua", "*@firma.com.ua", "_@firma.com.ua", "_o_@firma.com.ua"])
def test_a_sign_of_emphasis_that_stands_in_an_address_stays(address):
    assert str(parse_typed(address).address) == address


@pytest.mark.parametrize("address", ["what?@firma.com.ua", "a#b@firma.com.ua"])
def test_signs_that_end_an_address_in_a_link_may_stand_before_the_at_sign(address):
    assert str(parse_typed(address).address) == address
    assert str(parse_typed(f"mailto:{address}?subject=x#y").address) == address


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("<>", "empty"),
        ("olena", "one_label"),
        ("olena@firma", "one_label"),
        ("olena@@firma.com.ua", "two_ats"),
        ("o@lena@firma.com.ua", "two_ats"),
        ("ol..ena@firma.com.ua", "bad_local_part"),
        (".olena@firma.com.ua", "bad_local_part"),
        ('"o l"@firma.com.ua', "bad_local_part"),
        ("олена@firma.com.ua", "local_part_not_latin"),
        ("x" * 65 + "@firma.com.ua", "local_part_too_long"),
        ("olena@192.0.2.1", "ip_address"),
        ("olena@[192.0.2.1]", "bad_name"),
        ("x" * 2000, "too_long"),
    ],
)
def test_what_cannot_be_read_says_why(text, code):
    with pytest.raises(InvalidInput) as invalid:
        parse_typed(text)
    assert invalid.value.code == code


@pytest.mark.parametrize(
    "text", ["o'neil@firma.com.ua", "a+b=c@firma.com.ua", "x" * 64 + "@firma.com.ua", "1@1.com.ua"]
)
def test_every_dot_string_is_an_address(text):
    assert str(parse_address(text)) == text


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("olena@gmial.com", "olena@gmail.com"),
        ("olena@firma,com.ua", "olena@firma.com.ua"),
        ("olena@firma..com.ua", "olena@firma.com.ua"),
        ("olena@firma.con", "olena@firma.com"),
        ("olena@firma.con.ua", "olena@firma.com.ua"),
        ("olena@firma.comua", "olena@firma.com.ua"),
        ("ol..ena@firma.com.ua", "ol.ena@firma.com.ua"),
        ("olena@@firma.com.ua", "olena@firma.com.ua"),
        ("www.firma.com.ua", "firma.com.ua"),
        ("olena@urk.net", "olena@ukr.net"),
    ],
)
def test_a_slip_of_the_finger_gets_a_suggestion(typed, meant):
    assert suggest(typed) == meant


@pytest.mark.parametrize("text", ["olena@firma.com.ua", "firma.com.ua", "olena", "", "???", "олена@x"])
def test_nothing_is_suggested_where_nothing_comes_to_mind(text):
    assert suggest(text) == ""


@given(text=st.text(max_size=1200))
def test_any_text_is_read_or_refused(text):
    try:
        typed = parse_typed(text)
    except InvalidInput:
        pass
    else:
        assert typed.address is None or parse_address(str(typed.address)) == typed.address
    suggest(text)


@given(
    local_part=st.from_regex(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]{1,20}(\.[a-z0-9]{1,10})?", fullmatch=True),
    spaces=st.text(" \t\n\u00a0\u200b", max_size=3),
)
def test_any_mailbox_is_found_again_after_pasting(local_part, spaces):
    if local_part.startswith(("'", "mailto")) or "?" in local_part or "#" in local_part:
        return
    assert parse_typed(f"{spaces}{local_part.upper()}@Firma.com.ua{spaces}").address == Address(
        local_part, "firma.com.ua"
    )
