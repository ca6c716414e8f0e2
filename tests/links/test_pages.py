"""The pages and files below a personal link: the exact truth, for whoever has it and nobody else."""

import logging
import re

import pytest
from django.core.cache import cache
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from mailsettings import personal
from mailsettings.formats import formats
from mailsettings.guides import guides
from mailsettings.memory import lists_of_domains, rendered_files, rendered_pages
from mailsettings.models import Mailbox, PersonalLink
from mailsettings.pages import personal as pages
from portal.logs import MaskedPaths, mask
from tests import build
from tests.pages.browsing import get, page_of

from .browsing import link_to, mailbox

pytestmark = pytest.mark.django_db
NOON = "2026-11-24 12:00:00+00:00"
UNKNOWN = "A" * 24
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1"


def shown(client, record, path="", language="en", **values):
    _link, token = link_to(record, **values)
    return page_of(get(client, f"/{language}/s/{token}/{path}"))


def touch(client, token, **headers):
    return client.post(f"/uk/s/{token}/seen/", secure=True, HTTP_HOST="portal.example", **headers)


def test_a_link_shows_the_mailboxes_own_user_name_which_the_public_page_does_not(client):
    box = mailbox(login="u10234")
    text = shown(client, box).text

    assert "olena@firma.com.ua" in text
    assert "u10234" in text
    assert "u10234" not in page_of(get(client, "/en/d/firma.com.ua/")).text


def test_a_protocol_that_is_switched_off_for_the_mailbox_is_said_and_not_shown(client):
    text = shown(client, mailbox(pop3=False)).text

    assert "POP3 is switched off for this mailbox." in text
    assert "pop.firma.com.ua" not in text


def test_a_suspended_mailbox_has_no_values_but_what_to_do(client):
    text = shown(client, mailbox(status="suspended")).text

    assert "This mailbox is paused" in text
    assert "Leave your mail program as it is" in text
    assert "imap.firma.com.ua" not in text


def test_a_forwarder_is_explained(client):
    text = shown(client, mailbox(kind="forwarder")).text

    assert "This address has no mailbox" in text
    assert "imap.firma.com.ua" not in text


@pytest.mark.parametrize(("status", "words"), [("suspended", "is paused"), ("external", "not with us")])
def test_the_domains_state_comes_first(client, status, words):
    assert words in shown(client, mailbox(domain_status=status)).text


@pytest.mark.parametrize("values", [{"status": "suspended"}, {"kind": "forwarder"}, {"domain_status": "suspended"}])
def test_guides_and_files_of_what_cannot_be_set_up_lead_to_the_reason(client, values):
    _link, token = link_to(mailbox(**values))

    for path in ("thunderbird/", "guides/"):
        assert get(client, f"/uk/s/{token}/{path}")["Location"] == f"/uk/s/{token}/"
    assert get(client, f"/s/{token}/apple.mobileconfig").status_code == 404


@pytest.mark.parametrize("guide", guides())
def test_a_guide_below_the_link_holds_the_exact_values(client, guide):
    page = shown(client, mailbox(login="u10234"), f"{guide}/")

    assert "u10234" in page.text


def test_a_link_to_a_domain_lists_the_user_names_that_follow_no_pattern(client):
    box = mailbox(login="u10234")
    page = shown(client, box.domain)

    assert "olena@firma.com.ua" in page.text
    assert "u10234" in page.text


def test_more_user_names_than_a_page_lists_are_said_to_be_more(client, monkeypatch):
    monkeypatch.setattr(pages, "SHOWN_NAMES", 1)
    box = mailbox(login="u10234")
    said = "There are more. Ask support for a link to one mailbox."
    assert said not in shown(client, box.domain).text
    build.save(Mailbox(domain=box.domain, local_part="petro", login="u10235"))
    text = shown(client, box.domain).text

    assert said in text
    assert "u10235" not in text


