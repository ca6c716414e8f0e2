"""Files -> tables, value by value; what is left out is told, and passwords do not come through."""

import io
import json
import zipfile
from dataclasses import replace
from datetime import date

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from mailsettings import imports
from mailsettings.imports import DESK, BadFile, DomainNeeded, Form, Kind, words
from mailsettings.imports.passwords import looks_hashed
from mailsettings.imports.values import clean_cell, neutral
from tests.imports.files import read, rows, workbook

CRYPT = "$6$rounds=5000$saltsalt$" + "a" * 86
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


@pytest.mark.parametrize(
    "heading",
    ["Пароль", "пароль скриньки", "Password", "passwd", "PASS", "Pwd", "Хеш", "password_hash", "Хеш пароля", "crypt",
     "Паролі від пошти", "ПІН-код"],
)  # fmt: skip
def test_a_column_of_passwords_is_dropped_by_its_heading_with_a_warning_that_names_it(heading):
    table = read(f"address;{heading};name\na@b.ua;Qwerty-123;A\n")

    assert rows(table) == [{"address": "a@b.ua", "name": "A"}]
    assert any("Column B" in note and "Nothing of it was kept" in note for note in table.notes)
    assert "Qwerty" not in table.to_json()


@pytest.mark.parametrize(
    "value",
    [CRYPT, "$1$abc$" + "d" * 22, "$2y$10$" + "e" * 53, "$y$j9T$abc$defghij", "{SSHA}" + "Z" * 32,
     "{SHA512-CRYPT}$6$a$b",     "{BLF-CRYPT}$2y$05$abc", "{PLAIN}secret",
     "$argon2id$v=19$m=65536$abc$def", "pbkdf2_sha256$600000$a$b=",
     "5f4dcc3b5aa765d61d8327deb882cf99",     "*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19", f"!{CRYPT}",
     f"*LOCK*{CRYPT}", "a" * 64],
)  # fmt: skip
def test_a_hash_drops_its_whole_column_wherever_it_stands(value):
    table = read(f"address;note;name\nb@b.ua;first;B\na@b.ua;{value};A\n")
    known = read(f"address;note;name\nb@b.ua;x;First\na@b.ua;x;{value}\n")

    assert rows(table) == [{"address": "b@b.ua", "name": "B"}, {"address": "a@b.ua", "name": "A"}]
    assert rows(known) == [{"address": "b@b.ua"}, {"address": "a@b.ua"}]
    for found in (table, known):
        assert any("passwords or their hashes" in note for note in found.notes)
        assert value not in found.to_json()


@pytest.mark.parametrize(
    "value", ["olena@firma.com.ua", "ТОВ «Фірма» $100", "{domain}", "+380 44 000 00 02", "c1001", "deadbeef", "a$6$b"]
)
def test_what_is_no_hash_stays(value):
    assert not looks_hashed(value)


def test_a_column_of_addresses_with_hashes_refuses_the_file_without_quoting_it():
    with pytest.raises(BadFile) as refused:
        read(f"address;name\nolena@firma.com.ua:{CRYPT};A\n")
    assert "$6$" not in str(refused.value)


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


@given(st.text(max_size=30))
def test_any_text_made_neutral_begins_no_formula_and_reads_back(text):
    cell = neutral(text)

    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    plain = clean_cell(text)
    if isinstance(plain, str) and not text.startswith(("'", "=")) and text == plain:
        assert clean_cell(cell) == text


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "'=1", "''=1", "'a", "a", ""])
def test_neutral_text_reads_back_as_it_was(text):
    assert clean_cell(neutral(text)) == text


def test_files_are_refused_in_words():
    refused = {
        b"": "empty",
        b" \r\n": "empty",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600: "old Excel workbook",
        b"PK\x03\x04 broken": "damaged",
        b"\x98\x98;\xff": "encoding",
        b"address;name\na@b.ua;\0\0\0\n": "bytes in it",
        b'address;name\na@b.ua;"A\n': "row 2",
        b"address;name\na@b.ua;" + "Олена Коваль\n".encode() + b"b@b.ua;" + "Петро\n".encode("cp1251"): "Line 2",
        b"{": "not JSON",
        b'{"a": 1}': "no list of mailboxes",
        b"[1]": "Entry 1",
    }  # fmt: skip
    for raw, said in refused.items():
        with pytest.raises(BadFile, match=said):
            read(raw)


