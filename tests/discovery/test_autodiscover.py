import pytest
from defusedxml.ElementTree import fromstring
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests import build

PATH = "/autodiscover/autodiscover.xml"
OUTLOOK = "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a"
MOBILESYNC = "http://schemas.microsoft.com/exchange/autodiscover/mobilesync/responseschema/2006"
REQUEST = """<?xml version="1.0" encoding="utf-8"?>
<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006"><Request>
<EMailAddress>{email}</EMailAddress><AcceptableResponseSchema>{schema}</AcceptableResponseSchema>
</Request></Autodiscover>"""


def post(client, email="olena@firma.com.ua", schema=OUTLOOK, path=PATH, body=None, content_type="text/xml", **extra):
    body = REQUEST.format(email=email, schema=schema) if body is None else body
    return client.generic("POST", path, body, content_type, HTTP_HOST="autodiscover.firma.com.ua", **extra)


def protocols(response) -> dict[str, dict[str, str]]:
    found = {}
    for protocol in fromstring(response.content).findall(f".//{{{OUTLOOK}}}Protocol"):
        values = {child.tag.rpartition("}")[2]: child.text for child in protocol}
        found[values["Type"]] = values
    return found


def error_code(response) -> str:
    (code,) = (e.text for e in fromstring(response.content).iter() if e.tag.rpartition("}")[2] == "ErrorCode")
    return code


