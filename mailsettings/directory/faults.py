"""What is wrong with a directory file: each fault with the JSON path of its entry."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from mailsettings import changes
from mailsettings.rules import Problem

from .schema import key_of

NAMED_USERS = 5


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong. ``path`` is like ``customers[0].domains[3].name``; empty for the file as a whole."""

    path: str
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


class BadDirectory(Exception):
    """The file was not applied and nothing was written; ``faults`` says why, in the order of the file's paths."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        first: dict[str, Fault] = {}
        for fault in faults:
            # What is wrong with a value at first sight brings about what a later look finds there.
            first.setdefault(fault.path, fault)
        self.faults = sorted(first.values(), key=lambda fault: _natural(fault.path))
        super().__init__("; ".join(str(fault) for fault in self.faults[:5]))


def _natural(path: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", path)]


def faults_of(problems: Iterable[Problem], unreadable: Collection[str] = ()) -> list[Fault]:
    """Problems of a plan as faults of its file; those of the entries at ``unreadable`` paths are known already."""
    return [_fault(problem) for problem in problems if problem.row is None or problem.row.where not in unreadable]


def _fault(problem: Problem) -> Fault:
    message, row = str(problem.message), problem.row
    if row is None:
        return Fault("", problem.code, message)
    if row.action == changes.Action.REMOVE:
        return Fault(f"{row.where}", problem.code, f"{row.name or row.instance}: {message}{_in_the_way(problem)}")
    key = key_of(row.model, problem.field)
    return Fault(f"{row.where}.{key}" if key else row.where, problem.code, message + _in_the_way(problem))


def _in_the_way(problem: Problem) -> str:
    if problem.users is None:
        return ""
    users = [str(user) for user in problem.staying(problem.users, NAMED_USERS + 1)]
    more = ", …" if len(users) > NAMED_USERS else ""
    return f" ({', '.join(users[:NAMED_USERS])}{more})" if users else ""