def test_more_rows_than_allowed_are_refused_with_the_number():
    text = "address\n" + "".join(f"m{n}@b.ua\n" for n in range(200_000))

    with pytest.raises(BadFile, match="more than 20000 rows"):
        read(text)


def test_a_large_file_is_refused_before_it_is_read():
    with pytest.raises(BadFile, match="larger than 10 MB"):
        read(b"x" * (10 * 2**20 + 1))


# --- Workbooks --------------------------------------------------------------------------------------------------------


def test_a_workbook_is_read_with_numbers_as_people_see_them():
    table = read(workbook([["Адреса", "Номер клієнта", "Ім’я"], ["olena@firma.com.ua", 1001, "Олена"],
                           ["petro@firma.com.ua", 1002.0, 12.5], [None, None, None], ["", True, None]]))  # fmt: skip

    assert rows(table) == [
        {"address": "olena@firma.com.ua", "customer_ref": "1001", "name": "Олена"},
        {"address": "petro@firma.com.ua", "customer_ref": "1002", "name": "12.5"},
        {"customer_ref": "yes"},
    ]
    assert [row.number for row in table.rows] == [2, 3, 5]


def test_dates_and_errors_in_cells_are_faults_that_say_what_to_do():
    row = read(workbook([["address", "customer", "name"], ["a@b.ua", date(2026, 1, 2), "#REF!"]])).rows[0]

    assert "made a date" in row.faults["customer_ref"]
    assert "error of the spreadsheet" in row.faults["name"]


def test_a_formula_without_a_stored_value_is_a_fault_and_one_with_a_value_is_its_value():
    raw = workbook([["address", "name", "customer"], ["a@b.ua", "=A1&1", "c1"]])
    computed = _edited(raw, b"<v />", b"<v>computed</v>", b"<v></v>")

    assert "formula" in read(raw).rows[0].faults["name"]
    assert rows(read(computed))[0]["name"] == "computed"


