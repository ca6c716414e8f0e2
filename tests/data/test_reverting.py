"""Undoing changes: what comes back, and what stands in the way."""

import pytest
from django.utils import timezone

from accounts.models import ChangeSet
from mailsettings import changes, reverting
from mailsettings.models import Domain, Mailbox, MailServer
from mailsettings.reverting import Choice, Outlook
from tests import build
from tests.data.plans import by, edit, everything
from tests.data.reverts import outlooks, prepared, revert

pytestmark = pytest.mark.django_db


def test_undoing_an_addition_removes_the_rows():
    before = everything()

    revert(build.save(MailServer(name="s1")))

    assert everything() == before


def test_undoing_a_removal_brings_back_the_same_rows_with_the_same_keys():
    domain = build.domain(
        aliases=["firma.укр"],
        mailboxes=["olena", {"local_part": "petro", "synchronised_at": timezone.now()}],
        endpoints=[("smtp", "out.firma.com.ua", 2525, "starttls")],
    )
    before = everything()
    change_set = build.remove(domain)
    assert not Domain.objects.exists()

    revert(change_set)

    assert everything() == before


def test_undoing_a_change_restores_the_old_values():
    domain = build.domain()
    before = everything()

    revert(changes.apply(edit(domain, status="suspended", pop3=False), by()))

    assert everything() == before


def test_undoing_what_was_undone_is_the_first_change_again():
    change_set = changes.apply(edit(build.server("s1"), name="s2"), by())

    revert(revert(change_set))

    assert MailServer.objects.get().name == "s2"


def test_one_change_of_a_set_can_be_undone_alone():
    domain = build.domain(mailboxes=["olena", "petro"])
    change_set = build.remove(*domain.mailboxes.all())

    reversal = reverting.prepare(change_set.changes.filter(object_name="petro@firma.com.ua"))
    changes.apply(reversal.plan, by())

    assert [mailbox.local_part for mailbox in Mailbox.objects.all()] == ["petro"]


def test_a_field_that_was_changed_again_is_a_conflict_with_both_values():
    server = build.server("s1")
    change_set = changes.apply(edit(server, name="s2"), by())
    changes.apply(edit(server, name="s3"), by())

    (step,) = prepared(change_set).steps

    assert step.outlook is Outlook.CONFLICT
    assert step.later == {"name": ("s2", "s3")}


def test_another_field_that_was_changed_since_is_no_conflict_and_stays():
    server = build.server("s1")
    change_set = changes.apply(edit(server, name="s2"), by())
    changes.apply(edit(server, webmail_url="https://webmail.{domain}/"), by())

    revert(change_set)

    server.refresh_from_db()
    assert (server.name, server.webmail_url) == ("s1", "https://webmail.{domain}/")


@pytest.mark.parametrize(("choice", "name"), [(Choice.SKIP, "s3"), (Choice.ANYWAY, "s1")])
def test_a_conflict_is_skipped_or_undone_as_was_chosen(choice, name):
    server = build.server("s1")
    change_set = changes.apply(edit(server, name="s2"), by())
    changes.apply(edit(server, name="s3"), by())

    revert(change_set, choice=choice)

    assert MailServer.objects.get().name == name


def test_a_plan_that_was_prepared_before_a_later_change_is_refused():
    server = build.server("s1")
    reversal = prepared(changes.apply(edit(server, name="s2"), by()))
    changes.apply(edit(server, name="s3"), by())

    with pytest.raises(changes.Refused) as refused:
        changes.apply(reversal.plan, by())

    assert refused.value.problems[0].code == "stale"


def test_what_is_as_it_was_already_is_settled_and_writes_nothing():
    domain = build.domain(mailboxes=["olena"])
    change_set = build.remove(domain.mailboxes.get())
    revert(change_set)

    reversal = prepared(change_set)

    assert outlooks(reversal) == {"settled"}
    assert not reversal.plan


def test_a_change_of_a_record_that_was_removed_since_is_impossible():
    server = build.server("s1")
    change_set = changes.apply(edit(server, name="s2"), by())
    build.remove(server)

    (step,) = prepared(change_set).steps

    assert (step.outlook, step.problems[0].code) == (Outlook.IMPOSSIBLE, "removed")


def test_a_name_that_another_domain_has_by_now_cannot_come_back_nor_what_hangs_on_it():
    domain = build.domain("firma.com.ua", mailboxes=["olena"])
    change_set = build.remove(domain)
    build.domain("firma.com.ua")

    reversal = prepared(change_set)

    found = {step.change.model: step.problems[0].code for step in reversal.steps}
    assert found == {
        "mailsettings.domainname": "unique",
        "mailsettings.domain": "primary_name",
        "mailsettings.mailbox": "missing",
    }
    assert not reversal.plan


