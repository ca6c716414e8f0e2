"""What the public may learn, and where a typed address may stand."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mailsettings.guides import guides
from tests import build

from .browsing import get, page_of, post, typed

pytestmark = pytest.mark.django_db
PAGES = [
    "/uk/d/firma.com.ua/", "/en/d/firma.com.ua/", "/uk/help/", "/uk/help/login-refused/", "/en/help/sender-refused/",
    *(f"/uk/d/firma.com.ua/{id}/" for id in guides()),
]  # fmt: skip


def same(response) -> str:
    """A page without what is sealed anew each time, and without the code that holds the address."""
    text = re.sub(r"/f/[\w-]+/", "/f/…/", response.content.decode())
    return re.sub(r'<svg class="qr".*?</svg>', "", text)


@pytest.mark.parametrize("path", PAGES)
def test_an_address_is_never_in_a_link_or_a_title(client, path):
    build.domain("firma.com.ua")
    typed(client, "olena@firma.com.ua")
    page = page_of(get(client, path))

    assert "olena@firma.com.ua" in page.text
    assert "olena" not in page.title
    assert not [href for name in ("href", "src", "action") for href in page.attributes(name) if "olena" in href]


@pytest.mark.parametrize("text", ["olena@firma.com.ua", "olena@unknown.com.ua", "olena@firma,com"])
def test_an_address_is_never_in_where_the_field_leads(client, text):
    build.domain("firma.com.ua")

    assert "olena" not in post(client, {"address": text}).get("Location", "")


@pytest.mark.parametrize("policy", ["pattern", "private"])
@pytest.mark.parametrize("path", PAGES)
def test_existing_unknown_and_suspended_mailboxes_have_equal_pages(client, policy, path):
    build.domain(
        "firma.com.ua",
        logins=policy,
        mailboxes=["maria", {"local_part": "petro", "status": "suspended"}, {"local_part": "irena", "pop3": False}],
    )
    seen = {}
    for local_part in ("maria", "petro", "irena", "zhenya"):
        client.cookies.clear()
        typed(client, f"{local_part}@firma.com.ua")
        response = get(client, path)
        seen[local_part] = (response.status_code, same(response).replace(local_part, "…"))

    assert len(set(seen.values())) == 1


@pytest.mark.parametrize("policy", ["pattern", "private"])
def test_existing_and_unknown_mailboxes_cost_the_same_queries(client, policy):
    build.domain("firma.com.ua", logins=policy, mailboxes=["maria"])
    counts = {}
    for local_part in ("maria", "zhenya"):
        post(client, {"address": f"{local_part}@firma.com.ua"})
        build.cold()
        with CaptureQueriesContext(connection) as queries:
            get(client, "/uk/d/firma.com.ua/")
        counts[local_part] = len(queries)

    assert counts["maria"] == counts["zhenya"] > 0


def test_a_page_with_a_domain_sets_no_cookie_and_opens_no_session(client):
    build.domain("firma.com.ua")

    assert not get(client, "/uk/d/firma.com.ua/").cookies


def test_an_unknown_and_a_brand_new_domain_are_told_apart_by_nothing_but_their_name(client):
    first = typed(client, "olena@one.com.ua").content.decode()
    client.cookies.clear()
    second = typed(client, "olena@two.com.ua").content.decode()

    assert first.replace("one.com.ua", "…") == second.replace("two.com.ua", "…")
