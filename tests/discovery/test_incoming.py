"""What a server hands over is readable before Django reads it: charsets, long queries, bodies in chunks."""

from io import BytesIO
from urllib.parse import urlencode
from wsgiref.util import setup_testing_defaults

import pytest
from defusedxml.ElementTree import fromstring
from django.conf import settings
from django.core import signals
from django.db import close_old_connections
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from portal.incoming import BOUNDARY
from portal.wsgi import application
from tests import build

from .test_autodiscover import OUTLOOK, REQUEST, error_code, protocols

AUTOCONFIG = "/mail/config-v1.1.xml"
POX = "/autodiscover/autodiscover.xml"
HOST = "autoconfig.firma.com.ua"
REQUEST_BODY = REQUEST.format(email="olena@firma.com.ua", schema=OUTLOOK).encode()
# Codecs of Python that make no text, or none that could be a query.
ODD_CHARSETS = ["hex", "rot13", "base64", "zlib", "idna", "punycode", "undefined", "utf-16", "cp037", "unknown", "'\0"]


class Answer:
    """What the application says to one request, in the words of Django's test client."""

    def __init__(self, path, query="", method="GET", host=HOST, body=b"", **environ):
        environ = {
            "REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "HTTP_HOST": host,
            "wsgi.input": BytesIO(body), "wsgi.url_scheme": "https", "CONTENT_LENGTH": str(len(body)),
        } | environ  # fmt: skip
        setup_testing_defaults(environ)
        environ = {key: value for key, value in environ.items() if value is not None}
        response = application(environ, self._start)
        self.content = b"".join(response)
        if hasattr(response, "close"):
            response.close()

    def _start(self, status, headers, _exc_info=None):
        self.status_code, self.headers = int(status.split()[0]), dict(headers)


@pytest.fixture(autouse=True, scope="module")
def connections_stay_open():
    """The end of a request would close the connection, and with it the transaction of the test."""
    signals.request_started.disconnect(close_old_connections)
    signals.request_finished.disconnect(close_old_connections)
    yield
    signals.request_started.connect(close_old_connections)
    signals.request_finished.connect(close_old_connections)


