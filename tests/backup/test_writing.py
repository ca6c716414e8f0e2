"""The file of a backup: whose it is, what is in it, and what is left when it fails."""

import gzip
import stat
import tarfile
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

import portal
from portal import backup
from portal.backup import tables
from tests import build
from tests.backup.files import every_row, members

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).parents[2]


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
    build.customer("c2")
    before = every_row()

    call_command("restore", str(file), "--check")

    assert "The file is whole." in capsys.readouterr().out
    assert every_row() == before


def test_the_archive_has_the_end_that_other_programs_look_for(site, file):
    backup.backup(file)

    assert gzip.decompress(file.read_bytes()).endswith(bytes(2 * tarfile.BLOCKSIZE))