def test_a_mailbox_whose_domain_is_gone_cannot_come_back():
    domain = build.domain(mailboxes=["olena"])
    change_set = build.remove(domain.mailboxes.get())
    build.remove(domain)

    (step,) = prepared(change_set).steps

    assert (step.outlook, step.problems[0].code) == (Outlook.IMPOSSIBLE, "missing")


def test_a_mailbox_that_was_entered_anew_stands_in_the_way_of_the_old_one():
    domain = build.domain(mailboxes=["olena"])
    change_set = build.remove(domain.mailboxes.get())
    build.save(Mailbox(domain=domain, local_part="olena"))

    (step,) = prepared(change_set).steps

    assert (step.problems[0].code, list(step.problems[0].users)) == ("unique", [Mailbox.objects.get()])


def test_what_can_be_undone_is_undone_beside_what_cannot():
    domain = build.domain(mailboxes=["olena", "petro"])
    change_set = build.remove(*domain.mailboxes.all())
    build.save(Mailbox(domain=domain, local_part="olena"))

    revert(change_set)

    assert sorted(Mailbox.objects.values_list("local_part", flat=True)) == ["olena", "petro"]


def test_a_server_that_domains_use_by_now_stays():
    server = build.server("s1")
    change_set = ChangeSet.objects.get()
    build.domain(server=server)

    codes = {problem.code for step in prepared(change_set).steps for problem in step.problems}

    assert "in_use" in codes


@pytest.mark.parametrize(("choice", "left"), [(None, 2), (Choice.SKIP, 1), (Choice.ANYWAY, 0)])
def test_what_was_added_to_a_new_record_since_asks_for_a_choice_and_goes_with_it(choice, left):
    domain = build.domain(mailboxes=["olena"])
    change_set = ChangeSet.objects.first()
    build.save(Mailbox(domain=domain, local_part="petro"))

    reversal = prepared(change_set, choice=choice)

    step = next(step for step in reversal.steps if step.change.model == "mailsettings.domain")
    assert [row.instance.local_part for row in step.parts] == ["petro"]
    if not reversal.undecided:
        changes.apply(reversal.plan, by())
    assert Mailbox.objects.count() == left


def test_what_somebody_may_not_change_is_barred_and_tells_nothing_of_the_record_now():
    server = build.server("s1")
    change_set = changes.apply(edit(server, name="s2"), by())
    changes.apply(edit(server, name="s3"), by())
    (change,) = change_set.changes.all()

    (step,) = reverting.prepare([change], barred={change.pk}).steps

    assert (step.outlook, step.later, step.row) == (Outlook.IMPOSSIBLE, {}, None)


def test_two_names_that_changed_places_change_back():
    domain = build.domain("firma.com.ua", aliases=["a.com.ua", "b.com.ua"])
    first, second = domain.names.filter(is_primary=False)
    before = everything()
    plan = edit(first, name="b.com.ua")
    plan.rows += edit(second, name="a.com.ua").rows
    change_set = changes.apply(plan, by())

    revert(change_set)

    assert everything() == before


def test_a_name_that_took_the_place_of_a_removed_one_gives_it_back():
    domain = build.domain("firma.com.ua", aliases=["a.com.ua", "b.com.ua"])
    first, second = domain.names.filter(is_primary=False)
    before = everything()
    plan = edit(first, name="b.com.ua")
    plan.remove(second)
    change_set = changes.apply(plan, by())

    revert(change_set)

    assert everything() == before


def test_the_default_mark_goes_back_to_the_server_that_had_it():
    first, second = build.server("s1", is_default=True), build.server("s2")
    before = everything()
    plan = edit(first, is_default=False)
    plan.rows += edit(second, is_default=True).rows
    change_set = changes.apply(plan, by())
    assert MailServer.objects.get(is_default=True) == second

    revert(change_set)

    assert everything() == before


def test_a_preview_asks_as_few_questions_for_many_rows_as_for_few(django_assert_max_num_queries):
    domain = build.domain(mailboxes=[f"m{number}" for number in range(900)])
    change_set = build.remove(domain)

    with django_assert_max_num_queries(40):
        prepared(change_set)


def test_every_condition_of_a_unique_constraint_is_one_that_the_rules_can_read():
    from mailsettings import rules

    for model in changes.MODELS:
        for unique in rules.uniques(model):
            unique.of(model())
