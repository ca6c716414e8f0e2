"""Undoing changes: what comes back, what stands in the way, and that nothing of the log is ever lost."""

from contextlib import contextmanager

import pytest
from django.apps import apps
from django.db import transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import Change, ChangeSet
from mailsettings import changes, reverting
from mailsettings.models import DiscoveryName, Domain, DomainName, Mailbox, MailServer, ServiceEndpoint
from mailsettings.reverting import Choice, Outlook
from tests import build
from tests.data.plans import by, edit, everything

pytestmark = pytest.mark.django_db


def prepared(change_set, **choices) -> reverting.Reversal:
    """What reverting a whole change set would do, with one choice for every conflict."""
    found = list(change_set.changes.all())
    return reverting.prepare(found, dict.fromkeys((change.pk for change in found), choices.get("choice")))


def revert(change_set, **choices) -> ChangeSet | None:
    return changes.apply(prepared(change_set, **choices).plan, ChangeSet(source="revert", reverts=change_set))


def outlooks(reversal) -> set[str]:
    return {str(step.outlook) for step in reversal.steps}


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


# --- Any sequence of changes and reverts -----------------------------------------------------------------------------

NAMES = ["a.com.ua", "b.com.ua", "c.com.ua", "d.com.ua"]
numbers = st.integers(0, 7)
steps = st.lists(
    st.tuples(
        st.sampled_from(
            ["add domain", "add mailbox", "add endpoint", "change domain", "change name", "swap names", "move primary",
             "change server", "default server", "remove domain", "remove mailbox", "remove server", "revert",
             "revert one"]
        ),
        numbers, numbers,
    ),
    min_size=1, max_size=10,
)  # fmt: skip


def pick(rows, number):
    rows = list(rows.order_by("pk"))
    return rows[number % len(rows)] if rows else None


def take(step) -> None:
    """One step of somebody's work; what is refused, or has nothing to work on, leaves everything as it is."""
    kind, one, two = step
    try:
        with transaction.atomic():
            _take(kind, one, two)
    except changes.Refused:
        pass


def _take(kind, one, two) -> None:
    plan = changes.Plan()
    domain, server = pick(Domain.objects, one), pick(MailServer.objects, two)
    names = list(DomainName.objects.order_by("pk")[:2])
    if kind == "add domain":
        build.domain(NAMES[one % 4], aliases=[NAMES[two % 4]] if one % 4 != two % 4 else [])
    elif kind == "add mailbox" and domain:
        plan.add(Mailbox(domain=domain, local_part=f"m{two}"))
    elif kind == "add endpoint" and server:
        plan.add(ServiceEndpoint(server=server, protocol="imap", hostname=f"h{one}.example", port=993, security="tls"))
        plan.add(DiscoveryName(server=server, name=f"d{one}.example"))
    elif kind == "change domain" and domain and server:
        plan = edit(domain, server=server, status=["active", "suspended"][two % 2])
    elif kind == "change name" and (name := pick(DomainName.objects, one)):
        plan = edit(name, name=NAMES[two % 4])
    elif kind == "swap names" and len(names) == 2:
        first, second = names
        old, new = first.name, second.name
        plan = edit(first, name=new)
        plan.rows += edit(second, name=old).rows
    elif kind == "move primary" and domain and domain.names.count() > 1:
        primary = domain.names.get(is_primary=True)
        plan = edit(primary, is_primary=False)
        plan.rows += edit(pick(domain.names.exclude(pk=primary.pk), two), is_primary=True).rows
    elif kind == "change server" and server:
        plan = edit(server, name=f"s{one}", mx=[f"mx{one}.example"])
    elif kind == "default server" and server:
        for other in MailServer.objects.filter(is_default=True).exclude(pk=server.pk):
            plan.rows += edit(other, is_default=False).rows
        plan.rows += edit(server, is_default=True).rows
    elif kind == "remove domain" and domain:
        plan.remove(domain)
    elif kind == "remove mailbox" and (mailbox := pick(Mailbox.objects, one)):
        plan.remove(mailbox)
    elif kind == "remove server" and server:
        plan.remove(server)
    elif kind == "revert":
        revert(pick(ChangeSet.objects, one * 8 + two), choice=[Choice.SKIP, Choice.ANYWAY][two % 2])
    elif kind == "revert one":
        change = pick(Change.objects, one * 8 + two)
        plan = reverting.prepare([change], {change.pk: Choice.ANYWAY}).plan
    changes.apply(plan, by())


def told_by_the_log() -> dict:
    """What is stored, told from the log alone; every value that a change says was there must have been there."""
    state: dict = {model._meta.label: {} for model in changes.MODELS}
    for change in Change.objects.order_by("pk"):
        model = apps.get_model(change.model)
        rows = state[model._meta.label]
        if change.action == "add":
            assert change.object_pk not in rows
            rows[change.object_pk] = change.after
        else:
            held = rows[change.object_pk]
            assert {name: held[name] for name in change.before} == change.before
            rows[change.object_pk] = held | change.after
        if change.action == "remove":
            del rows[change.object_pk]
    return state


@contextmanager
def an_example():
    """A server and a domain, gone with everything else that the example writes."""
    with transaction.atomic():
        build.server("s1")
        build.domain("a.com.ua", mailboxes=["m0"])
        yield
        transaction.set_rollback(True)


some_of_them = settings(max_examples=settings.default.max_examples // 5)


@some_of_them
@given(steps)
def test_no_sequence_of_changes_and_reverts_loses_anything(sequence):
    with an_example():
        kept: list = []
        for step in sequence:
            take(step)
            log = list(Change.objects.order_by("pk").values())
            assert log[: len(kept)] == kept
            kept = log
        assert told_by_the_log() == everything()


@some_of_them
@given(steps)
def test_reverting_everything_in_reverse_order_gives_the_first_state_back(sequence):
    with an_example():
        before, last = everything(), ChangeSet.objects.first().pk
        for step in sequence:
            take(step)
        for change_set in ChangeSet.objects.filter(pk__gt=last).order_by("-pk"):
            reversal = prepared(change_set)
            assert outlooks(reversal) == {"undone"}, [step.problems for step in reversal.steps]
            changes.apply(reversal.plan, by())
        assert everything() == before