def test_a_link_to_a_domain_with_private_user_names_sends_nobody_for_another_link(client):
    box = mailbox(login="u10234")
    build.save(Mailbox(domain=box.domain, local_part="petro"))

    page = shown(client, box.domain)

    assert "Ask support for a personal link" not in page.text
    assert "See below, under “User names”." in page.text
    assert page.all("a", href="#own-names")
    assert page.all("h2", id="own-names")
    assert "For every other mailbox the user name is its whole address." in page.text


def test_a_link_to_a_domain_without_user_names_of_their_own_says_what_all_are(client):
    text = shown(client, mailbox(domain_logins="private").domain).text

    assert "For every mailbox the user name is its whole address." in text
    assert "have a user name of their own" not in text


def test_user_names_by_another_pattern_are_shown_by_an_example(client):
    endpoints = [
        ("imap", "imap.{domain}", 993, "tls", "{local_part}+{domain}"),
        ("smtp", "smtp.{domain}", 465, "tls", "{address}"),
    ]
    domain = build.domain(server=build.server(endpoints=endpoints), logins="private", mailboxes=["olena"])

    text = shown(client, domain).text

    assert "IMAP: For every mailbox the user name is made of its address" in text
    assert "for name@firma.com.ua it is name+firma.com.ua." in text
    assert "SMTP: For every mailbox the user name is its whole address." in text


def test_a_domain_whose_user_names_all_follow_a_public_pattern_has_no_list(client):
    assert not shown(client, mailbox().domain).all("h2", id="own-names")


@pytest.mark.parametrize("path", ["", "guides/", "thunderbird/", "iphone/?answered=no"])
def test_links_to_settings_and_guides_stay_below_the_personal_link(client, path):
    _link, token = link_to(mailbox())
    page = page_of(get(client, f"/uk/s/{token}/{path}"))
    addresses = page.attributes("href")

    assert not [address for address in addresses if "/d/" in address or "/f/" in address]
    assert [address for address in addresses if address.startswith(f"/uk/s/{token}/") or address.startswith("?")]


@pytest.mark.parametrize("path", ["", "guides/", "thunderbird/", "iphone/"])
def test_a_preview_of_the_link_shows_no_address(client, path):
    page = shown(client, mailbox(), path)
    told = [page.title, *(tag.get("content") or "" for tag in page.all("meta"))]

    assert page.all("meta", property="og:title")
    assert not [text for text in told if "olena" in text or "firma" in text]


@pytest.mark.parametrize("path", ["", "guides/", "thunderbird/", "seen/", "nothing/"])
@pytest.mark.parametrize("state", ["working", "revoked", "unknown"])
def test_no_answer_is_kept_or_found_or_tells_where_the_reader_came_from(client, path, state):
    link, token = link_to(mailbox())
    if state == "revoked":
        personal.revoke(link, None)
    path = f"/uk/s/{UNKNOWN if state == 'unknown' else token}/{path}"
    response = touch(client, path.split("/")[3]) if path.endswith("seen/") else get(client, path)

    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["X-Robots-Tag"] == "noindex"
    assert not response.cookies


def test_nothing_about_a_link_is_kept_in_memory(client):
    _link, token = link_to(mailbox(login="u10234"))
    for path in ("", "guides/", "thunderbird/", "iphone/"):
        get(client, f"/uk/s/{token}/{path}")
    for name in formats():
        get(client, f"/s/{token}/{name}")

    for memory in (rendered_pages, rendered_files, lists_of_domains):
        kept = " ".join(f"{key} {value}" for key, value in memory._entries.items())
        assert token not in kept
        assert "u10234" not in kept


def test_an_unknown_link_is_a_page_that_is_not_there(client):
    for path in ("", "guides/", "thunderbird/"):
        assert get(client, f"/uk/s/{UNKNOWN}/{path}").status_code == 404
    assert get(client, f"/s/{UNKNOWN}/apple.mobileconfig").status_code == 404


