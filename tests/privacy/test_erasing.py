"""A customer’s personal data is erased from every table, and nobody else’s."""

import json
from functools import partial

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings as django_settings
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.test import Client

from accounts.models import Change, ChangeSet, Customer, Membership, Revision, SearchWord, User
from mailsettings import changes, lookup, personal, privacy
from mailsettings.core.batches import batches
from mailsettings.core.finding import record_words
from mailsettings.models import (
    Domain,
    Mailbox,
    PendingImport,
    PersonalLink,
)
from mailsettings.privacy import Domains, log
from tests import build
from tests.privacy.database import CONTACTS, NAMES, erase, everything, found_of

pytestmark = pytest.mark.django_db


def signed_in(user):
    client = Client(headers={"host": "portal.example"})
    client.force_login(user)
    return client


def test_the_search_of_the_whole_database_finds_what_is_there(customer):
    assert found_of(CONTACTS) == list(CONTACTS)
    assert found_of(NAMES) == list(NAMES)


def test_after_erasing_with_the_domains_nothing_personal_is_in_any_table(customer):
    alias = customer.domains.first().names.last().name

    erase(customer, Domains.REMOVE)

    assert found_of([*CONTACTS, *NAMES, alias, "s3cr3t-of-zoryana"]) == []


def test_after_erasing_with_suspended_domains_no_contact_is_in_any_table_and_addresses_stay(customer):
    erase(customer, Domains.SUSPEND)

    assert found_of(CONTACTS) == []
    domain = Domain.objects.get(names__name="kvitofirma.com.ua")
    assert domain.status == "suspended"
    assert {box.local_part for box in domain.mailboxes.all()} == {"yaropolk.pershyi", "info"}
    assert {(box.name, box.recovery) for box in domain.mailboxes.all()} == {("", "")}
    # What had been removed before is gone in either case.
    assert found_of(["stara-kvitofirma", "vydalenyi"]) == []


@pytest.mark.parametrize("domains", list(Domains))
def test_nobody_else_loses_anything(customer, other, domains):
    def theirs():
        return json.loads(privacy.as_text(privacy.export(other)))

    before = theirs()

    erase(customer, domains)

    assert theirs() == before
    assert [row.content for row in PendingImport.objects.all()] == ['["sused@other.com.ua"]']


def test_the_reference_stays(customer):
    erase(customer)

    row = Customer.objects.get(ref="c1")
    assert (row.name, row.email, row.phone) == ("", "", "")
    words = SearchWord.objects.filter(kind="customer", object_pk=row.pk)
    assert {word.word for word in words} == record_words("c1") | {"=c1"}


def test_the_history_keeps_its_shape(customer):
    about = Change.objects.filter(pk__in=log.keys(privacy.reach_of(customer)))
    before = [(change.action, change.model, sorted(change.before), sorted(change.after)) for change in about]
    numbers = list(ChangeSet.objects.values_list("pk", flat=True))

    erase(customer)

    after = Change.objects.filter(change_set__in=numbers, pk__in=[change.pk for change in about])
    assert [(c.action, c.model, sorted(c.before), sorted(c.after)) for c in after] == before
    renamed = Change.objects.get(model="mailsettings.mailbox", action="change", change_set__in=numbers)
    box = f"erased-{renamed.object_pk}"
    assert renamed.before == {"local_part": box, "name": "***"}
    assert renamed.after == {"local_part": box, "name": "***"}
    assert renamed.object_name == box


def test_what_was_empty_stays_empty_in_the_log(customer):
    erase(customer)

    box = Change.objects.filter(model="mailsettings.mailbox", before={}, after__name="").first()
    assert (box.after["recovery"], box.after["login"]) == ("", "")


def test_patterns_of_endpoints_stay(customer):
    erase(customer)

    hosts = {c.before["hostname"] for c in Change.objects.filter(model="mailsettings.serviceendpoint", action="remove")}
    assert "imap.{domain}" in hosts
    assert any(host.startswith("erased-") and host.endswith(".invalid") for host in hosts)


def test_a_reason_beside_changes_of_others_loses_only_what_names_the_customer(customer, other):
    plan = changes.Plan()
    for row, email in ((customer, "next@contact.example"), (other, "next@other.example")):
        before = changes.snapshot(row)
        row.email = email
        plan.change(row, before)
    both = changes.apply(plan, ChangeSet(source="import", reason="Листи NEXT@contact.example і Сусід", ticket="T-5"))

    erase(customer)

    both.refresh_from_db()
    assert (both.reason, both.ticket) == ("Листи *** і Сусід", "T-5")
    words = set(SearchWord.objects.filter(kind="changeset", object_pk=both.pk).values_list("word", flat=True))
    assert words == record_words("T-5", "Листи *** і Сусід")


