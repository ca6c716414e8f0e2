"""Every page of the desk before axe, in both themes and languages."""

# Fixtures are imported, and parameters have their names.
# ruff: noqa: F811

from .examining import WCAG, complaints
from .test_staff import examined  # noqa: F401 (a fixture is used by its name)


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
        found[path] = complaints(examined, within="#content", rules=WCAG)

    assert {path: what for path, what in found.items() if what} == {}
