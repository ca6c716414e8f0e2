"""Staff in a real browser: the desk works under the strict policy, in both languages."""

from urllib.parse import unquote

import pytest
from playwright.sync_api import expect

from . import examining
from .conftest import PASSWORD, SHARED, SHARED_DOMAINS


def signed_in(page, site):
    page.goto(f"{site}/admin/")
    page.fill("[name=login]", "tester")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}/admin/")
    return page


@pytest.fixture
def desk(visitor, site):
    return signed_in(visitor, site)


@pytest.fixture(params=[("light", "uk"), ("dark", "en")], ids=" ".join)
def examined(browser, site, request):
    """The desk for axe, which sets styles on elements and so needs to go past the strict policy."""
    scheme, language = request.param
    context = browser.new_context(bypass_csp=True, color_scheme=scheme, locale=language, reduced_motion="reduce")
    yield signed_in(context.new_page(), site)
    context.close()


@pytest.mark.parametrize(
    "path",
    ["", "mailsettings/domain/", "mailsettings/domain/1/change/", "mailsettings/domain/add/",
     "mailsettings/mailserver/1/change/", "mailsettings/mailbox/", "mailsettings/mailbox/1/change/",
     "accounts/brand/1/change/", "accounts/customer/", "accounts/changeset/", "accounts/user/",
     "mailsettings/domain/1/history/", "accounts/changeset/find/", "accounts/changeset/1/revert/"],
)  # fmt: skip
def test_every_page_of_the_desk_works_under_the_strict_policy(desk, site, path):
    response = desk.goto(f"{site}/admin/{path}")

    # What does not exist leads to the first page, whose answer is good as well.
    assert (response.status, desk.url) == (200, f"{site}/admin/{path}")
    desk.wait_for_load_state("networkidle")


def test_a_change_is_saved_with_its_reason_and_stands_in_the_log(desk, site):
    desk.goto(f"{site}/admin/mailsettings/mailbox/1/change/")
    desk.fill("[name=name]", "Нове ім’я")
    desk.fill("[name=reason]", "перевірка у браузері")
    desk.locator("[name=_save]").first.click()
    desk.wait_for_url(f"{site}/admin/mailsettings/mailbox/")

    desk.goto(f"{site}/admin/accounts/changeset/")

    expect(desk.get_by_text("перевірка у браузері").first).to_be_visible()


def complaints(page):
    """What axe finds in the content of a page; the frame around it is Django's."""
    return examining.complaints(page, within="#content-main", rules=examining.WCAG)


def test_a_change_is_reverted_from_the_message_about_it(desk, site):
    desk.goto(f"{site}/admin/mailsettings/mailbox/2/change/")
    before = desk.input_value("[name=name]")
    desk.fill("[name=name]", "Скасувати")
    desk.locator("[name=_save]").first.click()
    desk.wait_for_url(f"{site}/admin/mailsettings/mailbox/")

    desk.locator(".messagelist a[href$='/revert/']").click()
    expect(desk.locator("del")).to_have_text("Скасувати")
    desk.locator("input[type=submit].default").click()

    expect(desk.locator(".messagelist .success")).to_be_visible()
    desk.goto(f"{site}/admin/mailsettings/mailbox/2/change/")
    assert desk.input_value("[name=name]") == before


def test_a_list_is_searched_for_an_address_that_the_browser_does_not_show(desk, site):
    desk.goto(f"{site}/admin/mailsettings/mailbox/")
    desk.fill("#searchbar", "olena@firma.com.ua")
    desk.keyboard.press("Enter")

    expect(desk.locator("#result_list tbody tr")).to_have_count(1)
    expect(desk.locator("#searchbar")).to_have_value("olena@firma.com.ua")
    assert "olena" not in unquote(desk.url)


def change_shared_server(desk, site) -> str:
    """Ask for a change of the server that many domains share; the address of its form."""
    desk.goto(f"{site}/admin/mailsettings/mailserver/")
    desk.get_by_role("link", name=SHARED).click()
    desk.wait_for_url("**/mailserver/*/change/")
    form = desk.url
    desk.fill("[name=endpoints-0-hostname]", "mail.many.example")
    desk.fill("[name=reason]", "нова адреса")
    desk.locator("[name=_save]").first.click()
    expect(desk.locator(".outcome")).to_contain_text(str(SHARED_DOMAINS))
    return form


def test_a_servers_change_for_many_domains_is_confirmed_by_typing_and_taken_back(desk, site):
    form = change_shared_server(desk, site)

    desk.fill("[name=confirmed]", "50")
    desk.keyboard.press("Enter")
    expect(desk.locator(".errorlist")).to_contain_text(str(SHARED_DOMAINS))
    desk.fill("[name=confirmed]", str(SHARED_DOMAINS))
    desk.keyboard.press("Enter")

    desk.locator(".messagelist a[href$='/revert/']").click()
    expect(desk.locator(".outcome")).to_contain_text(str(SHARED_DOMAINS))
    desk.locator("input[type=submit].default").click()
    expect(desk.locator(".messagelist .success")).to_be_visible()
    desk.goto(form)
    expect(desk.locator("[name=endpoints-0-hostname]")).to_have_value("imap.{domain}")


