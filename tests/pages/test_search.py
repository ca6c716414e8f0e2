"""Search: what is found, how forgivingly, and that a query leaves no trace."""

import random
import string
from difflib import get_close_matches

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailsettings import search as searching
from mailsettings.articles import articles
from mailsettings.guides import guides
from mailsettings.search import LONGEST, MOST, NEAR, search
from tests import build

from .browsing import PORTAL, get, page_of


def links(query):
    return [found.link for found in search(query)]


@pytest.mark.parametrize(
    "query",
    [
        "0x800CCC0E",
        "0X800ccc0e",
        "0х800ССС0Е",
        "800ccc0e",
        "помилка 0x800CCC0E в Outlook",
    ],
)
def test_a_code_is_found_in_any_spelling_and_by_a_part(query):
    assert links(query)[0] == "help:connection-refused"


@pytest.mark.parametrize(
    ("query", "link"),
    [
        ("Не вдалося увійти на сервер imap.firma.com.ua з іменем користувача olena@firma.com.ua", "help:login-refused"),
        ("сертифікат", "help:certificate-name"),
        ("сертіфікат", "help:certificate-name"),
        ("certificates", "help:certificate-name"),
        ("зникли листи", "help:mail-vanished"),
        ("листи не надходять", "help:nothing-arrives"),
        ("mail does not arrive", "help:nothing-arrives"),
        ("thunderbird", "guide:thunderbird"),
        ("thunderbrid", "guide:thunderbird"),
        ("iphone", "guide:iphone"),
        ("порту", "basics:port"),
        ("STARTTLS", "basics:starttls"),
    ],
)
def test_words_and_messages_are_found(query, link):
    assert link in links(query)[:5]


@pytest.mark.parametrize("apostrophe", "'’ʼ`")
def test_apostrophes_make_no_difference(apostrophe):
    assert links(f"ім{apostrophe}я користувача") == links("ім’я користувача")


def test_every_guide_is_found_by_its_program():
    for guide in guides().values():
        assert f"guide:{guide.id}" in links(guide.program.uk)[:4], guide.id


def test_every_wording_leads_to_its_error():
    for error in articles()["help"].uk.errors:
        for wording in (wording.text for texts in error.texts for wording in texts.wordings):
            filled = wording.replace("…", "imap.firma.com.ua")
            assert f"help:{error.id}" in links(filled)[:4], wording


@pytest.mark.parametrize("query", ["", "   ", "!!!", "«»"])
def test_a_query_without_words_finds_nothing(query):
    assert search(query) == []


@given(st.text(max_size=300))
def test_any_text_is_a_query(query):
    assert len(search(query)) <= MOST


def test_nonsense_is_compared_with_few_words(monkeypatch):
    compared = []
    alike, near = searching._alike, searching.get_close_matches
    monkeypatch.setattr(searching, "_alike", lambda own, word: compared.append(own) or alike(own, word))
    monkeypatch.setattr(
        searching, "get_close_matches", lambda word, some, **how: compared.extend(some) or near(word, some, **how)
    )
    letters, chance = string.ascii_lowercase + "абвгдежзиклмнопрсту", random.Random(1)
    nonsense = ["".join(chance.choices(letters, k=6)) for _ in range(LONGEST // 7)]

    search(" ".join(nonsense))

    assert len(compared) < 10 * len(nonsense)


@given(st.data())
def test_a_slip_in_any_word_means_what_all_words_together_would_say(data):
    known = searching._index()[2]
    word = data.draw(st.sampled_from(known.every))
    at, other = data.draw(st.integers(0, len(word))), data.draw(st.sampled_from(["", "а", "z", "9"]))
    for slip in (word[:at] + other + word[at:], word[:at] + other + word[at + 1 :], word[:at] + word[at:][::-1]):
        assert known.near(slip) == get_close_matches(slip, known.every, n=3, cutoff=NEAR)
        alike = {own for own in known.every if own == slip or searching._alike(own, slip)}
        assert alike <= {*known.candidates(slip)}


def ask(client, text, language="uk", **extra):
    return client.post(f"/{language}/search/", {"words": text}, secure=True, HTTP_HOST=PORTAL, **extra)


@pytest.mark.django_db
class TestPage:
    @pytest.mark.parametrize(("language", "words"), [("uk", "Знайдено"), ("en", "Found")])
    def test_results_are_links_in_the_pages_language(self, client, language, words):
        page = page_of(ask(client, "thunderbird", language))

        assert words in page.text
        assert f"/{language}/guides/thunderbird/" in page.attributes("href")

    def test_results_lead_to_the_readers_own_domain(self, client):
        build.domain("firma.com.ua")

        response = client.post(
            "/uk/search/?domain=firma.com.ua", {"words": "thunderbird"}, secure=True, HTTP_HOST=PORTAL
        )

        assert "/uk/d/firma.com.ua/thunderbird/" in page_of(response).attributes("href")

    def test_the_query_is_kept_by_nobody(self, client):
        response = ask(client, "olena@firma.com.ua не входить")

        assert "no-store" in response["Cache-Control"]
        assert not response.cookies
        assert not [href for href in page_of(response).attributes("href") if "olena" in href]

    def test_an_address_is_offered_as_what_it_is(self, client):
        (button,) = page_of(ask(client, "olena@firma.com.ua")).all("button", name="address")

        assert button["value"] == "olena@firma.com.ua"

    def test_what_is_not_found_leads_on(self, client):
        page = page_of(ask(client, "zzzzqqq"))

        assert "Нічого не знайдено" in page.text
        assert "/uk/help/" in page.attributes("href")

    def test_a_query_is_no_markup(self, client):
        assert "<script>alert" not in ask(client, '"><script>alert(1)</script>').content.decode()

    def test_too_many_searches_are_asked_to_wait(self, client, monkeypatch):
        monkeypatch.setattr("mailsettings.pages.search.MOST_IN_A_MINUTE", 2)

        statuses = [ask(client, "порт", REMOTE_ADDR="192.0.2.77").status_code for _ in range(3)]

        assert statuses == [200, 200, 429]

    def test_the_field_alone_counts_for_nothing(self, client, monkeypatch):
        monkeypatch.setattr("mailsettings.pages.search.MOST_IN_A_MINUTE", 0)

        assert get(client, "/uk/search/").status_code == 200
