"""A record that a colleague removed while its form was open: nothing that was typed is lost."""

import pytest

from accounts.models import ChangeSet, User
from mailsettings.admin.reverting import revert_url
from mailsettings.models import Domain, Mailbox
from tests import build
from tests.admin.desk import CUSTOMER, DOMAIN, LOG, MAILBOX, Desk, changed, entered, operator, page, person

pytestmark = pytest.mark.django_db


def left_open(desk, kind, record, **typed):
    """The page of a form that was opened in time, and what is posted from it."""
    path = page(kind, "change", record.pk)
    return path, changed(entered(desk.get(path)), typed)


def test_the_page_says_who_removed_the_record_and_leads_to_the_way_back():
    customer = build.customer(phone="1", name="Before")
    path, data = left_open(operator(), CUSTOMER, customer, phone="+380 44 000 00 00")
    change_set = build.remove(customer, actor=person("operator", username="halyna"), reason="twice here", ticket="T-9")

    response = operator().post(path, data)

    content = response.content.decode()
    assert response.status_code == 410
    for shown in ("Before (c1001)", "halyna", "twice here", "T-9", "+380 44 000 00 00"):
        assert shown in content
    assert f'href="{page(LOG, "change", change_set.pk)}"' in content
    assert f'href="{revert_url(change_set)}"' in content


def test_every_part_of_the_form_is_shown_as_it_was_typed():
    domain = build.domain("firma.com.ua", aliases=["фірма.укр"])
    typed = {"status": "suspended", "reason": "asked by phone", "names-0-name": "new.firma.com.ua"}
    path, data = left_open(operator(), DOMAIN, domain, **typed)
    build.remove(domain)

    response = operator().post(path, data)

    lines = {line for part in response.context["typed"] for line in ((label, v.text) for label, v in part.lines)}
    assert {("Status", "suspended"), ("Reason", "asked by phone"), ("Domain name", "new.firma.com.ua")} <= lines
    assert ("Customer", str(domain.customer)) in lines
    assert ("Domain name", "фірма.укр") in lines


def test_what_cannot_be_read_is_shown_as_it_was_typed():
    domain = build.domain()
    path, data = left_open(operator(), DOMAIN, domain)
    build.remove(domain)
    hostile = {"customer": "9" * 30, "status": "<b>", "names-TOTAL_FORMS": "x", "endpoints-TOTAL_FORMS": "9" * 12}

    response = operator().post(path, data | hostile)

    assert response.status_code == 410
    assert "&lt;b&gt;" in response.content.decode()


def test_what_was_erased_offers_no_way_back():
    customer = build.customer()
    path, data = left_open(operator(), CUSTOMER, customer)
    change_set = build.remove(customer)
    ChangeSet.objects.filter(pk=change_set.pk).update(source=ChangeSet.Source.ERASURE)

    content = operator().post(path, data).content.decode()

    assert "/revert/" not in content
    assert "To have the record back" not in content


# --- Who is told ------------------------------------------------------------------------------------------------------


@pytest.fixture
def support():
    brand = build.brand("rival")
    return Desk(person("support", brand=brand)), build.customer("c7", brand=brand), brand


def test_support_is_told_of_its_own_brand_without_a_way_to_what_others_did(support):
    desk, customer, _brand = support
    domain = build.domain(customer=customer, mailboxes=["olena"])
    path, data = left_open(desk, MAILBOX, Mailbox.objects.get(), name="Олена")
    change_set = build.remove(domain, actor=User.objects.get(username="support"))
    ChangeSet.objects.filter(pk=change_set.pk).update(actor=build.operator())

    content = desk.post(path, data).content.decode()

    assert "olena@firma.com.ua" in content
    assert "Олена" in content
    assert "/admin/accounts/changeset/" + str(change_set.pk) not in content
    assert "ask whoever removed it" in content


def test_support_is_told_nothing_of_another_brand(support):
    desk, _own, _brand = support
    foreign = build.domain(customer=build.customer("c8"))
    path, data = left_open(operator(), DOMAIN, foreign)
    build.remove(foreign)

    response = desk.post(path, data)

    assert response.status_code == 302
    assert response["Location"] == "/admin/"
    never = desk.post(page(DOMAIN, "change", 10**9), data)
    assert (never.status_code, never["Location"]) == (302, "/admin/")


def test_a_record_that_is_here_again_is_not_called_removed(support):
    desk, own, _brand = support
    foreign = build.domain(customer=own)
    path, data = left_open(desk, DOMAIN, foreign)
    build.change(foreign, customer=build.customer("c8"))

    assert desk.post(path, data).status_code == 302
    assert Domain.objects.exists()
