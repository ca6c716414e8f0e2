"""Who works at the desk, whom each looks after, and how they get there: shared by the tests of the desk's flows.

Each role has a domain with a mailbox for each flow, so that no flow meets what another one changed.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

PASSWORD = "a password for this run only"
OPERATOR, SUPPORT, RESELLER = ROLES = ("operator", "support", "reseller")
each_role = pytest.mark.parametrize("role", ROLES)
each_brand_role = pytest.mark.parametrize("role", [SUPPORT, RESELLER])

BRAND = "Хостинг для прикладу"
RIVAL = "Інший хостинг"
# A domain of the other brand, with one mailbox.
FOREIGN, FOREIGN_ADDRESS = "rival.example", "boss@rival.example"
MAILBOXES = ("listed", "same", "one", "two", "pop", "named", "call", "link", "both", "paper", "letter")


def domain_of(role: str) -> str:
    return f"{role}.desk.example"


def address_of(role: str, local_part: str) -> str:
    return f"{local_part}@{domain_of(role)}"


def customer_of(role: str) -> str:
    """The reference of the customer whose domain that is."""
    return f"{role}-1"


def name_of(role: str) -> str:
    """With what somebody with this role signs in."""
    return "tester" if role == OPERATOR else f"{role}-person"


def listed_domain_of(role: str) -> str:
    """A domain whose mailboxes a file lists as a whole."""
    return f"{role}.lists.example"


LISTED = ("first", "second", "third", "fourth")


def waiting_for(role: str) -> str:
    """A domain that waits for confirmation, and whose MX records point at its server."""
    return f"waiting-{role}.example"


MX = {waiting_for(role): ["10 mx1.hoster.example.", "20 mx2.hoster.example."] for role in ROLES}


def records(server: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Brands and customers for the directory file; all of their domains are on ``server``."""
    customers = [
        {
            "ref": customer_of(role),
            "name": f"Клієнт {role}",
            "email": f"office@{role}-customer.example",
            "domains": [
                {"name": domain_of(role), "server": server, "mailboxes": [{"local_part": one} for one in MAILBOXES]},
                {
                    "name": listed_domain_of(role),
                    "server": server,
                    "mailboxes": [{"local_part": one} for one in LISTED],
                },
                {"name": waiting_for(role), "waiting": [waiting_for(role)], "server": server},
            ],
        }
        for role in ROLES
    ]
    foreign = {"name": FOREIGN, "server": server, "mailboxes": [{"local_part": FOREIGN_ADDRESS.partition("@")[0]}]}
    rival = {"ref": "rival-1", "name": "Чужий клієнт", "brand": "rival", "domains": [foreign]}
    return [{"slug": "rival", "name": RIVAL}], [*customers, rival]


class Staff:
    """Everybody signs in once a session, in a browser of their own that stays open."""

    def __init__(self, browser: Browser, site: str) -> None:
        self.browser = browser
        self.site = site
        self.browsers: dict[str, BrowserContext] = {}

    def browser_of(self, role: str) -> BrowserContext:
        """The browser of somebody who is signed in with this role; who is not there yet is added by the operator."""
        if role not in self.browsers:
            if role != OPERATOR:
                operator = self.browser_of(OPERATOR).new_page()
                add_person(operator, self.site, name_of(role), role)
                operator.close()
            self.browsers[role] = self.browser.new_context(locale="en")
            page = self.browsers[role].new_page()
            sign_in(page, self.site, name_of(role))
            page.close()
        return self.browsers[role]

    def close(self) -> None:
        for context in self.browsers.values():
            context.close()


def sign_in(page: Page, site: str, name: str, language: str = "en") -> None:
    page.goto(f"{site}/language/{language}/")
    page.goto(f"{site}/admin/")
    page.fill("[name=login]", name)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}/admin/")


def add_person(operator: Page, site: str, name: str, role: str, brand: str = BRAND) -> str:
    """Add somebody with a role for a brand, as an operator does; the address of their page."""
    operator.goto(f"{site}/admin/accounts/user/add/")
    operator.fill("[name=username]", name)
    operator.fill("[name=password1]", PASSWORD)
    operator.fill("[name=password2]", PASSWORD)
    operator.check("[name=is_staff]")
    operator.locator("#memberships-group .add-row a").click()
    operator.select_option("[name=memberships-0-role]", role)
    operator.select_option("[name=memberships-0-brand]", label=brand)
    operator.locator("[name=_continue]").first.click()
    operator.wait_for_url(re.compile(r"/accounts/user/\d+/change/$"))
    return operator.url


def find(desk: Page, site: str, text: str) -> None:
    """Paste something into the search of the page, or of the first one; what is found alone opens on its card."""
    if not desk.url.startswith(f"{site}/admin/"):
        desk.goto(f"{site}/admin/")
    desk.fill(".desk-search [name=q]", text)
    with desk.expect_navigation(url="**/card/"):
        desk.keyboard.press("Enter")


def open_form(desk: Page, site: str, text: str) -> str:
    """Open the form of a mailbox or a domain from its list; the address of that form."""
    kind = "mailbox" if "@" in text else "domain"
    desk.goto(f"{site}/admin/mailsettings/{kind}/")
    desk.fill("#searchbar", text)
    desk.keyboard.press("Enter")
    desk.get_by_role("link", name=text, exact=True).click()
    desk.wait_for_url("**/change/**")
    return desk.url


def choose(page: Page, field: str, text: str = "") -> None:
    """Choose the first that a field with a search offers for ``text``."""
    page.locator(f"#id_{field} + .select2").click()
    page.locator(".select2-search__field").fill(text)
    page.locator(".select2-results__option--highlighted:not(.loading-results)").click()


def save(desk: Page) -> None:
    """Press “Save”, and wait for the list, filtered as it was."""
    desk.locator("[name=_save]").first.click()
    desk.wait_for_url(re.compile(r"/admin/[a-z]+/[a-z]+/(\?.*)?$"))
