"""Who reverts what: only what one may change, and nothing is confirmed or brought back by the way."""

import pytest
from django.urls import reverse

from accounts.models import Brand, ChangeSet, Customer, Membership, User
from mailsettings import lookup
from mailsettings.models import Domain, MailServer
from tests import build
from tests.admin.desk import BRAND, CUSTOMER, DOMAIN, OUTSIDERS, Desk, operator, outsider, page, person
from tests.admin.reverts import previewed, revert_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def suspended():
    """A domain that somebody suspended, and the change set."""
    domain = build.domain()
    return domain, build.change(domain, status="suspended")


@pytest.fixture
def brands():
    return build.brand("aaa"), build.brand("rivalry")


@pytest.fixture
def support(brands):
    return Desk(person("support", brand=brands[0]))


def test_support_reverts_what_it_did_itself(support, brands):
    customer = build.customer(brand=brands[0], phone="1")
    support.submit(page(CUSTOMER, "change", customer.pk), phone="2")

    previewed(support, ChangeSet.objects.first())

    assert Customer.objects.get().phone == "1"


def test_support_sees_no_preview_of_what_another_one_did(support, suspended):
    _domain, change_set = suspended

    assert support.get(revert_page(change_set)).status_code == 302
    assert support.post(revert_page(change_set), {"reason": "x"}).status_code == 302
    assert Domain.objects.get().status == "suspended"


def test_support_neither_sees_nor_reverts_a_record_that_left_its_brand(support, brands):
    customer = build.customer(brand=brands[0], phone="1")
    support.submit(page(CUSTOMER, "change", customer.pk), phone="2")
    change_set = ChangeSet.objects.first()
    build.change(customer, brand=brands[1], phone="0445550001")

    response = support.get(revert_page(change_set))
    previewed(support, change_set, every="anyway")

    assert "outside of what you may change" in response.content.decode()
    assert "0445550001" not in response.content.decode()
    assert Customer.objects.get().phone == "0445550001"


def test_support_does_not_revert_to_a_server_that_went_to_another_brand(support, brands):
    server, other = build.server("s1", brand=brands[0]), build.server("s2", brand=brands[0])
    domain = build.domain(customer=build.customer(brand=brands[0]), server=server)
    support.submit(page(DOMAIN, "change", domain.pk), server=other.pk)
    change_set = ChangeSet.objects.first()
    build.change(server, brand=brands[1])

    previewed(support, change_set)

    assert Domain.objects.get().server == other


def test_support_does_not_revert_a_customer_out_of_its_brand(support, brands):
    actor = User.objects.get(username="support")
    change_set = build.change(build.customer(), ChangeSet(source="admin", actor=actor), brand=brands[0])

    response = previewed(support, change_set)

    assert "outside of what you may change" in response.content.decode()
    assert Customer.objects.get().brand == brands[0]


def test_support_removes_no_part_of_a_server_by_a_revert(support, brands):
    server = build.server("s1", brand=brands[0])
    change_set = server.changed_in
    ChangeSet.objects.filter(pk=change_set.pk).update(actor=User.objects.get(username="support"))

    previewed(support, change_set)

    assert MailServer.objects.get().endpoints.count() == 4


def test_support_puts_no_part_back_onto_a_server_by_a_revert(support, brands):
    server = build.server("s1", brand=brands[0])
    change_set = build.remove(server.endpoints.first(), actor=User.objects.get(username="support"))

    previewed(support, change_set)

    assert MailServer.objects.get().endpoints.count() == 3


def test_support_brings_a_customer_back_with_what_belongs_to_them(support, brands):
    customer = build.customer(brand=brands[0])
    support.post(page(CUSTOMER, "delete", customer.pk), {"post": "yes"})

    previewed(support, ChangeSet.objects.first())

    assert Customer.objects.get() == customer


def test_a_role_that_may_not_change_brands_any_more_reverts_none(brands):
    user = build.operator("was")
    desk = Desk(user)
    desk.submit(page(BRAND, "change", brands[0].pk), name="New")
    change_set = ChangeSet.objects.first()
    User.objects.filter(pk=user.pk).update(is_superuser=False)
    build.save(Membership(user=user, role="support", brand=brands[0]))

    previewed(Desk(User.objects.get(pk=user.pk)), change_set)

    assert Brand.objects.get(pk=brands[0].pk).name == "New"


@pytest.mark.parametrize("who", OUTSIDERS)
def test_outsiders_revert_nothing(who, suspended, brands):
    _domain, change_set = suspended
    desk = outsider(who, Customer.objects.first())

    for response in (desk.get(revert_page(change_set)), desk.post(revert_page(change_set), {"reason": "x"})):
        assert response["Location"].startswith(reverse("admin:login"))
    assert Domain.objects.get().status == "suspended"


@pytest.fixture
def reseller(brands):
    return Desk(person("reseller", brand=brands[0]))


def served_for(brand, **more):
    server = build.server(f"{brand.slug}-server", brand=brand)
    return build.domain(customer=build.customer(brand=brand), server=server, **more)


def test_a_reseller_reverts_what_it_did_itself_and_nothing_of_others(reseller, brands):
    customer = build.customer(brand=brands[0], phone="1")
    reseller.submit(page(CUSTOMER, "change", customer.pk), phone="2")
    own = ChangeSet.objects.first()
    other = build.change(customer, language="en")

    previewed(reseller, own)

    assert Customer.objects.get().phone == "1"
    assert reseller.get(revert_page(other)).status_code == 302


def test_a_domain_that_a_reseller_brings_back_waits_for_confirmation(reseller, brands):
    domain = served_for(brands[0])
    reseller.post(page(DOMAIN, "delete", domain.pk), {"post": "yes"})
    removal = ChangeSet.objects.first()
    shown = reseller.get(revert_page(removal)).context["written"]

    previewed(reseller, removal)

    confirmed = [line.after.text for row in shown for line in row.lines if line.label == "Confirmed"]
    assert confirmed == ["no"]
    assert not Domain.objects.get().names.get().is_confirmed
    assert lookup.for_domain("firma.com.ua") is None


def test_an_alias_that_a_reseller_brings_back_waits_while_the_domain_is_served_on(reseller, brands):
    domain = served_for(brands[0], aliases=["alias.com.ua"])
    form = page(DOMAIN, "change", domain.pk)
    reseller.submit(form, **{"names-1-DELETE": "on"})
    assert domain.names.count() == 1

    previewed(reseller, ChangeSet.objects.first())

    assert not domain.names.get(is_primary=False).is_confirmed
    assert lookup.for_domain("firma.com.ua") is not None
    assert lookup.for_domain("alias.com.ua") is None


def test_a_reseller_confirms_no_name_by_reverting_what_it_did_in_another_role(brands):
    domain = served_for(brands[0])
    user = person("support", brand=brands[0])
    Desk(user).submit(page(DOMAIN, "change", domain.pk), **{"names-0-is_confirmed": None})
    change_set = ChangeSet.objects.first()
    assert not domain.names.get().is_confirmed
    Membership.objects.filter(user=user).update(role="reseller")
    desk = Desk(User.objects.get(pk=user.pk))

    response = previewed(desk, change_set)

    assert "Only the hoster’s staff confirms a name" in response.content.decode()
    assert not domain.names.get().is_confirmed


def test_an_operator_brings_a_domain_back_as_it_was(brands):
    domain = served_for(brands[0])
    desk = operator()
    desk.post(page(DOMAIN, "delete", domain.pk), {"post": "yes"})

    previewed(desk, ChangeSet.objects.first())

    assert Domain.objects.get().names.get().is_confirmed
