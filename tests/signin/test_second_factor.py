"""The desk lets in sessions that were proved by a second factor, not people who have one somewhere."""

import time
from urllib.parse import unquote

import pytest
import time_machine
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.core.cache import cache
from django.urls import reverse

from accounts import second_factor
from accounts.models import User
from tests import build
from tests.admin.desk import USER, page
from tests.pages.browsing import page_of

from .steps import CONTACT, Browser, operator, sign_in_with_code, sign_in_with_password, totp, with_app

pytestmark = pytest.mark.django_db
DESK = "/admin/"
ASKED = "/accounts/2fa/authenticate/"


@pytest.fixture(autouse=True)
def production(settings):
    settings.ADMIN_SECOND_FACTOR = True
    cache.clear()


def way_of(browser, path=DESK):
    """Where a request for ``path`` ends, and how."""
    response = browser.get(path, follow=True)
    return response.status_code, unquote(response.redirect_chain[-1][0]) if response.redirect_chain else path


def signed_in_with_app(user=None):
    user = user or operator()
    secret, browser = with_app(user), Browser()
    sign_in_with_password(browser, user.username)
    browser.post(ASKED, {"code": totp(secret)})
    return browser, secret


def test_a_stranger_at_the_desk_is_sent_to_the_one_sign_in():
    assert way_of(Browser(), "/admin/mailsettings/domain/") == (
        200, "/accounts/login/?next=/admin/mailsettings/domain/",
    )  # fmt: skip


def test_password_and_code_of_the_app_open_the_desk():
    browser, _secret = signed_in_with_app()

    assert way_of(browser) == (200, DESK)


def test_the_password_alone_does_not_sign_in_whoever_has_an_app():
    user = operator()
    with_app(user)
    browser = Browser()

    assert sign_in_with_password(browser, user.username)["Location"] == ASKED
    assert way_of(browser) == (200, ASKED)
    assert "_auth_user_id" not in browser.session


def test_a_session_that_knows_only_the_password_is_refused_though_an_app_is_set_up():
    user, browser = operator(), Browser()
    sign_in_with_password(browser, user.username)
    secret = with_app(user)

    assert way_of(browser) == (200, "/accounts/2fa/reauthenticate/?next=/admin/")

    response = browser.post("/accounts/2fa/reauthenticate/", {"code": totp(secret), "next": DESK})
    assert response["Location"] == DESK
    assert way_of(browser) == (200, DESK)


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("path", ["/admin/", "/admin/find/", "/admin/accounts/user/", "/admin/autocomplete/"])
def test_no_page_of_the_desk_answers_a_session_without_proof(method, path):
    browser = Browser(operator())

    response = getattr(browser, method)(path)

    assert (response.status_code, response["Location"].split("?")[0]) == (302, "/admin/login/")


def test_staff_without_a_second_factor_are_led_to_set_one_up_right_after_the_password():
    browser = Browser()
    sign_in_with_password(browser, operator().username)

    response = browser.get(DESK, follow=True)

    assert response.redirect_chain[-1][0] == "/accounts/2fa/"
    assert "asks for a second factor" in page_of(response).text


@pytest.mark.django_db(transaction=True)
def test_setting_up_the_first_app_proves_the_session_and_shows_recovery_codes():
    browser = Browser()
    sign_in_with_password(browser, operator().username)
    secret = browser.get("/accounts/2fa/totp/activate/").context["form"].secret

    response = browser.post("/accounts/2fa/totp/activate/", {"code": totp(secret)})

    assert response["Location"] == "/accounts/2fa/recovery-codes/"
    assert len(browser.get(response["Location"]).context["unused_codes"]) == 10
    assert way_of(browser) == (200, DESK)
    assert "An authenticator app was set up" in [letter.subject for letter in mail.outbox]


def test_a_proof_is_good_for_a_working_day():
    browser, _secret = signed_in_with_app()

    with time_machine.travel(time.time() + second_factor.PROOF_LASTS + 60):
        assert way_of(browser) == (200, "/accounts/2fa/reauthenticate/?next=/admin/")


def test_a_proof_by_a_factor_that_was_taken_away_is_none():
    browser, _secret = signed_in_with_app()

    Authenticator.objects.all().delete()

    assert way_of(browser) == (200, "/accounts/2fa/")


def test_a_proof_of_somebody_else_is_none():
    browser, _secret = signed_in_with_app()
    records = browser.session[AUTHENTICATION_METHODS_SESSION_KEY]
    browser.force_login(build.operator("another"))
    session = browser.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = records
    session.save()

    assert way_of(browser) == (200, "/accounts/2fa/")


def test_a_recovery_code_opens_once():
    user = operator()
    with_app(user)
    code = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0]
    first, second = Browser(), Browser()
    for browser in (first, second):
        sign_in_with_password(browser, user.username)
        browser.post(ASKED, {"code": code})

    assert way_of(first) == (200, DESK)
    assert way_of(second)[1] != DESK


@pytest.mark.parametrize(("code", "words"), [("12345678", "This recovery code is not right"), ("123456", "the clock")])
def test_a_wrong_code_is_told_apart_by_its_kind(code, words):
    user = operator()
    with_app(user)
    browser = Browser()
    sign_in_with_password(browser, user.username)
    response = browser.post(ASKED, {"code": code})

    assert response.status_code == 422
    assert words in page_of(response).text


