"""What only an operator does: people and their roles, customers of any brand, names that wait, personal data."""

import json

from playwright.sync_api import expect

from .people import OPERATOR, RIVAL, SUPPORT, add_person, choose, domain_of, find, open_form, save, sign_in


def add_customer(desk, site, ref, name):
    """Add a customer; the address of its form."""
    desk.goto(f"{site}/admin/accounts/customer/add/")
    desk.fill("[name=ref]", ref)
    desk.fill("[name=name]", name)
    desk.fill("[name=email]", f"{ref}@post.example")
    desk.locator("[name=_continue]").first.click()
    desk.wait_for_url("**/accounts/customer/*/change/")
    return desk.url


def add_domain(desk, name):
    """Add a domain to the customer whose form is open, by the link of that form."""
    desk.locator(".field-domains").get_by_role("link", name="add").click()
    desk.fill("[name=names-0-name]", name)
    desk.locator("[name=_save]").first.click()
    desk.wait_for_url("**/mailsettings/domain/")


def test_a_customer_and_a_domain_are_added_and_the_domain_is_served(desk_of, visitor, site):
    desk = desk_of(OPERATOR)
    add_customer(desk, site, "new-1", "Новий клієнт")
    add_domain(desk, "new-customer.example")

    find(desk, site, "new-customer.example")
    expect(desk.locator(".facts")).to_contain_text("Новий клієнт (new-1)")
    assert visitor.goto(f"{site}/en/d/new-customer.example/").status == 200


def test_a_customer_who_moves_to_another_brand_is_out_of_sight_of_the_former_ones_support(desk_of, site):
    operator, support = desk_of(OPERATOR), desk_of(SUPPORT)
    form = add_customer(operator, site, "moving-1", "Переїзний клієнт")
    support.goto(form)
    expect(support.locator("[name=name]")).to_have_value("Переїзний клієнт")

    operator.select_option("[name=brand]", label=RIVAL)
    save(operator)
    support.goto(form)

    expect(support.locator(".messagelist .warning")).to_contain_text("doesn’t exist")


def test_who_loses_the_role_is_shown_the_desk_no_longer(desk_of, visitor, site):
    operator = desk_of(OPERATOR)
    form = add_person(operator, site, "leaving", SUPPORT)
    sign_in(visitor, site, "leaving")
    expect(visitor.locator("[name=q]")).to_be_visible()

    operator.goto(form)
    operator.check("[name=memberships-0-DELETE]")
    save(operator)

    assert visitor.goto(f"{site}/admin/").status == 403


def test_a_role_that_does_not_fit_its_brand_is_refused_in_words(desk_of, site):
    operator = desk_of(OPERATOR)
    form = add_person(operator, site, "mistaken", SUPPORT)
    operator.select_option("[name=memberships-0-role]", "operator")
    operator.locator("[name=_save]").first.click()

    expect(operator.locator(".errorlist").first).to_contain_text("An operator has no brand and no customer")
    assert operator.url == form


def test_a_name_that_waits_is_found_from_the_first_page_and_confirmed_in_its_form(desk_of, visitor, site):
    operator, reseller, name = desk_of(OPERATOR), desk_of("reseller"), "sold.com.ua"
    reseller.goto(f"{site}/admin/mailsettings/domain/add/")
    choose(reseller, "customer", "reseller-1")
    reseller.fill("[name=names-0-name]", name)
    save(reseller)
    expect(reseller.locator(".messagelist .warning")).to_contain_text(f"before: {name}. Once the MX records")
    assert visitor.goto(f"{site}/en/d/{name}/").status == 404

    operator.goto(f"{site}/admin/")
    operator.locator(".notice a").click()
    operator.locator("#result_list").get_by_role("link", name=name).click()
    operator.check("[name=names-0-is_confirmed]")
    save(operator)

    assert visitor.goto(f"{site}/en/d/{name}/").status == 200


def test_an_alias_that_a_reseller_adds_is_not_served_before_it_is_confirmed(desk_of, visitor, site):
    reseller, alias = desk_of("reseller"), "alias-of-reseller.com.ua"
    open_form(reseller, site, domain_of("reseller"))
    reseller.locator("#names-group .add-row a").click()
    reseller.fill("[name=names-1-name]", alias)
    save(reseller)

    expect(reseller.locator(".messagelist .warning")).to_contain_text(alias)
    assert visitor.goto(f"{site}/en/d/{alias}/").status == 404
    assert visitor.goto(f"{site}/en/d/{domain_of('reseller')}/").status == 200

    operator = desk_of(OPERATOR)
    open_form(operator, site, domain_of("reseller"))
    operator.check("[name=names-1-is_confirmed]")
    save(operator)
    assert visitor.goto(f"{site}/en/d/{alias}/").status == 200


def test_a_customers_personal_data_are_downloaded(desk_of, site):
    desk = desk_of(OPERATOR)
    add_customer(desk, site, "asking-1", "Олена Питайло")
    add_domain(desk, "asking.example")
    desk.goto(f"{site}/admin/accounts/customer/?q=asking-1")
    desk.get_by_role("link", name="asking-1").click()
    desk.get_by_role("link", name="Personal data").click()
    with desk.expect_download() as download:
        desk.get_by_role("button", name="Download the file").click()

    text = download.value.path().read_text("utf-8")
    assert download.value.suggested_filename == "customer-asking-1.json"
    assert "Олена Питайло" in text
    assert "asking.example" in text
    assert json.loads(text)


def test_a_customer_is_erased_once_the_reference_is_typed_rightly(desk_of, visitor, site):
    desk = desk_of(OPERATOR)
    form = add_customer(desk, site, "gone-2", "Остап Забудько")
    add_domain(desk, "gone.example")
    desk.goto(form.replace("/change/", "/personal-data/"))
    desk.get_by_label("Suspend them").check()
    desk.fill("[name=reason]", "request of 24 November")
    desk.fill("[name=ref]", "gone-1")
    desk.get_by_role("button", name="Erase the personal data").click()
    expect(desk.locator(".errorlist")).to_contain_text("Nothing was erased.")
    expect(desk.get_by_label("Suspend them")).to_be_checked()

    desk.fill("[name=ref]", "gone-2")
    desk.get_by_role("button", name="Erase the personal data").click()

    expect(desk.get_by_text("The personal data of gone-2 is erased.")).to_be_visible()
    expect(desk.locator("[name=name]")).to_have_value("")
    desk.goto(f"{site}/admin/accounts/changeset/")
    expect(desk.locator("#result_list")).not_to_contain_text("Остап")
    visitor.goto(f"{site}/en/d/gone.example/")
    expect(visitor.get_by_text("The mail of this domain is paused")).to_be_visible()
