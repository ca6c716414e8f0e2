import pytest
from django.db import DatabaseError, OperationalError
from django.test import Client, RequestFactory

from mailsettings import lookup
from mailsettings.pages import errors
from portal.logs import RequestId

from .browsing import Page, get, page_of

pytestmark = pytest.mark.django_db
WORDS = {"uk": "Такої сторінки немає", "en": "There is no such page"}


@pytest.mark.parametrize("language", ["uk", "en"])
def test_a_page_that_there_is_not_says_so_and_offers_the_field(client, language):
    response = get(client, f"/{language}/nothing/")
    page = page_of(response)

    assert response.status_code == 404
    assert WORDS[language] in page.text
    assert page.all("html", lang=language)
    assert page.all("input", name="address")


def test_a_path_without_a_language_is_answered_in_the_browsers(client):
    assert WORDS["en"] in page_of(get(client, "/nothing/at/all.php", HTTP_ACCEPT_LANGUAGE="en")).text


@pytest.mark.parametrize("path", ["/uk/d/olena@firma.com.ua/", "/uk/olena@firma.com.ua/", "/uk/d/x/olena@firma.com.ua"])
def test_an_address_in_a_wrong_path_is_not_repeated(client, path):
    response = get(client, path)

    assert response.status_code == 404
    assert "olena" not in response.content.decode()


@pytest.mark.parametrize("language", ["uk", "en"])
@pytest.mark.parametrize(
    ("view", "status"),
    [(errors.bad_request, 400), (errors.forbidden, 403), (errors.stale_form, 403), (errors.server_error, 500)],
)
def test_a_failure_is_told_in_both_languages_without_the_database(language, view, status, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = view(RequestFactory().get(f"/{language}/d/firma.com.ua/"))
    page = Page(response.content.decode())

    assert response.status_code == status
    assert page.all("html", lang=language)
    assert page.all("a", href=f"/{language}/")


@pytest.mark.parametrize("path", ["/accounts/login/", "/admin/search/"])
def test_a_form_whose_token_is_of_another_session_says_what_to_do(path):
    client = Client(enforce_csrf_checks=True)
    response = client.post(path, {"login": "x"}, secure=True, HTTP_HOST="portal.example", HTTP_ACCEPT_LANGUAGE="en")
    page = page_of(response)

    assert response.status_code == 403
    assert "This form is out of date" in page.text
    assert "style-src 'self'" in response["Content-Security-Policy"]
    assert not page.all("style")


def test_a_failure_in_a_view_is_a_page(client, monkeypatch):
    def broken(*_arguments):
        raise RuntimeError

    monkeypatch.setattr(lookup, "for_domain", broken)
    client.raise_request_exception = False
    response = get(client, "/en/d/firma.com.ua/")

    assert response.status_code == 500
    assert "Something broke on our side" in page_of(response).text


def test_a_missing_page_is_told_even_when_the_database_does_not_answer(monkeypatch):
    def broken():
        raise DatabaseError

    monkeypatch.setattr(lookup, "default_brand", broken)
    response = errors.not_found(RequestFactory().get("/uk/nothing/"))

    assert response.status_code == 404
    assert WORDS["uk"] in response.content.decode()


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_the_start_page_takes_nothing_but_what_a_form_sends(client, method):
    response = getattr(client, method)("/uk/", secure=True, HTTP_HOST="portal.example")

    assert response.status_code == 405


def broken_by(error):
    def broken(*_arguments):
        raise error

    return broken


def test_a_database_that_does_not_answer_is_a_short_break(client, monkeypatch):
    monkeypatch.setattr(lookup, "for_domain", broken_by(OperationalError("gone")))
    client.raise_request_exception = False
    response = get(client, "/uk/d/firma.com.ua/")

    assert response.status_code == 503
    assert response["Retry-After"]
    assert "ненадовго" in page_of(response).text


def test_a_failure_names_the_number_that_stands_in_the_log(client, monkeypatch, caplog):
    monkeypatch.setattr(lookup, "for_domain", broken_by(RuntimeError()))
    client.raise_request_exception = False
    with caplog.filtering(RequestId()), caplog.at_level("ERROR"):
        response = get(client, "/uk/d/firma.com.ua/")

    number = response["X-Request-Id"]
    assert number in page_of(response).text
    assert {record.request_id for record in caplog.records if record.name == "django.request"} == {number}


def test_each_request_has_a_number_of_its_own(client):
    assert get(client, "/uk/")["X-Request-Id"] != get(client, "/uk/")["X-Request-Id"]


@pytest.mark.parametrize(("language", "words"), [("uk", "Забагато спроб"), ("en", "That was too often")])
def test_too_many_requests_are_told_when_to_come_back(language, words):
    response = errors.too_many(RequestFactory().get(f"/{language}/search/"), 60)

    assert (response.status_code, response["Retry-After"]) == (429, "60")
    assert words in Page(response.content.decode()).text
