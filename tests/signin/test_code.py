"""Customers sign in with a code that goes to their contact address, and nobody learns whose addresses are known."""

import logging

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import post
from accounts.models import ChangeSet, Membership, User
from mailsettings import changes, reverting
from mailsettings.signin import contacts
from tests import build
from tests.pages.browsing import page_of

from .steps import (
    CONTACT,
    Browser,
    ask_for_code,
    code_in_letter,
    operator,
    sign_in_with_code,
    sign_in_with_password,
)  # fmt: skip

pytestmark = pytest.mark.django_db
CONFIRM = "/accounts/login/code/confirm/"


@pytest.fixture
def customer():
    return build.customer(email=CONTACT, language="en")


def test_a_contact_signs_in_with_the_code_from_the_letter(customer):
    browser = Browser()

    response = sign_in_with_code(browser)

    assert response.status_code == 302
    assert response["Location"] == "/en/mine/"
    assert browser.get("/en/mine/").status_code == 200


def test_the_first_code_makes_the_contact_a_user_with_a_membership(customer):
    ask_for_code(Browser())

    user = User.objects.get()
    assert (user.username, user.email, user.language) == ("customer-c1001", CONTACT, "en")
    assert not user.has_usable_password()
    assert not user.is_staff
    assert list(user.memberships.values_list("role", "customer")) == [("customer", customer.pk)]


def test_what_the_first_code_adds_stands_in_the_change_log(customer):
    ask_for_code(Browser())

    change_set = ChangeSet.objects.first()
    assert (change_set.source, change_set.actor) == ("sign-in", None)
    assert CONTACT not in change_set.changes.get().object_name


def test_further_codes_add_nothing(customer):
    ask_for_code(Browser())
    number = ChangeSet.objects.count()

    ask_for_code(Browser())

    assert (User.objects.count(), ChangeSet.objects.count()) == (1, number)


def test_one_address_opens_every_customer_that_records_it(customer):
    build.customer("c1002", email=CONTACT.upper())

    ask_for_code(Browser(), "Office@Customer.Example")

    assert User.objects.get().memberships.count() == 2


def test_a_customer_that_records_the_address_later_is_opened_too(customer):
    ask_for_code(Browser())
    build.customer("c1002", email=CONTACT)

    ask_for_code(Browser())

    assert User.objects.get().memberships.count() == 2


def test_a_name_that_is_taken_gets_a_number(customer):
    User.objects.create_user("customer-c1001")

    ask_for_code(Browser())

    assert User.objects.get(email=CONTACT).username == "customer-c1001-2"


def test_two_requests_at_the_same_moment_make_one_user(customer, monkeypatch):
    def overtaken(ref):
        return User.objects.create_user(f"customer-{ref}", CONTACT).username

    monkeypatch.setattr(contacts, "_free_name", overtaken)

    # On the real thing the other request has committed; here its user goes with the transaction that fails.
    assert ask_for_code(Browser()).status_code == 302
    assert User.objects.count() <= 1


def test_whoever_has_a_user_already_keeps_it(customer):
    user = User.objects.create_user("olena", CONTACT)

    sign_in_with_code(Browser())

    assert User.objects.get() == user
    assert user.memberships.get().customer == customer


def test_somebody_who_was_switched_off_does_not_come_back(customer):
    User.objects.create_user("olena", CONTACT, is_active=False)

    ask_for_code(Browser())

    assert (User.objects.count(), Membership.objects.count(), mail.outbox) == (1, 0, [])


def test_a_former_contact_sees_nothing_from_the_moment_another_is_recorded(customer):
    build.domain(customer=customer)
    browser = Browser()
    sign_in_with_code(browser)
    assert "firma.com.ua" in browser.get("/en/mine/").content.decode()

    build.change(customer, email="new@customer.example")

    assert "firma.com.ua" not in browser.get("/en/mine/").content.decode()
    assert not Membership.objects.exists()


def test_taking_a_change_of_contact_back_gives_the_access_back(customer):
    ask_for_code(Browser())
    change_set = build.change(customer, email="new@customer.example")

    changes.apply(reverting.prepare(change_set.changes.all()).plan, ChangeSet(source="revert"))

    assert Membership.objects.get().user.email == CONTACT


def test_a_contact_who_only_gets_another_spelling_keeps_the_access(customer):
    ask_for_code(Browser())

    build.change(customer, email=CONTACT.upper())

    assert Membership.objects.exists()


