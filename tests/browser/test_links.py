"""A personal link in real browsers: made at the desk, touched by a customer, counted, revoked."""

# Fixtures are imported, and parameters have their names.
# ruff: noqa: F811

from urllib.parse import urlsplit

from playwright.sync_api import expect

from .test_staff import desk  # noqa: F401 (a fixture is used by its name)


def test_a_link_is_counted_when_a_person_touches_its_page_and_not_before(desk, site, browser):
    links = f"{site}/admin/mailsettings/mailbox/1/links/"
    desk.goto(links)
    desk.locator("button[value=copy]").click()
    url = desk.locator("#made-url").input_value()
    desk.locator("[data-copy=made-url]").click()

    customer = browser.new_page()
    customer.goto(url)
    desk.goto(links)
    opened = desk.locator(".links-list tbody tr").first.locator("td").nth(2)
    expect(opened).to_have_text("0")

    with customer.expect_response(lambda response: urlsplit(response.url).path.endswith("/seen/")):
        customer.locator("h1").click()
    desk.goto(links)
    expect(opened).to_contain_text("1")

    desk.locator("button[value=revoke]").first.click()
    desk.wait_for_load_state()
    assert customer.goto(url).status == 410
    customer.close()


def test_a_code_from_the_desk_opens_the_page_for_the_customer(desk, site, browser):
    desk.goto(f"{site}/admin/mailsettings/mailbox/1/links/")
    desk.locator("button[value=code]").click()
    code = desk.locator(".shown-once .code").inner_text()

    customer = browser.new_page()
    customer.goto(f"{site}/uk/")
    customer.fill("[name=address]", code)
    customer.keyboard.press("Enter")
    customer.wait_for_url(f"{site}/uk/s/**")

    expect(customer.locator("h1")).to_contain_text("@")
    assert "@" not in customer.title()
    customer.close()
