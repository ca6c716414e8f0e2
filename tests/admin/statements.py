"""What the database does for a page of the desk, told by its own plans."""

import re

from django.db import connection
from django.test.utils import CaptureQueriesContext

LARGE = (
    "mailsettings_mailbox", "mailsettings_domain", "mailsettings_domainname", "accounts_customer", "accounts_changeset",
    "accounts_change", "accounts_searchword", "accounts_user",
)  # fmt: skip


def statements(desk, path, data=None):
    desk.get(path) if data is None else desk.post(path, data)
    with CaptureQueriesContext(connection) as captured:
        response = desk.get(path) if data is None else desk.post(path, data)
    assert response.status_code in (200, 302), path
    return [query["sql"] for query in captured if query["sql"].startswith("SELECT")]


def read_whole(sql):
    """The large tables that a statement reads from end to end, as far as its plan tells."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            plan = [row[3] for row in cursor.fetchall()]
            found = [line.split()[1] for line in plan if line.startswith("SCAN ")]
            # Walking along the primary key for a page of it is what a page without filters does.
            return [] if _is_a_page(sql) else [table for table in found if table in LARGE]
        # Small tables are read whole whatever indexes they have: only a plan that cannot do without is caught.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {sql}")
        plan = [row[0] for row in cursor.fetchall()]
        return [table for table in LARGE if any(re.search(rf"Seq Scan on {table}\b", line) for line in plan)]


def _is_a_page(sql):
    """Whether a statement without conditions stops at its limit."""
    without_names = re.sub(r"\(SELECT U0.*?LIMIT 1\)", "", sql)
    return "WHERE" not in without_names and bool(re.search(r"LIMIT \d+(\) subquery)?$", sql))


def sorts_all(sql):
    """Whether a statement sorts rows of a large table of which it does not know that they are few."""
    table = re.search(r' FROM "(\w+)"', re.sub(r"\(SELECT U0.*?LIMIT 1\)", "", sql))
    if connection.vendor != "sqlite" or table is None or table[1] not in LARGE or " IN (" in sql or "owner_pk" in sql:
        return False
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return any(row[3] == "USE TEMP B-TREE FOR ORDER BY" for row in cursor.fetchall())