def in_chunks(path, body, **environ):
    """A body as gunicorn hands it over when it came in chunks: without its length, with an end of its own."""
    chunked = {"CONTENT_LENGTH": None, "HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}
    return Answer(path, method="POST", body=body, **chunked | {"CONTENT_TYPE": "text/xml"} | environ)


@pytest.mark.django_db
class TestIncoming:
    @pytest.mark.parametrize("charset", ODD_CHARSETS)
    def test_an_odd_charset_changes_nothing_about_the_query(self, charset):
        build.domain("firma.com.ua")
        build.domain("other.com.ua")

        answer = Answer(AUTOCONFIG, "emailaddress=olena@other.com.ua", CONTENT_TYPE=f"text/xml; charset={charset}")

        assert answer.status_code == 200
        assert fromstring(answer.content).find(".//hostname").text == "imap.other.com.ua"

    @pytest.mark.parametrize("charset", ODD_CHARSETS)
    def test_an_odd_charset_of_a_request_for_settings_changes_nothing(self, charset):
        build.domain("firma.com.ua")

        answer = Answer(POX, "a=1", "POST", body=REQUEST_BODY, CONTENT_TYPE=f"text/xml; charset={charset}")

        assert protocols(answer)["IMAP"]["LoginName"] == "olena@firma.com.ua"

    @pytest.mark.parametrize(
        "parameter", ["x*=hex''a", "charset*=hex''utf-8", "charset*0*=none''a", "=", '"', "charset"]
    )
    def test_parameters_that_cannot_be_read_change_nothing(self, parameter):
        build.domain("firma.com.ua")

        assert Answer(AUTOCONFIG, "a=1", CONTENT_TYPE=f"text/xml; {parameter}").status_code == 200

    def test_programs_are_answered_whatever_number_of_parameters_they_send(self):
        build.domain("firma.com.ua")
        query = "emailaddress=olena@firma.com.ua" + "&a=1" * 3000

        assert fromstring(Answer(AUTOCONFIG, query).content).find(".//hostname").text == "imap.firma.com.ua"
        for content_type in ("text/xml", "text/xml; charset=utf-8"):
            answer = Answer(POX, query, "POST", body=REQUEST_BODY, CONTENT_TYPE=content_type)
            assert protocols(answer)["IMAP"]["Server"] == "imap.firma.com.ua"
        assert Answer("/autodiscover/autodiscover.json", query).status_code == 400

    @pytest.mark.parametrize("path", [AUTOCONFIG, "/uk/", "/tls/ask"])
    def test_a_foreign_host_is_not_found_whatever_number_of_parameters_it_is_sent(self, path):
        answer = Answer(path, "a=1&" * 3000, host="foreign.example")

        assert (answer.status_code, answer.content) == (404, b"Not found\n")

    def test_a_body_in_chunks_is_read(self):
        build.domain("firma.com.ua")

        assert protocols(in_chunks(POX, REQUEST_BODY))["IMAP"]["LoginName"] == "olena@firma.com.ua"

    @pytest.mark.parametrize("length", [0, 20_000, settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 2])
    def test_a_body_in_chunks_that_is_no_request_is_error_600(self, length):
        assert error_code(in_chunks(POX, b" " * length)) == "600"

    def test_no_more_of_a_body_in_chunks_is_read_than_a_body_may_have(self):
        stream = BytesIO(b"x" * 10_000_000)

        in_chunks(POX, b"", **{"wsgi.input": stream})

        assert stream.tell() == settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1

    def test_chunks_that_break_off_are_error_600(self):
        class Broken(BytesIO):
            def read(self, _size=-1):
                raise OSError

        assert error_code(in_chunks(POX, b"", **{"wsgi.input": Broken()})) == "600"

    def test_a_form_with_files_in_chunks_is_never_taken_for_less_than_it_is(self):
        content_type = "multipart/form-data; boundary=b"

        answer = in_chunks("/uk/", b"x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1), CONTENT_TYPE=content_type)

        assert answer.status_code == 413

    def test_a_body_without_an_end_is_not_waited_for(self):
        assert error_code(in_chunks(POX, REQUEST_BODY, **{"wsgi.input_terminated": None})) == "600"

    def test_a_form_for_people_is_read_as_before(self):
        build.domain("firma.com.ua")
        form = urlencode({"address": "olena@firma.com.ua"}).encode()
        parts = b'--a b\r\nContent-Disposition: form-data; name="address"\r\n\r\nolena@firma.com.ua\r\n--a b--\r\n'

        for content_type, body in (
            ("application/x-www-form-urlencoded; charset=UTF-8", form),
            ('multipart/form-data; boundary="a b"', parts),
            ("multipart/form-data; charset=hex; Boundary=ab ; x=y", parts.replace(b"a b", b"ab")),
        ):
            answer = Answer("/uk/", "", "POST", "portal.example", body, CONTENT_TYPE=content_type)
            assert (answer.status_code, answer.headers["Location"]) == (303, "/uk/d/firma.com.ua/")


class HostileRequest(TestCase):
    @classmethod
    def setUpTestData(cls):
        build.domain("firma.com.ua")

    @given(
        content_type=st.one_of(
            st.text(st.characters(max_codepoint=255), max_size=60).map("text/xml; charset={}".format),
            st.text(st.characters(max_codepoint=255), max_size=60).map("multipart/form-data; boundary={}".format),
            st.text(st.characters(max_codepoint=255), max_size=100),
        ),
        query=st.text(st.characters(max_codepoint=255), max_size=60),
        times=st.sampled_from([1, 999, 1000, 1001, 4000]),
    )
    def test_any_content_type_and_any_query_is_answered(self, content_type, query, times):
        query = f"{query}&" * times

        assert Answer(AUTOCONFIG, query, CONTENT_TYPE=content_type).status_code == 200
        assert error_code(Answer(POX, query, "POST", body=b"x", CONTENT_TYPE=content_type)) == "600"
        assert Answer("/uk/", query, host="foreign.example", CONTENT_TYPE=content_type).status_code == 404


@given(
    boundary=st.text(
        st.characters(codec="ascii", categories=["L", "N"], include_characters="'()+_,-./:=?"), min_size=1, max_size=70
    )
)
def test_any_boundary_is_kept(boundary):
    assert BOUNDARY.search(f'multipart/form-data; boundary="{boundary}"')[1] == boundary
