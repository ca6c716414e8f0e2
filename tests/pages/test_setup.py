import re

import pytest

from accounts.models import ChangeSet
from mailsettings import changes, lookup
from tests import build

from .browsing import get, page_of, typed

pytestmark = pytest.mark.django_db
PATH = "/uk/d/firma.com.ua/"


def copied(page):
    """Accessible names of the buttons that copy."""
    return [button["aria-label"] for button in page.all("button", class_="copy")]


def test_the_values_of_an_address_can_be_copied_one_by_one(client):
    build.domain("firma.com.ua")

    names = copied(page_of(typed(client, "olena@firma.com.ua")))

    assert names[:6] == [
        "Скопіювати сервер IMAP",
        "Скопіювати порт IMAP",
        "Скопіювати ім’я користувача IMAP",
        "Скопіювати сервер SMTP",
        "Скопіювати порт SMTP",
        "Скопіювати ім’я користувача SMTP",
    ]


def test_port_and_security_are_read_aloud_as_one(client):
    build.domain("firma.com.ua")

    text = page_of(get(client, PATH)).text

    assert "порт 993, захист з’єднання SSL/TLS" in text
    assert "порт 465, захист з’єднання SSL/TLS" in text


def test_values_are_neither_translated_nor_turned_around(client):
    build.domain("firma.com.ua")
    values = [attributes for _tag, attributes in page_of(get(client, PATH)).elements if "data-value" in attributes]

    hosts = [value for value in values if value.get("class") == "value"]
    assert hosts
    assert all((value["translate"], value["dir"]) == ("no", "ltr") for value in hosts)


def test_a_further_port_says_when_to_use_it(client):
    build.domain("firma.com.ua")

    text = page_of(get(client, PATH)).text

    assert "Якщо порт 465 заблоковано" in text
    assert "порт 587, захист з’єднання STARTTLS" in text


def test_a_further_server_on_the_same_port_says_when_to_use_it(client):
    build.server("s1", endpoints=[("imap", "a.hoster.example", 993, "tls"), ("imap", "b.hoster.example", 993, "tls")])
    build.domain("firma.com.ua")

    assert "Якщо a.hoster.example не відповідає" in page_of(get(client, PATH)).text


def test_pop3_is_folded_with_its_warning(client):
    build.domain("firma.com.ua")
    response = get(client, PATH)
    page = page_of(response)

    (fold,) = page.all("details", id="pop3")
    assert "open" not in fold
    assert "POP3 забирає листи на один пристрій" in page.text
    assert "Скопіювати сервер POP3" in copied(page)


def test_pop3_stands_open_with_its_warning_where_imap_is_switched_off(client):
    build.domain("firma.com.ua", imap=False)
    page = page_of(get(client, PATH))

    assert not page.all("details", id="pop3")
    assert "POP3 забирає листи на один пристрій" in page.text
    assert copied(page)[0] == "Скопіювати сервер POP3"
    assert not any("IMAP" in name for name in copied(page))


def test_a_protocol_that_is_switched_off_is_absent(client):
    build.domain("firma.com.ua", pop3=False)
    page = page_of(get(client, PATH))

    assert "pop.firma.com.ua" not in page.text
    assert not page.all("details", id="pop3")


def test_a_domain_without_any_incoming_server_still_shows_how_to_send(client):
    build.domain("firma.com.ua", imap=False, pop3=False)
    page = page_of(get(client, PATH))

    assert copied(page)[0] == "Скопіювати сервер SMTP"


def test_without_an_address_a_field_stands_in_place_of_the_user_name(client):
    build.domain("firma.com.ua")
    page = page_of(get(client, PATH))

    assert page.all("input", id="own", name="address")
    assert not any("користувача" in name for name in copied(page))


def test_a_pattern_makes_the_user_name(client):
    build.server("s1", endpoints=[("imap", "mail.hoster.example", 993, "tls", "{local_part}+{domain}")])
    build.domain("firma.com.ua")

    assert "olena+firma.com.ua" in page_of(typed(client, "olena@firma.com.ua")).text


def test_a_published_user_name_is_shown(client):
    build.domain("firma.com.ua", logins="published", mailboxes=[{"local_part": "olena", "login": "o.kovalenko"}])

    assert "o.kovalenko" in page_of(typed(client, "olena@firma.com.ua")).text


@pytest.mark.parametrize("local_part", ["olena", "nobody"])
def test_a_private_user_name_is_in_the_letter_for_every_address_alike(client, local_part):
    build.brand("ava", is_default=True, support_email="support@hoster.example")
    build.domain("firma.com.ua", logins="private", mailboxes=[{"local_part": "olena", "login": "o.kovalenko"}])
    page = page_of(typed(client, f"{local_part}@firma.com.ua"))

    assert page.text.count("Воно в нашому листі до вас.") >= 2
    assert "Попросіть у служби підтримки особисте посилання." in page.text
    assert "o.kovalenko" not in page.html
    assert not any("користувача" in name for name in copied(page))


