from urllib.parse import quote

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests import build

PATHS = [
    "/mail/config-v1.1.xml",
    "/.well-known/autoconfig/mail/config-v1.1.xml",
    "/v1.1/mail/config-v1.1.xml",
    "/Mail/Config-v1.1.XML",
]
PATH = PATHS[0]


def ask(client, host="autoconfig.firma.com.ua", path=PATH, **extra):
    return client.get(path, HTTP_HOST=host, **extra)


def user_name(response) -> str:
    return fromstring(response.content).find(".//incomingServer/username").text


def hosts(response) -> list[str]:
    return [element.text for element in fromstring(response.content).findall(".//hostname")]


@pytest.mark.django_db
class TestAutoconfig:
    @pytest.mark.parametrize("path", PATHS)
    def test_every_path_is_answered_as_xml_without_a_cookie(self, client, path):
        build.domain("firma.com.ua")

        response = ask(client, path=path)

        assert (response.status_code, response["Content-Type"]) == (200, "text/xml; charset=utf-8")
        assert not response.cookies
        assert hosts(response) == ["imap.firma.com.ua", "pop.firma.com.ua", "smtp.firma.com.ua"]

    @pytest.mark.parametrize(
        "host",
        ["firma.com.ua", "AutoConfig.FIRMA.com.ua", "autoconfig.firma.com.ua.", "autoconfig.firma.com.ua:8080",
         "autodiscover.firma.com.ua", "ua-auto-config.firma.com.ua", "mta-sts.firma.com.ua"],
    )  # fmt: skip
    def test_the_host_names_the_domain_in_any_spelling(self, client, host):
        build.domain("firma.com.ua")

        assert ask(client, host).status_code == 200

    @pytest.mark.parametrize(
        "query",
        [
            "",
            "emailaddress=",
            "emailaddress=%25EMAILADDRESS%25",
            "emailaddress=%EMAILADDRESS%",
            "emailaddress=olena@firma.com.ua",
            "emailaddress=olena%40firma.com.ua",
            "emailaddress=olena%2540firma.com.ua",
            "emailaddress=Olena%40FIRMA.com.ua",
            "emailaddress=EVOLUTIONUSER%40firma.com.ua&emailmd5=0123",
            "emailaddress=not+an+address",
        ],
    )
    def test_any_form_of_the_address_parameter_gets_the_domains_settings(self, client, query):
        build.domain("firma.com.ua")

        response = ask(client, path=f"{PATH}?{query}")

        assert user_name(response) == "%EMAILADDRESS%"

    def test_the_address_decides_over_the_host(self, client):
        build.domain("firma.com.ua")
        build.domain("other.com.ua")

        response = ask(client, "autoconfig.other.com.ua", f"{PATH}?emailaddress=olena@firma.com.ua")

        assert hosts(response)[0] == "imap.firma.com.ua"

    def test_an_address_of_an_unserved_domain_leaves_the_host_to_decide(self, client):
        build.domain("firma.com.ua")

        response = ask(client, path=f"{PATH}?emailaddress=olena@unknown.com.ua")

        assert hosts(response)[0] == "imap.firma.com.ua"
        assert "unknown" not in response.content.decode()

    @pytest.mark.parametrize("status", ["suspended", "external"])
    @pytest.mark.parametrize("query", ["", "?emailaddress=olena@firma.com.ua"])
    def test_a_domain_that_is_not_served_is_not_found(self, client, status, query):
        build.domain("firma.com.ua", status=status)

        assert ask(client, path=PATH + query).status_code == 404

    @pytest.mark.parametrize("host", ["autoconfig.unknown.com.ua", "", "com.ua", "xn--zzzzzz.укр", "a..b"])
    def test_an_unknown_host_is_not_found(self, client, host):
        build.domain("firma.com.ua")

        assert ask(client, host).status_code == 404

    def test_a_servers_discovery_name_gets_placeholders(self, client):
        build.server(discovery_names=["autoconfig.hoster.example"])
        build.domain("firma.com.ua")

        response = ask(client, "autoconfig.hoster.example")

        assert hosts(response)[0] == "imap.%EMAILDOMAIN%"
        assert "firma" not in response.content.decode()

    def test_a_discovery_name_with_an_address_gets_that_domains_settings(self, client):
        build.server(discovery_names=["autoconfig.hoster.example"])
        build.domain("firma.com.ua")

        response = ask(client, "autoconfig.hoster.example", f"{PATH}?emailaddress=olena%40firma.com.ua")

        assert hosts(response)[0] == "imap.firma.com.ua"

    @pytest.mark.parametrize("at", ["@", "%40", "%2540", "%252540"])
    @pytest.mark.parametrize("local_part", ["olena", "o+lena"])
    def test_an_address_is_understood_however_it_was_encoded_where_the_host_decides_nothing(
        self, client, local_part, at
    ):
        """The plus sign stands raw, as Nextcloud and FairEmail send it: a form would have read it as a space."""
        build.server(discovery_names=["autoconfig.hoster.example"])
        build.domain("firma.com.ua", logins="published", mailboxes=[{"local_part": local_part, "login": "o.kovalenko"}])

        response = ask(client, "autoconfig.hoster.example", f"{PATH}?emailaddress={local_part}{at}firma.com.ua")

        assert hosts(response)[0] == "imap.firma.com.ua"
        assert user_name(response) == "o.kovalenko"

    @pytest.mark.parametrize("email", ["x@gmail.com", "x%40gmail.com", "olena@suspended.com.ua"])
    def test_a_discovery_name_says_nothing_about_an_address_of_a_domain_that_is_not_served(self, client, email):
        build.server(discovery_names=["autoconfig.hoster.example"])
        build.domain("firma.com.ua")
        build.domain("suspended.com.ua", status="suspended")

        assert ask(client, "autoconfig.hoster.example", f"{PATH}?emailaddress={email}").status_code == 404

    def test_a_shared_discovery_name_speaks_for_the_default_server(self, client):
        for name in ("a", "b"):
            build.server(
                name,
                discovery_names=["autoconfig.hoster.example"],
                is_default=name == "b",
                endpoints=[(p, f"{name}.hoster.example", port, "tls") for p, port in (("imap", 993), ("smtp", 465))],
            )

        assert hosts(ask(client, "autoconfig.hoster.example"))[0] == "b.hoster.example"

    def test_an_alias_gets_the_primary_names_settings(self, client):
        build.domain("firma.com.ua", aliases=["firma.укр"])

        response = ask(client, "autoconfig.firma.xn--j1amh", f"{PATH}?emailaddress=olena@firma.xn--j1amh")

        assert hosts(response)[0] == "imap.firma.com.ua"
        assert user_name(response) == "olena@firma.com.ua"

    def test_an_idn_is_asked_for_by_its_a_labels(self, client):
        build.domain("приклад.укр")

        response = ask(client, "autoconfig.xn--80aikifvh.xn--j1amh")

        assert hosts(response)[0] == "imap.xn--80aikifvh.xn--j1amh"

    @pytest.mark.parametrize("policy", ["pattern", "private"])
    def test_existing_unknown_and_suspended_mailboxes_get_the_same_bytes_and_queries(
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
                response = ask(client, path=f"{PATH}?emailaddress={local_part}@firma.com.ua")
            answers.append(response.content.replace(local_part.encode(), b"?"))

        assert answers[0] == answers[1] == answers[2]
        assert b"kovalenko" not in answers[0]

    def test_a_published_user_name_is_given_for_its_own_address_only(self, client):
        build.domain(
            "firma.com.ua", logins="published", mailboxes=[{"local_part": "olena", "login": "o.kovalenko"}]
        )  # fmt: skip

        assert user_name(ask(client, path=f"{PATH}?emailaddress=olena@firma.com.ua")) == "o.kovalenko"
        assert user_name(ask(client, path=f"{PATH}?emailaddress=petro@firma.com.ua")) == "%EMAILADDRESS%"

    def test_only_an_answer_without_an_address_may_be_kept_by_others(self, client):
        build.domain("firma.com.ua")

        assert ask(client)["Cache-Control"] == "public, max-age=60"
        assert ask(client, path=f"{PATH}?emailaddress=olena@firma.com.ua")["Cache-Control"] == "private, no-store"

    def test_a_conditional_request_gets_no_body_again(self, client):
        build.domain("firma.com.ua")

        response = ask(client, headers={"If-None-Match": ask(client)["ETag"]})

        assert (response.status_code, response.content) == (304, b"")

    @pytest.mark.parametrize("method", ["post", "put", "delete"])
    def test_other_methods_are_refused(self, client, method):
        build.domain("firma.com.ua")

        response = getattr(client, method)(PATH, HTTP_HOST="autoconfig.firma.com.ua")

        assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")

    def test_head_is_answered_without_a_body(self, client):
        build.domain("firma.com.ua")

        response = client.head(PATH, HTTP_HOST="autoconfig.firma.com.ua")

        assert (response.status_code, response.content) == (200, b"")


class HostileAddress(TestCase):
    @classmethod
    def setUpTestData(cls):
        build.domain("firma.com.ua")

    @given(text=st.text(max_size=400))
    def test_any_address_parameter_is_answered(self, text):
        query = quote(text, safe="", errors="surrogatepass")
        response = self.client.get(f"{PATH}?emailaddress={query}", HTTP_HOST="autoconfig.firma.com.ua")

        assert response.status_code == 200
        fromstring(response.content)

    @given(local_part=st.text(max_size=70))
    def test_any_local_part_is_answered(self, local_part):
        query = quote(f"{local_part}@firma.com.ua", safe="", errors="surrogatepass")
        response = self.client.get(f"{PATH}?emailaddress={query}", HTTP_HOST="autoconfig.firma.com.ua")

        assert response.status_code == 200

    @given(query=st.binary(max_size=300))
    def test_any_query_string_is_answered(self, query):
        response = self.client.get(PATH, QUERY_STRING=query.decode("latin-1"), HTTP_HOST="autoconfig.firma.com.ua")

        assert response.status_code == 200
