"""Customers sign in with a code that goes to their contact address: who they are then, the letter, and how often."""

from email.header import decode_header, make_header
from email.utils import parseaddr

import pytest
from allauth.account.models import EmailAddress
from django.core import mail

from accounts import post
from accounts.models import ChangeSet, Membership, User
from mailsettings import changes, reverting
from mailsettings.signin import contacts
from tests import build

from .steps import (
    CONFIRM,
    CONTACT,
    Browser,
    ask_for_code,
    code_in_letter,
    sign_in_with_code,
)

pytestmark = pytest.mark.django_db


def test_a_contact_signs_in_with_the_code_from_the_letter(customer):
    browser = Browser()

    response = sign_in_with_code(browser)

    assert response.status_code == 302
    assert response["Location"] == "/en/mine/"
    assert browser.get("/en/mine/").status_code == 200


def test_the_first_code_makes_the_contact_a_user_with_a_membership(customer):
    sign_in_with_code(Browser())

    user = User.objects.get()
    assert (user.username, user.email, user.language) == ("customer-c1001", CONTACT, "en")
    assert not user.has_usable_password()
    assert not user.is_staff
    assert list(user.memberships.values_list("role", "customer")) == [("customer", customer.pk)]


def test_asking_for_a_code_writes_nothing(customer):
    number = ChangeSet.objects.count()

    ask_for_code(Browser())

    assert len(mail.outbox) == 1
    assert (User.objects.count(), ChangeSet.objects.count()) == (0, number)


@pytest.mark.parametrize("is_user", [False, True])
def test_a_code_is_good_for_nothing_once_another_contact_is_recorded(customer, is_user):
    if is_user:
        sign_in_with_code(Browser())
    browser = Browser()
    ask_for_code(browser)
    build.change(customer, email="new@customer.example")
    browser.post(CONFIRM, {"code": code_in_letter()})

    assert not Membership.objects.exists()


def test_what_the_first_code_adds_stands_in_the_change_log(customer):
    sign_in_with_code(Browser())

    change_set = ChangeSet.objects.first()
    assert (change_set.source, change_set.actor) == ("sign-in", None)
    assert CONTACT not in change_set.changes.get().object_name


def test_further_codes_add_nothing(customer):
    sign_in_with_code(Browser())
    number = ChangeSet.objects.count()

    sign_in_with_code(Browser())

    assert (User.objects.count(), ChangeSet.objects.count()) == (1, number)


def test_one_address_opens_every_customer_that_records_it(customer):
    build.customer("c1002", email=CONTACT.upper())

    sign_in_with_code(Browser(), "Office@Customer.Example")

    assert User.objects.get().memberships.count() == 2


def test_a_customer_that_records_the_address_later_is_opened_too(customer):
    sign_in_with_code(Browser())
    build.customer("c1002", email=CONTACT)

    sign_in_with_code(Browser())

    assert User.objects.get().memberships.count() == 2


def test_a_name_that_is_taken_gets_a_number(customer):
    User.objects.create_user("customer-c1001")

    sign_in_with_code(Browser())

    assert User.objects.get(email=CONTACT).username == "customer-c1001-2"


def test_two_requests_at_the_same_moment_make_one_user(customer, monkeypatch):
    def overtaken(ref):
        return User.objects.create_user(f"customer-{ref}", CONTACT).username

    monkeypatch.setattr(contacts, "_free_name", overtaken)

    # On the real thing the other request has committed; here its user goes with the transaction that fails.
    assert sign_in_with_code(Browser()).status_code in (302, 422)
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
    sign_in_with_code(Browser())
    change_set = build.change(customer, email="new@customer.example")

    changes.apply(reverting.prepare(change_set.changes.all()).plan, ChangeSet(source="revert"))

    assert Membership.objects.get().user.email == CONTACT


def test_a_contact_who_only_gets_another_spelling_keeps_the_access(customer):
    sign_in_with_code(Browser())

    build.change(customer, email=CONTACT.upper())

    assert Membership.objects.exists()


def test_a_role_that_staff_gave_to_somebody_else_stays(customer):
    build.save(Membership(user=User.objects.create_user("olha", "olha@x.example"), role="customer", customer=customer))

    build.change(customer, email="new@customer.example")

    assert Membership.objects.exists()


def test_the_letter_has_the_code_and_no_link(customer):
    ask_for_code(Browser())

    (letter,) = mail.outbox
    assert code_in_letter() in letter.body
    assert "accounts/" not in letter.body
    assert letter.subject == "Code to sign in at portal.example"


def test_the_letter_comes_from_the_hoster_and_asks_machines_not_to_reply(customer):
    build.brand("main", is_default=True, name="Хостинг", support_email="support@hoster.example")
    ask_for_code(Browser())
    (letter,) = mail.outbox

    assert str(make_header(decode_header(parseaddr(letter.from_email)[0]))) == "Хостинг"
    assert letter.reply_to == ["support@hoster.example"]
    assert letter.message()["Auto-Submitted"] == "auto-generated"


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


def test_no_second_list_of_addresses_is_kept_beside_the_users(customer):
    sign_in_with_code(Browser())
    Browser().post("/accounts/password/reset/", {"email": CONTACT})

    assert not EmailAddress.objects.exists()
