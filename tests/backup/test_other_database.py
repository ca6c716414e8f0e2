"""From one kind of database to the other."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from portal import backup
from tests import apart
from tests.backup.files import destroy, every_row

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).parents[2]


def manage(*arguments, database):
    environment = apart.environment(DATABASE_URL=f"sqlite:///{database}", MEDIA_ROOT=f"{database}.media")
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