@pytest.mark.django_db
class TestAutodiscover:
    @pytest.mark.parametrize("path", [PATH, "/Autodiscover/Autodiscover.xml", "/AUTODISCOVER/AUTODISCOVER.XML"])
    @pytest.mark.parametrize("content_type", ["text/xml", "application/xml; charset=utf-8", "text/plain", ""])
    def test_any_path_case_and_content_type_is_answered(self, client, path, content_type):
        build.domain("firma.com.ua")

        response = post(client, path=path, content_type=content_type)

        assert (response.status_code, response["Content-Type"]) == (200, "text/xml; charset=utf-8")
        assert protocols(response)["IMAP"]["LoginName"] == "olena@firma.com.ua"
        assert not response.cookies

    def test_an_address_in_capitals_is_the_same_address(self, client):
        build.domain("firma.com.ua")

        assert protocols(post(client, "Olena@FIRMA.com.ua"))["IMAP"]["LoginName"] == "olena@firma.com.ua"

    def test_an_alias_address_logs_in_under_the_primary_name(self, client):
        build.domain("firma.com.ua", aliases=["firma.укр"])

        assert protocols(post(client, "olena@firma.укр"))["SMTP"]["LoginName"] == "olena@firma.com.ua"

    @pytest.mark.parametrize("email", ["olena@unknown.com.ua", "olena@suspended.com.ua", "not an address"])
    def test_an_address_that_is_not_served_is_error_500(self, client, email):
        build.domain("firma.com.ua")
        build.domain("suspended.com.ua", status="suspended")

        response = post(client, email)

        assert (response.status_code, error_code(response)) == (200, "500")

    def test_a_phone_that_wants_activesync_is_told_that_there_is_none(self, client):
        build.domain("firma.com.ua")

        assert error_code(post(client, schema=MOBILESYNC)) == "601"

    @pytest.mark.parametrize("schema", ["", OUTLOOK, MOBILESYNC, "http://unknown.example/"])
    def test_a_question_of_activesync_is_refused_in_its_own_schema_whatever_it_says_it_accepts(self, client, schema):
        build.domain("firma.com.ua")
        body = REQUEST.format(email="olena@firma.com.ua", schema=schema)
        body = body.replace("/outlook/requestschema/", "/mobilesync/requestschema/")
        if not schema:
            body = body.replace("<AcceptableResponseSchema></AcceptableResponseSchema>", "")

        response = post(client, body=body)

        assert (response.status_code, error_code(response)) == (200, "601")
        assert f'<Response xmlns="{MOBILESYNC}">' in response.content.decode()

    @pytest.mark.parametrize(
        "body",
        [
            "",
            "garbage",
            "<Autodiscover/>",
            "<a>" * 50,
            '<!DOCTYPE a [<!ENTITY x "y"><!ENTITY z "&x;&x;">]><Autodiscover><Request><EMailAddress>&z;'
            "</EMailAddress></Request></Autodiscover>",
            '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
            REQUEST.format(email="olena@firma.com.ua", schema=OUTLOOK) + " " * 20_000,
            "x" * 10_000_000,
        ],
    )
    def test_a_body_that_is_no_request_is_error_600(self, client, body):
        build.domain("firma.com.ua")

        response = post(client, body=body)

        assert (response.status_code, error_code(response)) == (200, "600")

    def test_a_get_is_answered_for_the_host_without_a_login_name(self, client):
        build.domain("firma.com.ua")

        response = client.get(PATH, HTTP_HOST="autodiscover.firma.com.ua", **{"wsgi.url_scheme": "https"})

        assert protocols(response)["IMAP"]["Server"] == "imap.firma.com.ua"
        assert "LoginName" not in protocols(response)["IMAP"]

    def test_a_get_over_plain_http_is_sent_to_https(self, client):
        response = client.get(PATH, HTTP_HOST="autodiscover.firma.com.ua")

        assert (response.status_code, response["Location"]) == (302, f"https://autodiscover.firma.com.ua{PATH}")

    @pytest.mark.parametrize("host", [{}, {"HTTP_HOST": ""}, {"HTTP_HOST": "a b"}, {"HTTP_HOST": "[::1]:8000"}])
    def test_a_get_over_plain_http_that_names_no_host_is_not_found(self, client, host):
        assert client.get(PATH, **host).status_code == 404

    @pytest.mark.parametrize("condition", [{"HTTP_IF_NONE_MATCH": "*"}, {"HTTP_IF_MATCH": '"other"'}])
    def test_a_post_is_answered_whatever_its_sender_has_kept(self, client, condition):
        build.domain("firma.com.ua")

        response = post(client, **condition)

        assert (response.status_code, protocols(response)["IMAP"]["Port"]) == (200, "993")

    def test_a_post_over_plain_http_is_answered(self, client):
        build.domain("firma.com.ua")

        assert post(client).status_code == 200

    @override_settings(SERVED_OVER_TLS=False)
    def test_a_site_without_tls_sends_nobody_to_https(self, client):
        build.domain("firma.com.ua")

        assert client.get(PATH, HTTP_HOST="autodiscover.firma.com.ua").status_code == 200

    @pytest.mark.parametrize("policy", ["pattern", "private"])
    def test_existing_and_unknown_mailboxes_get_the_same_answer(self, client, policy, django_assert_num_queries):
        login = {} if policy == "pattern" else {"login": "o.kovalenko"}
        build.domain("firma.com.ua", logins=policy, mailboxes=[{"local_part": "olena", **login}])

        answers = []
        for local_part in ("olena", "nobody"):
            build.cold()
            with django_assert_num_queries(3):
                answers.append(post(client, f"{local_part}@firma.com.ua").content.replace(local_part.encode(), b"?"))

        assert answers[0] == answers[1]

    def test_a_get_for_an_unknown_host_is_not_found(self, client):
        response = client.get(PATH, HTTP_HOST="autodiscover.unknown.com.ua", **{"wsgi.url_scheme": "https"})

        assert response.status_code == 404


class HostileBody(TestCase):
    @classmethod
    def setUpTestData(cls):
        build.domain("firma.com.ua")

    @given(body=st.binary(max_size=2000))
    def test_any_body_is_answered_by_the_protocols_own_error(self, body):
        assert error_code(post(self.client, body=body)) == "600"

    @given(email=st.text(st.characters(exclude_characters="<&\r\n\t", exclude_categories=["Cs", "Cc"]), max_size=300))
    def test_any_address_is_answered(self, email):
        body = REQUEST.format(email=email, schema=OUTLOOK).encode("utf-8", "replace")

        assert post(self.client, body=body).status_code == 200
