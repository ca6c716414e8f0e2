"""What a page may weigh (DESIGN, Look), and what the Content-Security-Policy asks of it."""

import base64
import gzip
import re
from pathlib import Path

import pytest

from mailsettings.articles import articles
from mailsettings.guides import guides
from tests import build

from .browsing import get, page_of, typed

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parents[2]
STATIC = ROOT / "portal" / "static"
PATHS = [
    "/", "/guides/", "/nothing/", "/search/", "/d/firma.com.ua/", "/d/unknown.com.ua/", "/d/firma.com.ua/guides/",
    "/d/firma.com.ua/sheets/", "/d/firma.com.ua/dns/", "/imap-or-pop3/?reader=one",
    "/imap-or-pop3/?domain=firma.com.ua&reader=several",
    *(f"/{article}/" for article in articles()), *(f"/help/{error.id}/" for error in articles()["help"].uk.errors),
    *(f"/guides/{guide}/" for guide in guides()),
    *(f"/d/firma.com.ua/{guide}/?protocol={protocol}" for guide in guides() for protocol in ("imap", "pop3")),
    *(f"/d/firma.com.ua/{guide}/?answered=no" for guide in guides()),
]  # fmt: skip

# As many DNS records as a domain can have, with a key as long as they are.
EVERY_RECORD = {
    "mx": ["mx1.hoster.example", "mx2.hoster.example"],
    "dns_spf": "v=spf1 include:_spf.hoster.example -all",
    "dns_dmarc": "v=DMARC1; p=none; rua=mailto:dmarc@hoster.example",
    "dns_tls_rpt": "v=TLSRPTv1; rua=mailto:tls@hoster.example",
    "dns_dkim": [
        {"selector": "mail", "record": f"v=DKIM1; k=rsa; p={base64.b64encode(bytes(range(250)) + b'k' * 44).decode()}"}
    ],
}


def packed(data: bytes) -> int:
    return len(gzip.compress(data, 6))


@pytest.fixture
def visited(client):
    """A browser that carries an address of a domain with everything switched on."""
    build.brand(
        "ava", is_default=True, accent="#1f5fbf", logo="brands/0123456789abcdef.png", support_email="help@ava.example",
        support_messengers=[{"name": "Telegram", "url": "https://t.me/ava"}],
    )  # fmt: skip
    build.server(**EVERY_RECORD)
    build.domain("firma.com.ua", mta_sts="testing")
    typed(client, "olena@firma.com.ua")
    return client


@pytest.mark.parametrize("language", ["uk", "en"])
@pytest.mark.parametrize("path", PATHS)
def test_a_page_weighs_at_most_12_kilobytes(visited, path, language):
    assert packed(get(visited, f"/{language}{path}").content) <= 12_000


@pytest.mark.parametrize(("name", "most"), [("site.css", 10_000), ("site.js", 5_000)])
def test_style_and_script_keep_to_their_budgets(name, most):
    assert packed((STATIC / name).read_bytes()) <= most


@pytest.mark.parametrize("path", PATHS)
def test_a_page_makes_at_most_6_requests_and_none_to_others(visited, path):
    page = page_of(get(visited, f"/uk{path}"))
    loaded = [link["href"] for link in page.all("link") if link["rel"] in ("stylesheet", "icon")]
    loaded += [image["src"] for image in page.all("img") if image.get("loading") != "lazy"]
    loaded += [script["src"] for script in page.all("script")]
    # Drawings beside steps are fetched when their step comes into view.
    drawings = {image["src"] for image in page.all("img") if image.get("loading") == "lazy"}

    # What stands on a page twice is fetched once.
    assert len(set(loaded)) + 1 <= 6
    assert len(drawings) <= 3
    assert all(address.startswith("/") and not address.startswith("//") for address in {*loaded, *drawings})


@pytest.mark.parametrize("path", PATHS)
def test_a_page_holds_nothing_inline(visited, path):
    page = page_of(get(visited, f"/uk{path}"))

    assert not page.attributes("style")
    assert not page.all("style")
    assert all("src" in script for script in page.all("script"))
    assert not [name for _tag, attributes in page.elements for name in attributes if name.startswith("on")]
    assert not [
        value
        for name in ("href", "src")
        for value in page.attributes(name)
        if value.startswith(("data:", "javascript:"))
    ]


def test_the_style_sheet_asks_for_nothing():
    assert not re.search(r"url\(|@import|@font-face", (STATIC / "site.css").read_text("utf-8"))


@pytest.mark.parametrize("path", PATHS)
def test_every_control_and_picture_has_a_name(visited, path):
    page = page_of(get(visited, f"/uk{path}"))
    labelled = {label["for"] for label in page.all("label")}

    assert all(
        field.get("type") == "hidden" or field["id"] in labelled for field in [*page.all("input"), *page.all("select")]
    )
    assert all(image.get("alt") for image in page.all("img"))
    assert all(drawing.get("aria-hidden") == "true" for drawing in page.all("svg"))


@pytest.mark.parametrize("path", PATHS)
def test_every_id_stands_once_and_every_reference_has_its_target(visited, path):
    page = page_of(get(visited, f"/uk{path}"))
    ids = page.attributes("id")
    referred = [
        ref
        for name in ("aria-labelledby", "aria-describedby", "for")
        for value in page.attributes(name)
        for ref in value.split()
    ]
    referred += [href[1:] for href in page.attributes("href") if href.startswith("#")]

    assert len(ids) == len(set(ids))
    assert set(referred) <= set(ids)


@pytest.mark.parametrize("path", PATHS)
def test_a_page_has_one_main_heading(visited, path):
    assert len(page_of(get(visited, f"/uk{path}")).all("h1")) == 1


@pytest.mark.parametrize("template", sorted((ROOT / "templates").rglob("*.html")), ids=lambda path: path.name)
def test_no_template_of_the_pages_types_a_value(template):
    if "admin" in template.parts:
        return
    text = re.sub(r"\{#.*?#\}", "", template.read_text("utf-8"))

    assert not re.search(r"\b(993|143|995|110|465|587)\b|\bSTARTTLS\b|SSL/TLS", text)
