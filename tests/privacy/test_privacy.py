"""A customer's personal data: exported whole, and erased from every table."""

import contextlib
import json
from functools import partial

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings as django_settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from accounts.models import Change, ChangeSet, Customer, Membership, Revision, SearchWord, User
from mailsettings import changes, lookup, personal, privacy, reverting
from mailsettings.core.batches import batches
from mailsettings.core.finding import customer_words, record_words
from mailsettings.models import (
    CallCode,
    Domain,
    DomainName,
    Mailbox,
    PendingImport,
    PersonalLink,
    ServiceEndpoint,
)
from mailsettings.privacy import Domains, log
from tests import build

pytestmark = pytest.mark.django_db

# What must be nowhere after an erasure, whatever becomes of the domains. Each is unlike anything else in the database.
CONTACTS = (
    "Квітославська", "kvitoslava@contact.example", "+380 44 111 22 33", "Давня Назва", "old@contact.example",
    "Ярополк Перший", "yaropolk@recovery.example", "Святослав Давній", "zoryana-signs-in", "Зоряна",
    "zoryana@sign.example", "y…@recovery.example", "сказала по телефону", "198.51.100.77", "Видалений Читач",
)  # fmt: skip
# What goes with the domains.
NAMES = (
    "kvitofirma", "stara-kvitofirma", "yaropolk.pershyi", "own-login-77", "renamed.earlier", "smtp-kvit", "vydalenyi",
)  # fmt: skip


def edit(row, source="admin", reason="", **values):
    before = changes.snapshot(row)
    for name, value in values.items():
        setattr(row, name, value)
    plan = changes.Plan()
    plan.change(row, before)
    return changes.apply(plan, ChangeSet(source=source, reason=reason))


def remove(row, **about):
    plan = changes.Plan()
    plan.remove(row)
    return changes.apply(plan, ChangeSet(source="admin", **about))


def signed_in(user):
    client = Client(headers={"host": "portal.example"})
    client.force_login(user)
    return client


@pytest.fixture
def other():
    """Somebody else, whose data must not change."""
    customer = build.customer("c2", name="Сусід", email="neighbour@other.example")
    box = {"local_part": "sused", "name": "Сусідка", "recovery": "keep@other.example"}
    build.domain("other.com.ua", customer=customer, mailboxes=[box])
    return customer


@pytest.fixture
def customer(other):
    """A customer with a history: renamed, with mailboxes that came and went, links, and people who sign in."""
    made = build.customer("c1", name="Давня Назва", email="old@contact.example", phone="+380 44 111 22 33")
    edit(made, name="ТОВ «Квітославська»", email="kvitoslava@contact.example", reason="сказала по телефону")
    box = {"local_part": "renamed.earlier", "name": "Святослав Давній", "recovery": "yaropolk@recovery.example",
           "login": "own-login-77"}  # fmt: skip
    domain = build.domain(
        "kvitofirma.com.ua", aliases=["квітова-фірма.укр"], customer=made, logins="private",
        mailboxes=[box, {"local_part": "vydalenyi", "name": "Видалений Читач"}, "info"],
        endpoints=[("smtp", "smtp-kvit.example", 2525, "starttls"), ("imap", "imap.{domain}", 993, "tls")],
    )  # fmt: skip
    edit(Mailbox.objects.get(local_part="renamed.earlier"), local_part="yaropolk.pershyi", name="Ярополк Перший")
    remove(Mailbox.objects.get(local_part="vydalenyi"), reason="Видалений Читач звільнився")
    remove(build.domain("stara-kvitofirma.com.ua", customer=made, mailboxes=["yaropolk.pershyi"]))
    user = User.objects.create_user("zoryana-signs-in", "zoryana@sign.example", first_name="Зоряна")
    build.save(Membership(user=user, role="customer", customer=made))
    EmailAddress.objects.create(user=user, email="zoryana@sign.example", primary=True)
    Authenticator.objects.create(user=user, type="totp", data={"secret": "s3cr3t-of-zoryana"})
    UserSession.objects.create(user=user, session_key="k1", ip="198.51.100.77", user_agent="Firefox")
    operator = build.operator()
    LogEntry.objects.create(
        user=operator, object_id=user.pk, object_repr="zoryana-signs-in", action_flag=CHANGE,
        content_type=ContentType.objects.get_for_model(User), change_message="Зоряна",
    )  # fmt: skip
    link, _token = personal.make(
        domain.mailboxes.get(local_part="yaropolk.pershyi"), PersonalLink.Way.LETTER, language="uk",
        reason="сказала по телефону",
    )  # fmt: skip
    personal.sent(link, "yaropolk@recovery.example")
    personal.make_code(domain, language="uk", by=operator)
    PendingImport.objects.create(user=operator, content=json.dumps(["olena@kvitofirma.com.ua"]))
    PendingImport.objects.create(user=operator, content=json.dumps(["sused@other.com.ua"]))
    return made


