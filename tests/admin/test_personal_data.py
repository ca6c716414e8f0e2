"""Exporting and erasing a customer's personal data at the desk: for operators, and after a second thought."""

import json

import pytest
from django.urls import reverse

from accounts.models import ChangeSet, Customer
from mailsettings import changes, privacy
from mailsettings.admin import personal_data
from mailsettings.models import Domain, Mailbox
from tests import build
from tests.admin.desk import CUSTOMER, OUTSIDERS, Desk, operator, outsider, page, person
from tests.pages.browsing import page_of

pytestmark = pytest.mark.django_db
ASKED = {"domains": "remove", "ref": "c1", "reason": "request of 24 November", "ticket": "T-9"}


@pytest.fixture
def customer():
    made = build.customer("c1", name="Firma", email="office@contact.example")
    build.domain("firma.com.ua", customer=made, mailboxes=[{"local_part": "olena", "name": "Olena"}])
    return made


def data(customer):
    return reverse("admin:accounts_customer_data", args=[customer.pk])


def export(customer):
    return reverse("admin:accounts_customer_export", args=[customer.pk])


def test_the_page_of_a_customer_leads_an_operator_there(customer):
    shown = page_of(operator().get(page(CUSTOMER, "change", customer.pk)))

    assert shown.all("a", href=data(customer))


def test_the_page_of_a_customer_shows_no_such_link_to_support():
    brand = build.brand("ours")
    own = build.customer("c1", brand=brand)
    shown = page_of(Desk(person("support", brand=brand)).get(page(CUSTOMER, "change", own.pk)))

    assert not shown.all("a", href=data(own))


def test_the_page_counts_what_there_is_and_names_the_domains(customer):
    text = page_of(operator().get(data(customer))).text

    assert "Domains1" in text.replace(" ", "")
    assert "Mailboxes1" in text.replace(" ", "")
    assert "firma.com.ua" in text


def test_what_is_too_much_for_a_page_is_left_to_commands(customer, monkeypatch):
    desk = operator()
    assert page_of(desk.get(data(customer))).all("form", action=export(customer))
    monkeypatch.setattr(personal_data, "MOST", 3)

    shown = page_of(desk.get(data(customer)))

    assert "manage.py export_customer c1 " in shown.text
    assert "manage.py erase_customer c1 " in shown.text
    assert not shown.all("form", action=export(customer))
    assert not shown.all("form", action=data(customer))


def test_what_is_too_much_for_a_page_is_neither_exported_nor_erased_by_it(customer, monkeypatch):
    desk = operator()
    monkeypatch.setattr(personal_data, "MOST", 3)

    assert desk.post(export(customer))["Location"] == data(customer)
    desk.post(data(customer), ASKED)

    assert Customer.objects.get().name == "Firma"
    assert Domain.objects.exists()


def test_a_long_list_of_domains_ends_with_a_count(customer):
    for number in range(22):
        build.domain(f"d{number}.com.ua", customer=customer)

    assert "and 3 more" in page_of(operator().get(data(customer))).text


def test_the_file_is_downloaded_by_a_post_and_kept_by_no_cache(customer):
    response = operator().post(export(customer))

    assert json.loads(response.content)["customer"]["email"] == "office@contact.example"
    assert response["Content-Disposition"] == 'attachment; filename="customer-c1.json"'
    assert "no-store" in response["Cache-Control"]


def test_a_reference_of_other_letters_makes_a_file_name_too():
    odd = build.customer('№ "7"/\r\n')

    disposition = operator().post(export(odd))["Content-Disposition"]

    assert disposition == 'attachment; filename="customer-no-7.json"'


def test_opening_the_address_of_the_file_gives_nothing(customer):
    assert operator().get(export(customer)).status_code == 405


@pytest.mark.parametrize("domains", ["remove", "suspend"])
def test_an_operator_erases_after_typing_the_reference(customer, domains):
    response = operator().post(data(customer), ASKED | {"domains": domains}, follow=True)

    assert "The personal data of c1 is erased." in page_of(response).text
    row = Customer.objects.get(ref="c1")
    assert (row.name, row.email) == ("", "")
    assert Domain.objects.exists() is (domains == "suspend")
    assert not Mailbox.objects.exclude(name="").exists()
    change_set = ChangeSet.objects.first()
    assert (change_set.source, change_set.actor.username) == ("erasure", "operator")
    assert (change_set.reason, change_set.ticket) == ("request of 24 November", "T-9")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"ref": "c2"}, "That is another reference."),
        ({"ref": ""}, "This field is required."),
        ({"ref": "C1"}, "That is another reference."),
        ({"reason": ""}, "This field is required."),
        ({"domains": ""}, "This field is required."),
        ({"domains": "burn"}, "Select a valid choice."),
    ],
)
def test_without_all_that_is_asked_nobody_is_erased(customer, wrong, message):
    response = operator().post(data(customer), ASKED | wrong)

    assert message in page_of(response).text
    assert Customer.objects.get().name == "Firma"


def test_a_refused_erasure_is_told_and_erases_nobody(customer, monkeypatch):
    def refuse(*_args):
        raise changes.Refused([changes.Problem("Somebody changed this in the meantime.")])

    monkeypatch.setattr(privacy, "erase", refuse)
    response = operator().post(data(customer), ASKED)

    assert "Somebody changed this in the meantime." in page_of(response).text
    assert Customer.objects.get().name == "Firma"


@pytest.mark.parametrize("role", ["support", "reseller"])
@pytest.mark.parametrize("url", [data, export])
@pytest.mark.parametrize("method", ["get", "post"])
def test_support_and_resellers_may_not_even_of_their_own_brand(role, url, method):
    brand = build.brand("ours")
    own = build.customer("c1", name="Firma", brand=brand)

    response = getattr(Desk(person(role, brand=brand)), method)(url(own), ASKED)

    assert response.status_code == 403
    assert Customer.objects.get(ref="c1").name == "Firma"


@pytest.mark.parametrize("role", ["support", "reseller"])
@pytest.mark.parametrize("url", [data, export])
def test_a_customer_of_another_brand_is_not_there(role, url):
    foreign = build.customer("c1", brand=build.brand("theirs"))

    response = Desk(person(role, brand=build.brand("ours"))).post(url(foreign), ASKED)

    assert (response.status_code, response["Location"]) == (302, reverse("admin:index"))


@pytest.mark.parametrize("who", OUTSIDERS)
@pytest.mark.parametrize("url", [data, export])
@pytest.mark.parametrize("method", ["get", "post"])
def test_outsiders_are_asked_to_sign_in(customer, who, url, method):
    response = getattr(outsider(who, customer), method)(url(customer), ASKED)

    assert response.status_code == 302
    assert "/admin/login/" in response["Location"]
    assert Customer.objects.get().name == "Firma"