@pytest.mark.parametrize("ended", ["revoked", "expired"])
def test_a_link_that_is_over_leads_to_the_public_page_without_naming_the_mailbox(client, time_machine, ended):
    time_machine.move_to(NOON, tick=False)
    link, token = link_to(mailbox(), lasts="day")
    if ended == "revoked":
        personal.revoke(link, None)
    else:
        time_machine.move_to("2026-11-25 12:00:00+00:00", tick=False)
    response = get(client, f"/uk/s/{token}/thunderbird/")

    assert response.status_code == 410
    assert page_of(response).all("a", href="/uk/d/firma.com.ua/")
    # In its other language it is at the link itself: no other address (URL) may hold the token, not even as a query.
    assert page_of(response).all("a", href=f"/en/s/{token}/thunderbird/", hreflang="en")
    assert response.content.decode().count(token) == 2
    assert "olena" not in response.content.decode()
    assert get(client, f"/s/{token}/apple.mobileconfig").status_code == 404


def test_a_link_is_unknown_at_the_host_of_another_brand(client):
    build.brand("other", hosts=["mail.other.example"])
    _link, token = link_to(mailbox())

    assert get(client, f"/uk/s/{token}/", host="mail.other.example").status_code == 404
    assert get(client, f"/s/{token}/apple.mobileconfig", host="mail.other.example").status_code == 404


def test_guessing_is_slowed_down_with_advice_and_working_links_go_on_working(client):
    _link, token = link_to(mailbox())
    answers = [get(client, f"/uk/s/{UNKNOWN}/").status_code for _ in range(31)]

    refused = get(client, f"/en/s/{UNKNOWN}/")
    assert (answers[0], answers[29], answers[30]) == (404, 404, 429)
    assert "ask support for a new one" in page_of(refused).text
    assert refused["Retry-After"] == "600"
    assert get(client, f"/s/{UNKNOWN}/apple.mobileconfig").status_code == 429
    assert get(client, f"/uk/s/{token}/").status_code == 200


def test_changing_the_language_puts_the_secret_into_no_query(client):
    _link, token = link_to(mailbox())
    page = page_of(get(client, f"/uk/s/{token}/iphone/"))

    assert page.all("a", hreflang="en", href=f"/en/s/{token}/iphone/")


def test_an_answer_about_a_guide_leads_back_to_the_personal_page(client):
    _link, token = link_to(mailbox())
    response = client.post(
        "/uk/guides/iphone/answer/", {"answer": "yes", "token": token}, secure=True, HTTP_HOST="portal.example"
    )

    assert response["Location"].startswith(f"/uk/s/{token}/iphone/?")


# --- Counting ---------------------------------------------------------------------------------------------------------


def counts():
    return PersonalLink.objects.values_list("opened", "downloaded").get()


def test_fetching_the_page_is_not_opening_it(client):
    _link, token = link_to(mailbox())
    for agent in ("TelegramBot (like TwitterBot)", "WhatsApp/2.24", PHONE):
        get(client, f"/uk/s/{token}/", HTTP_USER_AGENT=agent)

    assert counts() == (0, 0)


def test_a_touch_counts_a_visit_once(client):
    _link, token = link_to(mailbox())
    page = page_of(get(client, f"/uk/s/{token}/"))

    assert page.all("main")[0]["data-seen"] == f"/uk/s/{token}/seen/"
    assert [touch(client, token).status_code for _ in range(3)] == [204] * 3
    assert counts() == (1, 0)
    touch(client, token, REMOTE_ADDR="192.0.2.7")
    assert counts() == (2, 0)


def test_what_is_tried_with_a_revoked_link_is_refused_and_counted_nowhere(client):
    link, token = link_to(mailbox())
    personal.revoke(link, None)

    assert touch(client, token).status_code == 410
    assert get(client, f"/s/{token}/apple.mobileconfig", HTTP_USER_AGENT=PHONE).status_code == 404
    assert counts() == (0, 0)


