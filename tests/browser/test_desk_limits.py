"""What a role may not do is not offered to it: in the menu, on the first page, on forms and above lists."""

import re

import pytest
from playwright.sync_api import expect

from .people import (
    BRAND,
    FOREIGN,
    FOREIGN_ADDRESS,
    OPERATOR,
    RESELLER,
    RIVAL,
    SUPPORT,
    add_person,
    address_of,
    customer_of,
    domain_of,
    each_brand_role,
    each_role,
    find,
    open_form,
    save,
    sign_in,
)  # fmt: skip

# What stands on the first page, and what of it has a link to add one.
EVERYTHING = ["Domains", "Mailboxes", "Mail servers", "Answers to “Did it work?”", "Customers", "Brands", "Users"]
MENU = {
    OPERATOR: [*EVERYTHING, "Change log"],
    SUPPORT: ["Domains", "Mailboxes", "Mail servers", "Answers to “Did it work?”", "Customers", "Change log"],
    RESELLER: ["Domains", "Mailboxes", "Mail servers", "Customers", "Brands", "Change log"],
}
MAY_ADD = {
    OPERATOR: [kind for kind in EVERYTHING if not kind.startswith("Answers")],
    SUPPORT: ["Domains", "Mailboxes", "Customers"],
    RESELLER: ["Domains", "Mailboxes", "Customers"],
}


@each_role
def test_the_first_page_lists_what_a_role_may_see_and_add(desk_of, site, role):
    desk = desk_of(role)
    desk.goto(f"{site}/admin/")

    rows = desk.locator("#content-main tbody tr")
    assert [name.strip() for name in rows.locator("th").all_inner_texts()] == MENU[role]
    assert [
        name.strip() for name in rows.filter(has=desk.locator(".addlink")).locator("th").all_inner_texts()
    ] == MAY_ADD[role]


@each_brand_role
def test_the_first_page_shows_own_changes_only(desk_of, site, role):
    operator, desk, name = desk_of(OPERATOR), desk_of(role), f"Лише оператор: {role}"
    operator.goto(f"{site}/admin/accounts/customer/add/")
    operator.fill("[name=ref]", f"seen-by-operator-{role}")
    operator.fill("[name=name]", name)
    save(operator)
    operator.goto(f"{site}/admin/")
    expect(operator.locator(".recent-changes")).to_contain_text(name)

    desk.goto(f"{site}/admin/")

    expect(desk.locator("#recent-actions-module")).to_be_visible()
    expect(desk.locator("#recent-actions-module")).not_to_contain_text(name)


@each_brand_role
def test_what_belongs_to_another_brand_is_not_found(desk_of, site, role):
    desk = desk_of(role)
    desk.goto(f"{site}/admin/")
    for text in (FOREIGN, FOREIGN_ADDRESS, "Чужий клієнт"):
        desk.fill(".desk-search [name=q]", text)
        desk.keyboard.press("Enter")

        expect(desk.locator("h1")).to_contain_text(text)
        expect(desk.get_by_text("Nothing was found.")).to_be_visible()
        expect(desk.locator("#content-main .found-group a")).to_have_count(0)


def test_a_reseller_of_another_brand_works_with_its_domains_and_finds_no_others(desk_of, visitor, site):
    add_person(desk_of(OPERATOR), site, "rival-person", RESELLER, RIVAL)
    sign_in(visitor, site, "rival-person")
    visitor.goto(f"{site}/admin/mailsettings/domain/")
    expect(visitor.locator("#result_list tbody tr")).to_have_count(1)

    find(visitor, site, FOREIGN_ADDRESS)
    visitor.get_by_role("button", name="Make a link to copy").click()
    expect(visitor.locator("#made-url")).to_have_value(re.compile(f"^{site}/uk/s/"))
    open_form(visitor, site, FOREIGN_ADDRESS)
    visitor.fill("[name=name]", "Новий директор")
    save(visitor)
    find(visitor, site, FOREIGN_ADDRESS)
    expect(visitor.locator(".facts")).to_contain_text("Новий директор")

    for text in (domain_of(SUPPORT), address_of(RESELLER, "one"), customer_of(SUPPORT)):
        visitor.fill(".desk-search [name=q]", text)
        with visitor.expect_navigation():
            visitor.keyboard.press("Enter")
        expect(visitor.get_by_text("Nothing was found.")).to_be_visible()


@each_brand_role
def test_a_mail_server_is_shown_without_a_way_to_change_it(desk_of, site, role):
    desk = desk_of(role)
    find(desk, site, domain_of(role))
    desk.locator(".facts").get_by_role("link", name="Сервери з іменами доменів").click()

    expect(desk.get_by_text("imap.{domain}").first).to_be_visible()
    expect(desk.locator("#content-main :is(input, button, .deletelink, .addlink):visible")).to_have_count(0)


@each_brand_role
def test_a_customer_is_entered_for_the_own_brand_and_its_data_are_not_erased(desk_of, site, role):
    desk = desk_of(role)
    desk.goto(f"{site}/admin/accounts/customer/add/")
    assert RIVAL not in desk.locator("[name=brand] option").all_inner_texts()
    assert BRAND in desk.locator("[name=brand] option").all_inner_texts()

    find(desk, site, domain_of(role))
    desk.locator(".facts").get_by_role("link", name=customer_of(role)).click()

    expect(desk.locator("[name=name]")).to_be_visible()
    expect(desk.get_by_role("link", name="Personal data")).to_have_count(0)


@pytest.mark.parametrize(("role", "boxes"), [(SUPPORT, 1), (RESELLER, 0)])
def test_the_box_that_confirms_a_name_is_for_the_hosters_staff(desk_of, site, role, boxes):
    desk = desk_of(role)
    desk.goto(f"{site}/admin/mailsettings/domain/add/")
    expect(desk.locator("[name=names-0-is_confirmed]")).to_have_count(boxes)

    open_form(desk, site, domain_of(role))

    expect(desk.locator("[name=names-0-is_confirmed]")).to_have_count(boxes)


def test_a_reseller_sees_the_own_brand_without_a_way_to_change_it(desk_of, site):
    desk = desk_of(RESELLER)
    desk.goto(f"{site}/admin/accounts/brand/")
    expect(desk.locator("#result_list tbody tr")).to_have_count(1)
    desk.get_by_role("link", name=BRAND).click()

    expect(desk.locator("#content-main")).to_contain_text("support@hoster.example")
    expect(desk.locator("[name=_save], [name=_preview], .deletelink")).to_have_count(0)
