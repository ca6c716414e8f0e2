"""What a link or a code opened is another customer's by now: whoever has it learns nothing more."""

from importlib import import_module

import pytest
from django.apps import apps

from accounts.models import ChangeSet
from mailsettings import changes, personal, reverting
from mailsettings.models import CallCode, PersonalLink
from tests import build
from tests.admin.desk import operator
from tests.pages.browsing import get, page_of

from .browsing import link_to, links_url, mailbox

pytestmark = pytest.mark.django_db
LOGIN = "u10234"


@pytest.fixture(params=["mailbox", "domain"])
def record(request):
    box = mailbox(login=LOGIN)
    return box if request.param == "mailbox" else box.domain


def moved(record):
    """Give the domain to another customer; the change set by which that happened."""
    domain = getattr(record, "domain", record)
    done = build.change(domain, customer=build.customer("c2002"))
    record.refresh_from_db()
    return done


def test_a_link_no_longer_works_and_leads_to_the_public_page(client, record):
    _link, token = link_to(record)
    moved(record)
    response = get(client, f"/uk/s/{token}/")

    assert response.status_code == 410
    assert LOGIN not in response.content.decode()
    assert page_of(response).all("a", href="/uk/d/firma.com.ua/")


@pytest.mark.parametrize("rest", ["thunderbird/", "guides/", "autoconfig.xml"])
def test_neither_does_anything_below_it(client, record, rest):
    _link, token = link_to(record)
    moved(record)
    path = f"/s/{token}/{rest}" if "." in rest else f"/uk/s/{token}/{rest}"

    assert get(client, path).status_code in (404, 410)


def test_a_code_opens_nothing(record):
    code = personal.make_code(record, language="uk", by=None)
    moved(record)

    assert personal.find_code(code) is None


def test_a_link_works_again_once_that_is_taken_back(record):
    _link, token = link_to(record)
    done = moved(record)

    changes.apply(reverting.prepare(done.changes.all()).plan, ChangeSet(source="revert"))

    assert personal.find(token).works


def test_the_desk_does_not_list_what_was_sent_to_the_former_customer(record):
    link_to(record, reason="для попереднього клієнта")
    assert "для попереднього клієнта" in operator().get(links_url(record)).content.decode()
    moved(record)

    assert "для попереднього клієнта" not in operator().get(links_url(record)).content.decode()


def test_links_and_codes_from_before_an_upgrade_go_on_working(record):
    _link, token = link_to(record)
    code = personal.make_code(record, language="uk", by=None)
    for model in (PersonalLink, CallCode):
        model.objects.update(customer_id=None)
    assert not personal.find(token).works

    import_module("mailsettings.migrations.0013_fill_link_customer").fill(apps, None)

    assert personal.find(token).works
    assert personal.find_code(code)
