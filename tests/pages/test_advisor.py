"""The advisor on the comparison page: a question at a time, each answer a link, every end with its settings."""

import pytest

from mailsettings.core.advice import Care, Reason
from mailsettings.core.endpoints import Protocol
from mailsettings.pages.advisor import CARE, HEADLINES, QUESTIONS, REASONS
from tests import build

from .browsing import get, page_of, typed

pytestmark = pytest.mark.django_db
PATH = "/uk/imap-or-pop3/"


def answers(page):
    return [link["href"] for link in page.all("a", class_="answer")]


def every_end(client, path):
    """The page at the end of each path through the questions, walked by its links."""
    page = page_of(get(client, path))
    links = answers(page)
    if not links:
        return [page]
    return [end for link in links for end in every_end(client, PATH + link.partition("#")[0])]


def test_every_word_is_written():
    assert set(REASONS) == set(Reason)
    assert set(CARE) == set(Care)
    assert set(HEADLINES) == {Protocol.IMAP, Protocol.POP3}
    assert set(QUESTIONS) == {"reader", "devices", "room", "backups"}


def test_every_path_ends_in_an_advice_with_the_exact_settings_for_it(client):
    build.domain("firma.com.ua")
    ends = every_end(client, f"{PATH}?domain=firma.com.ua")

    assert len(ends) == 10
    for page in ends:
        pop3 = "Вам підійде POP3" in page.text
        advised = page.text.partition("Змінити")[0]
        assert ("pop.firma.com.ua" in advised) is pop3
        assert ("imap.firma.com.ua" in advised) is not pop3
        assert "smtp.firma.com.ua" in advised


def test_without_a_domain_the_advice_leads_to_the_field(client):
    page = page_of(get(client, f"{PATH}?reader=several"))

    assert "Обирайте IMAP" in page.text
    assert "/uk/" in page.attributes("href")


def test_an_answer_can_be_taken_back(client):
    page = page_of(get(client, f"{PATH}?reader=one&devices=several"))

    assert "?reader=one#advisor" in page.attributes("href")


@pytest.mark.parametrize(
    "query", ["?reader=nobody", "?devices=one", "?reader=one&devices=9", "?backups=yes&room=short"]
)
def test_answers_that_make_no_sense_are_asked_again(client, query):
    assert answers(page_of(get(client, PATH + query)))


def test_the_advised_guide_is_the_devices_with_the_advised_protocol(client):
    build.domain("firma.com.ua")
    linux = {"HTTP_USER_AGENT": "Mozilla/5.0 (X11; Linux x86_64)"}

    page = page_of(get(client, f"{PATH}?domain=firma.com.ua&reader=program", **linux))

    assert "/uk/d/firma.com.ua/thunderbird/?protocol=pop3" in page.attributes("href")


def test_a_domain_without_pop3_is_told_so(client):
    build.domain("firma.com.ua", pop3=False)
    page = page_of(get(client, f"{PATH}?domain=firma.com.ua&reader=program"))

    assert "Обирайте IMAP" in page.text
    assert "вимкнено" in page.text


def test_the_address_that_the_browser_carries_fills_in_the_user_name(client):
    build.domain("firma.com.ua")
    typed(client, "olena@firma.com.ua")

    assert "olena@firma.com.ua" in page_of(get(client, f"{PATH}?reader=several")).text
