"""A customer in a real browser: from the field to copied values and a downloaded profile."""

import os
import plistlib
import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from playwright.sync_api import expect

from mailsettings.articles import articles
from mailsettings.guides import guides

from .conftest import LONG_DOMAIN
from .examining import complaints

OLENA = "olena@firma.com.ua"


def type_address(page, site, language="uk", text=OLENA):
    page.goto(f"{site}/{language}/")
    page.get_by_role("textbox").first.fill(text)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}/{language}/d/**")


@pytest.mark.parametrize(("language", "words"), [("uk", "Скопіювати сервер IMAP"), ("en", "Copy the IMAP server")])
def test_a_customer_types_an_address_and_copies_the_server(visitor, site, language, words):
    type_address(visitor, site, language)

    visitor.get_by_role("button", name=words).first.click()

    expect(visitor.get_by_role("status")).to_have_text(re.compile(r"\S"))
    assert visitor.evaluate("navigator.clipboard.readText()") == "imap.firma.com.ua"


def test_a_port_is_copied_without_its_security(visitor, site):
    type_address(visitor, site)

    visitor.get_by_role("button", name="Скопіювати порт IMAP").first.click()

    expect(visitor.get_by_role("status")).to_have_text(re.compile(r"\S"))
    assert visitor.evaluate("navigator.clipboard.readText()") == "993"


def test_everything_is_copied_as_text_with_or_without_an_address(visitor, site):
    visitor.goto(f"{site}/en/d/firma.com.ua/")
    visitor.get_by_role("button", name="Copy all as text").click()
    expect(visitor.get_by_role("status")).to_have_text(re.compile(r"\S"))
    without = visitor.evaluate("navigator.clipboard.readText()").splitlines()

    type_address(visitor, site, "en")
    visitor.get_by_role("button", name="Copy all as text").click()
    expect(visitor.get_by_role("status")).to_have_text(re.compile(r"\S"))
    with_address = visitor.evaluate("navigator.clipboard.readText()").splitlines()

    assert without[:2] == ["firma.com.ua", ""]
    assert "User name (login): Enter your address to see it" in without
    assert with_address[0] == OLENA
    assert {"Server: imap.firma.com.ua", "Port and security: 993, SSL/TLS", f"User name (login): {OLENA}"} <= set(
        with_address
    )


def test_a_long_dns_record_is_copied_whole(visitor, site):
    visitor.goto(f"{site}/en/d/firma.com.ua/dns/")

    visitor.get_by_role("button", name="Copy the value of the TXT record mail._domainkey").click()

    expect(visitor.get_by_role("status")).to_have_text(re.compile(r"\S"))
    assert re.fullmatch(r"v=DKIM1; k=rsa; p=[A-Za-z0-9+/]{390,}=*", visitor.evaluate("navigator.clipboard.readText()"))


def test_an_address_in_the_fragment_is_taken_out_of_the_address_bar(visitor, site):
    visitor.goto(f"{site}/uk/d/firma.com.ua/#{OLENA}")

    expect(visitor.get_by_text(OLENA).first).to_be_visible()
    assert "olena" not in unquote(visitor.url)


def test_a_customer_downloads_a_profile_with_the_own_address(visitor, site):
    type_address(visitor, site)

    with visitor.expect_download() as started:
        visitor.locator("a[href*='apple.mobileconfig']").first.click()

    (payload,) = plistlib.loads(Path(started.value.path()).read_bytes())["PayloadContent"]
    assert payload["EmailAddress"] == OLENA
    assert "olena" not in unquote(started.value.url)


def test_no_cookie_is_set_before_the_form_is_sent(visitor, site, context):
    visitor.goto(f"{site}/uk/")
    visitor.goto(f"{site}/uk/d/firma.com.ua/")
    assert context.cookies() == []

    type_address(visitor, site)

    (cookie,) = context.cookies()
    assert (cookie["name"], cookie["httpOnly"], cookie["sameSite"]) == ("address", True, "Lax")


def test_the_keyboard_alone_reaches_the_settings(visitor, site):
    visitor.goto(f"{site}/uk/")
    for _ in range(20):
        visitor.keyboard.press("Tab")
        if visitor.evaluate("document.activeElement.name") == "address":
            break
    visitor.keyboard.type(OLENA)
    visitor.keyboard.press("Enter")

    expect(visitor).to_have_url(f"{site}/uk/d/firma.com.ua/")


def test_everything_is_there_without_javascript(browser, site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()

    type_address(page, site)

    expect(page.get_by_text("imap.firma.com.ua").first).to_be_visible()
    context.close()


@pytest.mark.parametrize(
    "path",
    [
        "",
        "d/firma.com.ua/",
        "d/xn--80aikifvh.xn--j1amh/",
        "d/firma.com.ua/thunderbird/",
        "d/firma.com.ua/thunderbird/?answered=no",
        "d/firma.com.ua/website/",
        "d/firma.com.ua/sheets/",
        "guides/",
        "imap-or-pop3/?domain=firma.com.ua&reader=several",
        "help/",
        "help/login-refused/",
        "search/",
    ],
)
def test_a_narrow_phone_needs_no_sideways_scrolling(visitor, site, path):
    visitor.set_viewport_size({"width": 320, "height": 640})
    visitor.goto(f"{site}/uk/{path}")

    assert visitor.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("path", ["", "thunderbird/", "sheets/", "guides/", "dns/"])
@pytest.mark.parametrize("domain", ["firma.com.ua", LONG_DOMAIN])
def test_a_long_address_fits_a_narrow_phone(visitor, site, domain, path):
    visitor.set_viewport_size({"width": 320, "height": 640})
    type_address(visitor, site, text=f"{'x' * 64}@{domain}")
    visitor.goto(visitor.url + path)

    assert visitor.evaluate("document.documentElement.scrollWidth") <= 320


# A page of each template, and of each state of it.
PAGES = [
    "", "d/firma.com.ua/", "d/private.example/", "d/paused.example/", "d/moved.example/", "d/unknown.com.ua/",
    "d/firma.com.ua/iphone/", "d/firma.com.ua/website/", "d/firma.com.ua/thunderbird/?answered=no", "guides/",
    "d/firma.com.ua/guides/", "d/firma.com.ua/sheets/", "d/firma.com.ua/dns/", "d/shop.example/outlook-new/",
    "imap-or-pop3/", "imap-or-pop3/?domain=firma.com.ua&reader=several", "mail-basics/", "help/", "help/login-refused/",
    "search/", "nothing/",
]  # fmt: skip
if os.environ.get("HYPOTHESIS_PROFILE") == "soak":
    PAGES += [f"d/firma.com.ua/{guide}/" for guide in guides()] + [f"guides/{guide}/" for guide in guides()]
    PAGES += [f"help/{error.id}/" for error in articles()["help"].uk.errors]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["uk", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_to_complain_about(visitor, site, path, language, scheme):
    visitor.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    visitor.goto(f"{site}/{language}/{path}")

    assert complaints(visitor) == []
