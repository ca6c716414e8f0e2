"""The table of role × action in the README: what it says is what the tests of this folder hold the site to."""

from __future__ import annotations

from functools import cache
from pathlib import Path

README = Path(__file__).parents[2] / "README.md"
HEADING = "## Who may do what"
# The columns of the table, as ``world.ROLES`` calls them. Outsiders have none: everything is refused to them.
COLUMNS = {
    "operator": "operator", "support of a brand": "support", "reseller of a brand": "reseller", "customer": "customer",
}  # fmt: skip
# Of every record, of those of the brand, of one's own alone, of none.
ALL, BRAND, OWN, NONE = "all", "brand", "own", "–"


@cache
def cells() -> dict[str, dict[str, str]]:
    """What each role may do, by action and role."""
    section = README.read_text("utf-8").split(HEADING, 1)[1].split("\n## ", 1)[0]
    rows = [_cells_of(line) for line in section.splitlines() if line.startswith("|")]
    head, _rule, *body = rows
    roles = [COLUMNS[title] for title in head[1:]]
    return {action: dict(zip(roles, values, strict=True)) for action, *values in body}


def _cells_of(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def may(action: str, role: str) -> str:
    """The cell of an action and a role."""
    return cells()[action].get(role, NONE)
