"""“Check MX and confirm”: what a reseller added is served once the domain's own DNS says that its mail comes here."""

import re

import dns.rcode
import pytest
from django.contrib.messages import get_messages

from accounts.models import ChangeSet
from mailsettings import confirmation, lookup
from mailsettings.models import DomainName
from tests import build
from tests.admin.desk import DOMAIN, OUTSIDERS, Desk, operator, outsider, page, person
from tests.discovery.asking import autoconfig_status
from tests.dns_server import SILENT, serving
from tests.pages.browsing import page_of

pytestmark = pytest.mark.django_db
OURS = "10 mx1.hoster.example."
RECORDS = {
    "firma.com.ua": [OURS, "20 mx2.hoster.example."],
    "alias.com.ua": [OURS],
    "gmail.com": ["5 gmail-smtp-in.l.google.com."],
    "partly.com.ua": [OURS, "20 mx.elsewhere.example."],
    "branded.com.ua": ["10 mail.ours.example."],
    "null.com.ua": ["0 ."],
    "none.com.ua": [],
    "broken.com.ua": dns.rcode.SERVFAIL,
    "silent.com.ua": SILENT,
}


@pytest.fixture
def asked(settings, monkeypatch):
    monkeypatch.setattr("mailsettings.mx.SECONDS", 0.3)
    with serving(RECORDS) as (server, address):
        settings.DNS_SERVERS = [address]
        yield server.asked


@pytest.fixture
def brand():
    return build.brand("ours", hosts=["mail.ours.example"])


@pytest.fixture
def reseller(brand):
    return Desk(person("reseller", brand=brand))


def waiting(brand, name, aliases=(), mx=("mx1.hoster.example", "mx2.hoster.example")):
    """A domain that a reseller of ``brand`` added."""
    domain = build.domain(name, customer=build.customer(brand=brand), server=build.server(mx=list(mx)))
    build.change(domain.names.get(), is_confirmed=False)
    build.save(*(DomainName(domain=domain, name=alias, is_confirmed=False) for alias in aliases))
    return domain


def press(desk, domain):
    return desk.post(page(DOMAIN, "confirm", domain.pk))


def told(response):
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


def unconfirmed():
    return set(DomainName.objects.filter(is_confirmed=False).values_list("name", flat=True))


def test_a_reseller_confirms_a_domain_whose_mx_points_at_its_server(reseller, brand, asked, client):
    domain = waiting(brand, "firma.com.ua")
    assert autoconfig_status(client, "firma.com.ua") == 404

    response = press(reseller, domain)

    assert response["Location"] == page(DOMAIN, "card", domain.pk)
    assert "Confirmed by its MX records: firma.com.ua." in told(response)
    assert autoconfig_status(client, "firma.com.ua") == 200


def test_the_change_log_says_who_asked_and_which_records_answered(reseller, brand, asked):
    press(reseller, waiting(brand, "firma.com.ua"))

    newest = ChangeSet.objects.first()
    assert newest.actor.get_username() == "reseller"
    assert newest.reason == "Confirmed by MX records: firma.com.ua → mx1.hoster.example, mx2.hoster.example"
    assert newest.changes.get().after == {"is_confirmed": True}


def test_the_brands_own_host_counts_as_its_server(reseller, brand, asked):
    press(reseller, waiting(brand, "branded.com.ua"))

    assert not unconfirmed()


def test_the_host_of_another_brand_does_not_count(asked, brand):
    other = build.brand("other", hosts=["mail.other.example"])

    press(Desk(person("reseller", brand=other)), waiting(other, "branded.com.ua"))

    assert unconfirmed() == {"branded.com.ua"}


@pytest.mark.parametrize(
    ("name", "words"),
    [("gmail.com", "Its mail is at Google. Found: gmail-smtp-in.l.google.com."),
     ("partly.com.ua", "Partly: some MX records lead to this server"),
     ("null.com.ua", "accepts no mail"), ("none.com.ua", "no MX record"),
     ("nobody.com.ua", "does not exist in the DNS"), ("broken.com.ua", "The DNS does not answer."),
     ("silent.com.ua", "The DNS does not answer.")],
)  # fmt: skip
def test_what_was_found_and_what_it_must_be_is_said_and_nothing_is_confirmed(reseller, brand, asked, name, words):
    domain = waiting(brand, name)
    number = ChangeSet.objects.count()

    response = press(reseller, domain)

    assert f"Not confirmed: {name}." in told(response)
    assert words in told(response)
    assert "Its MX records must name: mx1.hoster.example, mx2.hoster.example." in told(response)
    assert unconfirmed() == {name}
    assert lookup.for_domain(name) is None
    assert ChangeSet.objects.count() == number


