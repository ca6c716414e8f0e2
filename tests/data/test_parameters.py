"""SQLite takes 250,000 values in one query at most, and no plan, erasure or export stops there.

The limit is lowered here, and the batches with it, so that a few rows do what a million would.
"""

import json
import sqlite3

import pytest
from django.contrib.sessions.models import Session
from django.db import OperationalError, connection

from accounts.models import Change, ChangeSet, Customer, Membership, SearchWord, User
from mailsettings import changes, directory, personal, privacy, rules
from mailsettings.admin.forms import in_the_way
from mailsettings.core import batches
from mailsettings.directory import listing
from mailsettings.models import Domain, DomainName, Mailbox, MailServer, PersonalLink
from tests import build
from tests.data.plans import by, problems_of
from tests.data.reverts import revert

pytestmark = pytest.mark.django_db
BATCH, LIMIT, MANY = 10, 60, 70
SERVERS = ("mailsettings.mailserver", "mailsettings.serviceendpoint")


@pytest.fixture(autouse=True)
def few_parameters(monkeypatch):
    """Queries with few values; PostgreSQL has no such limit, but shows that batches change nothing there."""
    monkeypatch.setattr(batches.batches, "__defaults__", (BATCH,))
    monkeypatch.setattr(connection.features, "max_query_params", LIMIT // 2)
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        before = connection.connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, LIMIT)
        yield
        connection.connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, before)
    else:
        yield


def edited(rows, **values):
    plan = changes.Plan()
    for row in rows:
        before = changes.snapshot(row)
        for name, value in values.items():
            setattr(row, name, value)
        plan.change(row, before)
    return plan


def many_domains(number=MANY, **values):
    """So many domains, each with one mailbox, in one customer and on one server."""
    owner, server = values.pop("customer", None) or build.customer(), build.server("s1")
    made = [Domain(customer=owner, server=server, **values) for _ in range(number)]
    names = [DomainName(domain=domain, name=f"d{at}.example", is_primary=True) for at, domain in enumerate(made)]
    build.save(*made, *names, *(Mailbox(domain=domain, local_part="info") for domain in made))
    return made


@pytest.mark.skipif("connection.vendor != 'sqlite'")
def test_the_limit_is_there():
    with pytest.raises(OperationalError, match="too many SQL variables"):
        list(Customer.objects.filter(pk__in=range(MANY)))


# --- Plans ------------------------------------------------------------------------------------------------------------


def test_a_server_that_is_removed_with_most_of_its_domains_is_kept_by_the_rest():
    *going, _kept = many_domains()
    plan = changes.Plan()
    plan.remove_all(going)
    plan.remove(MailServer.objects.get())

    (problem,) = problems_of(plan)

    assert (problem.code, in_the_way(problem, build.operator())) == ("in_use", f"(d{MANY - 1}.example)")
    with pytest.raises(directory.BadDirectory, match=rf"\(d{MANY - 1}\.example\)"):
        directory.check(plan)


def test_own_user_names_that_go_with_the_plan_are_in_nobodys_way():
    box = {"login": "own"}
    domain = build.domain(logins="published", mailboxes=[{"local_part": f"m{at}", **box} for at in range(MANY)])
    *emptied, _kept = Mailbox.objects.order_by("pk")
    plan = edited(emptied, login="")
    plan.rows += edited([domain], logins="pattern").rows

    (problem,) = problems_of(plan)

    assert (problem.code, in_the_way(problem, build.operator())) == ("own_login", f"(m{MANY - 1}@firma.com.ua)")


def test_a_problem_names_the_first_of_those_in_the_way():
    domains = many_domains(8)

    problem = rules.Problem("", users=Domain.objects.order_by("pk"), leaving={domains[0].pk, domains[2].pk})

    assert problem.staying(problem.users, 2) == [domains[1], domains[3]]


def test_every_domain_goes_to_another_customer_and_brand():
    domains = many_domains()
    brand = build.brand()
    other = build.customer("c2", brand=brand)

    changes.apply(edited(domains, customer=other), by())

    assert set(Mailbox.objects.values_list("brand_key", flat=True)) == {brand.pk}
    assert set(SearchWord.objects.filter(kind="domainname").values_list("brand_key", flat=True)) == {brand.pk}


def test_every_customer_goes_to_another_brand():
    customers = [Customer(ref=f"c{at}") for at in range(MANY)]
    build.save(*customers)
    build.domain(customer=customers[-1], mailboxes=["olena"])
    brand = build.brand()

    changes.apply(edited(customers, brand=brand), by())

    assert set(Customer.objects.values_list("brand_key", flat=True)) == {brand.pk}
    assert Mailbox.objects.get().brand_key == brand.pk
    assert set(SearchWord.objects.filter(kind="customer").values_list("brand_key", flat=True)) == {brand.pk}


def test_a_plan_that_leaves_many_servers_is_listed():
    servers = [MailServer(name=f"s{at:02}") for at in range(MANY)]
    last = MailServer(name="last")
    build.save(*servers, last)
    customer = build.customer()
    domains = [Domain(customer=customer, server=server) for server in servers]
    build.save(*domains, *(DomainName(domain=d, name=f"d{d.server.name}.example", is_primary=True) for d in domains))

    lines = list(listing.rows(edited(domains, server=last), None))

    assert [line.rpartition(": ")[2] for line in lines] == [f'"s{at:02}" → "last"' for at in range(MANY)]


def test_what_a_file_leaves_out_is_removed_and_comes_back():
    many_domains()
    document = json.loads("".join(directory.chunks()))
    planned = directory.plan(document | {"customers": []}, prune=True)

    written = directory.apply(planned, ChangeSet(source="directory"))

    assert not Domain.objects.exists()
    revert(written)
    assert json.loads("".join(directory.chunks())) == document


# --- Personal data ----------------------------------------------------------------------------------------------------


@pytest.fixture
def customer():
    """A customer with many domains now and before, many people who sign in, and a link to every mailbox."""
    made = build.customer("c1", name="ТОВ «Квітославська»")
    build.remove(*many_domains(2 * MANY, customer=made)[:MANY])
    changes.apply(edited(Mailbox.objects.all(), name="Ярополк"), by())
    for mailbox in Mailbox.objects.all():
        personal.make(mailbox, PersonalLink.Way.COPY, language="uk", reason="Ярополк")
    users = User.objects.bulk_create(User(username=f"u{at}") for at in range(MANY))
    memberships = [Membership(user=user, role="customer", customer=made) for user in users]
    build.save(*memberships)
    build.remove(*memberships[: MANY // 2])
    return made


def test_everything_about_a_customer_is_exported(customer):
    document = json.loads(privacy.as_text(privacy.export(customer)))

    entries = document["changes"]
    assert len(entries) == Change.objects.exclude(model__in=SERVERS).count()
    assert [entry["change_set"] for entry in entries] == sorted(entry["change_set"] for entry in entries)
    assert [link["id"] for link in document["links"]] == sorted(PersonalLink.objects.values_list("pk", flat=True))
    assert len(document["users"]) == MANY


@pytest.mark.parametrize("domains", privacy.Domains)
def test_everything_about_a_customer_is_erased(customer, domains):
    shown = dict(privacy.preview(customer).counts)

    erased = privacy.erase(customer, domains, ChangeSet(reason="запит"))

    assert dict(erased.counts) == shown
    assert not PersonalLink.objects.exists()
    assert not Session.objects.exists()
    assert not User.objects.exists()
    kept = [str(change.before) + str(change.after) + change.object_name for change in Change.objects.all()]
    assert not [text for text in kept if "Ярополк" in text or "Квітославська" in text]
