from urllib.parse import quote

import pytest
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from portal.gunicorn import mask
from tests import build

PATH = "/autodiscover/autodiscover.json"
QUERY = f"{PATH}?Email=olena@firma.com.ua&Protocol=AutodiscoverV1"
OWN_URL = "https://autodiscover.firma.com.ua/autodiscover/autodiscover.xml"
SITE_URL = "https://portal.example/autodiscover/autodiscover.xml"


def ask(client, path=QUERY, host="autodiscover.firma.com.ua", **extra):
    return client.get(path, HTTP_HOST=host, **extra)


def error(response) -> tuple[int, str]:
    assert response["Content-Type"] == "application/json; charset=utf-8"
    return response.status_code, response.json()["ErrorCode"]


@pytest.mark.django_db
class TestAutodiscoverJson:
    @pytest.mark.parametrize(
        "path",
        [
            QUERY,
            f"{PATH}?Email=olena%40firma.com.ua&Protocol=Autodiscoverv1&RedirectCount=1",
            f"{PATH}?email=Olena@FIRMA.com.ua&protocol=autodiscoverv1",
            f"{PATH}?EMAIL=olena@firma.com.ua&PROTOCOL=AUTODISCOVERV1",
            f"{PATH}/v1.0/olena@firma.com.ua?Protocol=AutodiscoverV1",
            f"{PATH}/v1.0/olena%40firma.com.ua?Protocol=AutodiscoverV1&RedirectCount=1",
            f"{PATH}/v1.0/olena+shop@firma.com.ua/?protocol=AutodiscoverV1",
            "/Autodiscover/Autodiscover.json/V1.0/Olena@firma.com.ua?Protocol=AutodiscoverV1",
            "/AUTODISCOVER/AUTODISCOVER.JSON?Email=olena@firma.com.ua&Protocol=AutodiscoverV1",
        ],
    )
    def test_every_spelling_is_told_where_the_xml_answer_is(self, client, path):
        build.domain("firma.com.ua")

        response = ask(client, path)

        assert (response.status_code, response["Content-Type"]) == (200, "application/json; charset=utf-8")
        assert response.json() == {"Protocol": "AutodiscoverV1", "Url": OWN_URL}

    def test_an_answer_is_kept_by_nobody_and_sets_no_cookie(self, client):
        build.domain("firma.com.ua")

        response = ask(client)

        assert (response["Cache-Control"], response["X-Content-Type-Options"]) == ("no-store", "nosniff")
        assert not response.cookies

    @pytest.mark.parametrize(
        ("host", "url"),
        [
            ("autodiscover.firma.com.ua", OWN_URL),
            ("AutoDiscover.Firma.com.ua:443", OWN_URL),
            ("firma.com.ua", "https://firma.com.ua/autodiscover/autodiscover.xml"),
            ("portal.example", SITE_URL),
            ("autoconfig.firma.com.ua", SITE_URL),
            ("autodiscover.other.com.ua", SITE_URL),
            ("evil.example", SITE_URL),
            ("", SITE_URL),
        ],
    )
    def test_the_address_is_at_the_domains_own_host_or_else_at_this_site(self, client, host, url):
        build.domain("firma.com.ua")
        build.domain("other.com.ua")

        assert ask(client, host=host).json()["Url"] == url

    def test_an_alias_is_answered_at_its_own_host(self, client):
        build.domain("firma.com.ua", aliases=["firma.укр"])
        path = f"{PATH}?Email=olena@firma.xn--j1amh&Protocol=AutodiscoverV1"

        response = ask(client, path, "autodiscover.firma.xn--j1amh")

        assert response.json()["Url"] == "https://autodiscover.firma.xn--j1amh/autodiscover/autodiscover.xml"

    @override_settings(SITE_URL="http://localhost:8000", SERVED_OVER_TLS=False)
    def test_a_site_without_tls_is_named_as_it_is(self, client):
        build.domain("firma.com.ua")

        url = ask(client, host="localhost:8000").json()["Url"]

        assert url == "http://localhost:8000/autodiscover/autodiscover.xml"

    @pytest.mark.parametrize("protocol", ["ActiveSync", "Ews", "Rest", "Substrate", "AutodiscoverV2", "%00"])
    def test_another_protocol_is_told_which_one_there_is(self, client, protocol):
        build.domain("firma.com.ua")

        response = ask(client, f"{PATH}?Email=olena@firma.com.ua&Protocol={protocol}")

        assert error(response) == (400, "InvalidProtocol")
        assert "AutodiscoverV1" in response.json()["ErrorMessage"]

    @pytest.mark.parametrize("query", ["", "?Email=olena@firma.com.ua", "?Email=olena@firma.com.ua&Protocol=+"])
    def test_a_missing_protocol_is_named(self, client, query):
        build.domain("firma.com.ua")

        response = ask(client, PATH + query)

        assert error(response) == (400, "MandatoryParameterMissing")
        assert "Protocol" in response.json()["ErrorMessage"]

    @pytest.mark.parametrize(
        "email",
        [
            "olena@unknown.com.ua",
            "olena@paused.com.ua",
            "olena@moved.com.ua",
            "olena",
            "@firma.com.ua",
            "",
            "%FF",
            "%00@",
        ],
    )
    @pytest.mark.parametrize("form", ["?Email={}&Protocol=AutodiscoverV1", "/v1.0/{}?Protocol=AutodiscoverV1"])
    def test_an_address_that_is_not_served_is_not_found(self, client, email, form):
        build.domain("firma.com.ua")
        build.domain("paused.com.ua", status="suspended")
        build.domain("moved.com.ua", status="external")

        assert error(ask(client, PATH + form.format(email))) == (404, "UserNotFound")

    @pytest.mark.parametrize("policy", ["pattern", "published", "private"])
    def test_existing_unknown_and_suspended_mailboxes_get_the_same_answer_and_queries(
        self, client, policy, django_assert_num_queries
    ):
        login = {} if policy == "pattern" else {"login": "o.kovalenko"}
        build.domain(
            "firma.com.ua", logins=policy,
            mailboxes=[{"local_part": "olena", **login}, {"local_part": "petro", "status": "suspended"}],
        )  # fmt: skip

        answers = []
        for local_part in ("olena", "petro", "nobody"):
            build.cold()
            with django_assert_num_queries(3):
                response = ask(client, f"{PATH}?Email={local_part}@firma.com.ua&Protocol=AutodiscoverV1")
            answers.append((response.status_code, response.content, dict(response.headers)))

        assert answers[0] == answers[1] == answers[2]

    @pytest.mark.parametrize("method", ["post", "put", "delete"])
    @pytest.mark.parametrize("path", [PATH, f"{PATH}/v1.0/olena@firma.com.ua"])
    def test_other_methods_are_refused(self, client, method, path):
        build.domain("firma.com.ua")

        response = getattr(client, method)(path, HTTP_HOST="autodiscover.firma.com.ua")

        assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")

    def test_head_is_answered_without_a_body(self, client):
        build.domain("firma.com.ua")

        response = client.head(QUERY, HTTP_HOST="autodiscover.firma.com.ua")

        assert (response.status_code, response.content) == (200, b"")

    def test_an_address_in_the_path_stays_out_of_the_log(self):
        assert mask(f"{PATH}/v1.0/olena@firma.com.ua") == f"{PATH}/v1.0/…"
        assert (
            mask("/Autodiscover/autodiscover.JSON/V1.0/olena@firma.com.ua") == "/Autodiscover/autodiscover.JSON/V1.0/…"
        )


class HostileQuestion(TestCase):
    @classmethod
    def setUpTestData(cls):
        build.domain("firma.com.ua")

    @given(email=st.text(max_size=200), protocol=st.text(max_size=40))
    def test_any_parameters_get_one_of_the_answers(self, email, protocol):
        email, protocol = (quote(text, safe="", errors="surrogatepass") for text in (email, protocol))
        response = self.client.get(f"{PATH}?Email={email}&Protocol={protocol}", HTTP_HOST="autodiscover.firma.com.ua")

        assert response.status_code in (200, 400, 404)
        assert response.json()

    @given(rest=st.text(max_size=200))
    def test_any_end_of_the_path_is_answered(self, rest):
        path = f"{PATH}/v1.0/{rest}".encode("utf-8", "surrogatepass").decode("latin-1")
        response = self.client.get(
            "/", {"Protocol": "AutodiscoverV1"}, PATH_INFO=path, HTTP_HOST="autodiscover.firma.com.ua"
        )

        assert response.status_code in (200, 404)
        assert response.json()
