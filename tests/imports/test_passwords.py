"""Passwords and their hashes do not come through, wherever a file has them."""

import json

import pytest

from mailsettings.imports import BadFile
from mailsettings.imports.passwords import after_address, looks_hashed
from tests.imports.files import read, rows, workbook

CRYPT = "$6$rounds=5000$saltsalt$" + "a" * 86


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
    ids=["sha512", "md5 crypt", "bcrypt", "yescrypt", "ssha", "dovecot sha512", "dovecot blowfish", "dovecot plain",
         "argon2", "pbkdf2", "md5", "mysql", "locked", "locked by a panel", "sha256"],
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


def test_fields_of_cpanel_with_passwords_are_not_read():
    table = read(json.dumps({"data": [{"email": "a@b.ua", "password": "Qwerty-123", "shadow": CRYPT}]}))

    assert "Qwerty" not in table.to_json()
    assert "$6$" not in table.to_json()
    assert table.notes == ["Fields with passwords or their hashes were not read."]


SPLIT = "адреса;пароль;ім'я\nrag@firma.com.ua;Secr;et99PW;Олена Х\nolena@firma.com.ua;Qwerty-123;Олена\n"


def test_what_a_separator_in_a_password_moved_to_the_right_is_kept_nowhere():
    table = read(SPLIT)

    assert "et99PW" not in table.to_json()
    assert table.rows[0].cells == {"address": "rag@firma.com.ua"}
    assert "more cells than there are headings" in table.rows[0].faults[""]
    assert "in quotes" in table.rows[0].faults[""]
    assert table.rows[1].cells == {"address": "olena@firma.com.ua", "name": "Олена"}


@pytest.mark.parametrize(
    "text",
    ["address;password;name\na@b.ua;Secr;et99PW;\n", "address;note;name\na@b.ua;Secr;et99PW;A\nb@b.ua;{SHA}x;B\n",
     "пароль;адреса;ім'я\nSecr;et99PW;a@b.ua;A\n", "address;password;name;\na@b.ua;Secr;et99PW;A\n"],
    ids=["with an empty cell at the end", "in a column that a later hash drops", "before the addresses",
         "below an empty heading"],
)  # fmt: skip
def test_a_moved_piece_of_a_password_is_not_kept_wherever_it_comes_to_stand(text):
    assert "et99PW" not in read(text).to_json()


def test_a_password_that_a_spreadsheet_program_divided_is_not_kept_either():
    raw = workbook([["address", "password", "name"], ["a@b.ua", "Secr", "et99PW", "A"], ["b@b.ua", "x", "B"]])

    assert [row.cells for row in read(raw).rows] == [{"address": "a@b.ua"}, {"address": "b@b.ua", "name": "B"}]


@pytest.mark.parametrize(
    "cell", ["petro@firma.com.ua:SECRET", "petro@firma.com.ua | SE:CR@ET", "petro@firma.com.ua: SECRET"]
)
def test_a_password_behind_an_address_is_cut_off_with_a_warning(cell):
    table = read(f"адреса;ім'я\n{cell};Петро\n")

    assert rows(table) == [{"address": "petro@firma.com.ua", "name": "Петро"}]
    assert "SE" not in table.to_json()
    assert any("beside addresses" in note for note in table.notes)


@pytest.mark.parametrize(
    "cell", ["petro:SECRET", "petro@firma.com.ua SECRET", "mailto:petro@firma.com.ua SECRET", ":SECRET"]
)
def test_what_may_be_a_password_beside_an_address_makes_the_row_bad_and_is_not_kept(cell):
    table = read(f"address;domain\n{cell};firma.com.ua\n")

    assert "SECRET" not in table.to_json()
    assert "nothing beside it" in table.rows[0].faults["address"]


@pytest.mark.parametrize(
    "address", ["a|b@firma.com.ua", "a/b@firma.com.ua", "пошта@фірма.укр", "a@b@c", "mailto:a@b.ua", "a"]
)
def test_an_address_with_nothing_beside_it_stays_as_it_is(address):
    assert after_address(address) in ((address, ""), (address.removeprefix("mailto:"), ""))
