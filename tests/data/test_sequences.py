"""Any sequence of changes and reverts: nothing of the log is ever lost, and everything can be undone."""

from contextlib import contextmanager

import pytest
from django.apps import apps
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import Change, ChangeSet
from mailsettings import changes, reverting
from mailsettings.models import DiscoveryName, Domain, DomainName, Mailbox, MailServer, ServiceEndpoint
from mailsettings.reverting import Choice
from tests import build
from tests.data.plans import by, edit, everything
from tests.data.reverts import outlooks, prepared, revert

pytestmark = pytest.mark.django_db
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
