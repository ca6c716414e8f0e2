"""Several mailboxes: a sheet for each address, and nothing kept."""

import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests import build

from .browsing import PORTAL, get, page_of

PATH = "/uk/d/firma.com.ua/sheets/"


def ask(client, text, path=PATH):
    return client.post(path, {"addresses": text}, secure=True, HTTP_HOST=PORTAL)


def sheets(response):
    return page_of(response).all("article", class_="label sheet")


@pytest.mark.django_db
class TestSheets:
    @pytest.fixture(autouse=True)
    def firma(self):
        build.domain("firma.com.ua", aliases=["firma.org.ua"])
        build.domain("other.com.ua", customer=build.customer("c2"))

    @pytest.mark.parametrize(
        "text",
        [
            "olena@firma.com.ua\npetro@firma.com.ua",
            "olena@firma.com.ua, petro@firma.com.ua;",
            "Олена Коваль <olena@firma.com.ua>, Петро <petro@firma.com.ua>",
            "olena petro",
            "OLENA@Firma.com.ua\r\npetro@firma.org.ua\r\nolena@firma.com.ua",
        ],
    )
    def test_each_address_gets_one_sheet_however_the_list_is_written(self, client, text):
        response = ask(client, text)
        page = page_of(response)

        assert response.status_code == 200
        assert len(sheets(response)) == 2
        assert "olena@firma.com.ua" in page.text
        assert "petro@firma" in page.text

    def test_a_sheet_holds_the_servers_a_code_the_day_and_where_it_is_current(self, client):
        page = page_of(ask(client, "olena"))

        assert "imap.firma.com.ua" in page.text
        assert "smtp.firma.com.ua" in page.text
        assert page.all("svg", class_="qr")
        assert "Станом на" in page.text
        assert "https://portal.example/uk/d/firma.com.ua/" in page.text

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("olena@other.com.ua", "іншого домену"),
            ("olena@nowhere.com.ua", "іншого домену"),
            ("o@lena@firma.com.ua", "@"),
            ("", "хоча б одну адресу"),
            (" ,; \n", "хоча б одну адресу"),
            (" ".join(f"m{number}" for number in range(101)), "100"),
        ],
    )
    def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_lost(self, client, text, words):
        response = ask(client, text)
        page = page_of(response)

        assert response.status_code == 422
        assert words in page.text
        assert not sheets(response)
        assert page.all("textarea", aria_invalid="true")
        assert text.strip() in response.content.decode()

    def test_a_domain_of_somebody_else_is_not_told_from_an_unknown_one(self, client):
        answers = [
            ask(client, f"olena@{name}").content.decode().replace(name, "…")
            for name in ("other.com.ua", "nobody.com.ua")
        ]

        assert answers[0] == answers[1]

    def test_sheets_are_kept_by_nobody(self, client):
        response = ask(client, "olena")

        assert "no-store" in response["Cache-Control"]
        assert not response.cookies
        assert response["X-Robots-Tag"] == "noindex"

    def test_any_number_of_sheets_takes_the_same_queries(self, client):
        counts = []
        for number in (1, 50):
            build.cold()
            with CaptureQueriesContext(connection) as queries:
                ask(client, " ".join(f"m{count}" for count in range(number)))
            counts.append(len(queries))

        assert counts[0] == counts[1] <= 4

    def test_one_long_line_is_read_in_a_time_that_grows_with_its_length_alone(self, client):
        started = time.process_time()
        ask(client, "a " * 32_768)

        # With the square of its length it would be more than six seconds.
        assert time.process_time() - started < 2

    def test_a_fault_is_said_once_however_often_it_was_written(self, client):
        page = page_of(ask(client, "olena@other.com.ua olena@other.com.ua"))

        assert page.text.count("Це адреса іншого домену.") == 1

    def test_a_private_user_name_stays_private(self, client):
        build.domain("secret.com.ua", customer=build.customer("c3"), logins="private",
                     mailboxes=[{"local_part": "olena", "login": "o.koval"}])  # fmt: skip

        text = page_of(ask(client, "olena", "/uk/d/secret.com.ua/sheets/")).text

        assert "o.koval" not in text

    @pytest.mark.parametrize("status", ["suspended", "external"])
    def test_a_domain_that_is_not_served_has_no_sheets(self, client, status):
        build.domain("gone.com.ua", customer=build.customer("c4"), status=status)

        assert not sheets(ask(client, "olena", "/uk/d/gone.com.ua/sheets/"))

    def test_the_setup_page_leads_here(self, client):
        assert PATH in page_of(get(client, "/uk/d/firma.com.ua/")).attributes("href")


class Hostile(TestCase):
    @given(st.text(max_size=200))
    def test_any_text_is_answered_in_words(self, text):
        build.domain("firma.com.ua")
        response = self.client.post(PATH, {"addresses": text}, secure=True, HTTP_HOST=PORTAL)

        assert response.status_code in (200, 422)