def test_a_server_without_mx_names_confirms_nothing(reseller, brand, asked):
    response = press(reseller, waiting(brand, "firma.com.ua", mx=()))

    assert unconfirmed() == {"firma.com.ua"}
    assert "there is nothing to compare" in told(response)
    assert "must name" not in told(response)


def test_aliases_are_confirmed_one_by_one(reseller, brand, asked):
    domain = waiting(brand, "firma.com.ua", aliases=["alias.com.ua", "gmail.com"])

    response = press(reseller, domain)

    assert unconfirmed() == {"gmail.com"}
    assert "firma.com.ua, alias.com.ua" in told(response)
    assert "Not confirmed: gmail.com." in told(response)


def test_an_alias_waits_with_a_primary_name_that_is_not_theirs(reseller, brand, asked):
    press(reseller, waiting(brand, "gmail.com", aliases=["alias.com.ua"]))

    assert unconfirmed() == {"gmail.com", "alias.com.ua"}


def test_a_second_press_has_nothing_to_do_and_says_so(reseller, brand, asked):
    domain = waiting(brand, "firma.com.ua")
    press(reseller, domain)
    number = ChangeSet.objects.count()
    asked.clear()

    response = press(reseller, domain)

    assert "No name of this domain waits" in told(response)
    assert ChangeSet.objects.count() == number
    assert asked == []


def test_a_name_that_was_removed_in_the_meantime_is_told(reseller, brand, asked, monkeypatch):
    domain = waiting(brand, "firma.com.ua")
    ask = confirmation.findings

    def while_asking(*arguments):
        DomainName.objects.all()._raw_delete("default")
        return ask(*arguments)

    monkeypatch.setattr(confirmation, "findings", while_asking)
    number = ChangeSet.objects.count()

    assert "Somebody removed this in the meantime." in told(press(reseller, domain))
    assert ChangeSet.objects.count() == number


def test_opening_the_address_asks_nobody(reseller, brand, asked):
    domain = waiting(brand, "firma.com.ua")

    assert reseller.get(page(DOMAIN, "confirm", domain.pk))["Location"] == page(DOMAIN, "card", domain.pk)
    assert asked == []
    assert unconfirmed() == {"firma.com.ua"}


def test_whoever_presses_too_often_waits(reseller, brand, asked, monkeypatch):
    monkeypatch.setattr("mailsettings.admin.confirming.MOST_IN_TEN_MINUTES", 0)

    assert "too often" in told(press(reseller, waiting(brand, "firma.com.ua")))
    assert asked == []


def test_the_card_of_a_waiting_domain_has_the_button_and_that_of_a_confirmed_one_has_none(reseller, brand, asked):
    domain = waiting(brand, "firma.com.ua")
    url = page(DOMAIN, "card", domain.pk)
    assert page_of(reseller.get(url)).all("form", action=page(DOMAIN, "confirm", domain.pk), method="post")

    press(reseller, domain)

    assert not page_of(reseller.get(url)).all("form", action=page(DOMAIN, "confirm", domain.pk))


def test_what_is_said_is_ukrainian_for_whoever_reads_ukrainian(reseller, brand, asked):
    domain = waiting(brand, "gmail.com")

    response = reseller.post(page(DOMAIN, "confirm", domain.pk), headers={"accept-language": "uk"})

    words = told(response)
    assert "Його записи MX мають вказувати на" in words
    assert not re.search("[a-z]{4,} [a-z]{4,}", words)


@pytest.mark.parametrize("role", ["support", "reseller"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_of_another_brand_can_press_it(brand, asked, role, method):
    domain = waiting(brand, "firma.com.ua")
    desk = Desk(person(role, brand=build.brand("other")))

    assert getattr(desk, method)(page(DOMAIN, "confirm", domain.pk)).status_code == 404
    assert asked == []
    assert unconfirmed() == {"firma.com.ua"}


@pytest.mark.parametrize("who", OUTSIDERS)
def test_outsiders_are_asked_to_sign_in(brand, asked, who):
    domain = waiting(brand, "firma.com.ua")

    assert press(outsider(who, domain.customer), domain)["Location"].startswith("/admin/login/")
    assert unconfirmed() == {"firma.com.ua"}


def test_an_operator_may_press_it_too(brand, asked):
    press(operator(), waiting(brand, "firma.com.ua"))

    assert not unconfirmed()
