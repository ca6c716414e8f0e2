"""A backup, what destroys the site, and a restore: every table comes back, on the same database and on the other."""

import gzip
import io
import json
import os
import stat
import subprocess
import sys
import tarfile
import threading
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

import portal
from accounts.models import ChangeSet, Customer, Membership, Revision, User
from mailsettings import changes, lookup, personal, reverting
from mailsettings.models import CallCode, Domain, GuideAnswer, Mailbox, PersonalLink
from portal import backup
from portal.backup import archive, tables
from tests import build

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).parents[2]
NOT_COMPARED = {
    "django_session", "usersessions_usersession", "mailsettings_callcode", "mailsettings_pendingimport",
    "django_migrations", "cache_entries",
}  # fmt: skip


@pytest.fixture
def file(tmp_path):
    return tmp_path / "site.tar.gz"


@pytest.fixture
def site():
    """A little of everything."""
    brand = build.brand(hosts=["help.ava.example"], support_messengers=[{"name": "Т", "url": "https://t.example/"}])
    server = build.server(mx=["mx1.hoster.example"], discovery_names=["autoconfig.hoster.example"])
    customer = build.customer("c1", name="Фірма «Ї»", email="office@customer.example", brand=brand)
    box = {"local_part": "olena", "name": "Олена \u2028\n🙂", "source": "panel", "synchronised_at": timezone.now()}
    domain = build.domain(
        "firma.com.ua", aliases=["firma.укр"], customer=customer, server=server, mailboxes=[box, "petro"],
        endpoints=[("smtp", "out.firma.com.ua", 2525, "starttls")],
    )  # fmt: skip
    user = build.operator()
    build.save(Membership(user=user, role="customer", customer=customer), reason="Перше", ticket="T-1")
    GuideAnswer.objects.create(guide="iphone", checked="2026-10-01", answer="yes", count=3)
    personal.make(domain, PersonalLink.Way.COPY, language="uk", by=user, reason="Запитала телефоном")
    personal.make_code(domain, language="uk", by=user)
    Session.objects.create(session_key="k", session_data="", expire_date=timezone.now())
    default_storage.save("brands/0123456789abcdef.png", ContentFile(b"\x89PNG"))
    yield
    for name in [*backup._media()]:
        default_storage.delete(name)


