"""Staff in a real browser: the desk works under the strict policy, in both languages."""

import pytest
from playwright.sync_api import expect

from .conftest import PASSWORD


@pytest.fixture
def desk(visitor, site):
    visitor.goto(f"{site}/admin/")
    visitor.fill("[name=login]", "tester")
    visitor.fill("[name=password]", PASSWORD)
    visitor.keyboard.press("Enter")
    visitor.wait_for_url(f"{site}/admin/")
    return visitor


@pytest.mark.parametrize(
    "path",
    ["", "mailsettings/domain/", "mailsettings/domain/1/change/", "mailsettings/domain/add/",
     "mailsettings/mailserver/1/change/", "mailsettings/mailbox/", "mailsettings/mailbox/1/change/",
     "accounts/brand/1/change/", "accounts/customer/", "accounts/changeset/", "accounts/user/",
     "mailsettings/domain/1/history/"],
)  # fmt: skip
def test_every_page_of_the_desk_works_under_the_strict_policy(desk, site, path):
    response = desk.goto(f"{site}/admin/{path}")

    assert response.status == 200
    desk.wait_for_load_state("networkidle")


def test_a_change_is_saved_with_its_reason_and_stands_in_the_log(desk, site):
    desk.goto(f"{site}/admin/mailsettings/mailbox/1/change/")
    desk.fill("[name=name]", "Нове ім’я")
    desk.fill("[name=reason]", "перевірка у браузері")
    desk.locator("[name=_save]").first.click()
    desk.wait_for_url(f"{site}/admin/mailsettings/mailbox/")

    desk.goto(f"{site}/admin/accounts/changeset/")

    expect(desk.get_by_text("перевірка у браузері").first).to_be_visible()


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
    expect(desk.get_by_text("The list was saved as change set")).to_be_visible()

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
