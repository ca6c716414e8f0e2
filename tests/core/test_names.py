import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailsettings.core.errors import InvalidInput
from mailsettings.core.names import display_name, normalise_name


def code_of(text: str, **options) -> str:
    with pytest.raises(InvalidInput) as invalid:
        normalise_name(text, **options)
    return invalid.value.code


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("firma.com.ua", "firma.com.ua"),
        ("FIRMA.Com.UA.", "firma.com.ua"),
        ("пошта.укр", "xn--80a1acn3a.xn--j1amh"),
        ("ПОШТА.УКР", "xn--80a1acn3a.xn--j1amh"),
        ("XN--80A1ACN3A.xn--j1amh", "xn--80a1acn3a.xn--j1amh"),
        ("faß.de", "xn--fa-hia.de"),
        ("a-b.example", "a-b.example"),
        ("firma。com.ua", "firma.com.ua"),
    ],
)
def test_every_spelling_becomes_one(text, name):
    assert normalise_name(text) == name


@pytest.mark.parametrize(
    ("text", "part"), [("приклад", "приклад"), ("приклад..укр", "приклад..укр"), ("-фірма.укр", "-фірма.укр")]
)
def test_what_is_wrong_is_named_as_it_was_written(text, part):
    with pytest.raises(InvalidInput) as raised:
        normalise_name(text)

    assert raised.value.part == part


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("localhost", "one_label"),
        ("192.0.2.1", "ip_address"),
        ("a..b", "empty_label"),
        (".firma.com", "empty_label"),
        ("-firma.com", "bad_name"),
        ("firma-.com", "bad_name"),
        ("fir ma.com", "bad_name"),
        ("fir_ma.com", "bad_name"),
        ("a" * 64 + ".com", "too_long"),
        (".".join(["a" * 60] * 5), "too_long"),
        ("a" * 5000, "too_long"),
        ("fir\0ma.com", "bad_character"),
        ("fir\ud800ma.com", "bad_character"),
        ("fіrma.com", "mixed_scripts"),
        ("xn--zzzzzzzz99999.com", "bad_name"),
    ],
)
def test_what_is_no_name_is_refused_with_its_reason(text, code):
    assert code_of(text) == code


def test_a_mixed_label_is_refused_in_punycode_too():
    import idna

    assert code_of("xn--" + idna.core._punycode("fіrma").decode() + ".com") == "mixed_scripts"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("fіrma.com.ua", "firma.com.ua"),
        ("firma.сom", "firma.com"),
        ("поштa.укр", "xn--80a1acn3a.xn--j1amh"),
        (" Firma.com.ua.. ", "firma.com.ua"),
    ],
)
def test_look_alike_letters_are_forgiven_where_asked(text, name):
    assert normalise_name(text, forgive=True) == name


def test_letters_of_two_scripts_that_do_not_look_alike_are_not_guessed():
    assert code_of("firмажw.com", forgive=True) == "mixed_scripts"


@pytest.mark.parametrize("name", ["firma.com.ua", "xn--80a1acn3a.xn--j1amh", "xn--fa-hia.de"])
def test_a_name_shown_and_typed_again_is_the_same_name(name):
    assert normalise_name(display_name(name)) == name


def test_an_undecodable_label_is_shown_as_it_is():
    assert display_name("xn--99999999.com") == "xn--99999999.com"


@given(text=st.text(max_size=300))
def test_any_text_is_a_name_or_refused(text):
    for forgive in (False, True):
        try:
            name = normalise_name(text, forgive=forgive)
        except InvalidInput:
            continue
        assert normalise_name(name) == name
        assert name.isascii()
        assert name == name.lower()
        assert 3 <= len(name) <= 253
