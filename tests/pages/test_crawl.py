"""Every link on every page leads somewhere."""

from collections import deque
from urllib.parse import urldefrag, urljoin

import pytest

from mailsettings.articles import articles
from mailsettings.guides import guides
from tests import build

from .browsing import get, page_of, typed

pytestmark = pytest.mark.django_db
# What a link may lead to besides a page: the other language, static files, which the web server has, and the admin.
NOT_PAGES = ("/static/",)


def test_every_link_on_every_page_leads_to_a_page_and_a_place_on_it(client):
    build.brand("ava", is_default=True, accent="#1f5fbf", support_email="help@ava.example")
    build.domain("firma.com.ua")
    build.domain("private.com.ua", logins="private")
    typed(client, "olena@firma.com.ua")
    waiting = deque(
        f"/{language}{path}"
        for language in ("uk", "en")
        for path in (
            "/",
            "/d/firma.com.ua/",
            "/d/private.com.ua/",
            "/d/paused.com.ua/",
            "/d/unknown.com.ua/",
            "/nothing/",
        )
    )
    build.domain("paused.com.ua", status="suspended")
    ids, links = {}, []
    begun = set(waiting)
    seen = set()
    while waiting:
        path = waiting.popleft()
        if path in seen:
            continue
        seen.add(path)
        response = get(client, path)
        assert response.status_code in (200, 302) or path in begun, path
        if not response.get("Content-Type", "").startswith("text/html"):
            continue
        if response.status_code == 302:
            waiting.append(response["Location"])
            continue
        page = page_of(response)
        ids[path] = set(page.attributes("id"))
        for href in page.attributes("href"):
            target, place = urldefrag(urljoin(path, href))
            if target.startswith("/") and not target.startswith(NOT_PAGES):
                links.append((path, target, place))
                waiting.append(target)

    every_page = {f"/guides/{guide}/" for guide in guides()} | {f"/d/firma.com.ua/{guide}/" for guide in guides()}
    every_page |= {f"/help/{error.id}/" for error in articles()["help"].uk.errors}
    every_page |= {
        "/help/",
        "/mail-basics/",
        "/imap-or-pop3/",
        "/search/",
        "/d/firma.com.ua/sheets/",
        "/d/firma.com.ua/dns/",
    }
    reached = {path.partition("?")[0].removeprefix(f"/{language}") for path in seen for language in ("uk", "en")}

    assert every_page <= reached
    assert not [link for link in links if link[2] and link[1] in ids and link[2] not in ids[link[1]]]
