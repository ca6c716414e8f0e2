"""How the tests of this folder ask, and what they make of an answer."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from django.core.cache import cache
from django.db import connection, transaction

from accounts.models import User
from tests import build
from tests.admin.desk import Desk
from tests.roles.world import World

# Tables of what the site holds for people; not sessions and what is counted.
GUARDED = re.compile(r'^(?:INSERT INTO|UPDATE|DELETE FROM) "(?:(?:accounts?|mailsettings|mfa)_\w+|django_admin_log)"')
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')


class Visitor(Desk):
    """Somebody's browser that forgets what the page before wanted to tell, and keeps every status."""

    def __init__(self, user: User | None = None) -> None:
        super().__init__(user)
        self.statuses: list[int] = []
        self.user = user

    def come_back(self) -> None:
        """Sign in again: what is undone may have taken the session along."""
        if self.user:
            self.force_login(self.user)

    def generic(self, *args: Any, **kwargs: Any) -> Any:
        self.cookies.pop("messages", None)
        response = super().generic(*args, **kwargs)
        self.statuses.append(response.status_code)
        return response


@contextmanager
def undone() -> Iterator[list[str]]:
    """Whatever happens inside does not last. Gives the writes to guarded tables."""
    written: list[str] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if GUARDED.match(sql):
            written.append(sql[:80])
        return execute(sql, params, many, context)

    with transaction.atomic(), connection.execute_wrapper(watch):
        yield written
        transaction.set_rollback(True)
    cache.clear()
    build.cold()


def text_of(response: Any) -> str:
    """Everything that an answer says: body, where it leads, names of files, and what the next page will tell."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    if body.startswith(b"PK"):
        with zipfile.ZipFile(BytesIO(body)) as packed:
            body = b"\n".join(packed.read(name) for name in packed.namelist())
    said = [f"{name}: {value}" for name, value in response.headers.items()] + [response.cookies.output()]
    return "\n".join([body.decode("utf-8", "replace"), *said])


def shape_of(response: Any, world: World, sealed: str = "") -> tuple[int, str, str]:
    """An answer without what it repeats of the question: two worlds that give the same one are not told apart.

    ``sealed`` is the question as it stands in addresses.
    """
    body = b"".join(response.streaming_content) if response.streaming else response.content
    # The pages of errors name the request.
    text = body.decode("utf-8", "replace").replace(response.headers.get("X-Request-Id", "-"), "").replace(sealed, "")
    text = TOKEN.sub("", text).lower().replace(world.mark, "mark")
    text = re.sub(r"[\d ()+-]+", "#", UUID.sub("#", text.replace(world.phone, "phone")))
    return response.status_code, re.sub(r"\d+", "#", UUID.sub("#", response.get("Location", ""))), text
