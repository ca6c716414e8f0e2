"""What axe-core says of a page: one way to ask it, for every test that does."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# The rules of WCAG 2.2 AA alone, for pages whose frame is Django's; without them axe adds what it calls best practice.
WCAG = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]


def complaints(page: Page, within: str | None = None, rules: list[str] | None = None) -> list[tuple[str, list[str]]]:
    """What axe finds on a page that has arrived, or ``within`` a part of it: each rule broken, and by which elements.

    Whoever pressed something first waits for the page that it leads to: axe looks at what is there.
    """
    page.wait_for_load_state()
    options = {"resultTypes": ["violations"]} | ({"runOnly": rules} if rules else {})
    found = Axe().run(page, context=within, options=options)
    return [(one["id"], [str(node["target"]) for node in one["nodes"]]) for one in found.response["violations"]]
