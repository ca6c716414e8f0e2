"""A ticket answered by whoever looks after the brand, and every page of the desk before axe."""

# Fixtures are imported, and parameters have their names.
# ruff: noqa: F811

from playwright.sync_api import expect

from .people import address_of, domain_of, each_role, find
from .test_staff import complaints, examined  # noqa: F401 (a fixture is used by its name)


@each_role
def test_a_ticket_is_answered_with_a_link_that_shows_the_customer_their_settings(desk_of, visitor, site, role):
    desk, address = desk_of(role), address_of(role, "letter")
    find(desk, site, f"Доброго дня!\nНе працює пошта {address}, пише «помилка входу».\nДякую, Олена")
    expect(desk.get_by_role("heading", name=address)).to_be_visible()
    desk.get_by_role("button", name="Make a link to copy").click()

    visitor.goto(desk.input_value("#made-url"))

    expect(visitor.get_by_role("heading", name=address)).to_be_visible()
    expect(visitor.get_by_text(f"imap.{domain_of(role)}").first).to_be_visible()


@each_role
def test_a_letter_with_a_link_goes_to_the_recorded_contact(desk_of, site, role):
    desk = desk_of(role)
    find(desk, site, address_of(role, "letter"))
    desk.get_by_role("link", name="Send a link").click()
    desk.get_by_role("button", name="Send by e-mail").click()

    expect(desk.locator(".messagelist .success")).to_contain_text(
        f"The letter was sent to office@{role}-customer.example."
    )


def test_axe_finds_nothing_to_complain_about_on_any_page_of_the_desk(examined, site):
    found = {}
    for path in (
        "", "mailsettings/domain/", "mailsettings/domain/add/", "mailsettings/domain/1/change/",
        "mailsettings/domain/1/history/", "mailsettings/domain/1/delete/", "mailsettings/domain/1/links/",
        "mailsettings/domain/1/proof/", "mailsettings/domain/1/replay/", "mailsettings/domain/1/mx/",
        "mailsettings/mailbox/", "mailsettings/mailbox/add/", "mailsettings/mailbox/1/change/",
        "mailsettings/mailbox/1/links/", "mailsettings/mailserver/", "mailsettings/mailserver/1/change/",
        "mailsettings/guideanswer/", "accounts/brand/", "accounts/brand/1/change/", "accounts/customer/",
        "accounts/customer/1/change/", "accounts/customer/1/personal-data/", "accounts/user/", "accounts/user/add/",
        "accounts/changeset/", "accounts/changeset/1/change/", "import/",
    ):  # fmt: skip
        # What does not exist leads to the first page, whose answer is good as well.
        assert (examined.goto(f"{site}/admin/{path}").status, examined.url) == (200, f"{site}/admin/{path}")
        found[path] = complaints(examined, within="#content")

    assert {path: what for path, what in found.items() if what} == {}
