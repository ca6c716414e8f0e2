import html
import re

import pytest

from mailsettings.core.endpoints import Protocol
from mailsettings.guides import guides
from tests import build

from .browsing import get, page_of, post, typed

pytestmark = pytest.mark.django_db
GUIDES = sorted(guides())


@pytest.mark.parametrize("language", ["uk", "en"])
@pytest.mark.parametrize("guide", GUIDES)
def test_a_guide_holds_the_values_of_the_domain(client, guide, language):
    build.domain("firma.com.ua")
    typed(client, "olena@firma.com.ua")
    page = page_of(get(client, f"/{language}/d/firma.com.ua/{guide}/"))

    assert page.title
    assert ("imap.firma.com.ua" in page.text) is guides()[guide].receives
    assert "smtp.firma.com.ua" in page.text
    assert "olena@firma.com.ua" in page.text


def test_the_values_beside_the_steps_are_those_that_the_program_can_use(client):
    build.server(
        endpoints=[
            ("imap", "old.{domain}", 143, "starttls"), ("imap", "imap.{domain}", 993, "tls"),
            ("smtp", "smtp.{domain}", 465, "tls"),
        ]
    )  # fmt: skip
    build.domain("firma.com.ua")

    page = page_of(get(client, "/uk/d/firma.com.ua/outlook-new/"))

    assert "imap.firma.com.ua" in page.text
    assert "old.firma.com.ua" not in page.text


@pytest.mark.parametrize("language", ["uk", "en"])
@pytest.mark.parametrize("guide", GUIDES)
def test_a_guide_without_a_domain_describes_the_values(client, guide, language):
    response = get(client, f"/{language}/guides/{guide}/")
    page = page_of(response)

    assert response.status_code == 200
    assert page.all("input", name="then", value=guide)
    assert not page.all("aside")


@pytest.mark.parametrize("guide", [guide.id for guide in guides().values() if Protocol.POP3 in guide.protocols])
def test_a_guide_shows_pop3_on_request_with_its_warning(client, guide):
    build.domain("firma.com.ua")
    page = page_of(get(client, f"/uk/d/firma.com.ua/{guide}/?protocol=pop3"))

    assert "pop.firma.com.ua" in page.text
    assert "POP3 забирає листи на один пристрій" in page.text


@pytest.mark.parametrize("guide", GUIDES)
def test_an_existing_account_is_changed_in_a_view_of_its_own(client, guide):
    build.domain("firma.com.ua")
    add = page_of(get(client, f"/uk/d/firma.com.ua/{guide}/"))
    change = page_of(get(client, f"/uk/d/firma.com.ua/{guide}/?entry=change"))

    assert add.all("a", href="?entry=change")
    assert change.all("a", href="?entry=change", aria_current="true")
    assert [e for e in change.attributes("id") if e.startswith("change-")]
    assert not [e for e in add.attributes("id") if e.startswith("change-")]


def test_changing_the_protocol_keeps_the_view(client):
    build.domain("firma.com.ua")
    page = page_of(get(client, "/uk/d/firma.com.ua/thunderbird/?entry=change&protocol=pop3"))

    assert page.all("a", href="?entry=change&protocol=imap")
    assert page.all("a", href="?protocol=pop3")


def test_there_is_no_choice_of_protocols_where_the_domain_has_one(client):
    build.domain("firma.com.ua", pop3=False)
    page = page_of(get(client, "/uk/d/firma.com.ua/thunderbird/?protocol=pop3"))

    assert "pop.firma.com.ua" not in page.text
    assert not page.all("nav", class_="choice")


@pytest.mark.parametrize("query", ["?protocol=smtp", "?protocol=gopher", "?entry=nothing", "?protocol=%00&entry=%ff"])
def test_a_view_that_there_is_not_is_the_first_one(client, query):
    build.domain("firma.com.ua")

    first = get(client, "/uk/d/firma.com.ua/thunderbird/").content
    assert get(client, f"/uk/d/firma.com.ua/thunderbird/{query}").content == first


def test_a_private_user_name_is_in_the_letter(client):
    build.domain("firma.com.ua", logins="private", mailboxes=[{"local_part": "olena", "login": "o.kovalenko"}])
    typed(client, "olena@firma.com.ua")
    page = page_of(get(client, "/uk/d/firma.com.ua/thunderbird/"))

    assert "ім’я користувача з нашого листа" in page.text
    assert "o.kovalenko" not in page.html


def test_a_program_that_cannot_use_the_servers_says_so_and_names_others(client):
    build.server(
        "s1",
        endpoints=[("imap", "imap.hoster.example", 143, "starttls"), ("smtp", "smtp.hoster.example", 587, "starttls")],
    )
    build.domain("firma.com.ua", imap=False, pop3=False)
    response = get(client, "/uk/d/firma.com.ua/thunderbird/")

    assert response.status_code == 404
    assert "не може працювати із серверами домену firma.com.ua" in page_of(response).text


def test_a_program_that_cannot_use_the_servers_is_not_offered(client):
    build.domain("firma.com.ua", imap=False, pop3=False)

    assert not [
        href for href in page_of(get(client, "/uk/d/firma.com.ua/")).attributes("href") if "thunderbird" in href
    ]


