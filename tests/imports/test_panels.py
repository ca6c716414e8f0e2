"""The lists of control panels: cPanel and DirectAdmin."""

import json

import pytest

from mailsettings.imports import DomainNeeded, Kind
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


def test_a_list_of_local_parts_asks_for_its_domain():
    with pytest.raises(DomainNeeded):
        read("скринька;ім’я\nolena;Олена\n")
    assert rows(read("скринька;ім’я\nolena;Олена\n", domain="b.ua"))[0]["domain"] == "b.ua"
