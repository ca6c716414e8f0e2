"""Signing in with a real browser: a code from a letter, a passkey on a virtual device, an authenticator app."""

import email
import email.policy
import re
import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import expect

from .conftest import PASSWORD, serve
from .examining import complaints
from .test_reading import MM, pages_of


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("guarded")


@pytest.fixture(scope="module")
def site(folder):
    """A site whose desk asks for a second factor, and whose letters lie in ``folder``."""
    yield from serve(folder, ADMIN_SECOND_FACTOR="1", EMAIL_URL=f"filemail:///{folder / 'letters'}")


@pytest.fixture
def reader(visitor):
    """A device with a fingerprint reader that always agrees (WebDriver's virtual authenticator)."""
    session = visitor.context.new_cdp_session(visitor)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session, made["authenticatorId"]


def code_from_letter(folder, before):
    """The code in the letter that was not there ``before``; letters leave after the answer."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        for path in set((folder / "letters").glob("*")) - before:
            letter = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            if found := re.search(r"^\d{4}-\d{4}$", letter.get_content(), re.MULTILINE):
                return found[0]
    raise AssertionError("no letter with a code was sent")


def sign_in_with_code(visitor, site, folder, contact, then="**/en/mine/"):
    before = set((folder / "letters").glob("*"))
    visitor.goto(f"{site}/en/")
    visitor.click("footer a:text('Sign in')")
    visitor.fill("[name=email]", contact)
    visitor.keyboard.press("Enter")
    visitor.wait_for_url("**/login/code/confirm/**")
    visitor.fill("[name=code]", code_from_letter(folder, before))
    visitor.keyboard.press("Enter")
    visitor.wait_for_url(then)


def sign_in_with_password(visitor, site):
    visitor.goto(f"{site}/language/en/")
    visitor.goto(f"{site}/admin/")
    visitor.fill("[name=login]", "tester")
    visitor.fill("[name=password]", PASSWORD)
    visitor.keyboard.press("Enter")
    visitor.wait_for_load_state()


def sign_out(visitor, site):
    visitor.goto(f"{site}/accounts/logout/")
    visitor.click(".signin button[type=submit]")
    visitor.wait_for_url("**/accounts/login/")


def test_a_customer_signs_in_with_a_code_and_prints_sheets(visitor, site, folder):
    sign_in_with_code(visitor, site, folder, "office@customer.example")

    visitor.click("text=firma.com.ua")
    visitor.click("text=Sheets for all mailboxes")

    expect(visitor.locator(".sheet")).to_have_count(2)


def test_a_customer_goes_on_to_instructions_for_exactly_this_mailbox(visitor, site, folder):
    sign_in_with_code(visitor, site, folder, "office@customer.example")
    visitor.click("text=firma.com.ua")
    visitor.click("text=petro@firma.com.ua")
    visitor.get_by_role("button", name="Instructions for a mail program").click()
    visitor.wait_for_url(f"{site}/en/s/**")

    expect(visitor.get_by_role("heading", name="petro@firma.com.ua")).to_be_visible()
    expect(visitor.get_by_text("POP3 is switched off for this mailbox.")).to_be_visible()


def test_a_customer_prepares_sheets_with_links_and_each_is_one_page(visitor, site, folder):
    sign_in_with_code(visitor, site, folder, "office@shop.example")
    visitor.click("text=private.example")
    visitor.click("text=Sheets for all mailboxes")
    visitor.wait_for_url(re.compile(r"/sheets/\?page=1$"))
    assert complaints(visitor) == []
    visitor.click("button:text('Prepare sheets with links')")

    link = visitor.locator(".sheet .sheet-link .value")
    expect(link).to_contain_text(f"{site}/en/s/")
    assert complaints(visitor) == []
    assert pages_of(visitor.pdf(format="A4")) == visitor.locator(".sheet").count()
    visitor.emulate_media(media="print")
    code = visitor.locator(".sheet .qr").bounding_box()
    assert code["width"] >= 30 * MM
    assert link.bounding_box()["y"] >= code["y"] + code["height"]
    visitor.goto(link.inner_text())
    expect(visitor.get_by_text("d7720").first).to_be_visible()


@pytest.mark.parametrize("language", ["uk", "en"])
def test_sheets_with_links_need_no_sideways_scrolling(visitor, site, folder, language):
    sign_in_with_code(visitor, site, folder, "office@shop.example")
    visitor.click("text=private.example")
    visitor.wait_for_url("**/en/mine/*/")
    visitor.set_viewport_size({"width": 320, "height": 640})
    visitor.goto(visitor.url.replace("/en/", f"/{language}/") + "sheets/")
    visitor.click(".sheets-head form button")
    expect(visitor.locator(".sheet-link").first).to_be_visible()

    assert visitor.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_passkey_is_added_and_opens_the_site_by_itself(visitor, site, folder, reader):
    session, authenticator = reader
    sign_in_with_code(visitor, site, folder, "office@shop.example")
    visitor.click("text=How you sign in")
    visitor.click("text=Add a passkey")
    visitor.click("button:text('Add')")
    visitor.wait_for_url("**/recovery-codes/")
    (credential,) = session.send("WebAuthn.getCredentials", {"authenticatorId": authenticator})["credentials"]
    assert (credential["rpId"], credential["isResidentCredential"]) == ("localhost", True)
    sign_out(visitor, site)

    visitor.click("button:text('Use a passkey')")
    visitor.wait_for_url(f"{site}/en/mine/")

    expect(visitor.locator(".programs")).to_contain_text("shop.example")


def test_a_passkey_is_the_second_step_after_a_code_and_can_be_renamed_and_removed(visitor, site, folder, reader):
    contact = "office@long.example"
    sign_in_with_code(visitor, site, folder, contact)
    visitor.goto(f"{site}/accounts/2fa/webauthn/add/")
    visitor.click("button:text('Add')")
    visitor.wait_for_url("**/recovery-codes/")
    sign_out(visitor, site)

    sign_in_with_code(visitor, site, folder, contact, then="**/2fa/authenticate/")
    visitor.click("button:text('Use a passkey')")
    visitor.wait_for_url(f"{site}/en/mine/")
    visitor.goto(f"{site}/accounts/2fa/webauthn/reauthenticate/?next=/accounts/2fa/webauthn/")
    visitor.click("button:text('Use a passkey')")
    visitor.wait_for_url("**/2fa/webauthn/")
    visitor.click("text=Rename")
    visitor.fill("[name=name]", "blue phone")
    visitor.click("button:text('Save')")
    expect(visitor.locator(".entries")).to_contain_text("blue phone")
    visitor.click("text=Remove")
    visitor.click("button:text('Remove')")

    expect(visitor.get_by_text("There is none yet.")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_to_complain_about(visitor, site, folder, scheme):
    visitor.emulate_media(color_scheme=scheme)
    before = ["/accounts/login/", "/accounts/login/code/", "/accounts/password/reset/"]
    after = ["/en/mine/", "/en/mine/1/", "/en/mine/mailbox/1/", "/accounts/2fa/", "/accounts/2fa/totp/activate/",
             "/accounts/2fa/webauthn/add/", "/accounts/sessions/", "/accounts/password/set/"]  # fmt: skip

    found = examined(visitor, site, before)
    sign_in_with_code(visitor, site, folder, "office@customer.example")

    assert found + examined(visitor, site, after) == []


def examined(visitor, site, paths):
    found = []
    for path in paths:
        assert visitor.goto(f"{site}{path}").status == 200, path
        found += [(path, complaint) for complaint in complaints(visitor)]
    return found


def test_a_device_without_a_passkey_is_told_what_to_do(visitor, site, reader):
    session, authenticator = reader
    session.send("WebAuthn.setUserVerified", {"authenticatorId": authenticator, "isUserVerified": False})
    visitor.goto(f"{site}/accounts/login/")

    visitor.click("[data-passkey] button")

    expect(visitor.locator("[data-problem]")).to_be_visible()


def test_staff_set_up_an_app_and_sign_in_with_its_code(visitor, site):
    sign_in_with_password(visitor, site)
    visitor.wait_for_url("**/accounts/2fa/")
    expect(visitor.get_by_text("asks for a second factor")).to_be_visible()
    visitor.click("text=Set up an app")
    secret = visitor.locator(".pass .value").inner_text().replace(" ", "")
    enter(visitor, secret)
    visitor.wait_for_url("**/recovery-codes/")
    visitor.goto(f"{site}/admin/")
    expect(visitor.locator("#site-name")).to_be_visible()

    with visitor.expect_navigation():
        visitor.click("#logout-form button")
    sign_in_with_password(visitor, site)
    visitor.wait_for_url("**/2fa/authenticate/")
    enter(visitor, secret)

    visitor.wait_for_url(f"{site}/admin/")
    expect(visitor.locator("#site-name")).to_be_visible()


def enter(visitor, secret):
    visitor.fill("[name=code]", format_hotp_value(hotp_value(secret, int(time.time()) // 30)))
    visitor.keyboard.press("Enter")
