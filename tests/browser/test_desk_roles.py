"""A ticket answered by whoever looks after the brand."""

from playwright.sync_api import expect

from .people import SUPPORT, add_person, address_of, domain_of, each_role, find, sign_in


@each_role
def test_a_ticket_is_answered_with_a_link_that_shows_the_customer_their_settings(desk_of, visitor, site, role):
    desk, address = desk_of(role), address_of(role, "letter")
    find(desk, site, f"Доброго дня!\nНе працює пошта {address}, пише «помилка входу».\nДякую, Олена")
    expect(desk.get_by_role("heading", name=address)).to_be_visible()
    desk.get_by_role("button", name="Make a link to copy").click()

    visitor.goto(desk.input_value("#made-url"))

    expect(visitor.get_by_role("heading", name=address)).to_be_visible()
    expect(visitor.get_by_text(f"imap.{domain_of(role)}").first).to_be_visible()


def test_a_ticket_is_answered_in_ukrainian_by_who_works_in_it(desk_of, browser, visitor, site):
    address = address_of(SUPPORT, "letter")
    add_person(desk_of("operator"), site, "olena-support", SUPPORT)
    context = browser.new_context(locale="uk")
    desk = context.new_page()
    sign_in(desk, site, "olena-support", "uk")
    find(desk, site, f"Не працює {address}")
    expect(desk.get_by_label("Відповідь українською")).to_be_visible()
    desk.get_by_role("button", name="Створити посилання для копіювання").click()
    link = desk.input_value("#made-url")
    context.close()

    visitor.goto(link)

    expect(visitor.get_by_role("heading", name=address)).to_be_visible()
    expect(visitor.get_by_role("button", name="Скопіювати сервер IMAP").first).to_be_visible()


@each_role
def test_a_letter_with_a_link_goes_to_the_recorded_contact(desk_of, site, role):
    desk = desk_of(role)
    find(desk, site, address_of(role, "letter"))
    desk.get_by_role("link", name="Send a link").click()
    desk.get_by_role("button", name="Send by e-mail").click()

    expect(desk.locator(".messagelist .success")).to_contain_text(
        f"The letter was sent to office@{role}-customer.example."
    )
