"""A code for the phone call: read out by support, typed by the customer, good once."""

import re

import pytest
from django.core.cache import cache
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from mailsettings import personal
from mailsettings.models import CallCode, PersonalLink
from tests import build
from tests.admin.desk import operator
from tests.pages.browsing import get, page_of, post

from .browsing import links_url, mailbox

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def counted_anew(time_machine):
    cache.clear()
    time_machine.move_to("2026-11-24 12:00:00+00:00", tick=False)


def code_for(record):
    return personal.make_code(record, language="uk", by=None)


def enter(client, text, language="uk", **values):
    return post(client, {"address": text, **values}, language)


@pytest.mark.parametrize("spaces", [True, False])
def test_a_code_opens_the_exact_page(client, spaces):
    code = code_for(mailbox(login="u10234"))
    response = enter(client, code if spaces else code.replace(" ", ""))

    assert response.status_code == 303
    assert "u10234" in page_of(get(client, response["Location"])).text
    assert PersonalLink.objects.get().way == "call"


def test_a_code_opens_nothing_twice(client):
    code = code_for(mailbox())

    assert enter(client, code).status_code == 303
    assert enter(client, code).status_code == 422


def test_the_page_is_in_the_language_that_the_code_was_typed_in(client):
    assert enter(client, code_for(mailbox()), "en")["Location"].startswith("/en/s/")


def test_a_wrong_code_has_one_message_beside_the_field(client):
    response = enter(client, "1234 5678", "en")

    assert response.status_code == 422
    assert "This code is wrong or older than ten minutes." in page_of(response).text
    assert page_of(response).all("input", name="address", value="1234 5678")


def test_after_five_tries_a_client_waits_even_with_the_right_code(client):
    code = code_for(mailbox())
    answers = [enter(client, f"0000 000{number}").status_code for number in range(6)]
    refused = enter(client, code, "en")

    assert answers == [422] * 5 + [429]
    assert refused.status_code == 429
    assert "ask support to send you a link" in page_of(refused).text
    assert CallCode.objects.get().used_at is None


def test_one_client_cannot_hold_up_all_the_others(client, monkeypatch):
    monkeypatch.setattr("mailsettings.pages.start.CODE_TRIES_OF_ALL", 8)
    code = code_for(mailbox())
    for number in range(20):
        enter(client, f"0000 00{number:02}")
    response = client.post("/uk/", {"address": code}, secure=True, HTTP_HOST="portal.example", REMOTE_ADDR="192.0.2.9")

    assert response.status_code == 303


@pytest.mark.parametrize(
    "spelling",
    [
        "{0}{1}",
        "{0}-{1}",
        "{0}\u00a0{1}.",
        "код {0} {1}",
        "Код: {0}{1}",
        "{0[0]} {0[1]} {0[2]} {0[3]} {1}",
        "№ {0} {1}",
    ],
)
def test_a_code_is_understood_as_people_type_it(client, spelling):
    code = code_for(mailbox())

    assert enter(client, spelling.format(*code.split(" "))).status_code == 303


@pytest.mark.parametrize(("text", "count"), [("3417 967", 7), ("3417 96745", 9), ("код 341796", 6)])
def test_a_digit_too_few_or_too_many_is_told_and_is_no_try(client, text, count):
    code = code_for(mailbox())
    responses = [enter(client, text, "en") for _ in range(6)]

    assert responses[0].status_code == 422
    assert f"A code has eight digits, and these are {count}." in page_of(responses[0]).text
    assert enter(client, code).status_code == 303


@pytest.mark.parametrize(
    "text", ["380671234567", "192.168.1.12", "12345678.com.ua", "shop12345678", "12345678@firma.com.ua"]
)
def test_what_only_has_digits_in_it_is_no_code(text):
    assert personal.typed_code(text) == ""


def test_another_client_is_not_held_up(client):
    code = code_for(mailbox())
    for number in range(6):
        enter(client, f"0000 000{number}")
    response = client.post("/uk/", {"address": code}, secure=True, HTTP_HOST="portal.example", REMOTE_ADDR="192.0.2.9")

    assert response.status_code == 303


def test_many_clients_that_guess_together_are_held_up(client, monkeypatch):
    monkeypatch.setattr("mailsettings.pages.start.CODE_TRIES_OF_ALL", 3)
    answers = [
        client.post(
            "/uk/", {"address": "1234 5678"}, secure=True, HTTP_HOST="portal.example", REMOTE_ADDR=f"192.0.2.{n}"
        ).status_code
        for n in range(4)
    ]

    assert answers == [422, 422, 422, 429]


def test_eight_digits_on_a_domains_own_page_are_the_beginning_of_an_address(client):
    build.domain("firma.com.ua")
    response = enter(client, "12345678", domain="firma.com.ua")

    assert response["Location"] == "/uk/d/firma.com.ua/"


def test_a_code_of_another_brand_is_unknown_at_a_brands_host_and_not_used_up(client):
    build.brand("other", hosts=["mail.other.example"])
    code = code_for(mailbox())

    assert post(client, {"address": code}, host="mail.other.example").status_code == 422
    assert enter(client, code).status_code == 303


def test_a_link_that_a_code_opened_can_be_revoked_and_the_code_opens_no_other(client):
    code = code_for(mailbox())
    opened = enter(client, code)["Location"]
    personal.revoke(PersonalLink.objects.get(), None)

    assert get(client, opened).status_code == 410
    assert enter(client, code).status_code == 422


def test_a_code_for_a_mailbox_that_was_removed_opens_nothing(client):
    box = mailbox()
    code = code_for(box)
    build.remove(box)

    assert enter(client, code).status_code == 422
    assert not PersonalLink.objects.exists()


def test_a_code_stands_in_no_address(client):
    code = code_for(mailbox())

    assert code.replace(" ", "") not in enter(client, code)["Location"]


def test_the_desk_shows_a_code_once_and_where_to_type_it(client):
    box = mailbox()
    desk = operator()
    page = page_of(desk.post(links_url(box), {"do": "code"}))
    code = next(word for word in page.words if re.fullmatch(r"\d{4} \d{4}", word))

    assert "https://portal.example/" in page.text
    assert code not in desk.get(links_url(box)).content.decode()
    response = enter(client, code)
    assert response.status_code == 303
    assert PersonalLink.objects.get().created_by.username == "operator"


def test_codes_for_one_record_are_throttled(monkeypatch):
    monkeypatch.setattr("mailsettings.admin.links.MOST_CODES", 2)
    box = mailbox()
    desk = operator()

    answers = [desk.post(links_url(box), {"do": "code"}) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert "Too many codes for this record. Send a link instead." in page_of(answers[2]).text


class HostileTest(TestCase):
    @given(text=st.text(max_size=30) | st.from_regex(r"[0-9 -]{8,12}", fullmatch=True))
    @example(text="1234\u00a05678")
    @example(text="١٢٣٤ ٥٦٧٨")
    @example(text="12345678\0")
    def test_whatever_is_typed_gets_a_message_or_a_page(self, text):
        cache.clear()

        assert enter(self.client, text).status_code in (303, 422)