def test_a_role_that_staff_gave_to_somebody_else_stays(customer):
    build.save(Membership(user=User.objects.create_user("olha", "olha@x.example"), role="customer", customer=customer))

    build.change(customer, email="new@customer.example")

    assert Membership.objects.exists()


# --- The same for everybody -------------------------------------------------------------------------------------------


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
    made = []
    monkeypatch.setattr(post, "send", made.append)
    ask_for_code(Browser())
    made.clear()

    assert abs(queries_for(CONTACT) - queries_for("nobody@stranger.example")) <= 1
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


# --- Letters ----------------------------------------------------------------------------------------------------------


def test_the_letter_has_the_code_and_no_link(customer):
    ask_for_code(Browser())

    (letter,) = mail.outbox
    assert code_in_letter() in letter.body
    assert "accounts/" not in letter.body
    assert letter.subject == "Code to sign in at portal.example"


def test_the_letter_is_in_the_language_of_the_page(customer):
    browser = Browser()
    browser.get("/language/uk/")

    ask_for_code(browser)

    assert mail.outbox[0].subject == "Код для входу на portal.example"


def test_the_answer_does_not_wait_for_the_letter(customer, settings, monkeypatch):
    settings.MAIL_IN_BACKGROUND = True
    waiting = []

    class Later:
        def submit(self, *work):
            waiting.append(work)

    monkeypatch.setattr(post, "_senders", Later)

    assert ask_for_code(Browser()).status_code == 302
    assert mail.outbox == []
    ((send, letter),) = waiting
    send(letter)
    assert len(mail.outbox) == 1


def test_a_letter_that_cannot_be_sent_is_logged_without_the_address(customer, monkeypatch, caplog):
    def refused(self):
        raise OSError(f"550 {CONTACT} unknown")

    monkeypatch.setattr("django.core.mail.EmailMessage.send", refused)

    assert ask_for_code(Browser()).status_code == 302
    assert "could not be sent: OSError" in caplog.text
    assert CONTACT not in caplog.text


# --- Limits -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("email", [CONTACT, "nobody@stranger.example"])
def test_codes_for_one_address_are_limited_whoever_asks_for_them(customer, email):
    tries = [ask_for_code(Browser(), email) for _ in range(4)]

    assert [response.status_code for response in tries] == [302, 302, 302, 429]
    assert "Wait a few minutes" in tries[-1].content.decode()
    assert int(tries[-1]["Retry-After"]) > 0


def test_five_wrong_guesses_end_a_code(customer):
    browser = Browser()
    ask_for_code(browser)
    code = code_in_letter()
    for _ in range(5):
        browser.post(CONFIRM, {"code": "1"})

    assert browser.post(CONFIRM, {"code": code})["Location"] == "/accounts/login/code/"
    assert browser.get("/en/mine/").status_code == 302


def test_a_code_works_only_in_the_browser_that_asked(customer):
    ask_for_code(Browser())
    other = Browser()

    other.post(CONFIRM, {"code": code_in_letter()})

    assert other.get("/en/mine/").status_code == 302


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


# --- Passwords --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("login", ["olena", "olena@x.example", "Olena@X.example"])
def test_a_password_opens_by_user_name_or_address(login):
    User.objects.create_user("olena", "Olena@x.example", "a long password")

    assert sign_in_with_password(Browser(), login)["Location"] == "/en/mine/"


def test_an_address_of_two_people_opens_neither_by_password():
    for name in ("one", "two"):
        User.objects.create_user(name, "both@x.example", "a long password")

    assert sign_in_with_password(Browser(), "both@x.example").status_code == 422
    assert sign_in_with_password(Browser(), "two").status_code == 302


def test_somebody_inactive_is_told_nothing_else_than_a_stranger():
    User.objects.create_user("olena", password="a long password", is_active=False)

    known, unknown = (sign_in_with_password(Browser(), name) for name in ("olena", "nobody"))

    assert (known.status_code, page_of(known).text) == (unknown.status_code, page_of(unknown).text)


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


def test_a_user_name_that_looks_like_an_address_gets_no_code_to_that_address():
    User.objects.create_user("bob@x.example", "alice@x.example", "a long password")

    Browser().post("/accounts/password/reset/", {"email": "bob@x.example"})

    assert mail.outbox == []


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


def test_no_second_list_of_addresses_is_kept_beside_the_users(customer):
    sign_in_with_code(Browser())
    Browser().post("/accounts/password/reset/", {"email": CONTACT})

    assert not EmailAddress.objects.exists()
