"""The files that are found by host name alone: PACC and the MTA-STS policy."""

import base64
import hashlib
import json

import pytest

from mailsettings import lookup
from mailsettings.formats.dns_zone import records
from tests import build

pytestmark = pytest.mark.django_db
PACC = "/.well-known/user-agent-configuration.json"
MTA_STS = "/.well-known/mta-sts.txt"


def get(client, path, host, **extra):
    return client.get(path, HTTP_HOST=host, **{"wsgi.url_scheme": "https", **extra})


def domain_with_policy(**values):
    build.server(mx=["mx1.hoster.example"])
    return build.domain("firma.com.ua", **{"mta_sts": "testing", **values})


def text_of(name) -> str:
    """The TXT record that the zone of firma.com.ua has under ``name``."""
    (found,) = [r for r in records(lookup.for_domain("firma.com.ua")) if r.name == f"{name}.firma.com.ua"]
    return found.value.text


@pytest.mark.parametrize(
    "host", ["ua-auto-config.firma.com.ua", "firma.com.ua", "UA-Auto-Config.FIRMA.com.ua.", "firma.com.ua:443"]
)
@pytest.mark.parametrize("path", [PACC, "/.Well-Known/User-Agent-Configuration.json"])
def test_pacc_is_answered_at_the_domain_and_at_its_own_name(client, host, path):
    build.domain("firma.com.ua")

    response = get(client, path, host)

    assert (response.status_code, response["Content-Type"]) == (200, "application/json")
    assert json.loads(response.content)["protocols"]["imap"] == {"host": "imap.firma.com.ua"}
    assert not response.cookies


@pytest.mark.parametrize(
    "host", ["autoconfig.firma.com.ua", "mta-sts.firma.com.ua", "portal.example", "unknown.com.ua",
             "ua-auto-config.unknown.com.ua", "ua-auto-config.ua-auto-config.firma.com.ua", ""],
)  # fmt: skip
def test_pacc_is_at_no_other_host(client, host):
    build.domain("firma.com.ua")

    assert get(client, PACC, host).status_code == 404


def test_pacc_gives_whoever_asks_the_bytes_that_the_dns_vouches_for(client):
    build.domain("firma.com.ua")
    digest = text_of("_ua-auto-config").partition("d=")[2]

    for query in ("", "?emailaddress=olena@firma.com.ua", "?language=en&protocol=pop3"):
        body = get(client, PACC + query, "ua-auto-config.firma.com.ua").content
        assert base64.b64decode(digest) == hashlib.sha256(body).digest()


def test_pacc_is_not_for_an_alias_whose_addresses_log_in_to_nothing(client):
    build.domain("firma.com.ua", aliases=["firma.укр"])

    assert get(client, PACC, "ua-auto-config.firma.xn--j1amh").status_code == 404


@pytest.mark.parametrize("values", [{"logins": "private"}, {"logins": "published"}, {"status": "suspended"}])
def test_pacc_is_not_there_where_it_would_be_wrong(client, values):
    build.domain("firma.com.ua", **values)

    assert get(client, PACC, "ua-auto-config.firma.com.ua").status_code == 404


@pytest.mark.parametrize("mode", ["testing", "enforce"])
@pytest.mark.parametrize("scheme", ["https", "http"])
def test_a_policy_is_answered_at_its_host_without_a_redirect(client, mode, scheme):
    domain_with_policy(mta_sts=mode)

    response = get(client, MTA_STS, "mta-sts.firma.com.ua", **{"wsgi.url_scheme": scheme})

    assert (response.status_code, response["Content-Type"]) == (200, "text/plain")
    assert f"mode: {mode}\n".encode() in response.content
    assert not response.cookies


def test_the_policy_has_the_id_that_the_dns_announces(client):
    domain_with_policy()
    body = get(client, MTA_STS, "mta-sts.firma.com.ua").content

    assert text_of("_mta-sts") == f"v=STSv1; id={hashlib.sha256(body).hexdigest()[:32]};"


@pytest.mark.parametrize(
    "host", ["firma.com.ua", "autoconfig.firma.com.ua", "portal.example", "mta-sts.unknown.com.ua"]
)
def test_a_policy_is_at_no_other_host(client, host):
    domain_with_policy()

    assert get(client, MTA_STS, host).status_code == 404


@pytest.mark.parametrize("values", [{"mta_sts": "off"}, {"status": "suspended"}, {"status": "external"}])
def test_there_is_no_policy_where_it_is_off_or_the_domain_is_not_served(client, values):
    domain_with_policy(**values)

    assert get(client, MTA_STS, "mta-sts.firma.com.ua").status_code == 404


def test_an_alias_has_the_policy_of_its_domain(client):
    domain_with_policy(aliases=["firma.укр"])

    assert get(client, MTA_STS, "mta-sts.firma.xn--j1amh").status_code == 200


@pytest.mark.parametrize(("path", "host"), [(PACC, "ua-auto-config.firma.com.ua"), (MTA_STS, "mta-sts.firma.com.ua")])
class TestBoth:
    def test_an_answer_may_be_kept_for_a_while_and_asked_for_again_by_its_tag(self, client, path, host):
        domain_with_policy()

        first = get(client, path, host)
        again = get(client, path, host, headers={"If-None-Match": first["ETag"]})

        assert (first["Cache-Control"], first["X-Content-Type-Options"]) == ("public, max-age=60", "nosniff")
        assert (again.status_code, again.content) == (304, b"")

    @pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PROPFIND", "OPTIONS"])
    def test_other_methods_are_refused(self, client, path, host, method):
        domain_with_policy()

        response = client.generic(method, path, HTTP_HOST=host)

        assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")

    def test_head_is_answered_without_a_body(self, client, path, host):
        domain_with_policy()

        response = client.head(path, HTTP_HOST=host)

        assert (response.status_code, response.content) == (200, b"")
