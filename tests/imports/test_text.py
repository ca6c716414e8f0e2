"""Tables of text: encodings, delimiters, headings, and what is refused in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailsettings.imports import BadFile, Kind, words
from mailsettings.imports.values import clean_cell, neutral
from tests.imports.files import read, rows

OLENA = {"address": "olena@firma.com.ua", "name": "Олена"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_text_is_read_in_each_encoding_with_each_delimiter(encoding, delimiter):
    text = "Ім’я|Адреса\r\nОлена|olena@firma.com.ua\r\n".replace("|", delimiter)

    assert rows(read(text.encode(encoding))) == [OLENA]


def test_quotes_hold_delimiters_quotes_and_line_breaks():
    assert rows(read('address;name\na@b.ua;"Ко; ""Фірма""\n№ 1"\n')) == [
        {"address": "a@b.ua", "name": 'Ко; "Фірма" № 1'}
    ]


def test_the_line_that_names_the_separator_is_no_row():
    table = read("sep=,\naddress,name\na@b.ua,A\n")

    assert [(row.number, row.cells["name"]) for row in table.rows] == [(3, "A")]


def test_titles_and_empty_rows_may_stand_above_the_headings():
    table = read("Скриньки фірми;;\n;;\nадреса;ім’я;\na@b.ua;А;\n;;\n\nb@b.ua;Б;\n")

    assert [row.number for row in table.rows] == [4, 7]


@pytest.mark.parametrize(
    ("heading", "column"),
    [("АДРЕСА", "address"), ("E-mail", "address"), ("email address", "address"), ("Скринька", "address"),
     ("Поштова скринька", "address"), ("Domain Name", "domain"), ("ім'я", "name"), ("Ім’я", "name"), ("П.І.Б.", "name"),
     ("Логін", "login"), ("User_Name", "login"), ("№ клієнта", "customer_ref"), ("Customer ID", "customer_ref"),
     ("Статус (стан)", "status"), ("поштовий  сервер", "server"), ("MTA STS", "mta_sts"), ("дата", None), ("", None)],
)  # fmt: skip
def test_headings_are_known_in_their_usual_spellings(heading, column):
    assert words.column_of(heading) == column


def test_no_heading_means_two_columns_and_none_is_taken_for_a_password():
    for table in words.HEADERS.values():
        for column, spellings in table.items():
            for spelling in spellings:
                assert words.column_of(spelling) == column, spelling
                assert not words.is_password(spelling), spelling


def test_both_languages_have_the_same_columns_and_values():
    assert words.HEADERS["uk"].keys() == words.HEADERS["en"].keys()
    for kind, table in words.VALUES["uk"].items():
        assert table.keys() == words.VALUES["en"][kind].keys()


def test_every_word_for_a_value_means_one_value():
    for table in words.VALUES.values():
        for kind, found in table.items():
            for value, spellings in found.items():
                assert {words.value_of(kind, spelling) for spelling in spellings} == {value}


def test_a_customer_beside_a_number_is_the_name_and_alone_is_the_number():
    both = read("домен;клієнт;номер клієнта\nb.ua;Фірма;c1\n")
    alone = read("домен;клієнт\nb.ua;c1\n")

    assert rows(both) == [{"domain": "b.ua", "customer_name": "Фірма", "customer_ref": "c1"}]
    assert rows(alone) == [{"domain": "b.ua", "customer_ref": "c1"}]


def test_user_names_stand_for_addresses_where_there_are_none():
    table = read("логін;домен\nolena;firma.com.ua\n")

    assert table.kind is Kind.MAILBOXES
    assert rows(table) == [{"address": "olena", "domain": "firma.com.ua"}]
    assert "user names were taken" in table.notes[0]


def test_two_headings_of_one_meaning_are_refused():
    with pytest.raises(BadFile, match=r"columns A, C mean the same \(Address\)"):
        read("e-mail;name;address\na@b.ua;A;Kyiv\n")


def test_a_table_without_headings_is_refused_without_quoting_it():
    with pytest.raises(BadFile, match="No heading") as refused:
        read("olena@firma.com.ua;Qwerty-123\n")
    assert "Qwerty" not in str(refused.value)


def test_unknown_columns_are_named_and_not_kept():
    table = read("address;примітка;x1\na@b.ua;Qwerty-123;2\n")

    assert table.notes == ["Columns that are not known here were left out: B («примітка»), C."]
    assert "Qwerty" not in table.to_json()


@pytest.mark.parametrize("cell", ["=1+1", "=HYPERLINK(A1)", "=cmd|' /C calc'!A0"])
def test_a_formula_in_text_is_a_fault_of_its_cell(cell):
    row = read(f"address\tname\na@b.ua\t{cell}\n").rows[0]

    assert row.cells == {"address": "a@b.ua"}
    assert "formula" in row.faults["name"]


def test_a_formula_that_only_keeps_text_is_its_text():
    assert rows(read('address;customer\na@b.ua;"=""0012"""\n'))[0]["customer_ref"] == "0012"


@pytest.mark.parametrize("sign", "=+-@＝＋－＠")
def test_text_that_begins_a_formula_is_made_neutral_in_full_width_too(sign):
    assert neutral(f"{sign}1") == f"'{sign}1"


@given(st.text(max_size=30))
def test_any_text_made_neutral_begins_no_formula_and_reads_back(text):
    cell = neutral(text)

    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"))
    plain = clean_cell(text)
    if isinstance(plain, str) and not text.startswith(("'", "=")) and text == plain:
        assert clean_cell(cell) == text


@pytest.mark.parametrize(
    "text", ["=1", "+1", "-1", "@a", "'=1", "''=1", "'a", "a", "", "＝1", "＋1", "－1", "＠a", "'＝1"]
)
def test_neutral_text_reads_back_as_it_was(text):
    assert clean_cell(neutral(text)) == text


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "empty"),
        (b" \r\n", "empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "old Excel workbook"),
        (b"PK\x03\x04 broken", "damaged"),
        (b"\x98\x98;\xff", "encoding"),
        (b"address;name\na@b.ua;\0\0\0\n", "bytes in it"),
        (b'address;name\na@b.ua;"A\n', "row 2"),
        (b"address;name\na@b.ua;" + "Олена\n".encode() + b"b@b.ua;" + "Петро\n".encode("cp1251"), "Line 2"),
        (b"{", "not JSON"),
        (b'{"a": 1}', "no list of mailboxes"),
        (b"[1]", "Entry 1"),
    ],
    ids=["nothing", "blank", "old workbook", "broken workbook", "no encoding", "zero bytes", "open quote",
         "two encodings", "half JSON", "JSON of something else", "JSON of numbers"],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_in_words(raw, said):
    with pytest.raises(BadFile, match=said):
        read(raw)


def test_more_rows_than_allowed_are_refused_with_the_number():
    text = "address\n" + "".join(f"m{n}@b.ua\n" for n in range(200_000))

    with pytest.raises(BadFile, match="more than 20000 rows"):
        read(text)


def test_a_large_file_is_refused_before_it_is_read():
    with pytest.raises(BadFile, match="larger than 10 MB"):
        read(b"x" * (10 * 2**20 + 1))
