import typing
from pathlib import Path

import pytest

from mailsettings.articles import Block, KnownError, When, articles
from mailsettings.pages.article import SHOWN
from tests import build

from .browsing import get, page_of, post, typed

pytestmark = pytest.mark.django_db
TEMPLATES = Path(__file__).parents[2] / "templates" / "pages" / "blocks"


@pytest.mark.parametrize("language", ["uk", "en"])
@pytest.mark.parametrize("article", sorted(articles()))
def test_an_article_has_all_its_sections(client, article, language):
    page = page_of(get(client, f"/{language}/{article}/"))
    resolved = articles()[article].resolve(language)

    assert page.title.startswith(resolved.title)
    assert set(resolved.anchors) <= set(page.attributes("id"))


@pytest.mark.parametrize("kind", typing.get_args(Block))
def test_every_kind_of_block_can_be_drawn(kind):
    assert kind in SHOWN
    assert kind is KnownError or (TEMPLATES / f"{kind.kind}.html").exists()


def test_the_comparison_begins_with_the_four_rows_that_matter(client):
    text = page_of(get(client, "/uk/imap-or-pop3/")).text
    places = [
        text.index(topic) for topic in ("Зберігання", "Синхронізація", "Використання", "Теки", "Інші відмінності")
    ]

    assert places == sorted(places)


def test_the_table_of_ports_pairs_each_port_with_its_security(client):
    text = page_of(get(client, "/en/mail-basics/")).text

    for pair in ("IMAP 993 SSL/TLS", "IMAP 143 STARTTLS", "SMTP 465 SSL/TLS", "SMTP 587 STARTTLS"):
        assert pair in text


def test_the_help_holds_the_values_of_the_visitors_address(client):
    build.domain("firma.com.ua")
    typed(client, "olena@firma.com.ua")
    response = get(client, "/uk/help/")

    assert "imap.firma.com.ua" in page_of(response).text
    assert "olena@firma.com.ua" in page_of(response).text
    assert response["Cache-Control"] == "private, no-store"


def test_the_help_holds_the_values_of_the_domain_that_its_reader_comes_from(client):
    build.domain("firma.com.ua")
    response = get(client, "/uk/help/?domain=firma.com.ua")

    assert "imap.firma.com.ua" in page_of(response).text
    assert response["X-Robots-Tag"] == "noindex"


def test_the_help_without_a_domain_points_to_the_settings(client):
    page = page_of(get(client, "/uk/help/"))

    assert "як на сторінці ваших налаштувань" in page.text
    assert page.all("input", name="then", value="help")


@pytest.mark.parametrize("domain", ["unknown.com.ua", "paused.com.ua", "%00", "a..b", "x" * 300, ""])
def test_a_domain_without_settings_leaves_the_help_as_it_is(client, domain):
    build.domain("paused.com.ua", status="suspended")

    assert get(client, f"/uk/help/?domain={domain}").content == get(client, "/uk/help/").content


def test_the_help_keeps_a_private_user_name(client):
    build.domain("firma.com.ua", logins="private", mailboxes=[{"local_part": "olena", "login": "o.kovalenko"}])
    typed(client, "olena@firma.com.ua")
    page = page_of(get(client, "/uk/help/"))

    assert "ім’я користувача з нашого листа" in page.text
    assert "o.kovalenko" not in page.html


@pytest.mark.parametrize("language", ["uk", "en"])
@pytest.mark.parametrize("error", articles()["help"].uk.errors, ids=lambda error: error.id)
def test_an_error_has_a_page_with_its_cause_cure_and_wordings(client, error, language):
    page = page_of(get(client, f"/{language}/help/{error.id}/"))
    resolved = next(each for each in articles()["help"].resolve(language).errors if each.id == error.id)

    assert page.title.startswith(resolved.title)
    assert len(page.all("li")) >= sum(step.when is When.ALWAYS for step in resolved.fix)
    assert all(wording.text in page.text for texts in resolved.texts for wording in texts.wordings)


@pytest.mark.parametrize(
    ("logins", "path", "shown", "hidden"),
    [
        ("pattern", "/uk/help/", "Має бути: olena@firma.com.ua", "особисте посилання"),
        ("published", "/uk/help/", "Має бути: olena@firma.com.ua", "особисте посилання"),
        ("private", "/uk/help/", "Немає листа? Попросіть службу підтримки", "Має бути:"),
        ("private", "/uk/help/login-refused/", "ім’я користувача з нашого листа", "olena@firma.com.ua"),
        ("private", "/en/help/login-refused/", "No letter from us? Ask our support team", "olena@firma.com.ua"),
    ],
)
def test_the_user_name_is_explained_as_the_domain_allows(client, logins, path, shown, hidden):
    build.domain("firma.com.ua", logins=logins)
    typed(client, "olena@firma.com.ua")
    text = page_of(get(client, path)).text

    assert shown in text
    assert hidden not in text


def test_the_user_name_is_explained_without_a_domain_too(client):
    text = page_of(get(client, "/uk/help/")).text

    assert "Воно стоїть на сторінці ваших налаштувань" in text
    assert "Немає листа?" not in text
    assert "Має бути:" not in text


def test_a_question_shows_what_to_compare_before_its_answers(client):
    build.domain("firma.com.ua")
    text = page_of(get(client, "/uk/help/?domain=firma.com.ua")).text
    question = text.index("Чи збігаються імена серверів?")

    assert question < text.index("imap.firma.com.ua", question) < text.index("Наступне запитання", question)


def test_the_help_lists_every_error_with_its_codes(client):
    page = page_of(get(client, "/uk/help/"))

    assert {f"/uk/help/{error.id}/" for error in articles()["help"].uk.errors} <= set(page.attributes("href"))
    assert "0x800CCC0E" in page.text


def test_an_error_keeps_the_domain_that_its_reader_comes_from(client):
    build.domain("firma.com.ua")
    page = page_of(get(client, "/uk/help/server-not-found/?domain=firma.com.ua"))

    assert "imap.firma.com.ua" in page.text
    assert "/uk/help/?domain=firma.com.ua" in page.attributes("href")


def test_the_field_of_an_error_leads_back_to_it(client):
    build.domain("firma.com.ua")
    (then,) = page_of(get(client, "/uk/help/server-not-found/")).all("input", name="then")

    response = post(client, {"address": "olena@firma.com.ua", "then": then["value"]})

    assert response["Location"] == "/uk/help/server-not-found/?domain=firma.com.ua"


def test_an_error_that_there_is_not_is_no_page(client):
    assert get(client, "/uk/help/no-such-error/").status_code == 404


def test_russian_wordings_are_marked_as_russian(client):
    page = page_of(get(client, "/uk/help/timeout/"))

    assert page.all("q", lang="ru")
