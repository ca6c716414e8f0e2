"""The command, and the rows that a template prints."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from mailsettings.replay import telling
from tests import build

from .walking import lie, see

pytestmark = pytest.mark.django_db


def run(*arguments) -> str:
    out = StringIO()
    call_command("replay", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_prints_requests_answers_and_settings():
    build.domain("firma.com.ua")

    text = run("thunderbird-android", "Olena@Firma.com.ua")

    assert "1. GET https://autoconfig.firma.com.ua/mail/config-v1.1.xml" in text
    assert "200 text/xml" in text
    assert "Server: imap.firma.com.ua  [agrees]" in text
    assert "Thunderbird for Android, olena@firma.com.ua" in text


def test_the_command_speaks_ukrainian():
    build.domain("firma.com.ua")

    with translation.override("uk"):
        text = run("outlook", "olena@firma.com.ua")

    assert "Сервер: imap.firma.com.ua  [збігається]" in text
    assert "not asked" not in text


def test_the_command_ends_with_1_where_values_differ(monkeypatch):
    build.domain("firma.com.ua")
    lie(monkeypatch, b"993", b"1993")

    with pytest.raises(CommandError, match="differ") as caught:
        run("evolution", "olena@firma.com.ua")

    assert caught.value.returncode == 1


def test_the_command_ends_well_where_a_program_gets_nothing():
    assert "This domain is not here" in run("evolution", "olena@unknown.com.ua")


def test_the_command_leaves_the_names_of_the_domain_out_when_asked_to():
    build.domain("firma.com.ua")

    assert "there is no such host name" in run("deltachat", "olena@firma.com.ua", "--no-dns")


def test_the_command_asks_the_bare_domain_when_asked_to():
    build.domain("firma.com.ua")

    assert "404 text/plain" not in run("thunderbird", "olena@firma.com.ua", "--apex")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("firma.com.ua", "no “@”"),
        ("olena@", "Nothing was entered"),
        ("", "Nothing was entered"),
        ("a@b@c.ua", "two “@”"),
    ],
)
def test_the_command_says_what_is_wrong_with_an_address(typed, words):
    with pytest.raises(CommandError, match=words) as caught:
        run("outlook", typed)

    assert caught.value.returncode == 2


def test_the_command_refuses_a_program_that_it_does_not_know():
    with pytest.raises(CommandError, match="invalid choice"):
        run("pine", "olena@firma.com.ua")


def test_rows_for_a_template_name_what_differs(monkeypatch):
    build.domain("firma.com.ua")
    lie(monkeypatch, b"993", b"1993")

    found = see("outlook")

    (row,) = [row for row in telling.value_rows(found) if row.verdict == "differs"]
    assert (row.label, row.program, row.published) == ("Port", "1993", "993")
    assert [row.number for row in telling.exchange_rows(found)] == list(range(1, len(found.exchanges) + 1))
    assert {row.asked for row in telling.exchange_rows(found)} == {True, False}


@pytest.mark.parametrize("status", ["suspended", "external"])
def test_the_conclusion_says_why_a_domain_gets_nothing(status):
    build.domain("firma.com.ua", status=status)

    assert "get no settings" in telling.conclusion(see("outlook"))[-1]
