"""Who opens a card, and what staff of a brand read on it of others."""

from __future__ import annotations

import pytest

from tests import build
from tests.admin import cards
from tests.admin.cards import card
from tests.admin.desk import DOMAIN, MAILBOX, OUTSIDERS, SERVER, Desk, operator, outsider, page, person
from tests.dns_server import serving
from tests.pages.browsing import page_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def mailbox():
    return cards.mailbox()


@pytest.fixture
def asked(settings):
    """The names that the DNS is asked about."""
    with serving({"firma.com.ua": ["10 mx1.hoster.example."]}) as (server, address):
        settings.DNS_SERVERS = [address]
        yield server.asked


@pytest.mark.parametrize("role", ["support", "reseller"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_of_another_brand_is_told_more_than_that_there_is_no_such_page(mailbox, role, method, asked):
    build.change(mailbox.domain.customer, brand=build.brand("theirs"))
    desk = Desk(person(role, brand=build.brand("ours")))
    for kind, record in ((MAILBOX, mailbox), (DOMAIN, mailbox.domain)):
        foreign = getattr(desk, method)(page(kind, "card", record.pk), {"do": "mx"})
        nobody = getattr(desk, method)(page(kind, "card", record.pk + 1), {"do": "mx"})
        assert (foreign.status_code, nobody.status_code) == (404, 404)
        assert page_of(foreign).text == page_of(nobody).text
    assert asked == []


@pytest.fixture(params=["support", "reseller"])
def staff(request, mailbox):
    """Staff of the brand that the mailbox belongs to."""
    brand = build.brand("ours")
    build.change(mailbox.domain.customer, brand=brand)
    return Desk(person(request.param, brand=brand))


def test_staff_of_the_brand_open_it(mailbox, staff):
    assert "imap.firma.com.ua" in page_of(card(mailbox, staff)).text


def test_a_server_of_another_brand_has_no_way_to_it_from_the_card(mailbox, staff):
    server = build.server("rivalry-server", brand=build.brand("rivalry"))
    build.change(mailbox.domain, server=server)
    way = page(SERVER, "change", server.pk)

    assert page_of(card(mailbox)).all("a", href=way)
    assert not page_of(card(mailbox, staff)).all("a", href=way)


@pytest.mark.parametrize("pk", ["0", "x", "999999999999999999999", "1/../2", "%00"])
def test_a_key_that_means_nothing_is_not_found(mailbox, pk):
    assert operator().get(f"/admin/mailsettings/domain/{pk}/card/").status_code == 404


@pytest.mark.parametrize("who", OUTSIDERS)
@pytest.mark.parametrize("method", ["get", "post"])
def test_outsiders_are_asked_to_sign_in(mailbox, who, method):
    desk = outsider(who, mailbox.domain.customer)
    for kind, record in ((MAILBOX, mailbox), (DOMAIN, mailbox.domain)):
        response = getattr(desk, method)(page(kind, "card", record.pk))
        assert response.status_code == 302
        assert response["Location"].startswith("/admin/login/")
