"""Backup and restore: everything that the site has stored, in one file that any database of the site can take.

The file is a gzip-compressed tar archive:

- ``manifest.json``: what made it and when, the migrations that were applied, the columns of every table, and the last
  number that each table gave to a row (numbers are not given twice, since the change log names rows by them);
- ``tables/{model}/{part}.jsonl``: rows, one JSON array each in the order of the columns;
- ``media/…``: uploaded files;
- ``end.json``: how many rows and files there are, so that a file that was cut off is noticed.

Not in it: ``.env`` with its secrets, sessions (one that was ended shall not come back), what lasts for minutes (codes
for a call, imports that wait to be saved), and the cache. Rows are those of one moment, while the site goes on.
Restoring happens in one transaction: whole, or not at all.
"""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from accounts.models import Revision
from mailsettings import memory
from mailsettings.files import whole_file
from portal import VERSION

from . import tables
from .archive import BadArchive, Reader, Writer

FORMAT = {"format": "skrynka-backup", "format_version": 1}
MANIFEST, END = "manifest.json", "end.json"
ROWS_IN_PART = 10_000
SHOWN = 3


class Refused(Exception):
    """Nothing was written, neither to the file nor to the database; the words say why and what to do."""


@dataclass(slots=True)
class Content:
    """What a backup holds: the version that made it, when, in which kind of database; rows by model; files."""

    version: str
    made_at: str
    database: str
    rows: Counter[str] = field(default_factory=Counter)
    files: int = 0


# --- Backup -----------------------------------------------------------------------------------------------------------


def backup(target: Path) -> Content:
    """Write everything to ``target``, which appears once it is whole. Raises Refused, and OSError from the disk."""
    if _executor_state().pending:
        raise Refused(_("The database waits for migrations. Run “manage.py migrate” first."))
    with whole_file(target) as file, Writer(file) as archive, tables.one_moment():
        content = Content(VERSION, datetime.now(UTC).isoformat(timespec="seconds"), connection.vendor)
        archive.add(MANIFEST, _json(_manifest(content)))
        for model in tables.stored_models():
            for number, part in enumerate(tables.parts_of(model, ROWS_IN_PART), start=1):
                archive.add(f"tables/{model._meta.label_lower}/{number:06}.jsonl", part.text)
                content.rows[model._meta.label_lower] += part.rows
        for name in _media():
            with default_storage.open(name) as stored:
                archive.add(f"media/{name}", stored.read())
            content.files += 1
        archive.add(END, _json({"rows": content.rows, "files": content.files}))
    return content


def _manifest(content: Content) -> dict[str, Any]:
    return {
        **FORMAT,
        "version": content.version,
        "made_at": content.made_at,
        "database": content.database,
        "migrations": sorted(_executor_state().applied),
        "tables": {model._meta.label_lower: tables.column_names(model) for model in tables.stored_models()},
        "last_numbers": tables.last_numbers(),
    }


def _media(folder: str = "") -> Iterator[str]:
    """The names of all uploaded files."""
    try:
        folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in sorted(names):
        yield f"{folder}{name}"
    for inner in sorted(folders):
        yield from _media(f"{folder}{inner}/")


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


# --- Restore ----------------------------------------------------------------------------------------------------------


def look(source: Path) -> Content:
    """Read a backup to its end and tell what is in it. Raises Refused for one that is not whole."""
    return _guarded(source, _look)


def restore(source: Path, *, replace: bool = False) -> Content:
    """Put everything from ``source`` into the database and the media, after preparing a database that has no tables.

    Raises Refused for a file that is damaged or of another version, and for a database that holds something, unless
    ``replace`` says to remove that. The old content stays untouched then. Uploaded files that the backup does not have
    stay in any case.
    """
    return _guarded(source, lambda reader: _restore(reader, replace))


def _guarded(source: Path, act: Any) -> Content:
    try:
        with source.open("rb") as file, Reader(file) as reader:
            return act(reader)
    except (BadArchive, KeyError, TypeError, ValueError, ValidationError) as error:
        raise Refused(_("The file is damaged, or is no backup of this site.")) from error


def _look(reader: Reader) -> Content:
    content, _manifest_read = _opened(reader)
    for name, data in reader:
        _count(content, name, data)
    return content


