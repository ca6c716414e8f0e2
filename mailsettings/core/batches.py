"""Many things in pieces of a size that one query can take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

BATCH = 1000
T = TypeVar("T")


def batches(items: Iterable[T], size: int = BATCH) -> Iterator[list[T]]:
    """``items`` in lists of ``size``; the last one may be shorter, and none is empty."""
    iterator = iter(items)
    while some := list(islice(iterator, size)):
        yield some