def every_row():
    """Every row of every table that is compared, as the database itself holds it."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table not in NOT_COMPARED:
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
                found[table] = sorted(cursor.fetchall(), key=repr)
    return found


def destroy():
    call_command("flush", verbosity=0, interactive=False)
    for name in [*backup._media()]:
        default_storage.delete(name)


def members(file):
    with tarfile.open(file) as opened:
        return {member.name: opened.extractfile(member).read() for member in opened}


def rewritten(file, change):
    """The same archive after ``change`` had its way with the members (a list of names and contents)."""
    found = change(list(members(file).items()))
    with file.open("wb") as target, archive.Writer(target) as writer:
        for name, data in found:
            writer.add(name, data)


# --- There and back ---------------------------------------------------------------------------------------------------


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


def test_sessions_are_not_kept_and_those_of_now_end(site, file):
    backup.backup(file)
    backup.restore(file, replace=True)

    assert not Session.objects.exists()
    assert not CallCode.objects.exists()
    assert not any(word in name for name in members(file) for word in ("session", "callcode", "pendingimport"))


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


# --- The file ---------------------------------------------------------------------------------------------------------


def test_the_file_is_for_its_owner_alone_even_where_it_replaces_another(site, file):
    file.write_bytes(b"old")
    file.chmod(0o644)

    backup.backup(file)

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_a_backup_that_fails_leaves_the_older_file_and_nothing_beside_it(site, file, monkeypatch):
    file.write_bytes(b"old")

    def broken(model, size):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tables, "parts_of", broken)
    with pytest.raises(CommandError, match="cannot be written: No space left"):
        call_command("backup", str(file))

    assert file.read_bytes() == b"old"
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_secrets_of_the_environment_are_not_in_it_and_the_command_says_so(site, file, settings, capsys):
    call_command("backup", str(file))

    assert settings.SECRET_KEY.encode() not in b"".join(members(file).values())
    assert ".env is not in it" in capsys.readouterr().out


def test_the_file_says_which_version_made_it_and_when(site, file, time_machine):
    time_machine.move_to(datetime(2026, 11, 24, 12, tzinfo=UTC), tick=False)
    backup.backup(file)

    content = backup.look(file)

    assert (content.version, content.made_at) == (portal.VERSION, "2026-11-24T12:00:00+00:00")
    assert content.database == connection.vendor
    assert content.rows["mailsettings.mailbox"] == 2
    assert content.files == 1


def test_the_version_is_that_of_the_project():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    assert project["version"] == portal.VERSION


def test_a_file_is_checked_without_restoring_it(site, file, capsys):
    backup.backup(file)
    before = every_row()
    build.customer("c2")

    call_command("restore", str(file), "--check")

    assert "The file is whole." in capsys.readouterr().out
    assert every_row() != before


# --- What is refused --------------------------------------------------------------------------------------------------


def refused(file, match, **options):
    """A restore that is refused with these words and changes nothing."""
    before = every_row()
    with pytest.raises(CommandError, match=match):
        call_command("restore", str(file), replace=True, **options)
    assert every_row() == before


def test_a_database_that_holds_something_is_refused_without_a_word_of_consent(site, file):
    backup.backup(file)
    before = every_row()

    with pytest.raises(CommandError, match="not empty"):
        call_command("restore", str(file))

    assert every_row() == before


@pytest.mark.parametrize("keep", [0, 10, 0.5, 0.9, -1])
def test_a_file_that_was_cut_off_is_refused(site, file, keep):
    backup.backup(file)
    data = file.read_bytes()
    file.write_bytes(data[: int(len(data) * keep) if isinstance(keep, float) else keep])

    refused(file, "damaged")


def test_a_file_with_a_flipped_byte_is_refused(site, file):
    backup.backup(file)
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 0xFF
    file.write_bytes(data)

    refused(file, "damaged")


@pytest.mark.parametrize(
    "content", [b"", b"not a backup", gzip.compress(b"x" * 2000)], ids=["nothing", "text", "gzip of something else"]
)
def test_something_else_is_refused(site, file, content):
    file.write_bytes(content)

    refused(file, "damaged")


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        call_command("restore", str(tmp_path / "none.tar.gz"))


def without(name):
    return lambda found: [(key, data) for key, data in found if name not in key]


def put(name, data):
    return lambda found: [*found[:-1], (name, data), found[-1]]


def changed_in(name, old, new):
    return lambda found: [(key, data.replace(old, new) if name in key else data) for key, data in found]


@pytest.mark.parametrize(
    "change",
    [
        without("end.json"),
        without("manifest.json"),
        without("mailsettings.mailbox"),
        without("media/"),
        lambda found: [*found, ("media/late.png", b"")],
        changed_in("manifest.json", b"skrynka-backup", b"another-thing"),
        changed_in("manifest.json", b'"format_version": 1', b'"format_version": 2'),
        changed_in("mailsettings.mailbox", b"[", b"["[:0]),
        changed_in("mailsettings.mailbox", b"]\n", b',"more"]\n'),
        changed_in("accounts.changeset", b"202", b"not a time 202"),
        put("media/../../outside.png", b""),
        put("/etc/outside.png", b""),
        put("elsewhere/outside.png", b""),
        put("tables/accounts.nothing/000001.jsonl", b"[1]\n"),
        put("tables/sessions.session/000001.jsonl", b'["k","","2030-01-01T00:00:00Z"]\n'),
    ],
)  # fmt: skip
def test_a_file_that_somebody_changed_is_refused(site, file, change):
    backup.backup(file)
    rewritten(file, change)

    refused(file, "damaged")
    assert not (file.parent / "outside.png").exists()


def test_a_link_in_the_archive_is_refused(site, file):
    backup.backup(file)
    kept = members(file)
    with gzip.open(file, "wb") as target, tarfile.open(fileobj=target, mode="w|") as tar:
        for name, data in kept.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
            if name == "manifest.json":
                link = tarfile.TarInfo("media/link")
                link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
                tar.addfile(link)

    refused(file, "damaged")


def test_rows_that_contradict_each_other_are_refused(site, file):
    backup.backup(file)

    def orphaned(found):
        without_names = dict(without("mailsettings.domain/")(found))
        end = json.loads(without_names["end.json"])
        del end["rows"]["mailsettings.domain"]
        return [*(without_names | {"end.json": json.dumps(end).encode()}).items()]

    rewritten(file, orphaned)

    refused(file, "The database did not take it: IntegrityError")


def test_a_backup_of_another_version_is_refused_and_the_version_named(site, file):
    backup.backup(file)
    rewritten(file, changed_in("manifest.json", b"mailsettings.0001_initial", b"mailsettings.0001_other"))

    refused(file, r"version 0.1.0.*mailsettings.0001_initial, mailsettings.0001_other.*upgrade then")


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_a_database_that_waits_for_migrations_is_refused(site, file, monkeypatch, command):
    backup.backup(file)
    state = backup._executor_state()
    waiting = backup._State(state.applied, frozenset({"accounts.9999_next"}), frozenset())
    monkeypatch.setattr(backup, "_executor_state", lambda: waiting)

    with pytest.raises(CommandError, match="waits for migrations"):
        call_command(command, str(file))


def test_a_database_of_a_newer_version_is_refused(site, file, monkeypatch):
    backup.backup(file)
    state = backup._executor_state()
    newer = backup._State(state.applied, frozenset(), frozenset({"accounts.9999_next"}))
    monkeypatch.setattr(backup, "_executor_state", lambda: newer)

    refused(file, "newer version")


# --- From one kind of database to the other ---------------------------------------------------------------------------


def manage(*arguments, database):
    environment = {
        "PATH": os.environ["PATH"], "SECRET_KEY": "k" * 50, "DATABASE_URL": f"sqlite:///{database}",
        "MEDIA_ROOT": f"{database}.media", "DJANGO_SETTINGS_MODULE": "portal.settings",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_backup_goes_into_an_empty_file_without_tables_and_into_this_database(site, file, tmp_path, capsys):
    """From this database, SQLite or PostgreSQL, into a new SQLite file, and back from there."""
    before = every_row()
    call_command("export")
    exported = capsys.readouterr().out
    backup.backup(file)

    new, back = tmp_path / "new.sqlite3", tmp_path / "back.tar.gz"
    manage("restore", str(file), database=new)
    assert json.loads(manage("export", database=new)) == json.loads(exported)
    assert (tmp_path / "new.sqlite3.media" / "brands" / "0123456789abcdef.png").read_bytes() == b"\x89PNG"

    manage("backup", str(back), database=new)
    destroy()
    backup.restore(back)
    assert every_row() == before
