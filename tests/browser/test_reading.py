"""A reader in a real browser: advice, search, a report for support, sheets on paper, phones and small print."""

import re

import pytest
from playwright.sync_api import expect

from .test_customer import OLENA, type_address

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
MM = 96 / 25.4
PT = 96 / 72


def pages_of(pdf: bytes) -> int:
    """How many pages a PDF has that Chromium printed (ISO 32000, 7.7.3.3)."""
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


def test_the_advisor_leads_to_an_advice_by_the_keyboard_alone(visitor, site):
    visitor.goto(f"{site}/uk/imap-or-pop3/?domain=firma.com.ua")
    for answer in ("Лише я", "Лише на одному", "Місця замало", "Так, регулярно"):
        visitor.get_by_role("link", name=answer).focus()
        visitor.keyboard.press("Enter")
        expect(visitor.get_by_role("link", name=answer)).to_have_count(0)

    expect(visitor.get_by_role("heading", name="Вам підійде POP3")).to_be_visible()
    expect(visitor.locator("#advisor").get_by_text("pop.firma.com.ua")).to_be_visible()


def test_an_error_is_found_by_its_code(visitor, site):
    visitor.goto(f"{site}/uk/search/")
    visitor.get_by_role("searchbox").fill("0х800ссс0е")
    with visitor.expect_navigation():
        visitor.keyboard.press("Enter")

    visitor.get_by_role("main").get_by_role("link").first.click()

    expect(visitor.get_by_text("0x800CCC0E").first).to_be_visible()


def test_a_report_holds_what_was_typed_and_the_time(visitor, site):
    visitor.goto(f"{site}/uk/help/")
    visitor.get_by_label("Програма та її версія").fill("Outlook 2021")
    visitor.get_by_label("Повний текст помилки").fill("0x800CCC0E")
    visitor.get_by_role("button", name="Скопіювати звіт").click()
    expect(visitor.get_by_role("status")).to_have_text(re.compile(r"\S"))

    copied = visitor.evaluate("navigator.clipboard.readText()")
    assert "Outlook 2021" in copied
    assert "0x800CCC0E" in copied
    assert re.search(r"\d{4}-\d\d-\d\d \d\d:\d\d", copied)


def test_a_setup_page_prints_on_a_sheet_or_two_with_big_values_and_a_code(visitor, site):
    type_address(visitor, site)
    assert 1 <= pages_of(visitor.pdf(format="A4")) <= 2

    visitor.emulate_media(media="print")

    sizes = visitor.eval_on_selector_all(
        ".server .value", "found => found.map(each => parseFloat(getComputedStyle(each).fontSize))"
    )
    assert sizes
    assert min(sizes) >= 14 * PT - 0.1
    shown = [code for code in visitor.locator(".qr").all() if code.is_visible()]
    codes = [box for code in shown if (box := code.bounding_box())]
    assert len(codes) == 1
    assert shown[0].evaluate("image => image.complete && image.naturalWidth > 0")
    assert codes[0]["width"] >= 30 * MM


def test_android_is_shown_a_code_to_scan_once_its_way_is_opened(visitor, site):
    type_address(visitor, site)
    visitor.goto(f"{site}/uk/d/firma.com.ua/thunderbird-android/")
    code = visitor.locator("#add-qr .qr")
    expect(code).to_be_hidden()

    visitor.locator("#add-qr summary").click()

    expect(code).to_be_visible()
    code.scroll_into_view_if_needed()
    visitor.wait_for_function("document.querySelector('#add-qr .qr').naturalWidth > 0")
    assert code.bounding_box()["width"] >= 200


def test_each_sheet_of_several_mailboxes_is_one_page(visitor, site):
    visitor.goto(f"{site}/uk/d/firma.com.ua/sheets/")
    visitor.get_by_role("textbox").fill("olena petro support")
    visitor.get_by_role("button", name="Підготувати аркуші").click()
    expect(visitor.locator(".sheet")).to_have_count(3)

    assert pages_of(visitor.pdf(format="A4")) == 3


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_the_answers_to_did_it_work_are_big_and_stand_side_by_side_as_far_as_they_fit(visitor, site, width):
    visitor.set_viewport_size({"width": width, "height": 640})
    visitor.goto(f"{site}/uk/d/firma.com.ua/iphone/")
    yes, no, different = [button.bounding_box() for button in visitor.locator("#answered button").all()]

    assert min(box["height"] for box in (yes, no, different)) >= 48
    assert yes["y"] == no["y"]
    assert abs(yes["width"] - no["width"]) < 1
    if width == 1280:
        assert no["y"] == different["y"]
        assert abs(no["width"] - different["width"]) < 1


def test_did_it_work_is_answered_with_the_step_and_without_javascript_or_cookies(browser, site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/uk/d/firma.com.ua/thunderbird/?entry=change")
    page.get_by_role("button", name="Ні", exact=True).click()
    page.get_by_label("На якому кроці не вийшло?").select_option(index=2)
    page.get_by_role("button", name="Надіслати").click()

    expect(page.get_by_role("heading", name="Дякуємо")).to_be_in_viewport()
    expect(page.locator(".tabs [aria-current]")).to_have_attribute("href", "?entry=change")
    assert context.cookies() == []
    context.close()


def test_a_phone_is_not_shown_a_code_of_itself(browser, site):
    context = browser.new_context(user_agent=f"{IPHONE} Version/18.1 Mobile/15E148 Safari/604.1")
    page = context.new_page()
    page.goto(f"{site}/uk/d/firma.com.ua/")

    assert not [code for code in page.locator(".qr").all() if code.is_visible()]
    context.close()


def test_a_chat_programs_browser_is_asked_to_open_safari(browser, site):
    context = browser.new_context(user_agent=f"{IPHONE} Mobile/15E148 Instagram 350.0")
    page = context.new_page()
    page.goto(f"{site}/uk/d/firma.com.ua/iphone/")

    expect(page.get_by_text("Safari").first).to_be_visible()
    expect(page.get_by_role("button", name="Скопіювати адресу цієї сторінки").first).to_be_visible()
    context.close()


def test_nothing_moves_for_a_reader_who_asked_for_no_motion(visitor, site):
    visitor.emulate_media(reduced_motion="reduce")
    type_address(visitor, site)
    moving = visitor.eval_on_selector_all(
        "*",
        """found => found.filter(each => ["transitionDuration", "animationDuration"].some(
            name => parseFloat(getComputedStyle(each)[name]) > 0.01)).length""",
    )

    assert moving == 0


@pytest.mark.parametrize("path", ["", "search/", "help/", "d/firma.com.ua/", "d/firma.com.ua/sheets/", "guides/"])
def test_fields_are_big_enough_that_phones_do_not_zoom(visitor, site, path):
    visitor.set_viewport_size({"width": 360, "height": 640})
    visitor.goto(f"{site}/uk/{path}")
    sizes = visitor.eval_on_selector_all(
        "input:not([type=hidden]):not(.tick), textarea, select",
        "found => found.map(each => parseFloat(getComputedStyle(each).fontSize))",
    )

    assert sizes
    assert min(sizes) >= 16


def test_a_page_asks_for_at_most_six_files(visitor, site):
    asked = []
    visitor.on("request", lambda request: asked.append(request.url))
    visitor.goto(f"{site}/uk/d/firma.com.ua/", wait_until="networkidle")

    assert len(asked) <= 6


def test_the_address_travels_to_the_phone_in_the_code(visitor, site):
    visitor.goto(f"{site}/uk/d/firma.com.ua/#{OLENA}")

    expect(visitor.get_by_role("heading", name=OLENA)).to_be_visible()
