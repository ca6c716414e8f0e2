import pytest
from django.test import override_settings
from django.utils import translation

from mailsettings import inprocess
from mailsettings.inprocess import fetch
from portal.logs import request_id
from tests import build

SITE = "https://portal.example"


@pytest.fixture
def new_handler():
    """Middleware that reads the settings of this test, and goes with it."""
    inprocess._handler.cache_clear()
    yield
    inprocess._handler.cache_clear()


@pytest.mark.django_db
class TestFetch:
    def test_it_brings_a_file_with_its_headers_in_any_case(self):
        build.domain("firma.com.ua")

        answer = fetch("GET", f"{SITE}/d/firma.com.ua/autoconfig.xml")

        assert (answer.status, answer.headers["content-TYPE"]) == (200, "text/xml; charset=utf-8")
        assert b"imap.firma.com.ua" in answer.body

    def test_the_host_is_the_one_in_the_url(self):
        build.domain("firma.com.ua")

        assert fetch("GET", "https://autoconfig.firma.com.ua/mail/config-v1.1.xml").status == 200
        assert fetch("GET", "https://other.example/d/firma.com.ua/autoconfig.xml").status == 404

    def test_the_scheme_is_the_one_in_the_url(self):
        assert fetch("GET", "http://portal.example/uk/").status == 301
        assert fetch("GET", f"{SITE}/uk/").status == 200

    def test_a_trusted_proxy_would_have_told_the_scheme(self, new_handler):
        proxied = {"TRUSTED_PROXY_COUNT": 1, "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https")}
        with override_settings(**proxied):
            assert fetch("GET", f"{SITE}/uk/").status == 200
            assert fetch("GET", "http://portal.example/uk/").status == 301

    def test_a_body_reaches_its_view_and_a_cookie_comes_back(self):
        build.domain("firma.com.ua")
        form = {"Content-Type": "application/x-www-form-urlencoded"}

        answer = fetch("POST", f"{SITE}/uk/", headers=form, body=b"address=olena%40firma.com.ua")

        assert (answer.status, answer.headers["Location"]) == (303, "/uk/d/firma.com.ua/")
        assert "address" in answer.cookies

    def test_a_question_is_no_part_of_the_path(self):
        build.domain("firma.com.ua", aliases=["firma.example"])

        path = "/mail/config-v1.1.xml?emailaddress=olena%40firma.example"

        assert b"<domain>firma.example</domain>" in fetch("GET", f"https://autoconfig.firma.com.ua{path}").body

    def test_a_path_in_other_letters_arrives_as_it_was_meant(self):
        build.domain("xn--80a1acn3a.xn--j1amh")

        assert fetch("GET", f"{SITE}/uk/d/%D0%BF%D0%BE%D1%88%D1%82%D0%B0.%D1%83%D0%BA%D1%80/").status in (200, 301, 302)

    def test_an_answer_to_head_has_no_body(self):
        build.domain("firma.com.ua")

        answer = fetch("HEAD", f"{SITE}/d/firma.com.ua/autoconfig.xml")

        assert (answer.status, answer.body) == (200, b"")

    def test_the_callers_language_and_request_number_stay(self):
        token = request_id.set("caller")
        with translation.override("en"):
            fetch("GET", f"{SITE}/uk/")

            assert (translation.get_language(), request_id.get()) == ("en", "caller")
        request_id.reset(token)

    @pytest.mark.parametrize("url", ["https://[portal.example/", "https://portal.example:port/", "", "nonsense"])
    def test_an_url_that_is_none_is_an_answer_too(self, url):
        assert fetch("GET", url).status in (404, 500)

    def test_what_breaks_inside_is_an_answer_too(self, monkeypatch, caplog):
        monkeypatch.setattr(inprocess, "_handler", lambda: 1 / 0)

        assert fetch("GET", f"{SITE}/uk/").status == 500
        assert "failed" in caplog.text
