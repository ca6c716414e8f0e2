"""Known and unknown addresses get the same answers for the same work, and strangers no letter."""

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import post
from accounts.models import User
from tests.pages.browsing import page_of

from .steps import (
    CONFIRM,
    CONTACT,
    Browser,
    ask_for_code,
    sign_in_with_code,
    sign_in_with_password,
)

pytestmark = pytest.mark.django_db


def answers(email):
    """Everything that somebody sees who asks for a code and then guesses."""
    browser = Browser()
    seen = []
    for response in (
        ask_for_code(browser, email),
        browser.get(CONFIRM),
        browser.post(CONFIRM, {"code": "0000-0000"}),
        *(browser.post(CONFIRM, {"code": "1"}) for _ in range(4)),
        browser.get("/accounts/login/code/"),
    ):
        words = page_of(response).text.replace(email, "…") if response.content else ""
        seen.append((response.status_code, response.get("Location"), words))
    return seen


def test_known_and_unknown_addresses_get_the_same_answers(customer):
    assert answers(CONTACT) == answers("nobody@stranger.example")


def test_strangers_get_no_letter(customer):
    ask_for_code(Browser(), "nobody@stranger.example")

    assert mail.outbox == []


def queries_for(email):
    """How many queries it takes to answer whoever asks for a code."""
    with CaptureQueriesContext(connection) as queries:
        ask_for_code(Browser(), email)
    return len(queries)


def test_known_and_unknown_addresses_cost_the_same_work(customer, monkeypatch, no_time_passes):
    stranger, first = queries_for("nobody@stranger.example"), queries_for(CONTACT)
    sign_in_with_code(Browser())
    made = []
    monkeypatch.setattr(post, "send", made.append)

    assert abs(first - stranger) <= 1
    assert abs(queries_for(CONTACT) - stranger) <= 1
    assert len(made) == 1


def test_wrong_passwords_hash_once_whoever_is_named(customer, monkeypatch):
    User.objects.create_user("olena", "olena@x.example", "a long password")
    hashed = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda self, *rest: hashed.append(1) or encode(self, *rest))
    counts = set()
    for login in ("olena", "olena@x.example", "nobody", "nobody@x.example"):
        hashed.clear()
        response = sign_in_with_password(Browser(), login, "wrong")
        counts.add((len(hashed), response.status_code, page_of(response).text))

    assert {count for count, *_rest in counts} == {1}
    assert len(counts) == 1


def test_a_new_password_is_asked_for_with_the_same_answers():
    User.objects.create_user("olena", "olena@x.example", "a long password")
    seen = []
    for email in ("olena@x.example", "nobody@x.example"):
        browser = Browser()
        response = browser.post("/accounts/password/reset/", {"email": email})
        words = page_of(browser.get(response["Location"])).text.replace(email, "…")
        seen.append((response.status_code, response["Location"], words))

    assert seen[0] == seen[1]
    assert [letter.to for letter in mail.outbox] == [["olena@x.example"]]


def test_somebody_inactive_is_told_nothing_else_than_a_stranger():
    User.objects.create_user("olena", password="a long password", is_active=False)

    known, unknown = (sign_in_with_password(Browser(), name) for name in ("olena", "nobody"))

    assert (known.status_code, page_of(known).text) == (unknown.status_code, page_of(unknown).text)


def test_a_user_name_that_looks_like_an_address_gets_no_code_to_that_address():
    User.objects.create_user("bob@x.example", "alice@x.example", "a long password")

    Browser().post("/accounts/password/reset/", {"email": "bob@x.example"})

    assert mail.outbox == []
