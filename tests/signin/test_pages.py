"""The pages of ``/accounts/``: those that there are, in both languages, under the strict policy; nothing else."""

import gzip
import json
import re

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from mailsettings.signin.pages import PAGES
from tests import build
from tests.pages.browsing import page_of

from .steps import Browser, sign_in_with_password, with_app

pytestmark = pytest.mark.django_db
CYRILLIC = re.compile("[а-яіїєґ]", re.IGNORECASE)
FOR_ALL = ["login/", "login/code/", "password/reset/", "password/reset/done/", "inactive/"]
SIGNED_IN = [
    "logout/", "password/change/", "2fa/", "2fa/reauthenticate/", "2fa/totp/deactivate/",
    "2fa/recovery-codes/", "2fa/recovery-codes/generate/", "2fa/webauthn/", "2fa/webauthn/add/", "sessions/",
]  # fmt: skip
ELSEWHERE = [
    "signup/", "email/", "confirm-email/", "confirm-email/x/", "3rdparty/", "social/signup/", "2fa/trust/",
    "2fa/webauthn/signup/", "phone/verify/", "login/token/",
]  # fmt: skip


@pytest.fixture
def olena():
    """A browser in which somebody with an app has just signed in."""
    user = User.objects.create_user("olena", "olena@x.example", "a long password")
    browser = Browser()
    sign_in_with_password(browser, "olena")
    with_app(user)
    Authenticator.objects.filter(type="totp").update(data={"secret": "JBSWY3DPEHPK3PXP"})
    code = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0]
    browser.post("/accounts/2fa/reauthenticate/", {"code": code})
    return browser


def opened(browser, path, language):
    browser.get(f"/language/{language}/")
    return browser.get(f"/accounts/{path}")


@pytest.mark.parametrize("language", ["uk", "en"])
@pytest.mark.parametrize("path", [*FOR_ALL, *SIGNED_IN])
def test_a_page_is_whole_and_keeps_to_the_strict_policy(olena, path, language):
    browser = Browser() if path in FOR_ALL else olena

    response = opened(browser, path, language)

    assert response.status_code == 200
    found = page_of(response)
    assert found.all("html")[0]["lang"] == language
    assert len(found.all("h1")) == 1
    assert found.title.partition(" · ")[0].strip()
    assert not found.attributes("style")
    assert not found.all("style")
    assert all("src" in script or script["type"] == "application/json" for script in found.all("script"))
    assert not [name for _tag, attributes in found.elements for name in attributes if name.startswith("on")]
    assert "no-store" in response["Cache-Control"]
    assert len(gzip.compress(response.content, 6)) <= 12_000


@pytest.mark.parametrize("path", [*FOR_ALL, *SIGNED_IN])
def test_a_page_is_wholly_in_its_language(olena, path):
    browser = Browser() if path in FOR_ALL else olena
    labels = re.compile(r"<(label|button|h1|h2|p|a)[^>]*>([^<]+)<")

    ukrainian = [words.strip() for _tag, words in labels.findall(opened(browser, path, "uk").content.decode())]
    english = [words.strip() for _tag, words in labels.findall(opened(browser, path, "en").content.decode())]

    own_name = {"English", "Українська", "Skrynka"}
    ukrainian = [words.replace("JavaScript", "") for words in ukrainian]
    assert [words for words in ukrainian if re.search("[a-z]{4}", words) and words not in own_name] == []
    assert [words for words in english if CYRILLIC.search(words) and words not in own_name] == []


@pytest.mark.parametrize("path", SIGNED_IN)
def test_a_page_of_somebody_sends_strangers_to_the_sign_in(path):
    response = Browser().get(f"/accounts/{path}", follow=True)

    assert response.redirect_chain[-1][0].split("?")[0] == "/accounts/login/"


@pytest.mark.parametrize("path", ELSEWHERE)
def test_what_is_not_wanted_does_not_exist(olena, path):
    assert olena.get(f"/accounts/{path}").status_code == 404
    assert olena.post(f"/accounts/{path}").status_code == 404


def test_every_page_has_a_test():
    covered = {*FOR_ALL, *SIGNED_IN}
    in_flows = {
        "", "login/code/confirm/", "password/reset/confirm/", "password/reset/complete/", "password/set/",
        "reauthenticate/", "2fa/authenticate/", "2fa/totp/activate/", "2fa/recovery-codes/download/",
        "2fa/webauthn/login/", "2fa/webauthn/reauthenticate/", "2fa/webauthn/keys/<int:pk>/remove/",
        "2fa/webauthn/keys/<int:pk>/edit/",
    }  # fmt: skip

    assert {page.route for page in PAGES} == covered | in_flows


def test_the_language_switch_stays_on_the_page():
    response = Browser().get("/language/uk/?next=/accounts/login/")

    assert response["Location"] == "/accounts/login/"


def test_brands_hosts_have_no_sign_in_and_link_to_the_canonical_one(client):
    build.brand("ava", hosts=["help.ava.example"], is_default=True)
    for path in ("/accounts/login/", "/accounts/", "/admin/"):
        assert client.get(path, secure=True, headers={"host": "help.ava.example"}).status_code == 404

    start = client.get("/en/", secure=True, headers={"host": "help.ava.example"}).content.decode()

    assert 'href="https://portal.example/language/en/?next=%2Fen%2Fmine%2F"' in start


@pytest.mark.parametrize("path", ["/accounts/login/?next=/admin/", "/admin/"])
def test_further_hosts_of_the_operator_send_on_to_the_canonical_one(client, settings, path):
    settings.SITE_HOSTS = ["other.example"]

    response = client.get(path, secure=True, headers={"host": "other.example"})

    assert response["Location"] == f"https://portal.example{path}"


def test_a_first_try_on_several_hosts_needs_no_canonical_one(client, settings):
    settings.SITE_HOSTS, settings.SERVED_OVER_TLS, settings.SECURE_SSL_REDIRECT = ["192.0.2.7"], False, False

    assert client.get("/accounts/login/", headers={"host": "192.0.2.7"}).status_code == 200


def test_sign_in_leads_to_no_other_site():
    User.objects.create_user("olena", password="a long password")

    for target in ("https://evil.example/", "//evil.example/", "https:/\\evil.example"):
        assert sign_in_with_password(Browser(), "olena", next=target)["Location"] == "/en/mine/"


def test_recovery_codes_can_be_downloaded(olena):
    response = olena.get("/accounts/2fa/recovery-codes/download/")

    assert response["Content-Disposition"] == 'attachment; filename="recovery-codes.txt"'
    assert len(re.findall(r"^\d{8}$", response.content.decode(), re.MULTILINE)) == 9


def test_the_key_of_an_app_is_drawn_in_the_page():
    User.objects.create_user("petro", password="a long password")
    browser = Browser()
    sign_in_with_password(browser, "petro")

    found = page_of(browser.get("/accounts/2fa/totp/activate/"))

    assert found.all("svg", class_="qr")
    assert not found.all("img")


CREDENTIALS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["id", "rawId", "type", "response", "userHandle", "clientDataJSON", "signature",
                         "authenticatorData", "attestationObject", "clientExtensionResults"]),
        inner,
        max_size=5,
    ),
    max_leaves=12,
)  # fmt: skip


@given(credential=CREDENTIALS)
def test_any_hostile_credential_is_refused_quietly(credential):
    cache.clear()
    browser = Browser()
    browser.get("/accounts/2fa/webauthn/login/", headers={"accept": "application/json"})

    response = browser.post("/accounts/2fa/webauthn/login/", {"credential": json.dumps(credential)})

    assert (response.status_code, response["Location"]) == (302, "/accounts/login/")
