"""What a card does at one press: links, codes, sheets, the customer’s view, and a question to the DNS."""

from __future__ import annotations

import pytest

from tests import build
from tests.admin import cards
from tests.admin.cards import card
from tests.admin.desk import DOMAIN, MAILBOX, operator, page
from tests.dns_server import serving
from tests.pages.browsing import page_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def mailbox():
    return cards.mailbox()


def test_one_button_makes_a_link_and_another_a_code(mailbox):
    desk = operator()
    links = page(MAILBOX, "links", mailbox.pk)
    shown = page_of(card(mailbox, desk))
    assert len(shown.all("form", action=links, method="post")) == 2

    made = desk.post(links, {"do": "copy", "language": "uk", "lasts": "week"})

    assert "/uk/s/" in made.context["made"]["url"]
    assert desk.post(links, {"do": "code"}).context["code"]


def test_view_as_customer_panel_and_webmail_are_one_click_away(mailbox):
    shown = page_of(card(mailbox))

    for url in ("/en/d/firma.com.ua/#olena@firma.com.ua", "https://webmail.firma.com.ua/",
                "https://panel.hoster.example/", page(MAILBOX, "change", mailbox.pk)):  # fmt: skip
        assert shown.all("a", href=url), url


@pytest.mark.parametrize(
    ("box", "domain", "untold"),
    [({"status": "suspended"}, {}, "that the mailbox is suspended"),
     ({"kind": "forwarder"}, {}, "that it is a forwarder"),
     ({"pop3": False}, {}, "that POP3 is off"),
     ({"login": "u123", "pop3": False}, {"logins": "private"}, "that POP3 is off, the user name")],
)  # fmt: skip
def test_a_card_says_what_the_customers_view_does_not_tell(mailbox, box, domain, untold):
    if domain:
        build.change(mailbox.domain, **domain)
    build.change(mailbox, **box)

    assert f"It does not tell: {untold}. A personal link does." in page_of(card(mailbox)).text


def test_a_customers_view_that_tells_everything_needs_no_note(mailbox):
    assert "It does not tell" not in page_of(card(mailbox)).text

    build.change(mailbox, status="suspended")
    build.change(mailbox.domain, status="suspended")
    assert "It does not tell" not in page_of(card(mailbox)).text


def test_a_domains_card_leads_to_its_dns_records_while_there_are_any(mailbox):
    desk = operator()

    def leads(record):
        return page_of(card(record, desk)).all("a", href="/en/d/firma.com.ua/dns/")

    assert leads(mailbox.domain)
    assert not leads(mailbox)

    build.change(mailbox.domain, status="suspended")
    assert not leads(mailbox.domain)


def test_the_sheet_is_asked_for_in_a_body_so_that_no_log_keeps_the_address(mailbox):
    desk = operator()
    shown = page_of(card(mailbox, desk))
    assert shown.all("form", action="/uk/d/firma.com.ua/sheets/", method="post")
    assert shown.all("input", name="addresses", value="olena@firma.com.ua")

    sheet = page_of(desk.post("/uk/d/firma.com.ua/sheets/", {"addresses": "olena@firma.com.ua"}))

    assert "imap.firma.com.ua" in sheet.text


def test_a_suspended_domain_offers_no_sheet(mailbox):
    build.change(mailbox.domain, status="suspended")

    assert not page_of(card(mailbox)).all("form", action="/uk/d/firma.com.ua/sheets/")


def test_the_form_of_a_record_leads_back_to_its_card(mailbox):
    for kind, record in ((MAILBOX, mailbox), (DOMAIN, mailbox.domain)):
        shown = page_of(operator().get(page(kind, "change", record.pk)))
        assert shown.all("a", href=page(kind, "card", record.pk))


@pytest.fixture
def dns(settings):
    with serving({"firma.com.ua": ["1 aspmx.l.google.com."]}) as (server, address):
        settings.DNS_SERVERS = [address]
        yield server.asked


def test_opening_a_card_asks_the_dns_nothing(mailbox, dns):
    for record in (mailbox, mailbox.domain):
        card(record)

    assert dns == []


def test_a_post_that_presses_no_button_asks_the_dns_nothing(mailbox, dns):
    shown = operator().post(page(MAILBOX, "card", mailbox.pk))

    assert "Its mail is at Google." not in page_of(shown).text
    assert dns == []


@pytest.mark.parametrize("kind", [DOMAIN, MAILBOX])
def test_a_press_of_the_button_says_where_the_mail_is(mailbox, dns, kind):
    record = mailbox if kind == MAILBOX else mailbox.domain

    text = page_of(operator().post(page(kind, "card", record.pk), {"do": "mx"})).text

    assert "Its mail is at Google." in text
    assert "What it should be: mx1.hoster.example" in text
    assert dns == ["firma.com.ua"]
