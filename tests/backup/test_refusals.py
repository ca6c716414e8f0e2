"""What is not restored: files that are damaged, changed or of another version, and databases that hold something."""

import gzip
import io
import json
import tarfile
from collections import Counter

import pytest
from django.core.management import CommandError, call_command

from portal import backup
from tests.backup.files import every_row, members, rewritten

pytestmark = pytest.mark.django_db(transaction=True)


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


def after_its_end(found):
    return [*found, ("media/late.png", b"")]


@pytest.mark.parametrize(
    "change",
    [without("end.json"), without("manifest.json"), without("mailsettings.mailbox"), without("media/"), after_its_end],
    ids=["the end", "the manifest", "a table", "an uploaded file", "nothing, and more behind its end"],
)
def test_a_file_that_lacks_something_is_refused(site, file, change):
    backup.backup(file)
    rewritten(file, change)

    refused(file, "damaged")


def recounted(found):
    """Members whose sums at the end are right, so that nothing but themselves is in the way."""
    rows = Counter()
    for name, data in found:
        if name.startswith("tables/"):
            rows[name.split("/")[1]] += data.count(b"\n")
    end = {"rows": rows, "files": sum(name.startswith("media/") for name, _data in found)}
    return [(name, json.dumps(end).encode() if name == "end.json" else data) for name, data in found]


@pytest.mark.parametrize(
    "change",
    [
        changed_in("manifest.json", b"skrynka-backup", b"another-thing"),
        changed_in("manifest.json", b'"format_version": 1', b'"format_version": 2'),
        changed_in("mailsettings.mailbox", b"[", b""),
        changed_in("mailsettings.mailbox", b"]\n", b',"more"]\n'),
        changed_in("accounts.changeset", b"202", b"not a time 202"),
        put("media/../outside.png", b""),
        put("media/../../outside.png", b""),
        put("/etc/outside.png", b""),
        put("elsewhere/outside.png", b""),
        put("tables/accounts.nothing/000001.jsonl", b"[1]\n"),
        put("tables/sessions.session/000001.jsonl", b'["k","","2030-01-01T00:00:00Z"]\n'),
    ],
    ids=["of another thing", "of a later format", "rows that are no JSON", "rows with a value too many", "no time",
         "a way out of the folder", "a way further out", "an absolute path", "another folder", "an unknown table",
         "a table that is never kept"],
)  # fmt: skip
def test_a_file_that_somebody_made_up_is_refused(site, file, change, tmp_path, monkeypatch):
    backup.backup(file)
    rewritten(file, lambda found: recounted(change(found)))
    staging = tmp_path / "staging" / "inner"
    staging.mkdir(parents=True)
    monkeypatch.setattr("tempfile.tempdir", str(staging))

    refused(file, "damaged")
    assert not [*tmp_path.rglob("outside.png")]
    assert [*staging.iterdir()] == []


def test_a_file_whose_sums_were_written_anew_is_taken(site, file):
    """What the files above are refused for is in them, and not in the way in which they were written."""
    backup.backup(file)
    before = every_row()
    rewritten(file, recounted)

    backup.restore(file, replace=True)

    after = every_row()
    assert after.pop("accounts_revision") != before.pop("accounts_revision")
    assert after == before


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE], ids=["symbolic", "hard", "pipe"])
def test_a_link_in_the_archive_is_refused(site, file, kind):
    backup.backup(file)
    kept = dict(recounted([*members(file).items(), ("media/link", b"")]))
    del kept["media/link"]
    with gzip.open(file, "wb") as target, tarfile.open(fileobj=target, mode="w|") as tar:
        for name, data in kept.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
            if name == "manifest.json":
                link = tarfile.TarInfo("media/link")
                link.type, link.linkname = kind, "media/brands/0123456789abcdef.png"
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
