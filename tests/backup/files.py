"""What a database and an archive hold, for tests of backups."""

import tarfile

from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection

from portal import backup
from portal.backup import archive

NOT_COMPARED = {
    "django_session", "usersessions_usersession", "mailsettings_callcode", "mailsettings_pendingimport",
    "django_migrations", "cache_entries",
}  # fmt: skip


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
