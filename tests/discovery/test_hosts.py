import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory, override_settings
from hypothesis import given
from hypothesis import strategies as st

from portal.hosts import HostsMiddleware, bare_host
from tests import build

pytestmark = pytest.mark.django_db
AUTOCONFIG = "/mail/config-v1.1.xml"


def get(client, path, host="portal.example", **extra):
    return client.get(path, HTTP_HOST=host, **{"wsgi.url_scheme": "https", **extra})


@pytest.mark.parametrize(
    "host",
    ["evil.example", "firma.com.ua", "autoconfig.firma.com.ua", "portal.example.evil.example", "", "a b", "[::1]"],
)
def test_a_host_that_is_not_the_portals_has_no_pages(client, host):
    build.domain("firma.com.ua")

    assert get(client, "/uk/", host).status_code == 404


@pytest.mark.parametrize("host", ["portal.example", "PORTAL.example.", "portal.example:8443"])
def test_the_portals_own_host_is_known_in_any_spelling(client, host):
    assert get(client, "/uk/", host).status_code == 200


@override_settings(SITE_HOSTS=["127.0.0.1", "help2.example"])
@pytest.mark.parametrize("host", ["127.0.0.1:8000", "help2.example"])
def test_further_hosts_of_the_operator_are_the_portals(client, host):
    assert get(client, "/uk/", host).status_code == 200


def test_a_brands_host_has_pages_but_no_admin(client):
    build.brand("ava", hosts=["help.ava.example"])

    assert get(client, "/uk/", "help.ava.example").status_code == 200
    assert get(client, "/admin/", "help.ava.example").status_code == 404


def test_hsts_is_sent_on_the_portals_host_and_not_on_a_brands(client):
    build.brand("ava", hosts=["help.ava.example"])

    assert get(client, "/uk/")["Strict-Transport-Security"] == "max-age=31536000"
    assert "Strict-Transport-Security" not in get(client, "/uk/", "help.ava.example")


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_is_answered_on_any_host(client, path):
    response = get(client, path, "10.0.0.7:8000")

    assert response.status_code == 200
    assert not response.cookies


def test_plain_http_pages_go_to_https_while_discovery_is_answered(client):
    build.domain("firma.com.ua")

    assert client.get("/uk/", HTTP_HOST="portal.example").status_code == 301
    assert client.get(AUTOCONFIG, HTTP_HOST="autoconfig.firma.com.ua").status_code == 200


def test_a_forwarded_scheme_is_believed_only_from_trusted_proxies(client):
    forwarded = {"HTTP_X_FORWARDED_PROTO": "https"}

    assert client.get("/uk/", HTTP_HOST="portal.example", **forwarded).status_code == 301
    with override_settings(TRUSTED_PROXY_COUNT=1, SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https")):
        assert client.get("/uk/", HTTP_HOST="portal.example", **forwarded).status_code == 200


def test_a_scheme_that_the_client_put_before_the_proxys_is_not_believed(client):
    with override_settings(TRUSTED_PROXY_COUNT=1, SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https")):
        response = client.get("/uk/", HTTP_HOST="portal.example", HTTP_X_FORWARDED_PROTO="https, http")

    assert response.status_code == 301


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("autoconfig.firma.com.ua", 200),
        ("AUTODISCOVER.firma.com.ua.", 200),
        ("autoconfig.firma.xn--j1amh", 200),
        ("portal.example", 200),
        ("help.ava.example", 200),
        ("autoconfig.hoster.example", 200),
        ("firma.com.ua", 404),
        ("www.firma.com.ua", 404),
        ("autoconfig.suspended.com.ua", 404),
        ("autoconfig.autoconfig.firma.com.ua", 404),
        ("autoconfig.other.com.ua", 404),
        ("", 404),
        ("203.0.113.7", 404),
        ("127.0.0.1", 404),
        ("::1", 404),
        ("[::1]", 404),
        ("portal.example:443", 404),
        ("autoconfig.firma.com.ua:443", 404),
        (" portal.example", 404),
        ("portal.example ", 404),
        ("further.example", 200),
    ],
)
@override_settings(SITE_HOSTS=["127.0.0.1", "[::1]", "further.example"])
def test_a_certificate_may_be_issued_for_served_discovery_names_only(client, name, status):
    build.brand("ava", hosts=["help.ava.example"])
    build.server(discovery_names=["autoconfig.hoster.example"])
    build.domain("firma.com.ua", aliases=["firma.укр"])
    build.domain("suspended.com.ua", status="suspended")

    response = client.get("/tls/ask", {"domain": name}, HTTP_HOST="127.0.0.1:8000", REMOTE_ADDR="127.0.0.1")

    assert response.status_code == status


@pytest.mark.parametrize(
    "extra",
    [
        {"REMOTE_ADDR": "203.0.113.7"},
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"HTTP_FORWARDED": "for=127.0.0.1"},
        {"HTTP_X_REAL_IP": "127.0.0.1"},
        {"HTTP_VIA": "1.1 proxy"},
    ],
)
def test_strangers_may_not_ask_about_certificates(client, extra):
    assert client.get("/tls/ask?domain=portal.example", **extra).status_code == 404


