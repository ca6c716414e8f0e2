"""What support looks at while a customer waits: what is published, what a program sees, and what the customer sees."""

from playwright.sync_api import expect

from .people import address_of, domain_of, each_brand_role, each_role, find, open_form, save, waiting_for


@each_brand_role
def test_the_whole_proof_agrees_and_opens_source_by_source(desk_of, site, role):
    desk = desk_of(role)
    find(desk, site, domain_of(role))
    expect(desk.locator("[aria-labelledby=card-proof] .good")).to_be_visible()
    desk.get_by_role("link", name="The whole table, guides too").click()

    expect(desk.get_by_text("Everything agrees.")).to_be_visible()
    source = desk.locator("details", has_text="config-v1.1.xml").first
    source.locator("summary").click()
    expect(source.get_by_text(f"imap.{domain_of(role)}").first).to_be_visible()


@each_brand_role
def test_a_program_is_replayed_for_the_mailbox_of_the_card(desk_of, site, role):
    desk, address = desk_of(role), address_of(role, "paper")
    find(desk, site, address)
    expect(desk.locator("#replay-address")).to_have_value(address)
    desk.select_option("#replay-program", "thunderbird")
    desk.get_by_role("button", name="Show what it sees").click()

    expect(desk.get_by_role("heading", name="How Thunderbird on a computer ends")).to_be_visible()
    expect(desk.locator("[aria-labelledby=ends] .outcome")).to_have_class("outcome good")
    expect(desk.locator("[aria-labelledby=ends] table")).to_contain_text(f"imap.{domain_of(role)}")
    assert address not in desk.url


@each_brand_role
def test_the_history_of_a_mailbox_says_who_changed_what_and_why(desk_of, site, role):
    desk, address = desk_of(role), address_of(role, "paper")
    open_form(desk, site, address)
    desk.fill("[name=recovery]", f"{role}@elsewhere.example")
    desk.fill("[name=reason]", "a letter from the director")
    save(desk)

    find(desk, site, address)
    desk.get_by_role("link", name="The whole history").click()

    newest = desk.locator(".record-history #content-main .module").first
    expect(newest).to_contain_text(f"{role}-person")
    expect(newest).to_contain_text("a letter from the director")
    expect(newest).to_contain_text(f"{role}@elsewhere.example")


@each_brand_role
def test_the_dns_records_are_one_press_from_the_card_and_are_copied(desk_of, site, role):
    desk = desk_of(role)
    find(desk, site, domain_of(role))
    desk.get_by_role("link", name="DNS records to copy").click()
    desk.wait_for_url(f"{site}/en/d/{domain_of(role)}/dns/")
    record = desk.locator("table.records td .row").first
    record.get_by_role("button").click()

    expect(record.get_by_role("button")).to_contain_text("Copied")
    assert desk.evaluate("navigator.clipboard.readText()") == record.locator(".value").inner_text()


@each_brand_role
def test_the_card_leads_to_what_the_customer_sees(desk_of, site, role):
    desk, address = desk_of(role), address_of(role, "paper")
    find(desk, site, address)
    desk.get_by_role("link", name="View as customer").click()
    desk.wait_for_url(f"{site}/en/**")

    expect(desk.get_by_role("heading", name=address)).to_be_visible()
    expect(desk.get_by_text(f"imap.{domain_of(role)}").first).to_be_visible()


@each_brand_role
def test_the_sheet_for_a_customer_is_one_press_from_the_card(desk_of, site, role):
    desk, address = desk_of(role), address_of(role, "paper")
    find(desk, site, address)
    desk.get_by_role("button", name="Sheet to print").click()

    expect(desk.locator(".sheet")).to_have_count(1)
    expect(desk.locator(".sheet")).to_contain_text(address)
    assert address not in desk.url


@each_role
def test_a_waiting_domain_is_served_once_its_mx_records_were_asked_from_the_card(desk_of, visitor, site, role):
    desk, name = desk_of(role), waiting_for(role)
    assert visitor.goto(f"{site}/en/d/{name}/").status == 404
    find(desk, site, name)
    desk.get_by_role("button", name="Check MX and confirm").click()

    expect(desk.locator(".messagelist .success")).to_contain_text(f"Confirmed by its MX records: {name}.")
    assert visitor.goto(f"{site}/en/d/{name}/").status == 200


@each_brand_role
def test_the_card_says_on_request_where_the_mail_goes(desk_of, site, role):
    desk = desk_of(role)
    find(desk, site, domain_of(role))
    desk.get_by_role("button", name="Ask the DNS").click()

    expect(desk.locator("[aria-labelledby=card-mx]")).to_contain_text("This domain does not exist in the DNS")
