"""The card in a real browser: copying by keyboard and without a script, both themes, both languages, two widths."""

# Fixtures are imported, and parameters have their names.
# ruff: noqa: F811

import pytest
from playwright.sync_api import expect

from .conftest import PASSWORD
from .examining import complaints
from .test_reading import pages_of
from .test_staff import desk  # noqa: F401 (a fixture is used by its name)

CARDS = ["mailsettings/mailbox/1/card/", "mailsettings/domain/1/card/", "mailsettings/domain/7/card/"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["uk", "en"])
@pytest.mark.parametrize("path", CARDS)
def test_axe_finds_nothing_to_complain_about(desk, site, path, language, scheme):
    desk.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    desk.set_extra_http_headers({"accept-language": language})
    desk.goto(f"{site}/admin/{path}")

    assert complaints(desk) == []


@pytest.mark.parametrize("width", [1280, 768, 360])
@pytest.mark.parametrize("path", CARDS)
def test_nothing_stands_out_sideways(desk, site, path, width):
    desk.set_viewport_size({"width": width, "height": 900})
    desk.goto(f"{site}/admin/{path}")

    assert desk.evaluate("document.documentElement.scrollWidth") <= width


def test_every_line_of_buttons_begins_at_the_same_edge_on_a_phone(desk, site):
    desk.set_viewport_size({"width": 360, "height": 900})
    desk.goto(f"{site}/admin/{CARDS[1]}")
    boxes = [button.bounding_box() for button in desk.locator(".card-tools li").all()]
    lines = {}
    for box in boxes:
        # Buttons of one line differ by a pixel or two in height, and so in where they begin.
        lines.setdefault(round(box["y"] / 20), []).append(box["x"])

    assert len(lines) > 1
    assert {min(starts) for starts in lines.values()} == {desk.locator("h1").bounding_box()["x"]}


def test_a_ticket_is_pasted_and_the_reply_copied_by_keyboard_alone(desk, site):
    desk.locator("[name=q]").fill("Не працює olena@firma.com.ua")
    desk.keyboard.press("Enter")
    desk.wait_for_url(f"{site}/admin/mailsettings/mailbox/*/card/")

    desk.locator("[data-copies=reply-uk]").focus()
    desk.keyboard.press("Enter")

    expect(desk.locator("[data-copies=reply-uk] + [role=status]")).not_to_be_empty()
    copied = desk.evaluate("navigator.clipboard.readText()")
    assert copied.replace("\r\n", "\n") == desk.locator("#reply-uk").input_value()
    assert "imap.firma.com.ua" in copied


def test_a_link_is_one_press_away_from_the_card(desk, site):
    desk.goto(f"{site}/admin/mailsettings/mailbox/1/card/")
    desk.locator("button[value=copy]").press("Enter")

    expect(desk.locator("#made-url")).to_be_visible()
    assert "/s/" in desk.locator("#made-text").input_value()


def test_a_sheet_is_printed_without_the_address_in_any_path(desk, site):
    desk.goto(f"{site}/admin/mailsettings/mailbox/1/card/")
    desk.locator("form[action$='/sheets/'] button").click()
    desk.wait_for_url("**/sheets/")

    expect(desk.get_by_text("imap.firma.com.ua").first).to_be_visible()
    assert "olena" not in desk.url


def test_a_sheet_with_a_link_of_its_own_is_one_page(desk, site):
    desk.locator("[name=q]").fill("director@private.example")
    desk.keyboard.press("Enter")
    desk.wait_for_url(f"{site}/admin/mailsettings/mailbox/*/card/")
    desk.locator("button[value=paper]").click()
    expect(desk.locator(".sheet .sheet-link .value")).to_contain_text(f"{site}/en/s/")

    assert pages_of(desk.pdf(format="A4")) == 1


def test_without_a_script_the_words_can_be_selected_and_no_dead_button_is_shown(browser, site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/admin/")
    page.fill("[name=login]", "tester")
    page.fill("[name=password]", PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(f"{site}/admin/")
    page.goto(f"{site}/admin/mailsettings/mailbox/1/card/")

    expect(page.locator("#reply-uk")).to_be_visible()
    assert "imap.firma.com.ua" in page.locator("#reply-uk").input_value()
    expect(page.locator("[data-copies=reply-uk]")).to_be_hidden()
    context.close()