def everything():
    """The text of every column of every row of every table, in lower case."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            for row in cursor.fetchall():
                found += [f"{table}: {unescaped(value)}".casefold() for value in row if value is not None]
    return "\n".join(found)


def unescaped(value):
    """JSON as it reads, since databases write Cyrillic letters in it in their own ways."""
    try:
        return json.dumps(json.loads(value), ensure_ascii=False) if isinstance(value, str) else value
    except ValueError:
        return value


def found_of(words):
    """Those of ``words`` that stand anywhere, or by whose parts a search would still lead somewhere."""
    text = everything()
    searched = set(SearchWord.objects.values_list("word", flat=True))
    parts = {word: {part for part in customer_words("", word, "", word) if len(part) > 4} for word in words}
    return [word for word in words if word.casefold() in text or parts[word] & searched]


def erase(customer, domains=Domains.REMOVE, reason="запит від 24.11", **about):
    return privacy.erase(customer, domains, ChangeSet(reason=reason, **about))


# --- Erasing ----------------------------------------------------------------------------------------------------------


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
    edit(customer.domains.get(), status="external")

    erase(customer, Domains.SUSPEND)

    assert Domain.objects.get(names__name="kvitofirma.com.ua").status == "external"


def test_other_workers_are_told(customer):
    number = Revision.objects.get().number

    erase(customer)

    assert Revision.objects.get().number > number


def test_links_and_codes_open_nothing_more(customer):
    erase(customer, Domains.SUSPEND)

    assert not PersonalLink.objects.exists()
    assert not CallCode.objects.exists()


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
    remove(Membership.objects.get(customer=customer))

    erase(customer)

    assert not User.objects.filter(username="zoryana-signs-in").exists()


def test_a_domain_that_went_to_somebody_else_is_left_alone(customer, other):
    edit(customer.domains.get(), customer=other)

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
    assert log.without(text, frozenset(values)) == left


# --- Exporting --------------------------------------------------------------------------------------------------------


def test_the_document_has_everything_and_no_secret(customer):
    text = privacy.as_text(privacy.export(customer))

    there = [word for word in (*CONTACTS, *NAMES) if word.casefold() in text.casefold()]
    assert set(CONTACTS) | set(NAMES) <= set(there)
    assert "s3cr3t-of-zoryana" not in text
    assert '"k1"' not in text
    user = User.objects.get(username="zoryana-signs-in")
    assert user.password not in text
    assert PersonalLink.objects.get().digest not in text


def test_the_document_has_nothing_of_others(customer, other):
    text = privacy.as_text(privacy.export(customer))

    assert "сусід" not in text.casefold()
    assert "other.com.ua" not in text
    assert "other.example" not in text


def test_the_document_says_what_it_is(customer):
    document = json.loads(privacy.as_text(privacy.export(customer)))

    assert document["format"] == "skrynka-personal-data"
    assert document["customer"]["ref"] == "c1"
    assert [box["local_part"] for box in document["domains"][0]["mailboxes"]] == ["yaropolk.pershyi", "info"]
    assert document["users"][0]["second_factors"][0]["type"] == "totp"
    assert document["links"][0]["recipient"] == "y…@recovery.example"
    assert document["changes"][0]["model"] == "accounts.customer"


# --- Commands ---------------------------------------------------------------------------------------------------------


def test_the_command_writes_the_document(customer, capsys, tmp_path):
    call_command("export_customer", "c1")
    file = tmp_path / "c1.json"
    call_command("export_customer", "c1", output=str(file))

    assert json.loads(capsys.readouterr().out) == json.loads(file.read_text())
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("command", [["export_customer"], ["erase_customer", "--domains=remove", "--reason=x"]])
def test_an_unknown_reference_is_named(command):
    name, *options = command
    with pytest.raises(CommandError, match="no customer with the reference c9"):
        call_command(name, "c9", *options)


def test_the_command_erases_once_the_reference_was_typed_again(customer, monkeypatch, capsys):
    monkeypatch.setattr("builtins.input", lambda _prompt: "c1")

    call_command("erase_customer", "c1", "--domains=remove", "--reason=запит")

    assert found_of([*CONTACTS, *NAMES]) == []
    assert "Erased as change set" in capsys.readouterr().out


def test_another_reference_erases_nobody(customer, monkeypatch):
    before = everything()
    monkeypatch.setattr("builtins.input", lambda _prompt: "c2")

    with pytest.raises(CommandError, match="Nothing was erased"):
        call_command("erase_customer", "c1", "--domains=remove", "--reason=запит")

    assert everything() == before


def test_a_dry_run_counts_and_erases_nobody(customer, capsys):
    before = everything()

    call_command("erase_customer", "c1", "--domains=remove", "--reason=запит", "--dry-run")

    assert "mailboxes: 2" in capsys.readouterr().out
    assert everything() == before


def test_the_command_does_not_ask_where_it_was_told_so(customer):
    call_command("erase_customer", "c1", "--domains=suspend", "--reason=запит", "--yes")

    assert found_of(CONTACTS) == []


# --- Reverting --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("domains", Domains)
def test_no_revert_of_anything_brings_an_erased_value_or_its_stand_in_back(customer, domains):
    erased = erase(customer, domains).change_set
    for change_set in ChangeSet.objects.exclude(source="revert").order_by("-pk"):
        found = list(change_set.changes.all())
        reversal = reverting.prepare(found, dict.fromkeys((change.pk for change in found), reverting.Choice.ANYWAY))
        if change_set == erased:
            assert {problem.code for step in reversal.steps for problem in step.problems} == {"erasure"}
            assert not reversal.plan
        with contextlib.suppress(changes.Refused):
            changes.apply(reversal.plan, ChangeSet(source="revert"))

    assert found_of(CONTACTS) == []
    assert not User.objects.filter(username="zoryana-signs-in").exists()
    for model in (Customer, Mailbox, DomainName, ServiceEndpoint):
        for row in model.objects.all():
            assert log.erased(model, row.pk, changes.snapshot(row)) == []


def test_what_an_older_change_holds_of_nobody_in_particular_is_reverted_after_an_erasure(customer):
    suspended = edit(Domain.objects.get(customer=customer), pop3=False)
    erase(customer, Domains.SUSPEND)

    changes.apply(reverting.prepare(suspended.changes.all()).plan, ChangeSet(source="revert"))

    assert Domain.objects.get(customer=customer).pop3
