import plistlib

import pytest
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from mailsettings import links, lookup
from mailsettings.core.addresses import parse_address
from mailsettings.core.settings import Ask
from mailsettings.formats import formats
from tests import build


def get(client, path, host="portal.example"):
    return client.get(path, HTTP_HOST=host, **{"wsgi.url_scheme": "https"})


@pytest.mark.django_db
class TestFiles:
    @pytest.mark.parametrize("file_name", sorted(formats()))
    def test_every_format_is_served_for_an_address_with_its_type_and_without_a_cookie(self, client, file_name):
        build.server(mx=["mx1.hoster.example"])
        build.domain("firma.com.ua", mta_sts="testing")
        address = parse_address("olena@firma.com.ua")

        response = get(client, links.format_path(lookup.for_address(address), file_name, Ask("uk", None, address)))

        assert (response.status_code, response["Content-Type"]) == (200, formats()[file_name].content_type)
        assert response["X-Robots-Tag"] == "noindex"
        assert not response.cookies

    def test_a_profile_for_an_address_hides_it_in_the_path_and_carries_it_inside(self, client):
        build.domain("firma.com.ua")
        address = parse_address("olena@firma.com.ua")
        path = links.format_path(lookup.for_address(address), "apple.mobileconfig", Ask("uk", None, address))

        response = get(client, path)

        (payload,) = plistlib.loads(response.content)["PayloadContent"]
        assert payload["EmailAddress"] == "olena@firma.com.ua"
        assert "olena" not in path
        assert response["Cache-Control"] == "private, no-store"

    @pytest.mark.parametrize("file_name", ["apple.mobileconfig", "settings-page.svg", "autoconfig.xml"])
    def test_a_format_is_served_for_a_domain_without_an_address(self, client, file_name):
        build.domain("firma.com.ua")

        response = get(client, f"/d/firma.com.ua/{file_name}")

        assert (response.status_code, response["Content-Type"]) == (200, formats()[file_name].content_type)
        assert response["Cache-Control"] == "public, max-age=60"

    @pytest.mark.parametrize("file_name", ["thunderbird-android.k9s", "thunderbird-android.svg"])
    def test_a_format_that_needs_an_address_is_not_there_without_one(self, client, file_name):
        build.domain("firma.com.ua")

        assert get(client, f"/d/firma.com.ua/{file_name}").status_code == 404

    @pytest.mark.parametrize("file_name", ["settings-page.svg", "thunderbird-android.svg"])
    def test_a_picture_of_an_address_stays_in_its_readers_browser_for_an_hour(self, client, file_name):
        build.domain("firma.com.ua")
        address = parse_address("olena@firma.com.ua")
        response = get(client, links.format_path(lookup.for_address(address), file_name, Ask("uk", None, address)))

        assert response["Cache-Control"] == "private, max-age=3600"
        assert response["X-Content-Type-Options"] == "nosniff"

    def test_a_download_repeats_with_the_same_bytes(self, client):
        build.domain("firma.com.ua")
        address = parse_address("olena@firma.com.ua")
        path = links.format_path(lookup.for_address(address), "apple.mobileconfig", Ask("uk", None, address))

        assert get(client, path).content == get(client, path).content

    def test_a_browser_saves_a_profile_under_the_domains_name(self, client):
        build.domain("firma.com.ua")

        response = get(client, "/d/firma.com.ua/apple.mobileconfig")

        assert response["Content-Disposition"] == 'attachment; filename="firma.com.ua.mobileconfig"'
        assert response["Content-Type"] == "application/x-apple-aspen-config"

    def test_pop3_comes_on_request(self, client):
        build.domain("firma.com.ua")

        response = get(client, "/d/firma.com.ua/apple.mobileconfig?protocol=pop3")

        assert plistlib.loads(response.content)["PayloadContent"][0]["EmailAccountType"] == "EmailTypePOP"

    @pytest.mark.parametrize("status", ["suspended", "external"])
    def test_a_domain_that_is_not_served_has_no_files(self, client, status):
        build.domain("firma.com.ua", status=status)
        address = parse_address("olena@firma.com.ua")

        assert get(client, "/d/firma.com.ua/autoconfig.xml").status_code == 404
        assert get(client, f"/f/{links.seal(address)}/autoconfig.xml").status_code == 404

    @pytest.mark.parametrize(
        "path", ["/d/unknown.com.ua/autoconfig.xml", "/d/firma.com.ua/unknown.xml", "/d/com.ua/autoconfig.xml",
                 "/d/..%2f..%2fetc/passwd.txt", "/d/%00/autoconfig.xml", "/d/firma.com.ua/.", "/f/forged/a.xml",
                 "/f/%D1%84/autoconfig.xml", "/f/" + "A" * 140 + "/apple.mobileconfig"],
    )  # fmt: skip
    def test_what_is_not_there_is_not_found_without_a_redirect(self, client, path):
        build.domain("firma.com.ua")

        assert get(client, path).status_code == 404

    def test_an_old_key_still_opens_what_it_sealed(self, client):
        build.domain("firma.com.ua")
        with override_settings(SECRET_KEY="an old key"):
            sealed = links.seal(parse_address("olena@firma.com.ua"))

        assert get(client, f"/f/{sealed}/autoconfig.xml").status_code == 404
        with override_settings(SECRET_KEY_FALLBACKS=["an old key"]):
            assert get(client, f"/f/{sealed}/autoconfig.xml").status_code == 200

    def test_a_brands_host_serves_files_of_its_own_domains_only(self, client):
        ava = build.brand("ava", hosts=["help.ava.example"])
        build.domain("firma.com.ua", customer=build.customer("c1", brand=ava))
        build.domain("other.com.ua", customer=build.customer("c2"))

        assert get(client, "/d/firma.com.ua/autoconfig.xml", "help.ava.example").status_code == 200
        assert get(client, "/d/other.com.ua/autoconfig.xml", "help.ava.example").status_code == 404

    def test_a_customers_own_host_serves_no_files(self, client):
        build.domain("firma.com.ua")

        assert get(client, "/d/firma.com.ua/autoconfig.xml", "autoconfig.firma.com.ua").status_code == 404

    def test_a_domain_in_u_labels_and_an_alias_are_found(self, client):
        build.domain("firma.com.ua", aliases=["firma.укр"])

        assert get(client, "/d/firma.укр/autoconfig.xml").status_code == 200

    def test_a_file_is_not_posted_to(self, client):
        build.domain("firma.com.ua")

        assert client.post("/d/firma.com.ua/autoconfig.xml", HTTP_HOST="portal.example").status_code == 405

    def test_existing_and_unknown_mailboxes_get_equal_profiles_under_private(self, client):
        build.domain("firma.com.ua", logins="private", mailboxes=[{"local_part": "olena", "login": "secret-login"}])

        bodies = [
            plistlib.loads(
                get(client, f"/f/{links.seal(parse_address(f'{who}@firma.com.ua'))}/apple.mobileconfig").content
            )
            for who in ("olena", "nobody")
        ]

        for body in bodies:
            assert "IncomingMailServerUsername" not in body["PayloadContent"][0]
        assert "secret-login" not in str(bodies)


class HostilePath(TestCase):
    @classmethod
    def setUpTestData(cls):
        build.domain("firma.com.ua")

    @given(sealed=st.text(min_size=1, max_size=200).filter(lambda text: "/" not in text))
    def test_any_forged_seal_opens_nothing(self, sealed):
        assert links.unseal(sealed) is None

    @given(domain=st.text(min_size=1, max_size=300).filter(lambda text: not set(text) & set("/?#")))
    def test_any_domain_in_a_path_is_answered(self, domain):
        path = f"/d/{domain}/autoconfig.xml".encode("utf-8", "surrogatepass").decode("latin-1")
        response = self.client.get("/", PATH_INFO=path, HTTP_HOST="portal.example", **{"wsgi.url_scheme": "https"})

        assert response.status_code in (200, 404)