def _edited(raw, *old_and_new):
    """A workbook whose sheet has empty values of formulas filled in."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as source, zipfile.ZipFile(target, "w") as copy:
        for part in source.infolist():
            data = source.read(part)
            if part.filename.startswith("xl/worksheets/"):
                for old in (old_and_new[0], old_and_new[2]):
                    data = data.replace(b"</f>" + old, b"</f>" + old_and_new[1])
                data = data.replace(b'<c r="B2">', b'<c r="B2" t="str">')
            copy.writestr(part.filename, data)
    return target.getvalue()


def test_merged_cells_all_hold_what_their_first_one_holds():
    def merge(book):
        sheet = book.worksheets[0]
        sheet.merge_cells("A1:C1")
        sheet.merge_cells("A3:A4")
        sheet.merge_cells("C3:C5")

    table = read(workbook(
        [["Скриньки"], ["домен", "скринька", "клієнт"], ["firma.com.ua", "olena", "c1"], [None, "petro"],
         ["other.com.ua", "iryna"], ["other.com.ua", "taras"]],
        change=merge,
    ))  # fmt: skip

    assert [row.get("domain") for row in rows(table)] == ["firma.com.ua"] * 2 + ["other.com.ua"] * 2
    assert [row.get("customer_ref") for row in rows(table)] == ["c1", "c1", "c1", None]


def test_the_first_sheet_with_known_headings_is_read_and_others_are_told():
    def hide(book):
        book.worksheets[1].sheet_state = "hidden"

    hidden, first, last = ([["address"], [f"{name}@b.ua"]] for name in ("hidden", "a", "z"))
    table = read(workbook([], hidden, [["x"], ["y"]], first, last, change=hide))

    assert rows(table) == [{"address": "a@b.ua"}]
    assert table.notes == [
        "Only the first sheet with known headings was read; 3 more were not.", "Hidden sheets were not read: 1.",
    ]  # fmt: skip


def _packed(**parts):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return target.getvalue()


def test_a_packed_bomb_is_refused_before_it_is_unpacked():
    with pytest.raises(BadFile, match="more in this workbook"):
        read(_packed(**{"xl/worksheets/sheet1.xml": b" " * (DESK.unpacked + 1)}))
    with pytest.raises(BadFile, match="more in this workbook"):
        read(_packed(**{"xl/styles.xml": b" " * (5 * 2**20)}))
    with pytest.raises(BadFile, match="more in this workbook"):
        read(_packed(**{f"xl/{n}": b"" for n in range(2001)}))


def test_entities_in_a_workbook_are_refused():
    raw = workbook([["address"], ["a@b.ua"]])
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as source, zipfile.ZipFile(target, "w") as copy:
        for part in source.infolist():
            data = source.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                data = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + data
            copy.writestr(part.filename, data)

    with pytest.raises(BadFile, match="damaged"):
        read(target.getvalue())


def test_a_row_number_beyond_every_sheet_is_refused():
    raw = _edited_rows(workbook([["address"], ["a@b.ua"]]), b'r="2"', b'r="999999999"')

    with pytest.raises(BadFile, match="damaged"):
        read(raw)


def test_a_row_at_the_very_end_of_a_sheet_is_read_in_bounded_time():
    raw = _edited_rows(workbook([["address"], ["a@b.ua"]]), b'r="2"', b'r="1048576"')

    assert [row.number for row in read(raw).rows] == [1_048_576]


def _edited_rows(raw, old, new):
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as source, zipfile.ZipFile(target, "w") as copy:
        for part in source.infolist():
            copy.writestr(part.filename, source.read(part).replace(old, new))
    return target.getvalue()


def test_other_packed_files_are_no_workbooks():
    with pytest.raises(BadFile, match="no Excel workbook"):
        read(_packed(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"))
    with pytest.raises(BadFile, match="not what was chosen"):
        read(workbook([["address"]]), form=Form.DIRECTADMIN)


def test_too_many_rows_of_a_workbook_are_refused():
    with pytest.raises(BadFile, match="more than 10 rows"):
        imports.read(workbook([["address"], *([f"m{n}@b.ua"] for n in range(11))]), replace(DESK, rows=10))


# --- Control panels ---------------------------------------------------------------------------------------------------


def test_the_mailboxes_of_cpanel_are_read():
    document = {"apiversion": 3, "func": "list_pops", "module": "Email", "result": {"status": 1, "data": [
        {"email": "olena@firma.com.ua", "login": "olena@firma.com.ua", "suspended_login": 0, "suspended_incoming": 0},
        {"email": "petro@firma.com.ua", "login": "petro@firma.com.ua", "suspended_login": 1, "suspended_incoming": 0},
        {"email": "firma", "login": "Main Account"},
    ]}}  # fmt: skip
    table = read(json.dumps(document))

    assert rows(table) == [
        {"address": "olena@firma.com.ua", "status": "active"}, {"address": "petro@firma.com.ua", "status": "suspended"},
    ]  # fmt: skip
    assert "Main Account" in table.notes[0]
    assert rows(read(json.dumps(document["result"]))) == rows(table)


def test_fields_of_cpanel_with_passwords_are_not_read():
    table = read(json.dumps({"data": [{"email": "a@b.ua", "password": "Qwerty-123", "shadow": CRYPT}]}))

    assert "Qwerty" not in table.to_json()
    assert "$6$" not in table.to_json()
    assert table.notes == ["Fields with passwords or their hashes were not read."]


def test_the_domains_of_cpanel_are_read_with_accounts_as_customers():
    table = read("*: nobody\nfirma.com.ua: firma\nother.com.ua: other\n")

    assert table.kind is Kind.DOMAINS
    assert rows(table) == [
        {"domain": "firma.com.ua", "customer_ref": "firma"}, {"domain": "other.com.ua", "customer_ref": "other"},
    ]  # fmt: skip


def test_a_passwd_of_directadmin_is_read_without_its_second_field():
    line = f"olena:{CRYPT}:1001:12::/home/firma/imap/firma.com.ua/olena:/bin/false\n"
    table = read(line + line.replace("olena", "petro"))

    assert rows(table) == [
        {"address": "olena", "domain": "firma.com.ua"}, {"address": "petro", "domain": "firma.com.ua"},
    ]  # fmt: skip
    assert "$6$" not in table.to_json()
    assert "second field" in table.notes[0]


def test_a_passwd_that_does_not_tell_its_domain_asks_for_it():
    line = f"olena:{CRYPT}:1001:12::/home/firma:/bin/false\n"

    with pytest.raises(DomainNeeded):
        read(line)
    assert rows(read(line, domain="firma.com.ua")) == [{"address": "olena", "domain": "firma.com.ua"}]


def test_a_list_of_local_parts_asks_for_its_domain():
    with pytest.raises(DomainNeeded):
        read("скринька;ім’я\nolena;Олена\n")
    assert rows(read("скринька;ім’я\nolena;Олена\n", domain="b.ua"))[0]["domain"] == "b.ua"


# --- Anything ---------------------------------------------------------------------------------------------------------

HEADS = ["address", "адреса", "пароль", "domain", "name", "status", "login", "=1", "", "клієнт", "№"]
CELLS = st.one_of(
    st.sampled_from(["olena@firma.com.ua", "olena", "firma.com.ua", CRYPT, "=1+1", "так", "\0", '"', "'", ""]),
    st.text(max_size=8),
)
SOUP = st.lists(
    st.lists(st.one_of(st.sampled_from(HEADS), CELLS), max_size=6), max_size=8
).flatmap(lambda table: st.builds(
    lambda joins, ends: "".join(joins.join(row) + ends for row in table),
    st.sampled_from([";", ",", "\t", ";,", "|"]), st.sampled_from(["\n", "\r\n", "\r", "\n\n"]),
))  # fmt: skip
ENCODED = st.builds(
    lambda text, encoding: text.encode(encoding, "replace"),
    SOUP, st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1251", "cp866"]),
)  # fmt: skip
WORKBOOK = workbook([["address", "name", "пароль"], ["a@b.ua", "=A1", 1], ["b@b.ua", date(2026, 1, 1), None]],
                    change=lambda book: book.worksheets[0].merge_cells("A2:A3"))  # fmt: skip


@st.composite
def mutated(draw, raw):
    """``raw`` with a piece taken out and another put in its place."""
    start = draw(st.integers(0, len(raw)))
    end = draw(st.integers(start, min(len(raw), start + 40)))
    return raw[:start] + draw(st.binary(max_size=20)) + raw[end:]


@st.composite
def repacked(draw):
    """A workbook whose parts were changed inside, and packed again."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(WORKBOOK)) as source, zipfile.ZipFile(target, "w") as copy:
        names = source.namelist()
        hit = draw(st.sampled_from(names))
        for name in names:
            data = source.read(name)
            copy.writestr(name, draw(mutated(data)) if name == hit else data)
    return target.getvalue()


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5), st.sampled_from(["a@b.ua", CRYPT])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["result", "data", "email", "login", "password"]), inner, max_size=4),
    ),
    max_leaves=12,
).map(lambda value: json.dumps(value).encode())  # fmt: skip
PASSWD = st.lists(st.lists(CELLS, min_size=5, max_size=8).map(":".join), max_size=4).map(
    lambda lines: "\n".join(lines).encode("utf-8", "replace")
)
ANY = st.one_of(st.binary(max_size=200), ENCODED, JSON, PASSWD, mutated(WORKBOOK), repacked(),
                st.tuples(ENCODED, ENCODED).map(b"\n".join))  # fmt: skip


@given(ANY, st.sampled_from([None, *Form]), st.sampled_from(["", "firma.com.ua"]))
def test_any_file_is_a_table_without_hashes_or_a_message(raw, form, domain):
    with translation.override("uk"):
        table, words_said = _read_or_message(raw, form, domain)
        assert CRYPT not in words_said
        if table is None:
            assert words_said
        else:
            assert CRYPT not in table.to_json()
            assert imports.Table.from_json(table.to_json()) == table


def _read_or_message(raw, form=None, domain=""):
    try:
        return imports.read(raw, replace(DESK, rows=50), form, domain), ""
    except BadFile as refused:
        return None, str(refused)


@pytest.mark.django_db
@given(ANY)
def test_any_file_that_can_be_read_can_be_previewed(raw):
    table, _message = _read_or_message(raw)
    if table is None:
        return
    found = imports.preview(table, imports.Everyone())

    assert len(found.lines) == len(table.rows)
    assert not found.plan
