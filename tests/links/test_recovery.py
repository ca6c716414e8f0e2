"""“Send to my recovery contact”: the same answer for everybody, and a letter for those who have a contact."""

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mailsettings import letters, recovery
from mailsettings.core.addresses import Address
from mailsettings.models import PersonalLink
from tests import build
from tests.pages.browsing import get, page_of, typed

from .browsing import mailbox

pytestmark = pytest.mark.django_db
OLENA = Address("olena", "firma.com.ua")


@pytest.fixture(autouse=True)
def left_for_later(monkeypatch):
    """What requests leave behind to be done later; nothing of it is done by itself."""
    cache.clear()
    waiting = []
    monkeypatch.setattr(recovery, "later", waiting.append)
    return waiting


def ask(client, text, language="en", **headers):
    typed(client, text, language)
    domain = text.rpartition("@")[2]
    return client.post(f"/{language}/d/{domain}/send-link/", secure=True, HTTP_HOST="portal.example", **headers)


def test_the_page_offers_it_once_an_address_is_typed(client):
    mailbox()
    without = page_of(get(client, "/en/d/firma.com.ua/"))
    offered = page_of(typed(client, "olena@firma.com.ua", "en"))

    assert not without.all("form", action="/en/d/firma.com.ua/send-link/")
    assert offered.all("form", action="/en/d/firma.com.ua/send-link/")


def test_known_and_unknown_addresses_get_one_answer_for_the_same_queries(client, no_time_passes):
    mailbox(recovery="olena.koval@gmail.com", login="u10234")
    seen = {}
    for local_part in ("olena", "nobody"):
        client.cookies.clear()
        typed(client, f"{local_part}@firma.com.ua", "en")
        with CaptureQueriesContext(connection) as queries:
            response = client.post("/en/d/firma.com.ua/send-link/", secure=True, HTTP_HOST="portal.example")
        text = page_of(get(client, response["Location"].partition("#")[0])).text.replace(local_part, "…")
        seen[local_part] = (response.status_code, response["Location"], len(queries), text)

    assert seen["olena"] == seen["nobody"]
    assert "If a contact is recorded for this address, a letter is on its way." in seen["olena"][3]
    assert not mail.outbox


def test_the_letter_is_sent_afterwards_with_a_link_for_a_day(client):
    mailbox(recovery="olena.koval@gmail.com")
    assert recovery.send_to_contact(OLENA, "uk")

    (sent,) = mail.outbox
    assert sent.to == ["olena.koval@gmail.com"]
    for text in (sent.body, sent.alternatives[0].content):
        assert "Якщо не ви, нічого робити не треба." in text
    link = PersonalLink.objects.get()
    assert link.way == "recovery"
    assert (link.expires_at - link.created_at).days == 0
    url = next(line for line in sent.body.splitlines() if line.startswith("https://"))
    assert "olena@firma.com.ua" in page_of(get(client, url.removeprefix("https://portal.example"))).text


@pytest.mark.parametrize(
    "values",
    [
        {"recovery": ""},
        {"recovery": "+380 67 000 00 00"},
        {"recovery": "boss@firma.com.ua"},
        {"recovery": "boss@ФІРМА.укр"},
        {"recovery": "olena.koval@gmail.com", "domain_status": "suspended"},
    ],
)
def test_nobody_gets_a_letter_where_there_is_no_contact_outside(values):
    mailbox(**values, domain_aliases=["фірма.укр"])

    assert not recovery.send_to_contact(OLENA, "uk")
    assert not mail.outbox
    assert not PersonalLink.objects.exists()


def test_the_customers_own_contact_gets_no_letters_that_visitors_ask_for():
    build.customer("c7", email="office@gmail.com")
    mailbox()

    assert not recovery.send_to_contact(OLENA, "uk")


def test_an_address_at_an_alias_name_finds_its_mailbox():
    mailbox(recovery="olena.koval@gmail.com", domain_aliases=["firma.example"])

    assert recovery.send_to_contact(Address("olena", "firma.example"), "uk")


def test_letters_for_one_address_are_few_whoever_asks(client):
    mailbox(recovery="olena.koval@gmail.com")
    answers = [ask(client, "olena@firma.com.ua", REMOTE_ADDR=f"192.0.2.{n}").status_code for n in range(4)]

    assert answers == [303, 303, 303, 429]


def test_an_unknown_address_is_throttled_alike(client):
    mailbox()

    assert [ask(client, "nobody@firma.com.ua").status_code for _ in range(4)] == [303, 303, 303, 429]


def test_one_client_cannot_ask_for_many_addresses(client, monkeypatch):
    monkeypatch.setattr("mailsettings.pages.recovery.CLIENT_TRIES", 2)
    mailbox()
    answers = [ask(client, f"user{n}@firma.com.ua") for n in range(3)]

    assert [answer.status_code for answer in answers] == [303, 303, 429]
    assert "at most three times an hour" in page_of(answers[2]).text


def test_without_a_typed_address_nothing_is_sent(client, left_for_later):
    mailbox()
    response = client.post("/en/d/firma.com.ua/send-link/", secure=True, HTTP_HOST="portal.example")

    assert response["Location"] == "/en/d/firma.com.ua/"
    assert not left_for_later


def test_a_get_sends_nothing(client, left_for_later):
    mailbox()
    typed(client, "olena@firma.com.ua")

    assert get(client, "/uk/d/firma.com.ua/send-link/").status_code == 405
    assert not left_for_later


def test_what_fails_later_is_logged_without_the_address(monkeypatch, caplog):
    monkeypatch.setattr(recovery.connections, "close_all", lambda: None)

    def broken(*_args):
        raise RuntimeError("olena@firma.com.ua")

    monkeypatch.setattr(letters, "send", broken)
    mailbox(recovery="olena.koval@gmail.com")
    assert recovery._places.acquire(blocking=False)
    recovery._work(OLENA, "uk")

    assert "failed: RuntimeError" in caplog.text
    assert "olena" not in caplog.text


def test_more_than_can_wait_is_dropped(monkeypatch, left_for_later):
    from threading import BoundedSemaphore

    monkeypatch.setattr(recovery, "_places", BoundedSemaphore(1))
    for _ in range(3):
        recovery.ask(OLENA, "uk")

    assert len(left_for_later) == 1
