"""Passwords: signing in, forgetting, changing, too many tries, and no word of one in a log."""

import logging

import pytest
from django.core import mail

from accounts.models import User
from tests import build
from tests.pages.browsing import page_of

from .steps import (
    CONTACT,
    Browser,
    code_in_letter,
    operator,
    sign_in_with_code,
    sign_in_with_password,
)  # fmt: skip

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer():
    return build.customer(email=CONTACT, language="en")


def test_wrong_passwords_are_limited_with_a_helpful_429():
    User.objects.create_user("olena", "olena@x.example", "a long password")
    tries = [sign_in_with_password(Browser(), "olena", "wrong") for _ in range(6)]

    assert [response.status_code for response in tries] == [422] * 5 + [429]
    assert sign_in_with_password(Browser(), "olena").status_code == 429
    assert "Wait a few minutes" in tries[-1].content.decode()


def test_too_many_requests_from_one_place_get_the_page_of_the_site():
    browser = Browser()
    tries = [sign_in_with_password(browser, f"person{number}") for number in range(31)]

    assert tries[-1].status_code == 429
    assert tries[-1]["Retry-After"]
    assert "That was too often" in page_of(tries[-1]).text


@pytest.mark.parametrize("login", ["olena", "olena@x.example", "Olena@X.example"])
def test_a_password_opens_by_user_name_or_address(login):
    User.objects.create_user("olena", "Olena@x.example", "a long password")

    assert sign_in_with_password(Browser(), login)["Location"] == "/en/mine/"


def test_a_user_name_that_looks_like_an_address_opens_for_whose_name_it_is():
    named = User.objects.create_user("bob@x.example", "alice@x.example", "a long password")
    User.objects.create_user("bob", "bob@x.example", "another long one")
    browser = Browser()

    assert sign_in_with_password(browser, "bob@x.example", "another long one").status_code == 422
    assert sign_in_with_password(browser, "bob@x.example").status_code == 302
    assert browser.session["_auth_user_id"] == str(named.pk)


def test_an_address_of_two_people_opens_neither_by_password():
    for name in ("one", "two"):
        User.objects.create_user(name, "both@x.example", "a long password")

    assert sign_in_with_password(Browser(), "both@x.example").status_code == 422
    assert sign_in_with_password(Browser(), "two").status_code == 302


def test_a_forgotten_password_is_replaced_with_a_code():
    User.objects.create_user("olena", "olena@x.example", "a long password")
    browser = Browser()
    browser.post("/accounts/password/reset/", {"email": "olena@x.example"})
    browser.post("/accounts/password/reset/confirm/", {"code": code_in_letter()})
    new = "correct horse battery"

    response = browser.post("/accounts/password/reset/complete/", {"password1": new, "password2": new})

    assert response["Location"] == "/accounts/password/reset/done/"
    assert sign_in_with_password(Browser(), "olena", new).status_code == 302
    assert mail.outbox[-1].subject == "Your password was changed"


def test_a_contact_may_set_a_password(customer):
    browser = Browser()
    sign_in_with_code(browser)
    new = "correct horse battery"

    browser.post("/accounts/password/set/", {"password1": new, "password2": new})

    assert User.objects.get().check_password(new)
    assert browser.get("/en/mine/").status_code == 200


def test_changing_a_password_asks_for_the_current_one():
    browser = Browser(User.objects.create_user("olena", password="a long password"))
    new = {"password1": "correct horse battery", "password2": "correct horse battery"}

    assert browser.post("/accounts/password/change/", {"oldpassword": "wrong", **new}).status_code == 422
    assert browser.post("/accounts/password/change/", {"oldpassword": "a long password", **new}).status_code == 302


def test_no_password_is_logged(caplog):
    operator()
    with caplog.at_level(logging.DEBUG):
        for password in ("a long password", "wr0ng-secret"):
            sign_in_with_password(Browser(), "operator", password)

    logged = "\n".join(
        f"{record.getMessage()} {record.exc_text}" for record in caplog.records if record.name != "django.db.backends"
    )
    assert "a long password" not in logged
    assert "wr0ng-secret" not in logged
