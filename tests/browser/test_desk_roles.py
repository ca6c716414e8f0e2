"""The desk as the people of one brand have it: support answers a ticket, a reseller adds a domain."""

# Fixtures are imported, and parameters have their names.
# ruff: noqa: F811

import re

import pytest
from playwright.sync_api import expect

from .conftest import PASSWORD
from .test_staff import complaints, examined, signed_in  # noqa: F401 (a fixture is used by its name)

OLENA = "olena@firma.com.ua"
TICKET = f"Доброго дня!\nНе працює пошта {OLENA}, пише «помилка входу».\nДякую, Олена"
ADDED = "resold.com.ua"


@pytest.fixture
def operator(browser, site):
    """Whoever gives others their roles, with a browser of their own."""
    context = browser.new_context(locale="en")
    yield signed_in(context.new_page(), site)
    context.close()


def add_person(operator, site, name, role):
    """Add somebody with a role for the first brand, as an operator does."""
    operator.goto(f"{site}/admin/accounts/user/add/")
    operator.fill("[name=username]", name)
    operator.fill("[name=password1]", PASSWORD)
    operator.fill("[name=password2]", PASSWORD)
    operator.check("[name=is_staff]")
    operator.locator("#memberships-group .add-row a").click()
    operator.select_option("[name=memberships-0-role]", role)
    operator.select_option("[name=memberships-0-brand]", index=1)
    operator.locator("[name=_save]").first.click()
    operator.wait_for_url(re.compile(r"/accounts/user/(\d+/change/)?$"))


def choose(page, field, text=""):
    """Choose the first that a field with a search offers for ``text``."""
    page.locator(f"#id_{field} + .select2").click()
    page.locator(".select2-search__field").fill(text)
    page.locator(".select2-results__option--highlighted:not(.loading-results)").click()


def sign_in_as(visitor, site, name):
    visitor.goto(f"{site}/language/en/")
    visitor.goto(f"{site}/admin/")
    visitor.fill("[name=login]", name)
    visitor.fill("[name=password]", PASSWORD)
    visitor.keyboard.press("Enter")
    visitor.wait_for_url(f"{site}/admin/")


def test_support_answers_a_ticket_with_a_link_that_shows_the_customer_their_settings(visitor, site, operator, browser):
    add_person(operator, site, "helper", "support")
    sign_in_as(visitor, site, "helper")

    visitor.fill("[name=q]", TICKET)
    visitor.keyboard.press("Enter")
    expect(visitor.get_by_role("heading", name=OLENA)).to_be_visible()
    visitor.get_by_role("button", name="Make a link to copy").click()
    link = visitor.input_value("#made-url")

    customer = browser.new_context().new_page()
    customer.goto(link)
    expect(customer.get_by_role("heading", name=OLENA)).to_be_visible()
    customer.context.close()


def test_a_letter_with_a_link_goes_to_the_recorded_contact(visitor, site, operator):
    add_person(operator, site, "writer", "support")
    sign_in_as(visitor, site, "writer")

    visitor.fill("[name=q]", OLENA)
    visitor.keyboard.press("Enter")
    visitor.get_by_role("link", name="Send a link").click()
    visitor.get_by_role("button", name="Send by e-mail").click()

    expect(visitor.locator(".messagelist .success")).to_contain_text("The letter was sent to")


def test_what_a_reseller_adds_is_shown_to_nobody_until_an_operator_confirms_it(visitor, site, operator):
    add_person(operator, site, "dealer", "reseller")
    sign_in_as(visitor, site, "dealer")

    visitor.goto(f"{site}/admin/mailsettings/domain/add/")
    choose(visitor, "customer")
    choose(visitor, "server")
    visitor.fill("[name=names-0-name]", ADDED)
    visitor.locator("[name=_continue]").first.click()
    visitor.wait_for_url("**/change/")
    form = visitor.url

    assert visitor.locator("[name=names-0-is_confirmed]:enabled").count() == 0
    visitor.goto(form.replace("/change/", "/card/"))
    expect(visitor.get_by_role("button", name="Check MX and confirm")).to_be_visible()
    assert visitor.goto(f"{site}/en/d/{ADDED}/").status == 404

    operator.goto(form)
    operator.check("[name=names-0-is_confirmed]")
    operator.locator("[name=_save]").first.click()
    operator.wait_for_url("**/mailsettings/domain/")

    assert visitor.goto(f"{site}/en/d/{ADDED}/").status == 200


def test_axe_finds_nothing_to_complain_about_on_any_page_of_the_desk(examined, site):
    found = {}
    for path in (
        "", "mailsettings/domain/", "mailsettings/domain/add/", "mailsettings/domain/1/change/",
        "mailsettings/domain/1/history/", "mailsettings/domain/1/delete/", "mailsettings/domain/1/links/",
        "mailsettings/domain/1/proof/", "mailsettings/domain/1/replay/", "mailsettings/domain/1/mx/",
        "mailsettings/mailbox/", "mailsettings/mailbox/add/", "mailsettings/mailbox/1/change/",
        "mailsettings/mailbox/1/links/", "mailsettings/mailserver/", "mailsettings/mailserver/1/change/",
        "mailsettings/guideanswer/", "accounts/brand/", "accounts/brand/1/change/", "accounts/customer/",
        "accounts/customer/1/change/", "accounts/customer/1/data/", "accounts/user/", "accounts/user/add/",
        "accounts/changeset/", "accounts/changeset/1/change/", "import/",
    ):  # fmt: skip
        assert examined.goto(f"{site}/admin/{path}").status == 200, path
        found[path] = complaints(examined, within="#content")

    assert {path: what for path, what in found.items() if what} == {}
