import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailsettings.core import finding
from mailsettings.core.finding import names_in, read_text, terms
from mailsettings.core.folding import words


def leads(text, words):
    """Whether a record with these words is found by ``text``."""
    return bool(terms(text)) and all(
        any(word.startswith(beginning) for word in words for beginning in alternatives) for alternatives in terms(text)
    )


CUSTOMER = finding.customer_words("UA-1001", "ТОВ «М’ята»", "Office@firma.com.ua", "+380 (44) 123-45-67")


@pytest.mark.parametrize(
    "text",
    ["тов", "ТОВ", "м'ята", "МʼЯТА", "М’ята ТОВ", "мят", "TOB", "ua-1001", "UA-1001", "1001", "office@firma.com.ua",
     "OFFICE@", "office"],
)  # fmt: skip
def test_a_customer_is_found_by_each_word_and_contact(text):
    assert leads(text, CUSTOMER)


@pytest.mark.parametrize(
    "text",
    ["+380441234567", "+380 44 123 45 67", "380-44-123-45-67", "80441234567", "0441234567", "044 123 45 67",
     "(044) 123-45-67", "44 123 45 67", "123-45-67", "123 45", "45 67", "+38 (044) 123", "٠٤٤١٢٣٤٥٦٧"],
)  # fmt: skip
def test_a_phone_is_found_in_any_spelling_from_its_start_and_from_its_end(text):
    assert leads(text, CUSTOMER)


@pytest.mark.parametrize("text", ["ята", "irma", "99 999", "+380 50 123 45 67", "2341", "тов інша", "@", "«»", ""])
def test_what_a_customer_does_not_have_finds_nothing(text):
    assert not leads(text, CUSTOMER)


def test_a_phone_of_another_country_is_found_whole_and_without_its_code():
    words = finding.customer_words("c1", "", "", "+48 22 123 45 67")

    assert leads("+48 22 123-45-67", words)
    assert leads("22 123 45 67", words)


def test_a_domain_is_found_by_the_beginning_of_its_letters():
    words = finding.domain_name_words("xn--80axlp4g.xn--j1amh")

    assert leads("фірм", words)
    assert "xn--80axlp4g.xn--j1amh" in words


def test_a_mailbox_is_found_by_the_parts_of_its_address_its_name_and_its_contact():
    words = finding.mailbox_words("o.kovalenko+shop", "Олена", "okov", "olena@gmail.com")

    for text in ("kovalenko", "shop", "олена", "okov", "olena@gmail"):
        assert leads(text, words), text


TICKET = """Доброго дня!
Не надсилаються листи з olena@Firma.com.ua., копія <mailto:Петро@x.y>, <petro@фірма.укр>.
Сервер imap.firma.com.ua:993, сайт https://www.firma.com.ua/webmail/?user=1, у кабінеті "firma.com.ua"
Телефон: +38 (044) 123-45-67, договір UA-1001 від 30.11.2025, сервер 192.168.0.1
"""


def test_a_ticket_is_read_for_addresses_names_phones_and_references():
    scraps = read_text(TICKET)

    assert [str(address) for address in scraps.addresses] == ["olena@firma.com.ua", "petro@xn--80axlp4g.xn--j1amh"]
    assert scraps.names == ("imap.firma.com.ua", "www.firma.com.ua", "firma.com.ua")
    assert scraps.phones == ("380441234567",)
    assert "ua-1001" in scraps.references


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("OLENA@FIRMA.COM.UA", "olena@firma.com.ua"),
        ("оlеnа@firmа.com.ua", "olena@firma.com.ua"),
        ("«olena@firma.com.ua»,", "olena@firma.com.ua"),
        ("Олена <olena@firma.com.ua>", "olena@firma.com.ua"),
        ("mailto:olena@firma.com.ua?subject=x", "olena@firma.com.ua"),
        ("ole\u200bna@firma.com.ua", "olena@firma.com.ua"),
        ("E-mail:olena@firma.com.ua", "olena@firma.com.ua"),
        ("ｏｌｅｎａ＠ｆｉｒｍａ．ｃｏｍ．ｕａ", "olena@firma.com.ua"),
        ("olena @ firma.com.ua", "olena@firma.com.ua"),
        ("olena@ firma.com.ua", "olena@firma.com.ua"),
        ("_olena@firma.com.ua_", "olena@firma.com.ua"),
        ("*olena@firma.com.ua*,", "olena@firma.com.ua"),
        ("_info@firma.com.ua", "_info@firma.com.ua"),
        ("https://portal.example/uk/d/firma.com.ua/#olena@firma.com.ua", "olena@firma.com.ua"),
    ],
)
def test_an_address_is_read_as_people_paste_it(text, address):
    assert [str(found) for found in read_text(f"Добрий день, {text} не працює").addresses] == [address]


@pytest.mark.parametrize("text", ["на @ firma.com.ua", "пишіть на @firma.com.ua", "адреса @ firma.com.ua"])
def test_a_word_before_an_at_sign_that_cannot_be_an_address_leaves_the_domain(text):
    assert (read_text(text).addresses, read_text(text).names) == ((), ("firma.com.ua",))


