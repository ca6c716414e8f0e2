"""Any directory file: applied and written back, or refused in words."""

import json

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from mailsettings import directory
from mailsettings.management.commands.apply import report
from mailsettings.models import Mailbox
from tests.directory.documents import SERVER, applied, document

WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def places(value, path=()):
    """The path of everything inside a document."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from places(inner, (*path, key))


class HostileDirectory(TestCase):
    @given(data=st.data())
    def test_any_value_at_any_place_is_applied_or_refused_in_words(self, data):
        made = document(aliases=["firma.укр"], endpoints=[{**SERVER["endpoints"][0], "port": 1993}])
        path = data.draw(st.sampled_from([place for place in places(made) if place]))
        holder = made
        for key in path[:-1]:
            holder = holder[key]
        holder[path[-1]] = data.draw(JUNK)

        found = self.faults(made)

        assert all(fault.message for fault in found)
        assert all(line.isprintable() for line in report(found).splitlines())

    def faults(self, made):
        try:
            applied(made)
        except directory.BadDirectory as bad:
            return bad.faults
        return []

    @given(
        boxes=st.lists(st.from_regex(r"[a-z0-9]{1,12}", fullmatch=True), unique=True, max_size=5),
        name=WORDS,
        pop3=st.booleans(),
        logins=st.sampled_from(["pattern", "published", "private"]),
    )
    def test_any_directory_comes_back_as_it_went_in(self, boxes, name, pop3, logins):
        applied({"customers": [], "servers": []}, prune=True)
        login = "" if logins == "pattern" else "own"
        made = document(
            pop3=pop3, logins=logins, mailboxes=[{"local_part": box, "login": login} for box in boxes]
        )  # fmt: skip
        made["customers"][0]["name"] = name

        applied(made)

        assert applied(json.loads("".join(directory.chunks()))) is None
        assert {box.local_part for box in Mailbox.objects.all()} == set(boxes)
