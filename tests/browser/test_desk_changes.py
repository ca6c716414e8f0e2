"""Many rows changed at once, and what somebody changed taken back: by whoever looks after one brand."""

from playwright.sync_api import expect

from .conftest import SHARED, SHARED_DOMAINS
from .people import OPERATOR, RESELLER, SUPPORT, address_of, domain_of, each_brand_role, find, name_of, open_form, save


def tick(desk, site, role, *local_parts):
    """Tick mailboxes in the list that the card of their domain leads to."""
    find(desk, site, domain_of(role))
    desk.get_by_role("link", name="show the list").click()
    for local_part in local_parts:
        row = desk.locator("#result_list tbody tr").filter(has_text=address_of(role, local_part))
        row.locator(".action-select").check()


def run(desk, action):
    desk.select_option("[name=action]", label=action)
    desk.locator("#changelist-form .actions button[type=submit]").first.click()


def rename(desk, site, address, name):
    """Give a mailbox another name in its form; where that change is reverted."""
    open_form(desk, site, address)
    desk.fill("[name=name]", name)
    save(desk)
    return desk.locator(".messagelist a[href$='/revert/']").get_attribute("href")


@each_brand_role
def test_ticked_mailboxes_are_suspended_once_it_is_said_why(desk_of, site, role):
    desk = desk_of(role)
    tick(desk, site, role, "one", "two")
    run(desk, "Suspend")
    for local_part in ("one", "two"):
        expect(desk.locator(".log-rows")).to_contain_text(address_of(role, local_part))

    desk.get_by_role("button", name="Apply").click()
    expect(desk.locator(".errorlist")).to_contain_text("Write why")
    desk.fill("[name=reason]", "not paid")
    desk.get_by_role("button", name="Apply").click()

    expect(desk.locator(".messagelist .success")).to_contain_text("2 records were changed.")
    expect(desk.locator("#result_list .field-status", has_text="suspended")).to_have_count(2)
    find(desk, site, address_of(role, "one"))
    expect(desk.locator(".standing")).to_contain_text("The mailbox is suspended")


@each_brand_role
def test_pop3_is_switched_off_and_the_card_says_so(desk_of, site, role):
    desk = desk_of(role)
    tick(desk, site, role, "pop")
    run(desk, "Switch POP3 off")
    desk.fill("[name=reason]", "asked on the phone")
    desk.fill("[name=ticket]", "T-78")
    desk.get_by_role("button", name="Apply").click()
    expect(desk.locator(".messagelist .success")).to_contain_text("1 record was changed.")

    find(desk, site, address_of(role, "pop"))

    expect(desk.locator(".standing")).to_contain_text("POP3 is off for this mailbox.")
    assert "POP3" not in desk.input_value("#reply-en")
    expect(desk.get_by_text("ticket T-78")).to_be_visible()


@each_brand_role
def test_a_whole_list_is_changed_though_one_page_of_it_is_shown_and_taken_back_in_one_step(desk_of, site, role):
    desk = desk_of(role)
    desk.goto(f"{site}/admin/mailsettings/domain/")
    desk.get_by_role("link", name=SHARED).first.click()
    desk.locator("#action-toggle").check()
    desk.get_by_role("button", name="Select the whole list").click()
    run(desk, "Set the status")
    desk.select_option("[name=status]", "suspended")
    desk.get_by_role("button", name="Show what changes").click()
    expect(desk.locator(".counts")).to_contain_text(str(SHARED_DOMAINS))
    desk.fill("[name=reason]", "the server is being moved")
    desk.get_by_role("button", name="Apply").click()
    expect(desk.locator(".messagelist .success")).to_contain_text(f"{SHARED_DOMAINS} records were changed.")

    desk.locator(".messagelist a[href$='/revert/']").click()
    desk.get_by_role("button", name="Revert").click()

    expect(desk.locator(".messagelist .success")).to_contain_text("is reverted.")
    find(desk, site, "d50.many.example")
    expect(desk.locator(".standing")).not_to_contain_text("suspended")


@each_brand_role
def test_an_own_change_is_taken_back_from_the_message_after_it_was_shown(desk_of, site, role):
    desk, address = desk_of(role), address_of(role, "named")
    rename(desk, site, address, "Помилка")
    desk.locator(".messagelist a[href$='/revert/']").click()

    expect(desk.locator(".changes")).to_contain_text("Помилка")
    expect(desk.locator("[name=reason]")).not_to_be_empty()
    desk.get_by_role("button", name="Revert").click()

    expect(desk.locator(".messagelist .success")).to_contain_text("is reverted.")
    open_form(desk, site, address)
    expect(desk.locator("[name=name]")).to_have_value("")


@each_brand_role
def test_somebody_elses_change_is_in_the_history_without_a_way_to_it(desk_of, site, role):
    desk, address = desk_of(role), address_of(role, "letter")
    revert = rename(desk_of(OPERATOR), site, address, f"Від оператора для {role}")

    desk.goto(f"{site}/admin/accounts/changeset/")
    expect(desk.locator("#result_list")).not_to_contain_text(address)
    find(desk, site, address)
    desk.get_by_role("link", name="The whole history").click()
    expect(desk.locator(".record-history")).to_contain_text(f"Від оператора для {role}")
    expect(desk.locator(".record-history #content-main h2 a")).to_have_count(0)
    desk.goto(f"{site}{revert}")

    expect(desk.locator(".messagelist .warning")).to_contain_text("doesn’t exist")
    assert desk.url == f"{site}/admin/"


def test_an_operator_finds_in_the_log_what_support_did_by_record_reason_and_person(desk_of, site):
    support, operator, address = desk_of(SUPPORT), desk_of(OPERATOR), address_of(SUPPORT, "paper")
    open_form(support, site, address)
    support.fill("[name=name]", "Знайдений")
    support.fill("[name=reason]", "the reader has married")
    save(support)

    operator.goto(f"{site}/admin/accounts/changeset/")
    for field, text in (("record", address), ("reason", "married")):
        operator.fill(f".log-search [name={field}]", text)
        with operator.expect_navigation():
            operator.locator(".log-search button").click()
        expect(operator.locator(".log-rows tbody tr").first).to_contain_text("the reader has married")
        operator.fill(f".log-search [name={field}]", "")
    operator.select_option(".log-search [name=actor]", label="support-person")
    with operator.expect_navigation():
        operator.locator(".log-search button").click()

    expect(operator.locator(".log-rows tbody tr").first).to_contain_text("the reader has married")
    assert operator.url == f"{site}/admin/accounts/changeset/find/"


def test_the_log_is_searched_among_own_changes_only(desk_of, site):
    desk, address = desk_of(RESELLER), address_of(RESELLER, "same")
    rename(desk_of(OPERATOR), site, address, "Невидиме")
    rename(desk, site, address, "Власне")

    desk.goto(f"{site}/admin/accounts/changeset/")
    desk.fill(".log-search [name=record]", address)
    desk.locator(".log-search button").click()

    expect(desk.locator(".log-rows tbody tr")).to_have_count(1)
    expect(desk.locator(".log-rows tbody tr")).to_contain_text(name_of(RESELLER))
