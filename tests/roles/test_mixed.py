"""People with several roles, and records that moved: what one role may is not done with another one's rows."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.urls import reverse

from accounts.models import ChangeSet, Customer, Membership
from mailsettings.models import Domain, DomainName, Mailbox
from tests import build
from tests.admin.desk import CUSTOMER, DOMAIN, LOG, MAILBOX, SERVER, page
from tests.roles.asking import Visitor, text_of, undone

pytestmark = pytest.mark.django_db
AT_A_BRAND = pytest.mark.parametrize("role", ["support", "reseller"], indirect=True)


@AT_A_BRAND
def test_whoever_works_for_a_brand_does_not_run_what_they_are_a_customer_of(role, home, foreign):
    """Customers change nothing, and a role in another brand makes no difference to that."""
    user = home.people[role]
    build.save(Membership(user=user, role="customer", customer=foreign.rows[Customer]))
    visitor = Visitor(user)

    assert visitor.get(page(CUSTOMER, "change", foreign.rows[Customer].pk)).status_code == 302
    assert not foreign.found_in(text_of(visitor.get(page(DOMAIN, "changelist"))))
    with undone() as written:
        visitor.post(page(DOMAIN, "delete", foreign.rows[Domain].pk), {"post": "yes"})
    assert not written
    visitor.come_back()
    assert foreign.domain in text_of(visitor.get(reverse("pages:mine")))
    assert visitor.get(reverse("pages:mine_mailbox", args=[foreign.rows[Mailbox].pk])).status_code == 200


@pytest.mark.parametrize("ask", ["changelist", "export", "action"])
def test_a_list_for_two_owners_is_no_way_to_the_foreign_one(ask, home, foreign):
    """Django takes a filter's several values for a choice, so whoever sees the last one must not be given the first."""
    visitor = Visitor(home.people["support"])
    query = urlencode({"customer__id__exact": [w.rows[Customer].pk for w in (foreign, home)]}, doseq=True)
    listed = f"{page(DOMAIN, 'changelist')}?{query}"
    chosen = {"action": "delete_selected", "_selected_action": [foreign.rows[Domain].pk], "post": "yes"}
    asks = {
        "changelist": lambda: visitor.get(listed),
        "export": lambda: visitor.post(page(DOMAIN, "export"), {"way": "csv", "filters": f"?{query}"}),
        "action": lambda: visitor.post(listed, chosen),
    }

    text = text_of(asks[ask]())

    assert not foreign.found_in(text)
    assert Domain.objects.filter(pk=foreign.rows[Domain].pk).exists()


def test_support_of_one_brand_confirms_nothing_where_it_is_a_reseller(home, foreign):
    user = foreign.people["support"]
    build.save(Membership(user=user, role="reseller", brand=home.rows[Customer].brand))
    waiting = DomainName.objects.get(name=f"{home.hidden}-waiting.com.ua")

    Visitor(user).submit(page(DOMAIN, "change", waiting.domain_id), **{"names-0-is_confirmed": "on"})

    assert not DomainName.objects.get(pk=waiting.pk).is_confirmed


@AT_A_BRAND
def test_a_colleague_who_leaves_a_brand_finds_nothing_of_it_any_more(role, home, foreign):
    """Their own change sets stay theirs to read, without a way from there to the records."""
    user = foreign.people[role]
    Membership.objects.filter(user=user)._raw_delete("default")
    build.save(Membership(user=user, role=role, brand=home.rows[Customer].brand))
    visitor = Visitor(user)

    for kind in (CUSTOMER, DOMAIN, MAILBOX, SERVER):
        text = text_of(visitor.get(page(kind, "changelist"))).replace(user.username, "").replace(user.first_name, "")
        assert not foreign.found_in(text), kind
    own = ChangeSet.objects.filter(actor=user).first()
    text = text_of(visitor.get(page(LOG, "change", own.pk)))
    assert page(DOMAIN, "change", foreign.rows[Domain].pk) not in text
    assert page(CUSTOMER, "change", foreign.rows[Customer].pk) not in text


def test_the_order_of_a_list_does_not_tell_what_others_call_their_customers(home, foreign):
    """A page may begin after a row of the list only: else own references could be placed around a foreign one."""
    visitor = Visitor(home.people["support"])
    refs = [f"{home.hidden}-c1", "a-first", "z-last"]
    for ref in refs[1:]:
        build.customer(ref, brand=home.rows[Customer].brand)

    listed = visitor.get(page(CUSTOMER, "changelist"), {"after": foreign.rows[Customer].pk}).context["cl"].result_list

    assert sorted(customer.ref for customer in listed) == sorted(refs)


def test_a_change_of_contact_does_not_tell_whose_contact_it_was_elsewhere(home, foreign):
    """The contact of two customers is named after the first one that they signed in for."""
    contact, customer = foreign.people["customer"], home.rows[Customer]
    build.save(Membership(user=contact, role="customer", customer=customer))
    build.change(customer, email=contact.email)
    visitor = Visitor(home.people["support"])

    visitor.submit(page(CUSTOMER, "change", customer.pk), email="new@elsewhere.example")

    newest = ChangeSet.objects.first()
    assert newest.changes.filter(model="accounts.membership", action="remove").exists()
    text = text_of(visitor.get(page(LOG, "change", newest.pk))).replace(contact.email, "")
    assert contact.username not in text


def test_a_removal_does_not_name_people_who_sign_in(home, foreign):
    contact = foreign.people["customer"]
    customer = build.customer("without-domains", brand=home.rows[Customer].brand)
    build.save(Membership(user=contact, role="customer", customer=customer))
    path = page(CUSTOMER, "delete", customer.pk)

    text = text_of(Visitor(home.people["support"]).get(path))

    assert "Memberships: 1" in text
    assert contact.username not in text
    assert contact.username in text_of(Visitor(build.operator()).get(path))
