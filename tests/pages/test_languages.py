import datetime

import pytest
from django.utils.formats import date_format
from django.utils.translation import override

from tests import build

from .browsing import get, page_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("accepts", "leads_to"),
    [("uk", "/uk/"), ("en-GB,en;q=0.9", "/en/"), ("de,en;q=0.5", "/en/"), ("en;q=0.3,uk;q=0.8", "/uk/")],
)
def test_the_root_goes_by_the_browsers_languages(client, accepts, leads_to):
    assert get(client, "/", HTTP_ACCEPT_LANGUAGE=accepts)["Location"] == leads_to


@pytest.mark.parametrize("language", ["uk", "en"])
def test_the_root_goes_by_the_brands_language_where_the_browser_has_none_of_ours(client, language):
    build.brand("ava", is_default=True, language=language)

    assert get(client, "/", HTTP_ACCEPT_LANGUAGE="de-DE")["Location"] == f"/{language}/"
    assert get(client, "/")["Location"] == f"/{language}/"


def test_a_chosen_language_comes_before_the_browsers(client):
    get(client, "/language/en/?next=/en/")

    assert get(client, "/", HTTP_ACCEPT_LANGUAGE="uk")["Location"] == "/en/"


@pytest.mark.parametrize("path", ["/", "/d/firma.com.ua/", "/guides/iphone/", "/help/", "/help/timeout/"])
def test_changing_the_language_keeps_the_page(client, path):
    build.domain("firma.com.ua")
    (link,) = page_of(get(client, f"/uk{path}")).all("a", hreflang="en")

    response = get(client, link["href"])

    assert response["Location"] == f"/en{path}"
    assert response.cookies["language"].value == "en"


def test_a_page_names_itself_in_the_other_language(client):
    assert page_of(get(client, "/uk/help/")).all("link", rel="alternate", hreflang="en", href="/en/help/")


@pytest.mark.parametrize("path", ["//evil.example/", "https://evil.example/", "/uk/", "/en\n/", "", "/admin/"])
def test_changing_the_language_leads_to_nobody_elses_page(client, path):
    response = client.get("/language/en/", {"next": path}, secure=True, HTTP_HOST="portal.example")

    assert response["Location"] == "/en/"


@pytest.mark.parametrize("language", ["uk", "en"])
def test_a_page_says_which_language_it_is_in(client, language):
    assert page_of(get(client, f"/{language}/")).all("html", lang=language)


@pytest.mark.parametrize(
    ("language", "day", "short", "moment"),
    [
        ("uk", "1 грудня 2026 року", "01.12.2026 09:05", "1 грудня 2026 року, 09:05"),
        ("en", "1 December 2026", "1 Dec 2026, 09:05", "1 December 2026, 09:05"),
    ],
)
def test_a_date_is_written_as_the_readers_of_its_language_write_it(language, day, short, moment):
    then = datetime.datetime(2026, 12, 1, 9, 5)

    with override(language):
        assert date_format(then, "DATE_FORMAT") == day
        assert date_format(then, "SHORT_DATETIME_FORMAT") == short
        assert date_format(then, "DATETIME_FORMAT") == moment
