"""Lists of the desk as files, for whoever looks after one brand: what comes in stays in the brand, and so goes out."""

import csv
import io

import pytest
from openpyxl import Workbook, load_workbook
from playwright.sync_api import expect

from .people import (
    FOREIGN,
    FOREIGN_ADDRESS,
    OPERATOR,
    RESELLER,
    ROLES,
    SUPPORT,
    address_of,
    customer_of,
    domain_of,
    each_brand_role,
    each_role,
    find,
    listed_domain_of,
)  # fmt: skip

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def upload(desk, site, *rows):
    """Bring a list; the button shows what it would do."""
    desk.goto(f"{site}/admin/import/")
    content = "\n".join(rows).encode()
    desk.set_input_files("[name=file]", {"name": "list.csv", "mimeType": "text/csv", "buffer": content})
    desk.get_by_role("button", name="Show what it would do").click()


def workbook(*rows):
    """The bytes of an XLSX with these rows."""
    book, content = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(content)
    return content.getvalue()


def save_list(desk, reason):
    desk.fill("[name=reason]", reason)
    desk.get_by_role("button", name="Save the good rows").click()
    expect(desk.locator(".messagelist .success")).to_contain_text("The list was saved.")


def exported(desk, site, kind, way):
    """The bytes of a list as its button gives them."""
    desk.goto(f"{site}/admin/mailsettings/{kind}/")
    with desk.expect_download() as download:
        desk.get_by_role("button", name=f"Export {way}").click()
    return download.value.path().read_bytes()


@each_brand_role
def test_the_good_rows_of_a_list_are_saved_and_the_others_say_what_is_wrong(desk_of, site, role):
    desk, listed, same, new = desk_of(role), *(address_of(role, one) for one in ("listed", "same", "fresh"))
    upload(
        desk, site, "address;name", f"{listed};Зі списку", f"{same};", f"{new};Нова", f"два слова@{domain_of(role)};"
    )

    expect(desk.locator("details.changed")).to_contain_text("Name: — → Зі списку")
    expect(desk.locator("details.unchanged")).to_contain_text(same)
    expect(desk.locator("details.new")).to_contain_text(new)
    expect(desk.locator("details.bad tbody tr")).to_have_count(1)
    save_list(desk, "an order of the customer")

    find(desk, site, new)
    expect(desk.get_by_role("heading", name=new)).to_be_visible()
    find(desk, site, listed)
    expect(desk.locator(".facts")).to_contain_text("Зі списку")


@each_role
def test_mailboxes_that_a_workbook_does_not_have_are_removed_once_their_number_is_typed(desk_of, site, role):
    desk, domain = desk_of(role), listed_domain_of(role)
    desk.goto(f"{site}/admin/import/")
    content = workbook(["Address", "Name"], [f"first@{domain}", "Kept"], [f"second@{domain}", None])
    desk.set_input_files("[name=file]", {"name": "list.xlsx", "mimeType": XLSX, "buffer": content})
    desk.get_by_role("button", name="Show what it would do").click()
    for local_part in ("third", "fourth"):
        expect(desk.locator("details.missing")).to_contain_text(f"{local_part}@{domain}")
    desk.get_by_label("Also remove 2 mailboxes that the file does not have").check()
    desk.fill("[name=reason]", "they have left")
    desk.get_by_role("button", name="Save the good rows").click()
    expect(desk.locator(".errorlist")).to_contain_text("Type the number of mailboxes that will be removed.")
    expect(desk.locator("[name=remove_missing]")).to_be_checked()
    desk.fill("[name=confirmed]", "2")
    save_list(desk, "they have left")

    find(desk, site, f"first@{domain}")
    expect(desk.locator(".facts")).to_contain_text("Kept")
    desk.goto(f"{site}/admin/accounts/changeset/")
    desk.fill(".log-search [name=record]", f"third@{domain}")
    desk.locator(".log-search button").click()
    expect(desk.locator(".log-rows tbody tr").first).to_contain_text("they have left")


