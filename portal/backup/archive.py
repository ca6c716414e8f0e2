"""The archive around a backup: members in a row, written and read as a stream."""

from __future__ import annotations

import gzip
import io
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from types import TracebackType
from typing import IO

# More does not make it much smaller, and takes twice as long.
LEVEL = 5
MAX_MEMBER = 512 * 1024 * 1024
FOLDERS = ("tables", "media")
LAST = "end.json"


class BadArchive(Exception):
    """The file is no archive of ours, or not a whole one."""


class Writer:
    """Members one after the other into ``file``."""

    def __init__(self, file: IO[bytes]) -> None:
        self._gzip = gzip.GzipFile("", "wb", LEVEL, file)
        # Closed together with the file around it, at the end of the writer's own ``with``.
        self._tar = tarfile.open(fileobj=self._gzip, mode="w", format=tarfile.PAX_FORMAT)  # noqa: SIM115

    def add(self, name: str, data: bytes) -> None:
        """Add one member, whose owner alone may read it when somebody unpacks the archive."""
        member = tarfile.TarInfo(name)
        member.size, member.mode = len(data), 0o600
        self._tar.addfile(member, io.BytesIO(data))

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, kind: type[BaseException] | None, _error: object, _trace: TracebackType | None) -> None:
        try:
            if kind is None:
                self._tar.close()
        finally:
            self._gzip.close()


class Reader:
    """Members of ``file`` in their order, each as its name and its bytes. Raises BadArchive, also for a missing end."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._members = self._read()

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self._members.close()

    def __iter__(self) -> Iterator[tuple[str, bytes]]:
        return self._members

    def _read(self) -> Iterator[tuple[str, bytes]]:
        name = ""
        try:
            with gzip.GzipFile(fileobj=self._file) as unpacked:
                with tarfile.open(fileobj=unpacked, mode="r|") as tar:
                    for member in tar:
                        name = _checked(member, after=name)
                        yield name, tar.extractfile(member).read()
                # The sum of all bytes stands behind them, and is compared when they were read.
                while unpacked.read(1 << 16):
                    pass
        except (tarfile.TarError, EOFError, OSError, zlib.error) as error:
            raise BadArchive from error
        if name != LAST:
            raise BadArchive


def _checked(member: tarfile.TarInfo, after: str) -> str:
    """The name of a member that may be read: a plain file, in a folder of ours or on top, of a size that can be."""
    path = PurePosixPath(member.name)
    inside = len(path.parts) == 1 or path.parts[0] in FOLDERS
    plain = member.isreg() and member.size <= MAX_MEMBER and "\\" not in member.name and "\0" not in member.name
    if not (inside and plain) or path.is_absolute() or ".." in path.parts or after == LAST:
        raise BadArchive
    return path.as_posix()
