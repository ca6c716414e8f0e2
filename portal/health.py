"""``/healthz``: the process answers. ``/readyz``: so does the database, with every migration applied.

Readiness tells until when profiles are signed too. A certificate that cannot be used is no reason to take a site out of
service, so it changes the text and not the status.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse

from mailsettings import signing

_ready_once = False


def healthz(_request: HttpRequest) -> HttpResponse:
    """200 as long as the process can answer at all."""
    return _text("ok", 200)


def readyz(_request: HttpRequest) -> HttpResponse:
    """200 when requests can be served, 503 with the reason otherwise; a second line about the signature of profiles."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        if not _migrated():
            return _text("the database waits for migrations: run manage.py migrate", 503)
    except DatabaseError:
        return _text("the database does not answer", 503)
    return _text(f"ready\n{_signature()}", 200)


def _signature() -> str:
    state = signing.state()
    if state.expires:
        return f"profiles are signed until {state.expires:%Y-%m-%d}"
    return f"profiles are not signed: {state.problem or 'no certificate is set'}"


def _migrated() -> bool:
    # Migrations are never taken back under a running process, so one complete look is enough.
    global _ready_once
    if not _ready_once:
        executor = MigrationExecutor(connection)
        _ready_once = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _ready_once


def _text(text: str, status: int) -> HttpResponse:
    return HttpResponse(
        f"{text}\n", status=status, content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"}
    )


PATHS: dict[str, Callable[[HttpRequest], HttpResponse]] = {"/healthz": healthz, "/readyz": readyz}
