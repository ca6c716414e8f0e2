"""Any list of mailboxes, half of it wrong: saving does what the preview said, and can be taken back whole."""

import csv
import io
from contextlib import contextmanager

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import ChangeSet
from mailsettings import changes, imports, reverting
from mailsettings.imports import State
from mailsettings.models import Mailbox
from tests import build
from tests.data.plans import everything
from tests.imports.files import preview

pytestmark = pytest.mark.django_db
HEADINGS = ["address", "name", "status", "pop3", "user name", "customer number"]
ADDRESSES = [
    "olena@firma.com.ua", "OLENA@firma.ua", "petro@firma.com.ua", "new@firma.com.ua", "newer@FIRMA.ua.",
    "a@other.com.ua", "b@other.com.ua", "x@nowhere.com.ua", "y@nowhere.com.ua", "z@com.ua",
    "не@firma.com.ua", "nodomain", "a@b@c", "",
]  # fmt: skip
ROWS = st.lists(
    st.tuples(
        st.sampled_from(ADDRESSES),
        st.sampled_from(["", "Олена", "=1+1", "Петро\nКоваленко"]) | st.text(max_size=6),
        st.sampled_from(["", "active", "призупинена", "what"]),
        st.sampled_from(["", "так", "no", "maybe"]),
        st.sampled_from(["", "fi01", "olena@firma.com.ua"]),
        st.sampled_from(["", "", "c1", "c2", "c9"]),
    ),
    max_size=8,
)
# A heading alone is no list.
LAST = ("taras@firma.com.ua", "", "", "", "", "")
some_of_them = settings(max_examples=settings.default.max_examples // 3)


def written(rows) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows([HEADINGS, *rows, LAST])
    return text.getvalue().encode("utf-8", "replace").decode().replace("\0", "")


@contextmanager
def a_site():
    """Two customers with a domain each, gone with everything else that the example writes."""
    with transaction.atomic():
        build.server("s1")
        boxes = [{"local_part": "olena", "login": "u1"}, "petro", {"local_part": "all", "kind": "forwarder"}]
        build.domain(
            "firma.com.ua", aliases=["firma.ua"], customer=build.customer("c1"), logins="published", mailboxes=boxes
        )
        build.domain("other.com.ua", customer=build.customer("c2"), mailboxes=["a"])
        yield
        transaction.set_rollback(True)


def save(found, **removal):
    return imports.apply(found, ChangeSet(source="import", reason="a list"), **removal)


@some_of_them
@given(ROWS, st.booleans())
def test_saving_any_list_does_what_its_preview_said_and_nothing_else(rows, remove_missing):
    with a_site():
        text, boxes = written(rows), Mailbox.objects.count()
        found = preview(text)
        gone = len(found.missing) if remove_missing else 0
        save(found, remove_missing=remove_missing, confirmed=gone)

        again = preview(text)
        done = {State.NEW: State.UNCHANGED, State.CHANGED: State.UNCHANGED}
        expected = {line.number: done.get(line.state, line.state) for line in found.lines}
        assert {line.number: line.state for line in again.lines} == expected
        assert len(again.missing) == len(found.missing) - gone
        assert Mailbox.objects.count() == boxes + found.counts[State.NEW] - gone


@some_of_them
@given(ROWS, st.booleans())
def test_any_list_that_was_saved_can_be_taken_back_whole(rows, remove_missing):
    with a_site():
        before = everything()
        found = preview(written(rows))
        saved = save(found, remove_missing=remove_missing, confirmed=len(found.missing))

        assert saved is not None
        changes.apply(reverting.prepare(saved.changes.all()).plan, ChangeSet(source="revert", reverts=saved))
        assert everything() == before


@some_of_them
@given(ROWS)
def test_no_row_of_any_list_stops_a_good_one(rows):
    with a_site():
        alone, among = preview(written([])), preview(written(rows))

        assert alone.lines[-1].state is among.lines[-1].state is State.NEW
