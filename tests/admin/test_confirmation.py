"""What a reseller adds is served only once it is confirmed, so nobody can add somebody else's domain."""

import pytest

from mailsettings import lookup
from mailsettings.models import Domain, DomainName
from tests import build
from tests.admin.desk import CUSTOMER, DOMAIN, Desk, errors, operator, page, person
from tests.discovery.asking import autoconfig_status

pytestmark = pytest.mark.django_db


@pytest.fixture
def brand():
    return build.brand("aaa")


@pytest.fixture
def reseller(brand):
    return Desk(person("reseller", brand=brand))


@pytest.fixture
def support(brand):
    return Desk(person("support", brand=brand))


def add(desk, brand, name):
    customer = build.customer(f"c-{name}", brand=brand)
    server = build.server(f"s-{name}")
    values = {
        "customer": customer.pk,
        "server": server.pk,
        "names-TOTAL_FORMS": 1,
        "names-0-name": name,
        "names-0-is_primary": "on",
    }
    return desk.submit(page(DOMAIN, "add"), **values)


def test_a_resellers_new_domain_waits_and_nobody_gets_an_answer_for_it(reseller, brand, client):
    assert add(reseller, brand, "gmail.com").status_code == 302

    assert not DomainName.objects.get().is_confirmed
    assert lookup.for_domain("gmail.com") is None
    assert autoconfig_status(client, "gmail.com") == 404


def test_support_of_the_brand_is_taken_at_its_word(support, brand, client):
    assert add(support, brand, "firma.com.ua").status_code == 302

    assert autoconfig_status(client, "firma.com.ua") == 200


def test_an_operator_confirms_it_on_its_page(reseller, brand, client):
    add(reseller, brand, "firma.com.ua")

    response = operator().submit(page(DOMAIN, "change", Domain.objects.get().pk), **{"names-0-is_confirmed": "on"})

    assert response.status_code == 302, errors(response)
    assert autoconfig_status(client, "firma.com.ua") == 200


def test_a_reseller_cannot_confirm_by_posting_the_mark(reseller, brand):
    add(reseller, brand, "firma.com.ua")

    reseller.submit(page(DOMAIN, "change", Domain.objects.get().pk), **{"names-0-is_confirmed": "on"})

    assert not DomainName.objects.get().is_confirmed


def test_a_resellers_new_alias_waits_while_the_domain_is_served_on(reseller, brand, client):
    domain = build.domain("firma.com.ua", customer=build.customer(brand=brand))

    response = reseller.submit(
        page(DOMAIN, "change", domain.pk),
        **{"names-TOTAL_FORMS": 2, "names-1-name": "gmail.com", "names-1-is_primary": None},
    )

    assert response.status_code == 302, errors(response)
    assert autoconfig_status(client, "firma.com.ua") == 200
    assert autoconfig_status(client, "gmail.com") == 404


def test_a_reseller_cannot_give_a_confirmed_name_another_spelling(reseller, brand, client):
    domain = build.domain("firma.com.ua", customer=build.customer(brand=brand))

    response = reseller.submit(page(DOMAIN, "change", domain.pk), **{"names-0-name": "gmail.com"})

    assert "names-0-name" in errors(response)
    assert autoconfig_status(client, "firma.com.ua") == 200


def test_a_waiting_name_cannot_become_the_primary_one_of_a_served_domain(reseller, brand):
    domain = build.domain("firma.com.ua", customer=build.customer(brand=brand))
    build.save(DomainName(domain=domain, name="gmail.com", is_confirmed=False))

    response = reseller.submit(
        page(DOMAIN, "change", domain.pk), **{"names-0-is_primary": None, "names-1-is_primary": "on"}
    )

    assert "names-1-is_primary" in errors(response)


def test_the_first_page_counts_what_waits_and_leads_there(reseller, brand):
    add(reseller, brand, "gmail.com")
    desk = operator()

    assert "1 domain waits for confirmation" in desk.get("/admin/").content.decode()
    assert "gmail.com" in desk.get(page(DOMAIN, "changelist"), {"confirmation": "waiting"}).content.decode()


def test_a_reseller_looks_after_customers_of_its_brand(reseller, brand):
    response = reseller.submit(page(CUSTOMER, "add"), ref="c9", brand=brand.pk)

    assert response.status_code == 302, errors(response)
