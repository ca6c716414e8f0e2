"""What a list is searched for may be an address: it is posted, and no address (URL) of the list tells it."""

from urllib.parse import unquote

import pytest
from django.urls import reverse

from tests import build
from tests.admin.desk import DOMAIN, MAILBOX, operator, page

pytestmark = pytest.mark.django_db
PETRO = "petro@firma.com.ua"
LIST = page(MAILBOX, "changelist")


@pytest.fixture(autouse=True)
def mailboxes():
    many = [f"olena{number}" for number in range(60)]
    build.domain("firma.com.ua", mailboxes=["petro", {"local_part": "ola", "status": "suspended"}, *many])


def search(desk, text, path=LIST, **filters):
    """The address of the list to which a posted search leads."""
    response = desk.post(path, {"searched": "1", "q": text, **filters})
    assert response.status_code == 302
    return response["Location"]


def tells(url, *words):
    return [word for word in words if word in unquote(url).lower()]


def links_of(response):
    changes = response.context["cl"]
    filters = [choice["query_string"] for spec in changes.filter_specs for choice in spec.choices(changes)]
    return [url for url in (changes.previous_url, changes.next_url, *filters, changes.get_query_string()) if url]


def test_a_posted_search_finds_and_its_address_tells_nothing():
    desk = operator()

    url = search(desk, PETRO)

    assert tells(url, "petro", "firma") == []
    assert [str(row) for row in desk.get(url).context["cl"].result_list] == [PETRO]


def test_the_field_shows_what_was_typed():
    desk = operator()

    assert f'value="{PETRO}"' in desk.get(search(desk, PETRO)).content.decode()


def test_pages_and_filters_beside_a_search_tell_nothing_either():
    desk = operator()

    urls = links_of(desk.get(search(desk, "olena")))

    assert any("after=" in url for url in urls)
    assert [url for url in urls if tells(url, "olena")] == []
    assert desk.get(LIST + urls[0]).context["cl"].query == "olena"


def test_what_is_typed_into_the_address_by_hand_is_sealed_in_every_link():
    urls = links_of(operator().get(LIST, {"q": "olena"}))

    assert urls
    assert [url for url in urls if tells(url, "olena")] == []


def test_the_page_of_a_row_leads_back_to_the_search_without_telling_it():
    desk = operator()

    text = desk.get(search(desk, PETRO)).content.decode()

    assert "_changelist_filters=" in text
    assert "_changelist_filters=q%3Dpetro" not in text


def test_a_search_keeps_the_filters_and_begins_at_the_first_page():
    desk = operator()

    found = desk.get(search(desk, "ol", status__exact="suspended", after="3", p="2"))

    assert "after" not in found.request["QUERY_STRING"]
    assert [str(row) for row in found.context["cl"].result_list] == ["ola@firma.com.ua"]


def test_an_emptied_search_shows_the_whole_list_again():
    desk = operator()

    assert search(desk, " ", path=page(DOMAIN, "changelist")) == f"{page(DOMAIN, 'changelist')}?"


def test_an_export_of_a_search_holds_what_was_found():
    desk = operator()
    filters = "?" + search(desk, PETRO).partition("?")[2]

    text = desk.post(page(MAILBOX, "export"), {"filters": filters, "way": "csv"}).getvalue().decode("utf-8-sig")

    assert PETRO in text
    assert "olena" not in text


def test_nobody_is_led_to_another_site():
    assert search(operator(), PETRO, next="https://elsewhere.example/").startswith(f"{LIST}?")


def test_a_field_with_a_search_is_asked_in_a_body_only():
    query = {"app_label": "mailsettings", "model_name": "domain", "field_name": "customer", "term": PETRO}

    assert operator().get(reverse("admin:autocomplete"), query).status_code == 405


def test_forms_ask_in_a_body():
    assert 'data-ajax--type="POST"' in operator().get(page(MAILBOX, "add")).content.decode()
