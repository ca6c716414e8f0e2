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


def test_a_reseller_is_told_what_a_new_domain_waits_for(reseller, brand):
    response = add(reseller, brand, "пошта.укр")

    said = reseller.get(response["Location"]).content.decode()
    assert "New names wait for confirmation, and nobody gets an answer for them before: пошта.укр." in said


def test_support_of_the_brand_is_taken_at_its_word(support, brand, client):
    response = add(support, brand, "firma.com.ua")
    assert response.status_code == 302
    assert "wait for confirmation" not in support.get(response["Location"]).content.decode()

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


def waiting_domain(brand, alias="firma.example"):
    """A domain that a reseller added with an alias: both names wait."""
    domain = build.domain("gmail.com", customer=build.customer(brand=brand))
    build.change(domain.names.get(), is_confirmed=False)
    build.save(DomainName(domain=domain, name=alias, is_confirmed=False))
    return domain


def test_an_alias_alone_is_not_confirmed_since_it_would_show_the_name_that_waits(brand):
    domain = waiting_domain(brand)

    response = operator().submit(page(DOMAIN, "change", domain.pk), **{"names-1-is_confirmed": "on"})

    assert "primary name waits" in errors(response)["names-1-is_confirmed"][0]
    assert lookup.for_domain("firma.example") is None


def test_an_alias_is_confirmed_together_with_its_primary_name(brand):
    domain = waiting_domain(brand)

    response = operator().submit(
        page(DOMAIN, "change", domain.pk), **{"names-0-is_confirmed": "on", "names-1-is_confirmed": "on"}
    )

    assert response.status_code == 302, errors(response)
    assert lookup.for_domain("firma.example").domain == "gmail.com"


def test_a_confirmed_alias_is_not_added_to_a_domain_that_waits(brand):
    domain = waiting_domain(brand)
    names = {"names-TOTAL_FORMS": 3, "names-2-name": "b.example", "names-2-is_confirmed": "on"}

    response = operator().submit(page(DOMAIN, "change", domain.pk), **names)

    assert "names-2-is_confirmed" in errors(response)


def test_a_new_domain_is_not_served_by_its_alias_while_its_primary_name_waits(brand):
    customer, server = build.customer("c-1", brand=brand), build.server()
    names = {
        "names-TOTAL_FORMS": 2,
        "names-0-name": "gmail.com",
        "names-0-is_primary": "on",
        "names-0-is_confirmed": None,
        "names-1-name": "firma.example",
        "names-1-is_primary": None,
        "names-1-is_confirmed": "on",
    }

    response = operator().submit(page(DOMAIN, "add"), customer=customer.pk, server=server.pk, **names)

    assert "names-1-is_confirmed" in errors(response)
    assert not Domain.objects.exists()


def test_what_else_is_changed_of_a_domain_that_waits_is_not_refused(brand):
    domain = waiting_domain(brand)

    response = operator().submit(page(DOMAIN, "change", domain.pk), **{"names-1-DELETE": "on"})

    assert response.status_code == 302, errors(response)
    assert domain.names.get().name == "gmail.com"


def test_the_first_page_counts_what_waits_and_leads_there(reseller, brand):
    add(reseller, brand, "gmail.com")
    desk = operator()

    assert "1 domain waits for confirmation" in desk.get("/admin/").content.decode()
    assert "gmail.com" in desk.get(page(DOMAIN, "changelist"), {"confirmation": "waiting"}).content.decode()


def test_a_reseller_looks_after_customers_of_its_brand(reseller, brand):
    response = reseller.submit(page(CUSTOMER, "add"), ref="c9", brand=brand.pk)

    assert response.status_code == 302, errors(response)