@override_settings(TLS_ASK_SECRET="between us")
@pytest.mark.parametrize(("secret", "status"), [("between us", 200), ("between them", 404), ("", 404)])
def test_a_remote_caller_with_the_shared_secret_may_ask(client, secret, status):
    response = client.get(
        "/tls/ask?domain=portal.example", REMOTE_ADDR="203.0.113.7", headers={"X-Tls-Ask-Secret": secret}
    )

    assert response.status_code == status


def test_asking_about_a_certificate_costs_one_query_for_an_unknown_name_and_none_for_a_known_one(
    client, django_assert_num_queries
):
    build.domain("firma.com.ua")
    client.get("/tls/ask?domain=autoconfig.firma.com.ua")

    with django_assert_num_queries(0):
        client.get("/tls/ask?domain=autodiscover.firma.com.ua")
    with django_assert_num_queries(1):
        client.get("/tls/ask?domain=autodiscover.unknown.com.ua")


@pytest.mark.parametrize(("mode", "status"), [("off", 404), ("testing", 200), ("enforce", 200)])
def test_the_policy_host_has_a_certificate_only_where_there_is_a_policy(client, mode, status):
    build.server(mx=["mx1.hoster.example"])
    build.domain("firma.com.ua", mta_sts=mode)

    assert client.get("/tls/ask?domain=mta-sts.firma.com.ua").status_code == status


def test_without_an_mx_there_is_no_policy_and_its_host_has_no_certificate(client):
    build.domain("firma.com.ua", mta_sts="enforce")

    assert client.get("/.well-known/mta-sts.txt", HTTP_HOST="mta-sts.firma.com.ua").status_code == 404
    assert client.get("/tls/ask?domain=mta-sts.firma.com.ua").status_code == 404


@given(header=st.one_of(st.text(max_size=300), st.binary(max_size=60).map(lambda raw: raw.decode("latin-1"))))
def test_any_host_header_is_a_host_or_nothing(header):
    host = bare_host(header)

    assert host == host.lower()
    assert not set(host) & set("/ \0?#@")


CALENDAR_PATHS = ["/", "/.well-known/caldav", "/.well-known/carddav"]
CALENDAR_METHODS = ["PROPFIND", "PUT", "REPORT", "DELETE", "MKCALENDAR", "PATCH"]


@pytest.mark.parametrize("method", [*CALENDAR_METHODS, "OPTIONS", "HEAD", "GET", "POST"])
@pytest.mark.parametrize("path", CALENDAR_PATHS)
@pytest.mark.parametrize("host", ["autoconfig.firma.com.ua", "firma.com.ua", "mta-sts.firma.com.ua"])
def test_calendar_probes_after_set_up_find_nothing_at_a_customers_host(client, method, path, host):
    build.domain("firma.com.ua")

    assert client.generic(method, path, HTTP_HOST=host).status_code == 404


@pytest.mark.parametrize("method", CALENDAR_METHODS)
@pytest.mark.parametrize(
    "path", [*CALENDAR_PATHS, "/uk/", "/uk/d/firma.com.ua/", "/admin/", "/d/firma.com.ua/dns.zone"]
)
@pytest.mark.parametrize("host", ["portal.example", "help.ava.example"])
@pytest.mark.parametrize("scheme", ["https", "http"])
def test_calendar_probes_find_nothing_at_a_host_with_pages(client, method, path, host, scheme):
    build.brand("ava", hosts=["help.ava.example"])

    response = client.generic(method, path, HTTP_HOST=host, **{"wsgi.url_scheme": scheme})

    assert response.status_code in (404, 405)
    assert not response.cookies


@pytest.mark.parametrize("method", ["HEAD", "GET", "POST", "OPTIONS"])
@pytest.mark.parametrize("path", CALENDAR_PATHS[1:])
@pytest.mark.parametrize("host", ["portal.example", "help.ava.example"])
def test_there_is_no_calendar_however_it_is_asked_for(client, method, path, host):
    build.brand("ava", hosts=["help.ava.example"])

    assert client.generic(method, path, HTTP_HOST=host).status_code == 404


@pytest.mark.parametrize("host", ["portal.example", "help.ava.example"])
def test_the_root_leads_a_browser_to_the_start_page_and_takes_nothing(client, host):
    build.brand("ava", hosts=["help.ava.example"])
    secure = {"HTTP_HOST": host, "wsgi.url_scheme": "https"}

    assert client.head("/", **secure)["Location"] == client.get("/", **secure)["Location"] == "/uk/"
    assert client.post("/", {"a": "b"}, **secure).status_code == 405
    assert Client(enforce_csrf_checks=True).post("/", {"a": "b"}, **secure).status_code == 405


@pytest.mark.parametrize(
    ("path", "host"),
    [("/uk/", "portal.example"), ("/healthz", "portal.example"), (AUTOCONFIG, "autoconfig.firma.com.ua"),
     (AUTOCONFIG, "evil.example")],
)  # fmt: skip
def test_head_gets_the_headers_of_get_and_no_body(path, host):
    build.domain("firma.com.ua")
    middleware = HostsMiddleware(lambda _request: HttpResponse("Сторінка"))
    get, head = (middleware(getattr(RequestFactory(), method)(path, HTTP_HOST=host)) for method in ("get", "head"))

    assert (head.status_code, head.content) == (get.status_code, b"")
    assert int(head["Content-Length"]) == len(get.content)