def test_a_code_of_the_app_opens_once():
    user = operator()
    secret = with_app(user)
    code = totp(secret)
    first, second = Browser(), Browser()
    for browser, typed in ((first, code), (second, f"{code[:3]} {code[3:]}")):
        sign_in_with_password(browser, user.username)
        browser.post(ASKED, {"code": typed})

    assert way_of(first) == (200, DESK)
    assert way_of(second)[1] != DESK


def test_guessing_codes_of_the_app_is_limited():
    user = operator()
    secret = with_app(user)
    browser = Browser()
    sign_in_with_password(browser, user.username)
    tries = [browser.post(ASKED, {"code": "000000"}).status_code for _ in range(6)]

    assert tries == [422] * 5 + [429]
    assert browser.post(ASKED, {"code": totp(secret)}).status_code == 429


def test_the_password_alone_does_not_add_a_second_second_factor():
    user, browser = operator(), Browser()
    sign_in_with_password(browser, user.username)
    with_app(user)

    response = browser.get("/accounts/2fa/webauthn/add/")

    assert response["Location"].startswith("/accounts/2fa/reauthenticate/")
    assert browser.post("/accounts/reauthenticate/", {"password": "a long password"})["Location"].startswith(
        "/accounts/2fa/reauthenticate/"
    )


def test_removing_the_app_asks_for_a_proof_that_is_not_old():
    browser, _secret = signed_in_with_app()

    with time_machine.travel(time.time() + second_factor.FRESH + 60):
        response = browser.post("/accounts/2fa/totp/deactivate/")

    assert response["Location"].startswith("/accounts/2fa/reauthenticate/")
    assert Authenticator.objects.filter(type="totp").exists()


def test_a_code_by_mail_does_not_pass_by_the_second_factor():
    user = operator()
    User.objects.filter(pk=user.pk).update(email=CONTACT)
    with_app(user)
    browser = Browser()

    assert sign_in_with_code(browser)["Location"] == ASKED
    assert "_auth_user_id" not in browser.session


def test_whoever_has_no_role_at_the_desk_is_told_so():
    browser = Browser(User.objects.create_user("olena"))

    assert way_of(browser)[0] == 403


def test_the_desk_leads_nowhere_else():
    browser, _secret = signed_in_with_app()

    for path in ("https://evil.example/", "//evil.example/admin/", "/admin/login/", "/admin/logout/"):
        assert browser.get(reverse("admin:login", query={"next": path}))["Location"] == DESK


@pytest.mark.parametrize(
    ("own", "one"), [("logout/", "/accounts/logout/"), ("password_change/", "/accounts/password/change/")]
)
def test_the_desk_has_no_second_page_for_signing_out_or_changing_a_password(own, one):
    browser, _secret = signed_in_with_app()

    for method in (browser.get, browser.post):
        assert method(f"/admin/{own}")["Location"] == one


def test_on_a_first_try_the_password_is_enough(settings):
    settings.ADMIN_SECOND_FACTOR = False
    browser = Browser()

    assert sign_in_with_password(browser, operator().username)["Location"] == DESK
    assert way_of(browser) == (200, DESK)


def test_an_operator_takes_the_second_factor_from_somebody_who_lost_it():
    lost = User.objects.create_superuser("lost", "lost@hoster.example", "a long password")
    elsewhere, _secret = signed_in_with_app(lost)
    browser, _own = signed_in_with_app()
    assert "authenticator app" in browser.get(page(USER, "change", lost.pk)).content.decode()

    browser.post(page(USER, "changelist"), {"action": "forget_second_factor", "_selected_action": [lost.pk]})

    assert not Authenticator.objects.filter(user=lost).exists()
    assert LogEntry.objects.get().object_id == str(lost.pk)
    assert way_of(elsewhere)[1].startswith("/accounts/login/")
    assert way_of(browser) == (200, DESK)


# --- Where somebody is signed in --------------------------------------------------------------------------------------


def two_sessions():
    user = User.objects.create_user("olena", password="a long password")
    browsers = Browser(), Browser()
    for browser in browsers:
        sign_in_with_password(browser, user.username)
    return browsers


def test_sessions_are_listed():
    here, _there = two_sessions()

    assert len(here.get("/accounts/sessions/").context["sessions"]) == 2


def test_one_session_can_be_ended():
    here, there = two_sessions()
    other = next(
        one
        for one in here.get("/accounts/sessions/").context["sessions"]
        if one.session_key == there.session.session_key
    )

    here.post("/accounts/sessions/", {"session": other.pk})

    assert there.get("/en/mine/").status_code == 302
    assert here.get("/en/mine/").status_code == 200


def test_all_other_sessions_can_be_ended():
    here, there = two_sessions()

    here.post("/accounts/sessions/")

    assert there.get("/en/mine/").status_code == 302
    assert here.get("/en/mine/").status_code == 200


@pytest.mark.parametrize("chosen", ["x", "-1", "9" * 40, "²"])
def test_nonsense_ends_no_session(chosen):
    here, there = two_sessions()

    assert here.post("/accounts/sessions/", {"session": chosen}).status_code == 302
    assert there.get("/en/mine/").status_code == 200


def test_nobody_ends_the_session_of_somebody_else():
    here, there = two_sessions()
    theirs = here.get("/accounts/sessions/").context["sessions"][0]
    outsider = Browser()
    User.objects.create_user("outsider", password="a long password")
    sign_in_with_password(outsider, "outsider")

    outsider.post("/accounts/sessions/", {"session": theirs.pk})

    assert {here.get("/en/mine/").status_code, there.get("/en/mine/").status_code} == {200}