@pytest.mark.parametrize(
    "page",
    ["https://portal.example/uk/d/firma.com.ua/", "portal.example/en/d/firma.com.ua/iphone/", "https://portal.example/d/"
     "firma.com.ua/apple.mobileconfig", "https://portal.example/uk/d/firma.com.ua/?x=1#top", "https://p.example/uk/d/"
     "FIRMA.com.ua"],
)  # fmt: skip
def test_the_address_of_a_page_of_this_site_is_read_for_the_domain_that_it_is_about(page):
    assert read_text(f"не відкривається {page}.").names == ("firma.com.ua",)


@pytest.mark.parametrize("path", ["d/images/", "uk/d/firma.com.ua/a/b", "catalogue/d/firma.com.ua/x"])
def test_any_other_web_address_is_read_for_its_host(path):
    assert read_text(f"https://shop.example/{path}").names == ("shop.example",)


@pytest.mark.parametrize(
    ("text", "digits"),
    [("067.123.45.67", "0671234567"), ("067/1234567", "0671234567"), ("+38.067.123.45.67.", "380671234567"),
     ("067/123-45-67", "0671234567"), ("(067) 123.45.67", "0671234567"), ("тел.067.123.45.67", "0671234567"),
     ("+38 (067) 123 45 67", "380671234567"), ("0671234567", "0671234567")],
)  # fmt: skip
def test_a_phone_is_read_in_a_sentence_however_it_is_parted(text, digits):
    assert read_text(f"Передзвоніть: {text}, дякую").phones == (digits,)


@pytest.mark.parametrize(
    "text",
    [
        "05.01.2025 о 12:30",
        "01/02/2025",
        "10.067.123.45.67",
        "2025-11-30 12:30",
        "1234567",
        "ціна 100 000 000 грн",
        "192.168.100.200",
        "a" * 500,
    ],
)
def test_what_is_no_phone_is_not_taken_for_one(text):
    assert not read_text(text).phones


def test_a_text_is_read_to_a_limit_and_each_thing_once():
    text = " ".join(f"a{n}@d{n}.example d{n}.example +38044{n:07}" for n in range(3000))
    scraps = read_text(text)

    assert len(scraps.addresses) == len(scraps.names) == len(scraps.phones) == finding.MOST_OF_A_KIND
    assert len(read_text("olena@firma.com.ua " * 100).addresses) == 1


@pytest.mark.parametrize(
    ("text", "name"),
    [("З повагою,\nЛеся Українка, ТОВ «Світанок-Ґрунт’яни»", "Леся Українка"),
     ("З повагою,\nЛеся Українка, ТОВ «Світанок-Ґрунт’яни»", "Світанок-Ґрунт’яни"),
     ("Леся Українка не може отримати пошту", "Леся Українка"), ("ТОВ «Світанок»: немає пошти", "Світанок"),
     ('Від фірми "Нові Двері" немає листів', "Нові двері"), ("Mail of Taras Shevchenko is lost", "Taras Shevchenko")],
)  # fmt: skip
def test_a_name_in_a_ticket_is_told_by_its_capitals_and_by_quotation_marks(text, name):
    assert tuple(words(name)) in names_in(text).values()


@pytest.mark.parametrize(
    "text",
    ["не працює пошта", "Доброго дня. Пошта не працює", "Пише «Помилка»", "Леся\nУкраїнка", "«помилка входу»", ""],
)
def test_a_word_alone_is_no_name(text):
    assert not names_in(text)


def test_of_many_names_the_first_and_the_last_are_looked_for():
    text = "\n".join(f"Перший{letter} Другий{letter}" for letter in "абвгдежзикл")
    found = list(names_in(text).values())

    assert len(found) == finding.MOST_NAMES
    assert found[0] == tuple(words("Першийа Другийа"))
    assert found[-1] == tuple(words("Першийл Другийл"))


@given(st.text(max_size=400))
def test_any_text_is_read(text):
    scraps = read_text(text)
    assert all(0 < len(word) <= finding.MAX_WORD for name in names_in(text).values() for word in name)

    assert all(len(word) <= finding.MAX_WORD for term in terms(text) for word in term)
    assert all(address.domain for address in scraps.addresses)


@given(st.text(alphabet="0123456789 ()-+.@a\u00a0\n", max_size=400))
def test_any_heap_of_digits_and_punctuation_is_read(text):
    read_text(text)
    terms(text)


@given(st.text(min_size=1, max_size=300))
def test_any_words_fit_their_column_and_are_found_by_themselves(text):
    for word in finding.record_words(text) | finding.customer_words(text, text, text, text):
        assert 0 < len(word) <= finding.MAX_WORD


@pytest.mark.parametrize(
    ("text", "something", "certain"),
    [("", False, False), ("ua-1001", True, False), ("olena@firma.com.ua", True, True), ("firma.com.ua", True, True)],
)
def test_a_number_alone_is_something_but_not_certain(text, something, certain):
    scraps = read_text(text)

    assert (bool(scraps), scraps.certain) == (something, certain)
