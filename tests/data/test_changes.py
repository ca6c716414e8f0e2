import pytest

from accounts.models import Change, ChangeSet, Revision
from mailsettings import changes
from mailsettings.models import Domain, DomainName, Mailbox, MailServer, ServiceEndpoint
from tests import build
from tests.data.plans import by, edit, everything, problems_of

pytestmark = pytest.mark.django_db


def test_adding_a_domain_writes_its_rows_in_one_change_set():
    build.domain("firma.com.ua", aliases=["firma.укр"], mailboxes=["olena"])

    change_set = ChangeSet.objects.first()
    assert sorted(change_set.changes.values_list("model", "action")) == [
        ("mailsettings.domain", "add"),
        ("mailsettings.domainname", "add"),
        ("mailsettings.domainname", "add"),
        ("mailsettings.mailbox", "add"),
    ]


def test_a_change_logs_only_the_fields_that_differ():
    server = build.server("s1")

    changes.apply(edit(server, webmail_url="https://webmail.{domain}/"), by("a new webmail"))

    change = Change.objects.last()
    assert (change.before, change.after) == ({"webmail_url": ""}, {"webmail_url": "https://webmail.{domain}/"})
    assert change.change_set.reason == "a new webmail"


def test_a_plan_without_differences_writes_nothing():
    server = build.server("s1")
    logged = ChangeSet.objects.count()

    assert changes.apply(edit(server, name="s1"), by()) is None
    assert ChangeSet.objects.count() == logged


def test_every_change_set_raises_the_revision_by_one():
    server = build.server("s1")
    before = Revision.objects.get().number

    changes.apply(edit(server, name="s2"), by())

    assert Revision.objects.get().number == before + 1


def test_one_bad_row_stops_the_whole_plan():
    domain = build.domain()
    plan = changes.Plan()
    plan.add(Mailbox(domain=domain, local_part="good"))
    plan.add(Mailbox(domain=domain, local_part="not good"))

    (problem,) = problems_of(plan)

    assert (problem.row.instance.local_part, problem.field) == ("not good", "local_part")
    assert not Mailbox.objects.exists()


def test_a_refused_plan_leaves_no_change_set_and_no_higher_revision():
    domain = build.domain()
    logged, revision = ChangeSet.objects.count(), Revision.objects.get().number
    plan = changes.Plan()
    plan.add(Mailbox(domain=domain, local_part=".bad"))

    problems_of(plan)

    assert (ChangeSet.objects.count(), Revision.objects.get().number) == (logged, revision)


def test_a_row_that_somebody_else_changed_is_refused_as_stale():
    server = build.server("s1")
    plan = edit(server, name="mine")
    changes.apply(edit(MailServer.objects.get(pk=server.pk), name="theirs"), by())

    (problem,) = problems_of(plan)

    assert (problem.code, problem.field) == ("stale", "name")
    assert MailServer.objects.get().name == "theirs"


def test_a_row_that_somebody_else_removed_is_refused_as_stale():
    domain = build.domain(mailboxes=["olena"])
    mailbox = Mailbox.objects.get()
    plan = edit(mailbox, name="Олена")
    removal = changes.Plan()
    removal.remove(Mailbox.objects.get())
    changes.apply(removal, by())

    (problem,) = problems_of(plan)

    assert problem.code == "stale"
    assert domain.mailboxes.count() == 0


def test_a_server_that_domains_use_is_not_removed():
    domain = build.domain()
    plan = changes.Plan()
    plan.remove(domain.server)

    (problem,) = problems_of(plan)

    assert problem.code == "in_use"
    assert list(problem.users) == [domain]


def test_a_server_is_removed_together_with_the_move_of_its_domains():
    domain = build.domain()
    old = domain.server
    plan = edit(domain, server=build.server("s2"))
    plan.remove(old)

    changes.apply(plan, by())

    assert [server.name for server in MailServer.objects.all()] == ["s2"]


def test_the_primary_mark_moves_from_one_name_to_another():
    domain = build.domain("firma.com.ua", aliases=["firma.укр"])
    plan = changes.Plan()
    for name in domain.names.all():
        before = changes.snapshot(name)
        name.is_primary = not name.is_primary
        plan.change(name, before)

    changes.apply(plan, by())

    assert DomainName.objects.get(is_primary=True).name == "firma.xn--j1amh"


