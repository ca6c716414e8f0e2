"""Two people at one record: whoever saves second is told what the first one saved, whatever their roles are."""

import pytest
from playwright.sync_api import expect

from .people import OPERATOR, RESELLER, SUPPORT, address_of, domain_of, name_of, open_form, save


def opened_by_both(desk_of, site, first, second, text):
    """The pages of two people at one form, neither of which was saved since both were opened."""
    earlier, later = desk_of(first), desk_of(second)
    later.goto(open_form(earlier, site, text))
    return earlier, later


@pytest.mark.parametrize(("first", "second"), [(OPERATOR, SUPPORT), (SUPPORT, RESELLER), (RESELLER, OPERATOR)])
def test_who_saves_a_mailbox_second_sees_both_values_and_saves_the_own_one_on_top(desk_of, site, first, second):
    earlier, later = opened_by_both(desk_of, site, first, second, address_of(first, "both"))
    earlier.fill("[name=name]", "Перша назва")
    save(earlier)
    later.fill("[name=name]", "Друга назва")
    later.locator("[name=_save]").first.click()

    told = later.locator(".meanwhile")
    expect(told).to_contain_text("Somebody saved this after you had opened it")
    expect(told).to_contain_text(name_of(first))
    expect(told.locator("tbody tr").filter(has_text="Перша назва")).to_contain_text("Друга назва")
    expect(later.locator("[name=name]")).to_have_value("Друга назва")
    save(later)

    open_form(earlier, site, address_of(first, "both"))
    expect(earlier.locator("[name=name]")).to_have_value("Друга назва")


@pytest.mark.parametrize(("first", "second"), [(RESELLER, SUPPORT)])
def test_who_saves_a_mailbox_second_may_take_the_values_of_the_first(desk_of, site, first, second):
    earlier, later = opened_by_both(desk_of, site, first, second, address_of(second, "both"))
    earlier.fill("[name=recovery]", "first@elsewhere.example")
    save(earlier)
    later.fill("[name=recovery]", "second@elsewhere.example")
    later.locator("[name=_save]").first.click()
    later.get_by_role("button", name="Take their values").click()

    expect(later.get_by_role("heading", name="Their values are in the form.")).to_be_visible()
    expect(later.locator("[name=recovery]")).to_have_value("first@elsewhere.example")


@pytest.mark.parametrize(("first", "second"), [(SUPPORT, RESELLER)])
def test_two_people_add_an_alias_each_and_the_domain_has_both(desk_of, site, first, second):
    desks = opened_by_both(desk_of, site, first, second, domain_of(first))
    for number, desk in enumerate(desks):
        desk.locator("#names-group .add-row a").click()
        desk.fill("[name=names-1-name]", f"{first}-alias-{number}.example")
    earlier, later = desks
    save(earlier)
    later.locator("[name=_save]").first.click()

    expect(later.locator(".meanwhile")).to_contain_text(f"{first}-alias-0.example: added: it is in the form now")
    save(later)
    open_form(later, site, domain_of(first))
    for number in (0, 1):
        expect(later.locator(f"#names-group [value='{first}-alias-{number}.example']")).to_have_count(1)
