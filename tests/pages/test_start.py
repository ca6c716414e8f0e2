import pytest
from django.test import override_settings

from tests import build

from .browsing import get, page_of, post, typed

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("language", "words"), [("uk", "Налаштуйте пошту"), ("en", "Set up mail")])
def test_the_start_page_speaks_the_language_of_its_path(client, language, words):
    response = get(client, f"/{language}/")

    assert response.status_code == 200
    assert words in page_of(response).text


def test_the_start_page_sets_no_cookie(client):
    assert not get(client, "/uk/").cookies


def test_the_field_suits_an_address(client):
    (field,) = page_of(get(client, "/uk/")).all("input", name="address")

    assert field["autocomplete"] == "email"
    assert field["inputmode"] == "email"
    assert field["autocapitalize"] == "none"
    assert field["spellcheck"] == "false"


@pytest.mark.parametrize(
    "text",
    [
        "olena@firma.com.ua",
        "  OLENA@Firma.COM.ua ",
        "mailto:olena@firma.com.ua",
        "mailto:olena@firma.com.ua?subject=hi",
        "Олена <olena@firma.com.ua>",
        "<olena@firma.com.ua>",
        "olena@firma.com.ua.",
        "olena @ firma.com.ua",
        "ｏｌｅｎａ＠ｆｉｒｍａ．ｃｏｍ．ｕａ",
        "_olena@firma.com.ua_",
        "оlеnа@firma.com.ua",
        "olena@firmа.com.ua",
        "\u200bolena@firma.com.ua\u00a0",
        "«olena@firma.com.ua»,",
    ],
)
def test_an_address_is_understood_as_people_type_it(client, text):
    build.domain("firma.com.ua")

    response = typed(client, text)

    assert response.status_code == 200
    assert "olena@firma.com.ua" in page_of(response).text


@pytest.mark.parametrize("text", ["firma.com.ua", "FIRMA.com.ua.", "https://firma.com.ua/contacts", "@firma.com.ua"])
def test_a_domain_alone_leads_to_its_page(client, text):
    build.domain("firma.com.ua")

    response = post(client, {"address": text})

    assert (response.status_code, response["Location"]) == (303, "/uk/d/firma.com.ua/")


def test_an_address_travels_in_a_cookie_that_scripts_and_other_sites_cannot_read(client):
    build.domain("firma.com.ua")

    response = post(client, {"address": "olena@firma.com.ua"})
    cookie = response.cookies["address"]

    assert response["Location"] == "/uk/d/firma.com.ua/"
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 3600)


@pytest.mark.parametrize("over_tls", [True, False])
def test_the_cookie_is_secure_where_the_site_is(client, over_tls):
    build.domain("firma.com.ua")

    with override_settings(SERVED_OVER_TLS=over_tls):
        cookie = post(client, {"address": "olena@firma.com.ua"}).cookies["address"]

    assert bool(cookie["secure"]) is over_tls


def test_a_cookie_that_was_not_signed_here_is_ignored(client):
    build.domain("firma.com.ua")
    client.cookies["address"] = "olena@firma.com.ua"

    assert "olena@" not in page_of(get(client, "/uk/d/firma.com.ua/")).text


def test_a_domain_alone_forgets_the_address(client):
    build.domain("firma.com.ua")
    typed(client, "olena@firma.com.ua")

    assert "olena@" not in page_of(typed(client, "firma.com.ua")).text


def test_an_empty_field_on_a_domains_page_forgets_the_address(client):
    build.domain("firma.com.ua")
    typed(client, "olena@firma.com.ua")

    response = post(client, {"address": " ", "domain": "firma.com.ua"})

    assert response["Location"] == "/uk/d/firma.com.ua/"
    assert "olena@" not in page_of(get(client, response["Location"])).text


@pytest.mark.parametrize("text", ["olena", "olena@", " Olena "])
def test_on_a_domains_page_the_part_before_the_at_sign_is_enough(client, text):
    build.domain("firma.com.ua")

    response = post(client, {"address": text, "domain": "firma.com.ua"})

    assert "olena@firma.com.ua" in page_of(get(client, response["Location"])).text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Ви нічого не ввели"),
        ("olena@", "Бракує домену після «@»"),
        ("@", "Бракує домену після «@»"),
        ("olena@firma@com.ua", "два знаки «@»"),
        ("оленка@firma.com.ua", "латинськ"),
        ("olena", "закінчення"),
    ],
)
def test_what_cannot_be_an_address_is_answered_beside_the_field(client, text, words):
    response = post(client, {"address": text})
    page = page_of(response)
    (field,) = page.all("input", name="address")

    assert response.status_code == 422
    assert words in page.text
    assert field["value"] == text
    assert field["aria-invalid"] == "true"
    assert page.all("p", id=field["aria-describedby"])


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("olena@firma,com.ua", "olena@firma.com.ua"),
        ("olena@gmail,con", "olena@gmail.com"),
        ("firma..com.ua", "firma.com.ua"),
    ],
)
def test_a_slip_is_answered_with_what_was_meant_as_a_button(client, text, meant):
    page = page_of(post(client, {"address": text}))

    assert page.all("button", name="address", value=meant)


def test_a_suggestion_says_nothing_about_whose_domains_are_here(client):
    before = page_of(post(client, {"address": "olena@firma,con"})).all("button", name="address")
    build.domain("firma.com")

    assert page_of(post(client, {"address": "olena@firma,con"})).all("button", name="address") == before


def test_a_typed_address_that_was_refused_is_kept_by_nobody(client):
    response = post(client, {"address": "olena@firma,com"})

    assert response["Cache-Control"] == "private, no-store"
    assert not response.cookies


def test_the_field_of_a_guide_leads_back_to_it_with_values(client):
    build.domain("firma.com.ua")

    response = post(client, {"address": "olena@firma.com.ua", "then": "iphone"})

    assert response["Location"] == "/uk/d/firma.com.ua/iphone/"


def test_the_field_of_the_help_leads_back_to_it_with_values(client):
    build.domain("firma.com.ua")

    response = post(client, {"address": "olena@firma.com.ua", "then": "help"})

    assert response["Location"] == "/uk/help/?domain=firma.com.ua"


@pytest.mark.parametrize("then", ["nothing", "//evil.example", "../../admin"])
def test_the_field_leads_nowhere_else(client, then):
    build.domain("firma.com.ua")

    response = post(client, {"address": "olena@firma.com.ua", "then": then})

    assert response["Location"] == "/uk/d/firma.com.ua/"


def test_the_program_of_the_visitors_device_comes_first(client):
    page = page_of(get(client, "/en/", HTTP_USER_AGENT="Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)"))
    guides = [href for href in page.attributes("href") if href.startswith("/en/guides/") and href != "/en/guides/"]

    assert guides[0] == "/en/guides/iphone/"
    assert len(guides) > 3
