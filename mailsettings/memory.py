"""What a worker remembers between requests: settings under the database's revision, and what was made from settings.

The revision is read at most every two seconds, so a change made by another process is seen within that time; a change
made by this one is seen at once. Everything is bounded.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar, cast

from django.db import transaction

from accounts.models import Revision

T = TypeVar("T")
SECONDS_BETWEEN_LOOKS = 2.0
MISSING = object()


class Memory:
    """A least-recently-used map whose entries all belong to one revision."""

    def __init__(self, size: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._size = size
        self._clock = clock
        self._entries: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = Lock()
        self._revision = -1
        self._looked_at = float("-inf")

    def revision(self) -> int:
        """The revision that entries belong to now. Pass it to ``put`` with what was read after asking."""
        if self._clock() - self._looked_at >= SECONDS_BETWEEN_LOOKS:
            number = Revision.objects.filter(pk=1).values_list("number", flat=True).first() or 0
            with self._lock:
                self._looked_at = self._clock()
                if number != self._revision:
                    self._entries.clear()
                    self._revision = number
        return self._revision

    def get(self, key: Hashable) -> Any:
        """The entry, or MISSING."""
        with self._lock:
            if key not in self._entries:
                return MISSING
            self._entries.move_to_end(key)
            return self._entries[key]

    def put(self, key: Hashable, value: Any, revision: int) -> None:
        """Keep ``value``, unless the revision moved since it was read: then it may be old already."""
        with self._lock:
            if revision != self._revision:
                return
            self._entries[key] = value
            self._entries.move_to_end(key)
            while len(self._entries) > self._size:
                self._entries.popitem(last=False)

    def through(self, key: Hashable, make: Callable[[], T]) -> T:
        """What ``make`` gave for ``key`` under this revision, or gives now. None is not kept."""
        revision = self.revision()
        found = self.get(key)
        if found is not MISSING:
            return cast(T, found)
        made = make()
        if made is not None:
            self.put(key, made, revision)
        return made

    def drop(self, key: Hashable) -> None:
        """Forget one entry, if it is there."""
        with self._lock:
            self._entries.pop(key, None)

    def forget(self) -> None:
        """Start anew: the next look asks the database."""
        self.settle(-1, looked_at=float("-inf"))

    def settle(self, revision: int, looked_at: float | None = None) -> None:
        """Drop every entry and take ``revision`` for the current one, as if looked at now."""
        with self._lock:
            self._entries.clear()
            self._revision = revision
            self._looked_at = self._clock() if looked_at is None else looked_at


class Renderings:
    """A least-recently-used map of what was made from something: found again only for an equal source.

    What a page or a file shows depends on settings and nothing else, so it needs no revision: settings that changed are
    another source. An answer that was under way while they changed may leave an old entry, which nobody finds.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._entries: OrderedDict[Hashable, tuple[object, Any]] = OrderedDict()
        self._lock = Lock()

    def of(self, source: object, key: Hashable, make: Callable[[], T]) -> T:
        """What ``make`` gave for ``key`` and this ``source``, or gives now."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is not None:
                self._entries.move_to_end(key)
        # The same object in most cases: the memory of settings hands out one until it changes.
        if entry is not None and (entry[0] is source or entry[0] == source):
            return cast(T, entry[1])
        made = make()
        with self._lock:
            self._entries[key] = (source, made)
            self._entries.move_to_end(key)
            while len(self._entries) > self._size:
                self._entries.popitem(last=False)
        return made

    def forget(self) -> None:
        with self._lock:
            self._entries.clear()


# About 3 kB an entry.
settings_by_name = Memory(size=4096)
# About 20 kB an entry.
rendered_pages = Renderings(size=512)
# About 3 kB an entry.
rendered_files = Renderings(size=4096)
# Lists of programs and files: about 5 kB an entry.
lists_of_domains = Renderings(size=1024)


def forget() -> None:
    """Start anew, since this process changed something: at once for whoever did, and for all when it is committed.

    Between the two, as within a form of the admin, another thread remembers what was before.
    """
    settings_by_name.forget()
    transaction.on_commit(settings_by_name.forget)
