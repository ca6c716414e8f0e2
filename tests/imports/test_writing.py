"""Exports: they read back as unchanged, begin no formula, and need memory for a part of their rows only."""

import csv
import io
import tracemalloc

import openpyxl
import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Customer
from mailsettings.imports import Kind, State, writing
from mailsettings.models import Domain, Mailbox
from tests import build
from tests.imports.files import preview, states

pytestmark = pytest.mark.django_db
WAYS = {"csv": writing.as_csv, "xlsx": writing.as_xlsx}


def export(kind, way):
    rows = Mailbox.objects.all() if kind is Kind.MAILBOXES else Domain.objects.all()
    return b"".join(WAYS[way](writing.table(kind, rows)))


def cells(raw, way):
    if way == "csv":
        return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), delimiter=";"))
    return [["" if v is None else v for v in row] for row in openpyxl.load_workbook(io.BytesIO(raw)).active.values]


@pytest.fixture
def records():
    build.server("s1")
    firm = build.customer("=1+1", name="+ТОВ «Фірма»")
    build.domain(
        "firma.com.ua", aliases=["фірма.укр", "firma.ua"], customer=firm, logins="published", pop3=False,
        mta_sts="testing",
        mailboxes=[{"local_part": "=olena", "name": '=HYPERLINK("x")', "login": "@fi01", "recovery": "+380 44 000"},
                   {"local_part": "all", "kind": "forwarder", "status": "suspended", "imap": False},
                   {"local_part": "'-x", "name": " Два  слова\u200b "}, {"local_part": "wide", "name": "＝1+1"}],
    )  # fmt: skip
    build.domain("пошта.укр", customer=build.customer("c2"), status="external", mailboxes=["info"])


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("language", ["uk", "en"])
def test_an_export_holds_every_value_in_the_readers_words(records, way, language):
    with translation.override(language):
        mailboxes, domains = (cells(export(kind, way), way) for kind in Kind)

    yes, no = {"uk": ("так", "ні"), "en": ("yes", "no")}[language]
    words = {
        "uk": ("скринька", "активний", "показані всім", "перевірка"),
        "en": ("mailbox", "active", "published", "testing"),
    }[language]  # fmt: skip
    assert mailboxes[0][0] == {"uk": "Адреса", "en": "Address"}[language]
    assert mailboxes[1] == [
        "'=olena@firma.com.ua", "'=HYPERLINK(\"x\")", words[0], words[1], "'@fi01", yes, yes, "'+380 44 000", "'=1+1",
        "'+ТОВ «Фірма»", "s1",
    ]  # fmt: skip
    assert domains[1] == [
        "firma.com.ua", "firma.ua, фірма.укр", "'=1+1", "'+ТОВ «Фірма»", "s1", words[1], words[2], yes, no, words[3],
    ]  # fmt: skip
    assert mailboxes[5][0] == "info@пошта.укр"
    assert (len(mailboxes), len(domains)) == (6, 3)


@pytest.mark.parametrize("way", WAYS)
def test_no_cell_of_an_export_begins_a_formula(records, way):
    for kind in Kind:
        for row in cells(export(kind, way), way):
            assert not any(str(cell).startswith(("=", "+", "-", "@", "\t", "\r", "＝")) for cell in row)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("languages", [("uk", "en"), ("en", "uk")])
def test_an_export_reads_back_as_unchanged_whoever_reads_it(records, way, kind, languages):
    with translation.override(languages[0]):
        raw = export(kind, way)
    with translation.override(languages[1]):
        found = preview(raw)

    assert set(states(found)) == {"unchanged"}
    assert found.missing == []
    assert not found.plan


LOCAL_PART = st.from_regex(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]{1,8}(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]{1,3})?", fullmatch=True)
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
LOGIN = st.text(st.characters(categories=["L", "N", "P", "S"]), max_size=10)


@given(
    st.lists(
        st.fixed_dictionaries({
            "local_part": LOCAL_PART, "name": TEXT, "login": LOGIN, "recovery": TEXT, "imap": st.booleans(),
            "kind": st.sampled_from(["mailbox", "forwarder"]), "status": st.sampled_from(["active", "suspended"]),
        }),
        min_size=1, max_size=4, unique_by=lambda mailbox: mailbox["local_part"],
    ),
    st.sampled_from(sorted(WAYS)),
)  # fmt: skip
def test_any_mailboxes_read_back_as_unchanged(mailboxes, way):
    Mailbox.objects.all().delete()
    if not Customer.objects.exists():
        build.domain("firma.com.ua", logins="published")
    rows = [Mailbox(domain=Domain.objects.get(), **mailbox) for mailbox in mailboxes]
    build.save(*rows)

    found = preview(export(Kind.MAILBOXES, way))

    assert set(states(found)) == {"unchanged"}, [list(line.about()) for line in found.lines]
    assert found.counts[State.MISSING] == 0


@pytest.mark.parametrize("way", WAYS)
def test_an_export_of_many_rows_needs_the_memory_of_some(way):
    def rows():
        for n in range(6_000):
            yield [f"m{n}@firma.com.ua", "Ім’я", "x", ""]

    tracemalloc.start()
    try:
        size = sum(len(piece) for piece in WAYS[way](rows()))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert size > 20_000
    assert peak < 1_500_000


def test_an_export_asks_for_rows_by_their_numbers_batch_by_batch(monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(writing, "BATCH", 10)
    build.domain("firma.com.ua", mailboxes=[f"m{n}" for n in range(35)])

    with django_assert_max_num_queries(9):
        assert len(cells(export(Kind.MAILBOXES, "csv"), "csv")) == 36


def test_a_workbook_cannot_hold_more_rows_than_a_sheet_has():
    assert writing.MOST_IN_SHEET + 1 == 2**20
