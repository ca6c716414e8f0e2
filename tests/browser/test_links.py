"""A personal link in real browsers: made at the desk, touched by a customer, counted, revoked."""

from urllib.parse import urlsplit

from playwright.sync_api import expect

from .people import OPERATOR, address_of, domain_of, each_role, find, name_of


def made_link(desk, site, address):
    """A new link to a mailbox, made on its card."""
    find(desk, site, address)
    desk.get_by_role("button", name="Make a link to copy").click()
    return desk.input_value("#made-url")


def type_on_start_page(customer, site, text):
    customer.goto(f"{site}/en/")
    customer.fill("[name=address]", text)
    customer.keyboard.press("Enter")


def test_a_link_is_counted_when_a_person_touches_its_page_and_not_before(desk_of, visitor, site):
    desk = desk_of(OPERATOR)
    url = made_link(desk, site, address_of(OPERATOR, "paper"))
    links = desk.url
    visitor.goto(url)
    desk.goto(links)
    opened = desk.locator(".links-list tbody tr").first.locator("td").nth(2)
    expect(opened).to_have_text("0")

    with visitor.expect_response(lambda response: urlsplit(response.url).path.endswith("/seen/")):
        visitor.locator("h1").click()
    desk.goto(links)

    expect(opened).to_contain_text("1")


@each_role
def test_a_code_from_the_card_opens_the_same_page_as_a_link(desk_of, visitor, site, role):
    desk, address = desk_of(role), address_of(role, "call")
    url = made_link(desk, site, address)
    find(desk, site, address)
    desk.get_by_role("button", name="Code for a call").click()
    code = desk.locator(".shown-once .code").inner_text()

    type_on_start_page(visitor, site, code)
    visitor.wait_for_url(f"{site}/en/s/**")
    shown = visitor.locator(".servers").inner_text()

    assert address in shown
    assert "@" not in visitor.title()
    visitor.goto(url.replace("/uk/", "/en/"))
    assert visitor.locator(".servers").inner_text() == shown


def test_a_wrong_code_says_so_and_stays_in_the_field(visitor, site):
    type_on_start_page(visitor, site, "0000 0000")

    expect(visitor.locator("#address-problem")).to_contain_text("This code is wrong or older than ten minutes.")
    expect(visitor.locator("[name=address]")).to_have_value("0000 0000")


@each_role
def test_a_revoked_link_says_that_it_no_longer_works_and_leads_to_the_public_page(desk_of, visitor, site, role):
    desk = desk_of(role)
    url = made_link(desk, site, address_of(role, "link"))
    visitor.goto(url.replace("/uk/", "/en/"))
    expect(visitor.get_by_role("heading", name=address_of(role, "link"))).to_be_visible()

    desk.locator(".links-list [name=reason]").first.fill("sent to the wrong person")
    desk.get_by_role("button", name="Revoke").first.click()
    expect(desk.locator(".messagelist .success")).to_contain_text("The link no longer works.")
    expect(desk.locator(".links-list")).to_contain_text(f"{name_of(role)}: sent to the wrong person")
    visitor.reload()

    expect(visitor.get_by_role("heading", name="This link no longer works")).to_be_visible()
    visitor.get_by_role("link", name="To the settings of the domain").click()
    visitor.wait_for_url(f"{site}/en/d/{domain_of(role)}/")
