"""What was erased does not come back by a revert."""

import contextlib

import pytest

from accounts.models import ChangeSet, Customer, User
from mailsettings import changes, reverting
from mailsettings.models import (
    Domain,
    DomainName,
    Mailbox,
    ServiceEndpoint,
)
from mailsettings.privacy import Domains, log
from tests import build
from tests.privacy.database import CONTACTS, erase, found_of

pytestmark = pytest.mark.django_db


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
    suspended = build.change(Domain.objects.get(customer=customer), pop3=False)
    erase(customer, Domains.SUSPEND)

    changes.apply(reverting.prepare(suspended.changes.all()).plan, ChangeSet(source="revert"))

    assert Domain.objects.get(customer=customer).pop3