@pytest.mark.parametrize("primaries", [(False, False), (True, True)])
def test_a_domain_needs_exactly_one_primary_name(primaries):
    domain = Domain(customer=build.customer(), server=build.server())
    plan = changes.Plan()
    plan.add(domain)
    for name, primary in zip(["a.com.ua", "b.com.ua"], primaries, strict=True):
        plan.add(DomainName(domain=domain, name=name, is_primary=primary))

    (problem,) = problems_of(plan)

    assert problem.code == "primary_name"


def test_a_name_moves_from_one_domain_to_another_in_one_plan():
    first = build.domain("a.com.ua", aliases=["shared.com.ua"])
    second = build.domain("b.com.ua")
    plan = changes.Plan()
    plan.remove(first.names.get(name="shared.com.ua"))
    plan.add(DomainName(domain=second, name="shared.com.ua"))

    changes.apply(plan, by())

    assert DomainName.objects.get(name="shared.com.ua").domain == second


def test_an_own_user_name_under_the_pattern_policy_asks_to_choose():
    domain = build.domain(logins="pattern")
    plan = changes.Plan()
    plan.add(Mailbox(domain=domain, local_part="olena", login="o.kovalenko"))

    (problem,) = problems_of(plan)

    assert (problem.code, problem.field) == ("own_login", "login")


def test_a_domain_goes_back_to_the_pattern_only_without_own_user_names():
    domain = build.domain(logins="published", mailboxes=[{"local_part": "olena", "login": "o.kovalenko"}])

    (problem,) = problems_of(edit(domain, logins="pattern"))

    assert (problem.code, problem.field) == ("own_login", "logins")


def test_a_second_row_with_a_unique_name_is_refused_in_words():
    build.domain("firma.com.ua")
    other = build.domain("other.com.ua")
    plan = changes.Plan()
    plan.add(DomainName(domain=other, name="FIRMA.com.ua."))

    (problem,) = problems_of(plan)

    assert str(problem.message) == "This domain name is here already."
    assert DomainName.objects.count() == 2


def test_rows_remember_the_change_set_that_wrote_them_last():
    server = build.server("s1")
    change_set = changes.apply(edit(server, name="s2"), by())

    assert MailServer.objects.get().changed_in == change_set
    assert not ServiceEndpoint.objects.filter(changed_in=change_set).exists()


def test_progress_counts_every_row():
    calls = []
    domain = build.domain()
    plan = changes.Plan()
    for number in range(1500):
        plan.add(Mailbox(domain=domain, local_part=f"m{number}"))

    changes.apply(plan, by(), progress=lambda done, total: calls.append((done, total)))

    assert calls == [(1000, 1500), (1500, 1500)]


def test_a_failure_in_the_middle_of_writing_leaves_nothing_of_the_plan():
    domain = build.domain()
    before, logged, revision = everything(), ChangeSet.objects.count(), Revision.objects.get().number
    plan = edit(domain, pop3=False)
    plan.add(Mailbox(domain=domain, local_part="olena"))

    def broken(_done, _total):
        raise ConnectionError

    with pytest.raises(ConnectionError):
        changes.apply(plan, by(), progress=broken)

    assert everything() == before
    assert (ChangeSet.objects.count(), Revision.objects.get().number) == (logged, revision)


def test_a_row_that_points_at_a_removed_one_is_refused():
    domain = build.domain()
    removal = changes.Plan()
    removal.remove(Domain.objects.get())
    changes.apply(removal, by())
    plan = changes.Plan()
    plan.add(Mailbox(domain_id=domain.pk, local_part="olena"))

    assert [(problem.code, problem.field) for problem in problems_of(plan)] == [("missing", "domain")]


def test_a_row_without_its_owner_is_refused():
    plan = changes.Plan()
    plan.add(Mailbox(local_part="olena"))

    assert ("missing", "domain") in [(problem.code, problem.field) for problem in problems_of(plan)]


def test_an_owner_that_got_a_new_part_in_the_meantime_is_not_removed():
    domain = build.domain()
    plan = changes.Plan()
    plan.remove(domain)
    build.save(Mailbox(domain=domain, local_part="olena"))

    (problem,) = problems_of(plan)

    assert problem.code == "stale"
    assert Domain.objects.exists()
