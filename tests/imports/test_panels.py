"""The lists of control panels: cPanel and DirectAdmin."""

import json

import pytest

from mailsettings.imports import BadFile, DomainNeeded, Form, Kind
from tests.imports.files import read, rows

CRYPT = "$6$rounds=5000$saltsalt$" + "a" * 86


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


@pytest.mark.parametrize("hashed", ["abJnggxhB0yWI", "$1$abc$" + "d" * 22, "!abJnggxhB0yWI", "abjnggxhb0ywi"])
def test_an_old_passwd_of_directadmin_is_no_list_of_domains(hashed):
    text = f"olena:{hashed}\npetro.k:abJnggxhB0yWI\n"

    with pytest.raises(DomainNeeded):
        read(text)
    table = read(text, domain="firma.com.ua")
    assert [row["address"] for row in rows(table)] == ["olena", "petro.k"]
    assert hashed not in table.to_json()


def test_hashes_are_not_kept_where_somebody_says_that_these_are_domains():
    table = read("firma.com.ua: firma\nolena:abJnggxhB0yWI\npetro.k:abJnggxhB0yWI\n", form=Form.CPANEL_DOMAINS)

    assert rows(table) == [{"domain": "firma.com.ua", "customer_ref": "firma"}, {}, {}]
    assert "abJnggxhB0yWI" not in table.to_json()
    assert "not a domain" in table.rows[1].faults["domain"]


def test_addresses_with_passwords_are_no_list_of_domains():
    with pytest.raises(BadFile, match="No heading"):
        read("petro@firma.com.ua:SECRET\nolena@firma.com.ua:SECRET2\n")


def test_an_account_as_long_as_a_hash_is_an_account():
    assert rows(read("firma.com.ua: kovalenkofirm\n")) == [{"domain": "firma.com.ua", "customer_ref": "kovalenkofirm"}]


@pytest.mark.parametrize("broken", ["garbage", "gar bage:x", ":x"])
def test_a_broken_line_of_a_passwd_is_a_bad_row_and_its_others_are_read(broken):
    line = f"olena:{CRYPT}:1001:12::/home/firma/imap/firma.com.ua/olena:/bin/false\n"
    table = read(f"{broken}\n{line}{line.replace('olena', 'petro')}")

    assert [row.number for row in table.rows] == [1, 2, 3]
    assert "does not begin with a mailbox" in table.rows[0].faults["address"]
    assert rows(table)[1:] == [
        {"address": "olena", "domain": "firma.com.ua"}, {"address": "petro", "domain": "firma.com.ua"},
    ]  # fmt: skip


def test_a_passwd_with_a_broken_line_still_asks_for_its_domain():
    with pytest.raises(DomainNeeded):
        read(f"olena:{CRYPT}:1001:12::/home/firma:/bin/false\ngarbage\n")


def test_a_broken_line_of_a_list_of_domains_is_a_bad_row():
    table = read("firma.com.ua: firma\nother.com.ua\nthird.com.ua: third\n")

    assert "not a domain" in table.rows[1].faults["domain"]
    assert len(table.rows) == 3


def test_a_list_of_local_parts_asks_for_its_domain():
    with pytest.raises(DomainNeeded):
        read("скринька;ім’я\nolena;Олена\n")
    assert rows(read("скринька;ім’я\nolena;Олена\n", domain="b.ua"))[0]["domain"] == "b.ua"