def test_the_erasure_itself_is_in_the_log_with_its_reason_and_without_a_value(customer):
    erased = erase(customer, reason="запит C-9, Ярополк Перший", ticket="T-9")

    change_set = ChangeSet.objects.get(pk=erased.change_set.pk)
    assert (change_set.source, change_set.reason, change_set.ticket) == ("erasure", "запит C-9, ***", "T-9")
    assert change_set.changes.filter(model="accounts.customer").get().before["phone"] == "***"


def test_programs_get_no_answer_any_more(customer):
    assert lookup.for_domain("kvitofirma.com.ua").served

    erase(customer, Domains.SUSPEND)

    assert not lookup.for_domain("kvitofirma.com.ua").served


def test_an_external_domain_stays_external(customer):
    build.change(customer.domains.get(), status="external")

    erase(customer, Domains.SUSPEND)

    assert Domain.objects.get(names__name="kvitofirma.com.ua").status == "external"


def test_other_workers_are_told(customer):
    number = Revision.objects.get().number

    erase(customer)

    assert Revision.objects.get().number > number


def test_links_and_codes_open_nothing_more(customer):
    domain = customer.domains.get()
    _link, token = personal.make(domain, PersonalLink.Way.COPY, language="uk")
    code = personal.make_code(domain, language="uk", by=None)
    assert personal.find(token)
    assert personal.find_code(code)

    erase(customer, Domains.SUSPEND)

    assert personal.find(token) is None
    assert personal.find_code(code) is None


def test_who_signs_in_for_this_customer_alone_is_gone_and_signed_out(customer):
    user = User.objects.get(username="zoryana-signs-in")
    client = signed_in(user)
    key = client.cookies[django_settings.SESSION_COOKIE_NAME].value

    erase(customer)

    assert not User.objects.filter(pk=user.pk).exists()
    assert not Session.objects.filter(session_key=key).exists()
    assert LogEntry.objects.get().object_repr == f"erased-{user.pk}"


def test_who_is_somebody_else_too_stays_and_is_signed_out(customer):
    user = User.objects.get(username="zoryana-signs-in")
    build.save(Membership(user=user, role="reseller", brand=build.brand()))
    signed_in(user)

    erase(customer)

    assert [row.role for row in User.objects.get(pk=user.pk).memberships.all()] == ["reseller"]
    assert not Session.objects.exists()
    assert not UserSession.objects.exists()


def test_an_operator_who_is_a_customer_too_stays(customer):
    operator = User.objects.get(username="operator")
    build.save(Membership(user=operator, role="customer", customer=customer))

    erase(customer)

    assert User.objects.filter(pk=operator.pk).exists()


def test_others_stay_signed_in(customer):
    client = signed_in(User.objects.get(username="operator"))

    erase(customer)

    assert Session.objects.filter(session_key=client.cookies[django_settings.SESSION_COOKIE_NAME].value).exists()


def test_who_signed_in_once_and_is_nobody_now_is_gone_too(customer):
    build.remove(Membership.objects.get(customer=customer))

    erase(customer)

    assert not User.objects.filter(username="zoryana-signs-in").exists()


def test_a_domain_that_went_to_somebody_else_is_left_alone(customer, other):
    build.change(customer.domains.get(), customer=other)

    erase(customer)

    assert Mailbox.objects.get(local_part="yaropolk.pershyi").name == "Ярополк Перший"


def test_a_failure_leaves_everything_as_it_was(customer, monkeypatch):
    before = everything()

    def broken(*_args):
        raise RuntimeError

    monkeypatch.setattr(log, "rewrite", broken)
    with pytest.raises(RuntimeError):
        erase(customer)

    assert everything() == before


def test_erasing_twice_is_no_harm(customer):
    erase(customer)

    assert erase(Customer.objects.get(ref="c1")).change_set is None
    assert found_of(CONTACTS) == []


def test_many_entries_are_rewritten_in_batches(customer, monkeypatch):
    monkeypatch.setattr(log, "batches", partial(batches, size=2))

    erase(customer)

    assert found_of([*CONTACTS, *NAMES]) == []


def test_a_preview_counts_and_changes_nothing(customer):
    before = everything()

    counts = {str(words): number for words, number in privacy.preview(customer).counts}

    assert counts["domains"] == 1
    assert counts["mailboxes"] == 2
    assert counts["people who sign in as the customer"] == 1
    assert counts["personal links"] == 1
    assert counts["imports that wait to be saved"] == 1
    assert counts["entries of the change log"] > 10
    assert everything() == before


@pytest.mark.parametrize(
    ("text", "values", "left"),
    [
        ("Олена дзвонила", {"Олена"}, "*** дзвонила"),
        ("про ОЛЕНА@firma.com.ua", {"олена@firma.com.ua", "олена"}, "про ***"),
        ("Straße 5", {"STRASSE"}, "***"),
        ("Ян прийшов", {"Ян"}, "Ян прийшов"),
        ("", {"Олена"}, ""),
    ],
)
def test_values_are_taken_out_of_texts_in_any_case(text, values, left):
    assert log.without(text, log.longest_first(values)) == left
