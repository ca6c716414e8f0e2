"""A backup, what destroys the site, and a restore: every table comes back."""

import threading

import pytest
from django.contrib.sessions.models import Session
from django.core.files.storage import default_storage
from django.db import connection

from accounts.models import ChangeSet, Customer, Membership, Revision, User
from mailsettings import changes, lookup, reverting
from mailsettings.models import CallCode, Domain, Mailbox
from portal import backup
from portal.backup import tables
from tests import build
from tests.backup.files import destroy, every_row, members

pytestmark = pytest.mark.django_db(transaction=True)


def test_everything_comes_back_after_it_was_destroyed(site, file):
    before = every_row()
    assert all(before[table] for table in ("accounts_change", "mailsettings_mailbox", "mailsettings_guideanswer"))

    backup.backup(file)
    destroy()
    assert not Customer.objects.exists()
    backup.restore(file)

    assert every_row() == before
    assert default_storage.open("brands/0123456789abcdef.png").read() == b"\x89PNG"


def test_what_came_after_the_backup_is_gone_after_replacing(site, file):
    before = every_row()
    backup.backup(file)
    build.customer("c2")
    Mailbox.objects.all()._raw_delete("default")
    User.objects.create_user("later")

    backup.restore(file, replace=True)

    after = every_row()
    number = after.pop("accounts_revision")
    assert number != before.pop("accounts_revision")
    assert after == before


def test_workers_see_a_revision_that_they_have_not_seen(site, file):
    backup.backup(file)
    build.customer("c2")
    newest = Revision.objects.get().number

    backup.restore(file, replace=True)

    assert Revision.objects.get().number == newest + 1


def test_this_process_forgets_what_it_remembered(site, file):
    backup.backup(file)
    domain = Domain.objects.get()
    build.change(domain, status="suspended")
    assert not lookup.for_domain("firma.com.ua").served

    backup.restore(file, replace=True)

    assert lookup.for_domain("firma.com.ua").served


def test_a_number_that_was_given_to_a_row_is_not_given_again(site, file):
    gone = build.customer("gone")
    build.remove(gone)
    backup.backup(file)
    destroy()
    backup.restore(file)

    assert build.customer("new").pk > gone.pk


def test_saves_after_a_restore_meet_no_number_that_is_taken(site, file):
    backup.backup(file)
    destroy()
    backup.restore(file)

    build.domain("second.com.ua", mailboxes=["olena"])

    assert Domain.objects.count() == 2


def test_sessions_and_what_lasts_for_minutes_are_not_kept(site, file):
    backup.backup(file)

    kept = [name for name in members(file) if name.startswith("tables/")]
    assert any("mailsettings.mailbox" in name for name in kept)
    assert not [name for name in kept for word in ("session", "callcode", "pendingimport") if word in name]


def test_sessions_and_codes_of_now_end_with_a_restore(site, file):
    backup.backup(file)
    assert Session.objects.exists()
    assert CallCode.objects.exists()

    backup.restore(file, replace=True)

    assert not Session.objects.exists()
    assert not CallCode.objects.exists()


def test_a_restored_change_set_can_be_reverted(site, file):
    backup.backup(file)
    destroy()
    backup.restore(file)

    changes.apply(reverting.prepare(ChangeSet.objects.get(ticket="T-1").changes.all()).plan, ChangeSet(source="revert"))

    assert not Membership.objects.exists()


def test_more_rows_than_a_part_holds_come_back(site, file, monkeypatch):
    monkeypatch.setattr(backup, "ROWS_IN_PART", 3)
    before = every_row()

    content = backup.backup(file)
    destroy()
    backup.restore(file)

    assert every_row() == before
    assert "tables/accounts.change/000002.jsonl" in members(file)
    assert content.rows["accounts.change"] == len(before["accounts_change"])


@pytest.mark.skipif(connection.vendor != "postgresql", reason="a test in memory has one connection")
def test_a_backup_is_of_one_moment_while_others_write(site, file, monkeypatch):
    parts_of = tables.parts_of

    def slowly(model, size):
        if model is Customer:
            writer = threading.Thread(target=write_one)
            writer.start()
            writer.join()
        return parts_of(model, size)

    def write_one():
        try:
            build.customer("late")
        finally:
            connection.close()

    monkeypatch.setattr(tables, "parts_of", slowly)
    backup.backup(file)

    assert Customer.objects.filter(ref="late").exists()
    assert b'"late"' not in b"".join(members(file).values())
