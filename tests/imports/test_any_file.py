"""Any file at all is a table without hashes, or a message."""

import io
import json
import zipfile
from dataclasses import replace
from datetime import date

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from mailsettings import imports
from mailsettings.imports import DESK, BadFile, Form
from tests.imports.files import workbook
from tests.imports.packing import repacked

CRYPT = "$6$rounds=5000$saltsalt$" + "a" * 86
HEADS = ["address", "адреса", "пароль", "domain", "name", "status", "login", "=1", "", "клієнт", "№"]
CELLS = st.one_of(
    st.sampled_from(["olena@firma.com.ua", "olena", "firma.com.ua", CRYPT, "=1+1", "так", "\0", '"', "'", ""]),
    st.text(max_size=8),
)
SOUP = st.lists(
    st.lists(st.one_of(st.sampled_from(HEADS), CELLS), max_size=6), max_size=8
).flatmap(lambda table: st.builds(
    lambda joins, ends: "".join(joins.join(row) + ends for row in table),
    st.sampled_from([";", ",", "\t", ";,", "|"]), st.sampled_from(["\n", "\r\n", "\r", "\n\n"]),
))  # fmt: skip
ENCODED = st.builds(
    lambda text, encoding: text.encode(encoding, "replace"),
    SOUP, st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1251", "cp866"]),
)  # fmt: skip
WORKBOOK = workbook([["address", "name", "пароль"], ["a@b.ua", "=A1", 1], ["b@b.ua", date(2026, 1, 1), None]],
                    change=lambda book: book.worksheets[0].merge_cells("A2:A3"))  # fmt: skip


@st.composite
def mutated(draw, raw):
    """``raw`` with a piece taken out and another put in its place."""
    start = draw(st.integers(0, len(raw)))
    end = draw(st.integers(start, min(len(raw), start + 40)))
    return raw[:start] + draw(st.binary(max_size=20)) + raw[end:]


@st.composite
def mutated_inside(draw):
    """A workbook of which one part was changed, and packed again."""
    parts = dict.fromkeys(zipfile.ZipFile(io.BytesIO(WORKBOOK)).namelist())
    hit = draw(st.sampled_from(sorted(parts)))
    return repacked(WORKBOOK, lambda name, data: draw(mutated(data)) if name == hit else data)


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5), st.sampled_from(["a@b.ua", CRYPT])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["result", "data", "email", "login", "password"]), inner, max_size=4),
    ),
    max_leaves=12,
).map(lambda value: json.dumps(value).encode())  # fmt: skip
PASSWD = st.lists(st.lists(CELLS, min_size=5, max_size=8).map(":".join), max_size=4).map(
    lambda lines: "\n".join(lines).encode("utf-8", "replace")
)
ANY = st.one_of(st.binary(max_size=200), ENCODED, JSON, PASSWD, mutated(WORKBOOK), mutated_inside(),
                st.tuples(ENCODED, ENCODED).map(b"\n".join))  # fmt: skip


@given(ANY, st.sampled_from([None, *Form]), st.sampled_from(["", "firma.com.ua"]))
def test_any_file_is_a_table_without_hashes_or_a_message(raw, form, domain):
    with translation.override("uk"):
        table, words_said = _read_or_message(raw, form, domain)
        assert CRYPT not in words_said
        if table is None:
            assert words_said
        else:
            assert CRYPT not in table.to_json()
            assert imports.Table.from_json(table.to_json()) == table


def _read_or_message(raw, form=None, domain=""):
    try:
        return imports.read(raw, replace(DESK, rows=50), form, domain), ""
    except BadFile as refused:
        return None, str(refused)


@pytest.mark.django_db
@given(ANY)
def test_any_file_that_can_be_read_can_be_previewed(raw):
    table, _message = _read_or_message(raw)
    if table is None:
        return
    found = imports.preview(table, imports.Everyone())

    assert len(found.lines) == len(table.rows)
    assert not found.plan