def test_the_page_says_that_it_does_not_check_addresses(client):
    build.domain("firma.com.ua")

    text = page_of(typed(client, "olena@firma.com.ua")).text

    assert "Це налаштування для скриньок домену firma.com.ua. Тут ми не перевіряємо, чи існує адреса." in text


def test_an_address_of_another_domain_is_not_shown(client):
    build.domain("firma.com.ua")
    build.domain("other.com.ua")
    typed(client, "olena@other.com.ua")

    assert "olena" not in page_of(get(client, PATH)).text


@pytest.mark.parametrize(
    "path", ["/uk/d/FIRMA.com.ua/", "/uk/d/firma.com.ua./", "/uk/d/firma.укр/", "/uk/d/firma.xn--j1amh/"]
)
def test_every_spelling_and_alias_leads_to_the_primary_name(client, path):
    build.domain("firma.com.ua", aliases=["firma.укр"])

    response = get(client, path)

    assert (response.status_code, response["Location"]) == (302, PATH)


def test_an_alias_leads_to_the_same_guide(client):
    build.domain("firma.com.ua", aliases=["firma.net.ua"])

    assert get(client, "/en/d/firma.net.ua/iphone/")["Location"] == "/en/d/firma.com.ua/iphone/"


def test_an_address_at_an_alias_is_shown_with_the_primary_names_values(client):
    build.domain("firma.com.ua", aliases=["firma.net.ua"])
    page = page_of(typed(client, "olena@firma.net.ua"))

    assert "olena@firma.net.ua" in page.text
    assert "imap.firma.com.ua" in page.text


def test_no_page_names_the_aliases(client):
    build.domain("firma.com.ua", aliases=["secret.com.ua"])

    assert "secret" not in get(client, PATH).content.decode()


def test_an_international_domain_is_read_in_its_own_letters_and_copied_in_latin_ones(client):
    build.domain("приклад.укр")
    page = page_of(typed(client, "info@приклад.укр"))

    assert "info@приклад.укр" in page.text
    assert "imap.xn--80aikifvh.xn--j1amh" in page.text
    assert "info@xn--80aikifvh.xn--j1amh" in page.text
    assert "Поштові програми знають цей домен як xn--80aikifvh.xn--j1amh" in page.text


def test_a_page_with_an_address_is_kept_by_nobody(client):
    build.domain("firma.com.ua")
    response = typed(client, "olena@firma.com.ua")

    assert response["Cache-Control"] == "private, no-store"
    assert "Cookie" in response["Vary"]


@pytest.mark.parametrize("status", ["active", "suspended", "external"])
def test_a_domains_pages_are_not_for_search_engines(client, status):
    build.domain("firma.com.ua", status=status)

    assert get(client, PATH)["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize(
    ("status", "words"),
    [("suspended", "Тимчасово недоступна"), ("external", "обслуговує інша компанія")],
)
def test_a_domain_that_is_not_served_has_no_values(client, status, words):
    build.domain("firma.com.ua", status=status)
    response = get(client, PATH)
    page = page_of(response)

    assert response.status_code == 200
    assert words in page.text
    assert "imap.firma.com.ua" not in page.text
    assert not copied(page)


def test_the_guide_of_a_domain_that_is_not_served_has_no_values(client):
    build.domain("firma.com.ua", status="suspended")

    assert "imap.firma.com.ua" not in page_of(get(client, f"{PATH}iphone/")).text


def test_an_unknown_domain_is_404_with_the_field(client):
    response = get(client, "/uk/d/unknown.com.ua/")
    page = page_of(response)

    assert response.status_code == 404
    assert response["X-Robots-Tag"] == "noindex"
    assert page.all("input", name="address", value="unknown.com.ua")


def test_an_unknown_domain_gets_a_suggestion_from_its_text(client):
    response = typed(client, "olena@firma.con.ua")

    assert response.status_code == 404
    assert page_of(response).all("button", name="address", value="olena@firma.com.ua")


@pytest.mark.parametrize("domain", ["gmail.com", "ukr.net", "i.ua", "outlook.com", "icloud.com"])
def test_a_big_provider_is_named_with_its_own_help(client, domain):
    response = get(client, f"/uk/d/{domain}/")

    assert response.status_code == 404
    assert any(link["href"].startswith("https://") for link in page_of(response).all("a"))