def _restore(reader: Reader, replace: bool) -> Content:
    content, manifest = _opened(reader)
    _prepare_database()
    _refuse_other_version(content, manifest)
    if not replace and tables.holds_something():
        raise Refused(_("The database is not empty. With --replace everything in it is removed first."))
    try:
        with tempfile.TemporaryDirectory() as staged, transaction.atomic():
            revision = Revision.objects.filter(pk=1).values_list("number", flat=True).first() or 0
            tables.empty()
            for name, data in reader:
                _put(content, name, data, Path(staged))
            tables.raise_last_numbers(manifest["last_numbers"])
            # Workers that remember the old content must see another number, whatever the restored one is.
            Revision.objects.filter(pk=1, number__lte=revision).update(number=revision + 1)
            connection.check_constraints()
            _put_media(Path(staged))
    except DatabaseError as error:
        raise Refused(_("The database did not take it: %(error)s") % {"error": type(error).__name__}) from error
    memory.forget()
    ContentType.objects.clear_cache()
    return content


def _opened(reader: Reader) -> tuple[Content, dict[str, Any]]:
    name, data = next(iter(reader), ("", b""))
    manifest = json.loads(data) if name == MANIFEST else {}
    if {key: manifest.get(key) for key in FORMAT} != FORMAT:
        raise BadArchive
    return Content(manifest["version"], manifest["made_at"], manifest["database"]), manifest


def _put(content: Content, name: str, data: bytes, staged: Path) -> None:
    _count(content, name, data)
    kind, _slash, rest = name.partition("/")
    if kind == "tables":
        tables.insert(rest.partition("/")[0], data)
    elif kind == "media":
        path = staged / rest
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def _count(content: Content, name: str, data: bytes) -> None:
    """Add a member of the archive to the sums; the last one must agree with them."""
    kind, _slash, rest = name.partition("/")
    if kind == "tables":
        content.rows[rest.partition("/")[0]] += data.count(b"\n")
    elif kind == "media":
        content.files += 1
    elif json.loads(data) != {"rows": dict(content.rows), "files": content.files}:
        raise BadArchive


def _put_media(staged: Path) -> None:
    for path in sorted(staged.rglob("*")):
        name = path.relative_to(staged).as_posix()
        if path.is_dir() or _is_stored(name, path.read_bytes()):
            continue
        default_storage.delete(name)
        with path.open("rb") as file:
            default_storage.save(name, File(file))


def _is_stored(name: str, data: bytes) -> bool:
    if not default_storage.exists(name):
        return False
    with default_storage.open(name) as stored:
        return stored.read() == data


# --- Migrations -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _State:
    """Names of migrations: applied ones of this version, those that wait, and applied ones of another version."""

    applied: frozenset[str]
    pending: frozenset[str]
    unknown: frozenset[str]


def _executor_state() -> _State:
    loader = MigrationExecutor(connection).loader
    own_apps = {app for app, _name in loader.graph.nodes}
    applied = {key for key in loader.applied_migrations if key[0] in own_apps}
    nodes = set(loader.graph.nodes)
    return _State(*(frozenset(map(".".join, some)) for some in (applied & nodes, nodes - applied, applied - nodes)))


def _prepare_database() -> None:
    """Tables for a database that has none; Refused for one that does not fit this version."""
    state = _executor_state()
    if not state.applied:
        call_command("migrate", verbosity=0, interactive=False)
    elif state.pending:
        raise Refused(_("The database waits for migrations. Run “manage.py migrate” first."))
    elif state.unknown:
        raise Refused(_("The database belongs to a newer version of the site. Restore into an empty one."))
    call_command("createcachetable", verbosity=0)


def _refuse_other_version(content: Content, manifest: dict[str, Any]) -> None:
    differing = sorted(_executor_state().applied ^ set(manifest["migrations"]))
    columns = {model._meta.label_lower: tables.column_names(model) for model in tables.stored_models()}
    if not differing and manifest["tables"] == columns:
        return
    words = _(
        "The backup was made by version %(theirs)s, and this is %(ours)s (differing migrations: %(names)s). Install"
        " that version, restore, and upgrade then."
    )
    names = ", ".join(chain(differing[:SHOWN], ["…"] if len(differing) > SHOWN else [])) or "–"
    raise Refused(words % {"theirs": content.version, "ours": VERSION, "names": names})
