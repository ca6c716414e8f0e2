"""The DNS records of a domain as a page: every record, what it is for, and the zone file."""

from html import unescape

import dns.zone
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mailsettings import lookup
from mailsettings.formats.dns_zone import Purpose, records
from mailsettings.guides import guides
from mailsettings.pages.dns import ABOUT, GROUPS, groups
from tests import build

from .browsing import get, page_of, typed

pytestmark = pytest.mark.django_db
PATH = "/uk/d/firma.com.ua/dns/"
KEY = f"v=DKIM1; k=rsa; p={'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A' * 12}"


@pytest.fixture
def firma():
    build.server(
        mx=["mx1.hoster.example", "mx2.hoster.example"],
        dns_spf="v=spf1 include:_spf.hoster.example -all",
        dns_dmarc="v=DMARC1; p=none",
        dns_tls_rpt="v=TLSRPTv1; rua=mailto:tls@hoster.example",
        dns_dkim=[{"selector": "mail", "record": KEY}],
    )
    return build.domain("firma.com.ua", aliases=["firma.org.ua"], mta_sts="testing")


def values(page) -> list[str]:
    """Every text that a button copies, in order."""
    inner = (part.partition(">")[2].partition("</span>")[0] for part in page.html.split("data-value")[1:])
    return [unescape(html.replace("<wbr>", "")) for html in inner]


def test_every_purpose_has_its_words_and_stands_in_one_group():
    assert set(ABOUT) == set(Purpose)
    assert sorted(purpose for group in GROUPS for purpose in group[3]) == sorted(Purpose)


def test_every_record_is_shown_with_name_type_and_value(client, firma):
    shown = values(page_of(get(client, PATH)))
    settings = lookup.for_domain("firma.com.ua")
    pairs = set(zip(shown[::2], shown[1::2], strict=True))

    assert len(shown) == 2 * len(records(settings))
    assert {
        ("@", "mx1.hoster.example"),
        ("@", "v=spf1 include:_spf.hoster.example -all"),
        ("mail._domainkey", KEY),
        ("_dmarc", "v=DMARC1; p=none"),
        ("_imaps._tcp", "imap.firma.com.ua"),
        ("_pop3._tcp", "."),
        ("autoconfig", "portal.example"),
        ("mta-sts", "portal.example"),
    } <= pairs


def test_each_value_is_copied_by_a_button_that_says_what(client, firma):
    page = page_of(get(client, "/en/d/firma.com.ua/dns/"))
    buttons = [button["aria-label"] for button in page.all("button", class_="copy")]

    assert len(buttons) == 2 * len(records(lookup.for_domain("firma.com.ua")))
    assert "Copy the name of the SRV record _imaps._tcp" in buttons
    assert "Copy the value of the SRV record _imaps._tcp: imap.firma.com.ua" in buttons


def test_values_are_neither_translated_nor_turned_around(client, firma):
    shown = page_of(get(client, PATH)).all("span", class_="value")

    assert shown
    assert all(value["translate"] == "no" and value["dir"] == "ltr" for value in shown)


def test_a_service_shows_its_numbers_apart(client, firma):
    assert "priority 0, weight 1, port 993" in page_of(get(client, "/en/d/firma.com.ua/dns/")).text


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("uk", ["Потрібно для пошти", "Потрібно для автоматичного налаштування", "лише один запис SPF"]),
        ("en", ["Needed for mail", "Needed for automatic setup", "one SPF record only"]),
    ],
)
def test_the_page_says_what_is_needed_for_what_and_to_merge_spf(client, firma, language, words):
    text = page_of(get(client, f"/{language}/d/firma.com.ua/dns/")).text

    for word in words:
        assert word in text


def test_a_group_without_records_is_left_out():
    build.domain("firma.com.ua")

    assert [group.id for group in groups(lookup.for_domain("firma.com.ua"))] == ["automatic"]


def test_the_zone_file_is_a_download_that_name_servers_read(client, firma):
    (link,) = [a for a in page_of(get(client, PATH)).all("a") if "dns.zone" in a["href"]]
    response = get(client, link["href"])

    assert link["download"] == "firma.com.ua.zone"
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    zone = dns.zone.from_text(response.content.decode(), origin="firma.com.ua.", check_origin=False)
    assert zone.find_rdataset("@", "MX")


def test_the_setup_page_leads_here(client, firma):
    assert page_of(get(client, "/uk/d/firma.com.ua/")).all("a", href=PATH)


def test_no_guide_takes_the_name_of_this_page():
    assert "dns" not in guides()


def test_an_alias_leads_to_the_zone_of_the_primary_name_and_is_not_named(client, firma):
    response = get(client, "/uk/d/firma.org.ua/dns/")

    assert (response.status_code, response["Location"]) == (302, PATH)
    assert "firma.org.ua" not in get(client, PATH).content.decode()


def test_an_international_domain_is_read_in_its_own_letters_and_copied_in_latin_ones(client):
    build.domain("пошта.укр")
    page = page_of(get(client, "/uk/d/xn--80a1acn3a.xn--j1amh/dns/"))

    assert "пошта.укр" in page.title
    assert "imap.xn--80a1acn3a.xn--j1amh" in values(page)


def test_a_typed_address_is_not_on_the_page(client, firma):
    typed(client, "olena@firma.com.ua")

    assert "olena" not in get(client, PATH).content.decode()


def test_the_page_is_not_for_search_engines(client, firma):
    assert get(client, PATH)["X-Robots-Tag"] == "noindex"


def test_an_unknown_domain_has_no_records(client):
    response = get(client, "/uk/d/unknown.com.ua/dns/")

    assert response.status_code == 404
    assert not page_of(response).all("table")


@pytest.mark.parametrize("status", ["suspended", "external"])
def test_a_domain_that_is_not_served_has_no_records(client, status):
    build.server(mx=["mx1.hoster.example"])
    build.domain("firma.com.ua", status=status)
    response = get(client, PATH)

    assert not page_of(response).all("table")
    assert "mx1.hoster.example" not in response.content.decode()
    assert get(client, "/d/firma.com.ua/dns.zone").status_code == 404


def test_another_brands_host_knows_nothing_of_it(client, firma):
    build.brand("main", is_default=True)
    build.brand("ava", hosts=["help.ava.example"])

    assert get(client, PATH, "help.ava.example").status_code == 404
    assert get(client, "/d/firma.com.ua/dns.zone", "help.ava.example").status_code == 404


def test_a_customers_host_has_no_such_page(client, firma):
    assert get(client, PATH, "autoconfig.firma.com.ua").status_code == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "PROPFIND"])
def test_the_page_takes_nothing(client, firma, method):
    assert client.generic(method, PATH, HTTP_HOST="portal.example", secure=True).status_code in (403, 405)


def test_the_page_is_the_same_bytes_and_asks_nothing_again(client, firma):
    first = get(client, PATH).content
    with CaptureQueriesContext(connection) as asked:
        assert get(client, PATH).content == first
    assert len(asked) == 0