@pytest.mark.parametrize("path", ["/uk/guides/no-such-guide/", "/uk/d/firma.com.ua/no-such-guide/"])
def test_a_guide_that_there_is_not_is_404(client, path):
    build.domain("firma.com.ua")

    assert get(client, path).status_code == 404


def test_the_list_of_guides_has_every_guide(client):
    hrefs = page_of(get(client, "/uk/guides/")).attributes("href")

    assert {f"/uk/guides/{guide}/" for guide in GUIDES} <= set(hrefs)


def test_errors_lead_to_the_help_with_the_domains_values(client):
    build.domain("firma.com.ua")
    hrefs = page_of(get(client, "/uk/d/firma.com.ua/thunderbird/")).attributes("href")

    assert "/uk/help/login-refused/?domain=firma.com.ua" in hrefs


def test_step_ids_are_there_once_each(client):
    build.domain("firma.com.ua")
    ids = page_of(get(client, "/uk/d/firma.com.ua/outlook-classic/?protocol=pop3")).attributes("id")

    assert len(ids) == len(set(ids))


def test_the_field_on_a_guide_of_an_unknown_domain_leads_to_the_unknown_state(client):
    response = post(client, {"address": "olena@unknown.com.ua", "then": "iphone"})

    assert response["Location"] == "/uk/d/unknown.com.ua/"


def typed_guide(client, address, guide):
    typed(client, address)
    return page_of(get(client, f"/uk/d/{address.partition('@')[2]}/{guide}/"))


def blocks_of_code(page):
    """The texts of the blocks of code, in order."""
    blocks = [block.partition("</pre>")[0].partition(">")[2] for block in page.html.split("<pre")[1:]]
    return [html.unescape(re.sub(r"<[^>]*>", "", block)).strip() for block in blocks]


def saved(page, file_name):
    """The addresses of a file that a page offers to save."""
    return [link["href"] for link in page.all("a", download=None) if f"/{file_name}?" in link["href"]]


def test_a_guide_shows_the_same_lines_as_the_file_has(client):
    build.domain("firma.com.ua")
    page = typed_guide(client, "o'brien@firma.com.ua", "command-line")
    lines = get(client, saved(page, "mbsync.txt")[0]).content.decode().strip()

    assert 'User "o\'brien@firma.com.ua"' in lines
    assert lines in blocks_of_code(page)
    assert '<span class="filled">o&#x27;brien@firma.com.ua</span>' in page.html


def test_lines_without_an_address_have_a_placeholder(client):
    build.domain("firma.com.ua")
    page = page_of(get(client, "/uk/d/firma.com.ua/command-line/"))

    assert "YOUR-ADDRESS@firma.com.ua" in page.text
    assert saved(page, "mbsync.txt") == ["/d/firma.com.ua/mbsync.txt?language=uk&protocol=imap"]


def test_lines_that_cannot_be_written_take_their_step_along(client):
    build.domain("firma.com.ua")
    page = typed_guide(client, "a*b@firma.com.ua", "command-line")

    assert "add-mbsync-mbsyncrc" in page.attributes("id")
    assert "add-mbsync-msmtprc" not in page.attributes("id")


@pytest.mark.parametrize("guide", ["command-line", "website", "thunderbird-android"])
def test_without_a_domain_the_address_is_asked_for_in_place_of_what_is_made_of_it(client, guide):
    page = page_of(get(client, f"/uk/guides/{guide}/"))

    assert page.all("a", href="#own")
    assert not [path for path in page.attributes("href") if path.startswith(("/d/", "/f/"))]


@pytest.mark.parametrize("protocol", ["imap", "pop3"])
def test_android_scans_a_code_or_takes_a_file_for_the_protocol_of_the_page(client, protocol):
    build.domain("firma.com.ua")
    typed(client, "olena@firma.com.ua")
    page = page_of(get(client, f"/uk/d/firma.com.ua/thunderbird-android/?protocol={protocol}"))
    (picture,) = page.all("img", class_="qr")
    (file,) = saved(page, "thunderbird-android.k9s")

    assert get(client, picture["src"])["Content-Type"] == "image/svg+xml"
    assert picture["alt"] == "QR-код для Thunderbird на Android"
    assert picture["src"] in page.attributes("href")
    assert f'type="{protocol.upper()}"'.encode() in get(client, file).content


def test_android_asks_for_the_address_before_a_code_or_a_file(client):
    build.domain("firma.com.ua")
    page = page_of(get(client, "/uk/d/firma.com.ua/thunderbird-android/"))

    assert not page.all("img", class_="qr")
    assert page.all("a", href="#own")


def test_android_has_neither_code_nor_file_where_user_names_are_private(client):
    build.domain("firma.com.ua", logins="private")
    page = typed_guide(client, "olena@firma.com.ua", "thunderbird-android")

    assert not page.all("img", class_="qr")
    assert not [anchor for anchor in page.attributes("id") if anchor.startswith(("add-qr", "add-file"))]
