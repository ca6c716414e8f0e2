"""``manage.py revert``: what a page cannot undo at once."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import ChangeSet
from mailsettings import changes
from mailsettings.models import Domain, Mailbox
from tests import build
from tests.data.plans import by, edit

pytestmark = pytest.mark.django_db


@pytest.fixture
def added():
    """A change set that added a domain with its name and two mailboxes."""
    build.domain(mailboxes=["a", "b"])
    return ChangeSet.objects.latest("pk")


def revert(change_set, *arguments):
    out = StringIO()
    call_command("revert", str(change_set.pk), *arguments, stdout=out)
    return out.getvalue()


def test_it_says_what_it_would_write_and_writes_nothing(added):
    said = revert(added)

    assert "mailboxes: remove 2" in said
    assert "Nothing was changed" in said
    assert Mailbox.objects.count() == 2


def test_it_writes_a_change_set_that_says_which_one_it_reverts(added):
    said = revert(added, "--apply", "--ticket", "T-1")

    written = ChangeSet.objects.latest("pk")
    assert f"change set {written.pk}" in said
    assert (written.source, written.reverts, written.ticket) == ("revert", added, "T-1")
    assert written.reason == f"Reverts {added}"
    assert not Domain.objects.exists()


def test_it_reverts_one_change_alone(added):
    change = added.changes.filter(model="mailsettings.mailbox").first()

    revert(added, "--change", str(change.pk), "--apply")

    assert Mailbox.objects.get().pk != change.object_pk


def test_it_asks_what_becomes_of_records_that_were_changed_again(added):
    changes.apply(edit(Mailbox.objects.first(), name="Olena"), by())

    with pytest.raises(CommandError, match="--conflicts"):
        revert(added, "--apply")

    assert Mailbox.objects.count() == 2


@pytest.mark.parametrize(("choice", "left"), [("skip", 1), ("anyway", 0)])
def test_a_choice_holds_for_every_record_that_was_changed_again(added, choice, left):
    changes.apply(edit(Mailbox.objects.first(), name="Olena"), by())

    said = revert(added, "--conflicts", choice, "--apply")

    assert "Changed again since: 1" in said
    assert Mailbox.objects.count() == left


def test_a_number_that_no_change_set_has_is_named():
    with pytest.raises(CommandError, match="no such change"):
        call_command("revert", "12345")