def test_a_brand_is_previewed_before_it_is_saved(desk, site):
    desk.goto(f"{site}/admin/accounts/brand/1/change/")
    name = desk.input_value("[name=name]")
    desk.fill("[name=name]", "Попередній перегляд")
    desk.fill("[name=accent]", "#b02a2a")
    desk.locator("[name=_preview]").click()

    expect(desk.locator(".brand-cards svg")).to_have_count(4)
    expect(desk.locator(".brand-preview")).to_contain_text("#b02a2a")
    desk.goto(f"{site}/admin/accounts/brand/1/change/")
    assert desk.input_value("[name=name]") == name


def test_axe_finds_nothing_to_complain_about_on_the_pages_of_changes(examined, site):
    found = {}
    for path in ("accounts/changeset/find/", "accounts/changeset/1/", "accounts/changeset/2/revert/"):
        examined.goto(f"{site}/admin/{path}")
        found[path] = complaints(examined)
    examined.goto(f"{site}/admin/accounts/changeset/find/")
    examined.select_option("[name=source]", "demo")
    with examined.expect_navigation():
        examined.locator(".log-search button").click()
    expect(examined.locator(".log-rows tbody tr").first).to_be_visible()
    found["found"] = complaints(examined)
    examined.goto(f"{site}/admin/mailsettings/domain/")
    examined.locator(".action-select").first.check()
    examined.select_option("[name=action]", "set_status")
    examined.locator("#changelist-form .actions button[type=submit]").first.click()
    examined.select_option("[name=status]", "external")
    examined.locator("[name=stage][value=show]").click()
    expect(examined.locator("[name=stage][value=apply]")).to_be_visible()
    found["batch"] = complaints(examined)
    change_shared_server(examined, site)
    found["server"] = complaints(examined)
    examined.goto(f"{site}/admin/accounts/brand/1/change/")
    examined.fill("[name=accent]", "#f4d03f")
    examined.locator("[name=_preview]").click()
    expect(examined.locator(".brand-cards svg")).to_have_count(4)
    found["brand"] = [one for one in complaints(examined) if ".brand-preview" in str(one[1])]

    assert {path: what for path, what in found.items() if what} == {}


def test_axe_finds_nothing_to_complain_about_where_two_people_met(examined, site):
    form = f"{site}/admin/accounts/customer/1/change/"
    other = examined.context.new_page()
    for page in (examined, other):
        page.goto(form)
    for page, digit in ((other, "1"), (examined, "2")):
        page.fill("[name=phone]", digit + examined.input_value("[name=phone]")[:20])
        with page.expect_navigation():
            page.locator("[name=_save]").first.click()

    expect(examined.locator(".meanwhile")).to_be_visible()
    assert [one for one in complaints(examined) if ".meanwhile" in str(one[1])] == []


def test_a_list_is_uploaded_previewed_and_saved_and_the_export_of_it_changes_nothing(desk, site, tmp_path):
    desk.goto(f"{site}/admin/mailsettings/mailbox/")
    desk.get_by_role("link", name="Import a list").click()
    rows = "адреса;ім’я;пароль\nolena@firma.com.ua;Олена з файла;Qwerty-1\nnova@firma.com.ua;Нова;Qwerty-2\nхиба;;\n"
    desk.set_input_files("[name=file]", {"name": "l.csv", "mimeType": "text/csv", "buffer": rows.encode("cp1251")})
    desk.get_by_role("button", name="Show what it would do").click()

    expect(desk.get_by_text("nova@firma.com.ua")).to_be_visible()
    expect(desk.get_by_text("passwords or their hashes")).to_be_visible()
    assert "Qwerty" not in desk.content()
    desk.fill("[name=reason]", "список із браузера")
    desk.get_by_role("button", name="Save the good rows").click()
    desk.wait_for_url(f"{site}/admin/mailsettings/mailbox/")
    expect(desk.get_by_text("The list was saved.")).to_be_visible()

    for way in ("CSV", "XLSX"):
        desk.goto(f"{site}/admin/mailsettings/mailbox/")
        with desk.expect_download() as download:
            desk.get_by_role("button", name=f"Export {way}").click()
        file = tmp_path / download.value.suggested_filename
        download.value.save_as(file)
        desk.goto(f"{site}/admin/import/")
        desk.set_input_files("[name=file]", file)
        desk.get_by_role("button", name="Show what it would do").click()
        expect(desk.get_by_text("There is nothing to save")).to_be_visible()