@pytest.mark.parametrize("path", ["/uk/d/firma/", "/uk/d/-.com/", "/uk/d/127.0.0.1/", "/uk/d/olena@firma.com.ua/"])
def test_what_cannot_be_a_domain_is_no_page(client, path):
    response = get(client, path)

    assert response.status_code == 404
    assert page_of(response).all("input", name="address", value="")


def test_the_primary_button_is_for_the_visitors_device(client):
    build.domain("firma.com.ua")
    page = page_of(get(client, PATH, HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0; Win64; x64)"))

    assert page.all("a", class_="button", href=f"{PATH}outlook-classic/")


def test_a_device_without_a_program_is_led_to_all_programs(client):
    build.domain("firma.com.ua")
    page = page_of(get(client, PATH, HTTP_USER_AGENT="Mozilla/5.0 (Nintendo)"))

    assert page.all("a", class_="button", href="#programs")


def test_the_profile_is_offered_for_the_domain_and_said_to_be_unsigned(client):
    build.domain("firma.com.ua")
    page = page_of(get(client, PATH))

    (link,) = [a for a in page.all("a") if "download" in a]
    assert link["href"].startswith("/d/firma.com.ua/apple.mobileconfig")
    assert "Профіль не підписано" in page.text


def test_the_offered_profile_can_be_fetched_without_cookies(client, django_user_model):
    build.domain("firma.com.ua")
    links = [a for a in page_of(typed(client, "olena@firma.com.ua")).all("a") if "download" in a]
    (link,) = [link for link in links if "/apple.mobileconfig?" in link["href"]]
    client.cookies.clear()

    response = get(client, link["href"])

    assert response.status_code == 200
    assert b"olena@firma.com.ua" in response.content


def test_no_profile_is_offered_where_there_is_nothing_to_put_into_it(client):
    build.domain("firma.com.ua", imap=False, pop3=False)

    assert not [a for a in page_of(get(client, PATH)).all("a") if "download" in a]


def test_webmail_and_password_help_are_the_brands(client):
    build.server("s1", webmail_url="https://webmail.{domain}/")
    build.brand(
        "ava", is_default=True, password_help_uk="Пароль змінює директор.", password_help_url="https://ava.example/pass"
    )
    build.domain("firma.com.ua")
    page = page_of(get(client, PATH))

    assert page.all("a", href="https://webmail.firma.com.ua/")
    assert page.all("a", href="https://ava.example/pass")
    assert "Пароль змінює директор." in page.text


def test_a_page_with_an_address_takes_two_queries_where_server_and_brand_are_known(client, django_assert_num_queries):
    build.domain("firma.com.ua", logins="published", mailboxes=[{"local_part": "olena", "login": "o.koval"}])
    build.domain("kvity.example")
    typed(client, "olena@firma.com.ua")
    build.cold()
    lookup.for_domain("kvity.example")

    with django_assert_num_queries(2):
        assert "o.koval" in page_of(get(client, PATH)).text


def test_a_page_without_an_address_is_the_same_bytes_until_something_changes(client, django_assert_num_queries):
    domain = build.domain("firma.com.ua")
    first = get(client, PATH).content
    with django_assert_num_queries(0):
        assert get(client, PATH).content == first

    before = changes.snapshot(domain)
    domain.pop3 = False
    plan = changes.Plan()
    plan.change(domain, before)
    changes.apply(plan, ChangeSet(source="admin"))

    assert get(client, PATH).content != first


def offered(page):
    """The names of the files that a page offers to save."""
    return [re.search(r"/([^/?]+)\?", link["href"])[1] for link in page.all("a", download=None) if "download" in link]


def test_a_file_that_needs_an_address_is_offered_with_one(client):
    build.domain("firma.com.ua")

    assert offered(page_of(get(client, PATH))) == ["apple.mobileconfig"]
    assert offered(page_of(typed(client, "olena@firma.com.ua"))) == ["apple.mobileconfig", "thunderbird-android.k9s"]


def test_a_file_that_needs_a_public_user_name_is_not_offered_without_one(client):
    build.domain("firma.com.ua", logins="private")

    assert offered(page_of(typed(client, "olena@firma.com.ua"))) == ["apple.mobileconfig"]


def test_the_page_can_be_scanned_and_printed(client):
    build.domain("firma.com.ua")
    page = page_of(typed(client, "olena@firma.com.ua"))
    pictures = page.all("img", class_="qr")

    assert len({picture["src"] for picture in pictures}) == 1
    assert all("loading" not in picture and picture["alt"] for picture in pictures)
    assert all(picture["width"] == picture["height"] for picture in pictures)
    assert pictures[0]["src"] in page.attributes("href")

    response = get(client, pictures[0]["src"])
    assert response["Content-Type"] == "image/svg+xml"
    assert "olena@firma.com.ua" in response.content.decode()