def test_a_touch_needs_no_token_and_a_get_is_refused(client):
    _link, token = link_to(mailbox())

    assert get(client, f"/uk/s/{token}/seen/").status_code == 405
    assert touch(client, UNKNOWN).status_code == 404


def test_a_file_is_downloaded_once_though_ios_fetches_it_twice(client):
    _link, token = link_to(mailbox(login="u10234"))
    first = get(client, f"/s/{token}/apple.mobileconfig", HTTP_USER_AGENT=PHONE)
    second = get(client, f"/s/{token}/apple.mobileconfig", HTTP_USER_AGENT="ManagedConfiguration/1.0")

    assert first.content == second.content
    assert b"u10234" in first.content
    assert "no-store" in first["Cache-Control"]
    assert not first.cookies
    assert counts() == (0, 1)


@pytest.mark.parametrize(
    "headers", [{"HTTP_USER_AGENT": "TelegramBot (like TwitterBot)"}, {"HTTP_SEC_PURPOSE": "prefetch"}]
)
def test_a_robot_gets_the_file_and_is_not_counted(client, headers):
    _link, token = link_to(mailbox())

    assert get(client, f"/s/{token}/apple.mobileconfig", **headers).status_code == 200
    assert counts() == (0, 0)


def test_every_file_on_the_page_is_there(client):
    _link, token = link_to(mailbox())
    paths = [href for href in page_of(get(client, f"/uk/s/{token}/")).attributes("href") if href.startswith("/s/")]

    assert paths
    assert {get(client, path).status_code for path in paths} == {200}


def test_a_file_is_not_posted_to(client):
    _link, token = link_to(mailbox())

    assert client.post(f"/s/{token}/apple.mobileconfig", secure=True, HTTP_HOST="portal.example").status_code == 405


# --- Paper, logs, hostile requests ------------------------------------------------------------------------------------


def test_paper_carries_the_public_address(client):
    _link, token = link_to(mailbox())
    html = get(client, f"/uk/s/{token}/").content.decode()
    foot = re.search(r'<div class="sheet-foot.*?</div>', html, re.DOTALL).group()

    assert "https://portal.example/uk/d/firma.com.ua/" in foot
    assert token not in foot


@pytest.mark.parametrize("path", ["/uk/s/{}/", "/en/s/{}/iphone/", "/s/{}/apple.mobileconfig", "/f/{}/autoconfig.xml"])
def test_no_log_line_holds_a_token(path):
    record = logging.LogRecord("django.request", 30, "", 1, "%s: %s", ("Not Found", path.format(UNKNOWN)), None)

    assert MaskedPaths().filter(record)
    assert record.getMessage() == f"Not Found: {path.format('…')}"
    assert mask(path.format(UNKNOWN)) == path.format("…")


class HostileTest(TestCase):
    @given(token=st.text(min_size=1, max_size=40), rest=st.sampled_from(["", "iphone/", "seen/", "apple.mobileconfig"]))
    def test_whatever_stands_in_place_of_a_token_is_answered(self, token, rest):
        cache.clear()
        path = f"/s/{token}/{rest}" if rest.endswith("mobileconfig") else f"/uk/s/{token}/{rest}"
        for method in (self.client.get, self.client.post):
            response = method(path, secure=True, HTTP_HOST="portal.example")

            assert response.status_code in (301, 302, 400, 403, 404, 405), response.status_code


def test_wrong_links_to_pages_and_to_files_are_counted_together(client, monkeypatch):
    monkeypatch.setattr(personal, "WRONG_TOKENS", 2)
    paths = [f"/uk/s/{UNKNOWN}/", f"/s/{UNKNOWN}/apple.mobileconfig"]

    answers = [get(client, path) for path in paths * 2]

    assert [answer.status_code for answer in answers] == [404, 404, 429, 429]
    assert {answer["Retry-After"] for answer in answers[2:]} == {str(personal.WRONG_SECONDS)}