@each_brand_role
def test_a_row_of_another_brand_is_refused_in_the_words_for_what_nobody_has(desk_of, site, role):
    desk = desk_of(role)
    upload(desk, site, "address;status", f"{FOREIGN_ADDRESS};suspended", "x@nobody.example;suspended")

    rows = desk.locator("details.bad tbody tr")
    expect(rows).to_have_count(2)
    for row in rows.all():
        expect(row).to_contain_text("This domain is not among yours.")
    expect(desk.get_by_text("There is nothing to save")).to_be_visible()


def test_what_an_operator_brings_may_be_of_any_brand(desk_of, site):
    desk = desk_of(OPERATOR)
    upload(desk, site, "address;name", f"{FOREIGN_ADDRESS};Директор")

    expect(desk.locator("details.changed")).to_contain_text(FOREIGN_ADDRESS)


def test_a_list_without_a_reason_comes_back_with_what_was_typed(desk_of, site):
    desk = desk_of(SUPPORT)
    upload(desk, site, "address", address_of(SUPPORT, "unsaved"))
    desk.fill("[name=ticket]", "T-77")
    desk.get_by_role("button", name="Save the good rows").click()

    expect(desk.locator(".errorlist")).to_contain_text("Write why")
    expect(desk.locator("[name=ticket]")).to_have_value("T-77")
    expect(desk.locator("details.new")).to_contain_text(address_of(SUPPORT, "unsaved"))


def test_a_file_that_cannot_be_read_leaves_the_choices_of_the_form_as_they_were(desk_of, site):
    desk = desk_of(SUPPORT)
    desk.goto(f"{site}/admin/import/")
    desk.set_input_files("[name=file]", {"name": "list.csv", "mimeType": "text/csv", "buffer": b"a;b\n1;2\n"})
    desk.select_option("[name=form]", "sheet")
    desk.fill("[name=domain]", domain_of(SUPPORT))
    desk.fill("[name=customer]", customer_of(SUPPORT))
    desk.check("[name=create_customers]")
    desk.get_by_role("button", name="Show what it would do").click()

    expect(desk.locator(".errorlist")).to_be_visible()
    expect(desk.locator("[name=form]")).to_have_value("sheet")
    expect(desk.locator("[name=domain]")).to_have_value(domain_of(SUPPORT))
    expect(desk.locator("[name=customer]")).to_have_value(customer_of(SUPPORT))
    expect(desk.locator("[name=create_customers]")).to_be_checked()


@pytest.mark.parametrize(("role", "status"), [(OPERATOR, 200), (SUPPORT, 200), (RESELLER, 404)])
def test_new_domains_of_a_list_are_served_unless_a_reseller_brought_them(desk_of, site, role, status):
    desk, name = desk_of(role), f"listed-by-{role}.example"
    upload(desk, site, "domain;customer number", f"{name};{customer_of(role)}")
    save_list(desk, "new domains")

    find(desk, site, name)
    expect(desk.get_by_text("The domain waits for confirmation")).to_have_count(int(status == 404))
    assert desk.goto(f"{site}/en/d/{name}/").status == status


@each_role
def test_an_export_holds_the_rows_of_the_brand_and_no_others(desk_of, site, role):
    desk = desk_of(role)
    addresses = [
        row[0]
        for row in csv.reader(io.StringIO(exported(desk, site, "mailbox", "CSV").decode("utf-8-sig")), delimiter=";")
    ]
    sheet = load_workbook(io.BytesIO(exported(desk, site, "domain", "XLSX"))).active
    domains = [row[0] for row in sheet.iter_rows(values_only=True)]

    assert {address_of(other, "one") for other in ROLES} < set(addresses)
    assert (FOREIGN_ADDRESS in addresses, FOREIGN in domains) == (role == OPERATOR, role == OPERATOR)
    assert domain_of(role) in domains


def test_an_export_holds_what_the_list_was_searched_for(desk_of, site):
    desk = desk_of(SUPPORT)
    desk.goto(f"{site}/admin/mailsettings/mailbox/")
    desk.fill("#searchbar", address_of(SUPPORT, "one"))
    desk.keyboard.press("Enter")
    expect(desk.locator("#result_list tbody tr")).to_have_count(1)
    with desk.expect_download() as download:
        desk.get_by_role("button", name="Export CSV").click()

    assert [row.split(";")[0] for row in download.value.path().read_text("utf-8-sig").splitlines()[1:]] == [
        address_of(SUPPORT, "one")
    ]
