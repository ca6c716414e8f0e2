"""XLSX files: numbers, dates, formulas, merged cells, several sheets, and hostile ones."""

import re
from dataclasses import replace
from datetime import date

import pytest
from defusedxml.ElementTree import iterparse

from mailsettings import imports
from mailsettings.imports import DESK, BadFile, Form, sheets
from tests.imports.files import read, rows, workbook
from tests.imports.packing import packed, repacked


def test_a_workbook_is_read_with_numbers_as_people_see_them():
    table = read(workbook([["Адреса", "Номер клієнта", "Ім’я"], ["olena@firma.com.ua", 1001, "Олена"],
                           ["petro@firma.com.ua", 1002.0, 12.5], [None, None, None], ["", True, None]]))  # fmt: skip

    assert rows(table) == [
        {"address": "olena@firma.com.ua", "customer_ref": "1001", "name": "Олена"},
        {"address": "petro@firma.com.ua", "customer_ref": "1002", "name": "12.5"},
        {"customer_ref": "yes"},
    ]
    assert [row.number for row in table.rows] == [2, 3, 5]


@pytest.mark.parametrize(("value", "word"), [(True, "yes"), (False, "no")])
def test_a_cell_that_is_true_or_false_is_a_word(value, word):
    assert rows(read(workbook([["address", "imap"], ["a@b.ua", value]])))[0]["imap"] == word


def test_dates_and_errors_in_cells_are_faults_that_say_what_to_do():
    row = read(workbook([["address", "customer", "name"], ["a@b.ua", date(2026, 1, 2), "#REF!"]])).rows[0]

    assert "made a date" in row.faults["customer_ref"]
    assert "error of the spreadsheet" in row.faults["name"]


FORMULA = workbook([["address", "name", "customer"], ["a@b.ua", "=A1&1", "c1"]])


def test_a_formula_without_a_stored_value_is_a_fault():
    row = read(FORMULA).rows[0]

    assert "formula" in row.faults["name"]
    assert "name" not in row.cells


def test_a_formula_with_a_stored_value_is_its_value():
    def computed(_name, data):
        return re.sub(rb"(</f>)<v ?/>|(</f>)<v></v>", b"</f><v>computed</v>", data).replace(
            b'r="B2"', b'r="B2" t="str"'
        )

    assert rows(read(repacked(FORMULA, computed)))[0]["name"] == "computed"


def test_merged_cells_all_hold_what_their_first_one_holds():
    def merge(book):
        sheet = book.worksheets[0]
        sheet.merge_cells("A1:C1")
        sheet.merge_cells("A3:A4")
        sheet.merge_cells("C3:C5")

    table = read(workbook(
        [["Скриньки"], ["домен", "скринька", "клієнт"], ["firma.com.ua", "olena", "c1"], [None, "petro"],
         ["other.com.ua", "iryna"], ["other.com.ua", "taras"]],
        change=merge,
    ))  # fmt: skip

    assert [row.get("domain") for row in rows(table)] == ["firma.com.ua"] * 2 + ["other.com.ua"] * 2
    assert [row.get("customer_ref") for row in rows(table)] == ["c1", "c1", "c1", None]


def merging(*areas):
    def merge(book):
        for area in areas:
            book.worksheets[0].merge_cells(area)

    return merge


def test_a_merged_cell_fills_the_columns_beside_it_too():
    raw = workbook([["address", "imap", "pop3"], ["a@b.ua", "no", None]], change=merging("B2:C2"))

    assert rows(read(raw)) == [{"address": "a@b.ua", "imap": "no", "pop3": "no"}]


@pytest.mark.parametrize(
    ("headings", "areas"),
    [(["Адреса", "Пароль", "Ім’я"], ["B2:C2"]), (["Адреса", "Пароль", "Ім’я"], ["B2:C3"]),
     (["Адреса", "Пароль", None], ["B1:C1", "B2:C2"])],
)  # fmt: skip
def test_nothing_is_filled_out_of_a_column_of_passwords(headings, areas):
    cells = [["a@b.ua", "Secret-99", None], ["b@b.ua", None, None], ["c@b.ua", "x", "Олена"]]
    table = read(workbook([headings, *cells], change=merging(*areas)))

    assert "Secret-99" not in table.to_json()
    assert [row.cells["address"] for row in table.rows] == ["a@b.ua", "b@b.ua", "c@b.ua"]
    assert [row.cells.get("name") for row in table.rows] == [None, None, "Олена" if headings[2] else None]


def test_a_hash_in_a_merged_cell_drops_the_column_where_it_begins_and_no_other():
    cells = [["a@b.ua", "first", "A"], ["b@b.ua", "{SSHA}abcdefgh", None]]
    table = read(workbook([["address", "recovery", "name"], *cells], change=merging("B3:C3")))

    assert rows(table) == [{"address": "a@b.ua", "name": "A"}, {"address": "b@b.ua"}]
    assert "SSHA" not in table.to_json()


def test_what_a_merged_cell_of_passwords_hides_is_part_of_it():
    raw = workbook([["address", "password", "name"], ["a@b.ua", "x", "Hidden-1"]])
    merged = sheet_with(raw, b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="B2:C2"/></mergeCells>')

    assert rows(read(merged)) == [{"address": "a@b.ua"}]


@pytest.mark.parametrize(("limit", "areas"), [("MAX_MERGED", ["A2:A3", "A5:A6", "A8:A9"]),
                                              ("MAX_OPEN", ["A2:A9", "B3:B9", "C4:C9"])])  # fmt: skip
def test_more_merged_cells_than_a_table_needs_are_refused(limit, areas, monkeypatch):
    def merge(book):
        for area in areas:
            book.worksheets[0].merge_cells(area)

    raw = workbook([["address", "name", "login"], *([f"a{n}@b.ua", "x", "y"] for n in range(8))], change=merge)
    assert len(read(raw).rows) > 2
    monkeypatch.setattr(sheets, limit, 2)

    with pytest.raises(BadFile, match="Too many cells are merged"):
        read(raw)


def test_the_first_sheet_with_known_headings_is_read_and_others_are_told():
    def hide(book):
        book.worksheets[1].sheet_state = "hidden"

    hidden, first, last = ([["address"], [f"{name}@b.ua"]] for name in ("hidden", "a", "z"))
    table = read(workbook([], hidden, [["x"], ["y"]], first, last, change=hide))

    assert rows(table) == [{"address": "a@b.ua"}]
    assert table.notes == [
        "Only the first sheet with known headings was read; 3 more were not.", "Hidden sheets were not read: 1.",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "parts",
    [
        {"xl/worksheets/sheet1.xml": b" " * (DESK.unpacked + 1)},
        {"xl/styles.xml": b" " * (5 * 2**20)},
        {f"xl/{n}": b"" for n in range(2001)},
    ],
    ids=["a large sheet", "large styles", "many parts"],
)
def test_a_packed_bomb_is_refused_by_what_it_says_of_its_size(parts):
    with pytest.raises(BadFile, match="more in this workbook"):
        read(packed(parts))


ONE = workbook([["address", "name"], ["a@b.ua", "Olena"]])


def sheet_with(raw, old, new):
    """A workbook whose sheet has ``new`` in place of ``old``, which must stand there."""

    def change(name, data):
        if not name.startswith("xl/worksheets/"):
            return data
        assert old in data
        return data.replace(old, new)

    return repacked(raw, change)


@pytest.mark.parametrize(
    "declared", [b'<!ENTITY a "Olena">', b'<!ENTITY a SYSTEM "file:///etc/hostname">'], ids=["of its own", "of a file"]
)
def test_entities_in_a_workbook_are_refused(declared):
    raw = sheet_with(ONE, b"<worksheet ", b"<!DOCTYPE worksheet [" + declared + b"]><worksheet ")

    with pytest.raises(BadFile, match="damaged"):
        read(raw)


def test_a_row_number_beyond_every_sheet_is_refused():
    with pytest.raises(BadFile, match="damaged"):
        read(sheet_with(ONE, b'r="2"', b'r="999999999"'))


def test_a_row_at_the_very_end_of_a_sheet_is_read():
    assert [row.number for row in read(sheet_with(ONE, b'r="2"', b'r="1048576"')).rows] == [1_048_576]


def test_other_packed_files_are_no_workbooks():
    with pytest.raises(BadFile, match="no Excel workbook"):
        read(packed({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}))


def test_a_workbook_is_not_read_as_the_list_of_a_panel():
    with pytest.raises(BadFile, match="not what was chosen"):
        read(workbook([["address"]]), form=Form.DIRECTADMIN)


def test_two_hundred_thousand_rows_of_a_workbook_are_refused_with_the_most_there_may_be():
    row = '<row r="{0}"><c r="A{0}" t="inlineStr"><is><t>m{0}@b.ua</t></is></c></row>'
    rest = "".join(row.format(number) for number in range(3, 200_003)).encode()
    raw = sheet_with(ONE, b"</sheetData>", rest + b"</sheetData>")

    with pytest.raises(BadFile, match="more than 20000 rows"):
        read(raw)


FEW = replace(DESK, rows=10)


def test_a_sheet_with_too_many_rows_is_not_looked_through_to_its_end(monkeypatch):
    seen = []

    def counted(source):
        for event, element in iterparse(source):
            seen.append(element.tag.endswith("}row"))
            yield event, element

    monkeypatch.setattr(sheets, "iterparse", counted)

    with pytest.raises(BadFile, match="more than 10 rows"):
        imports.read(workbook([["address"], *([f"m{n}@b.ua"] for n in range(500))]), FEW)
    assert 0 < sum(seen) < 50


def test_a_long_sheet_of_something_else_stands_in_nobodys_way():
    raw = workbook([["x"]] + [["y"]] * 100, [["address"], ["a@b.ua"]])

    assert rows(imports.read(raw, FEW)) == [{"address": "a@b.ua"}]


def test_many_empty_rows_are_no_rows_too_many():
    raw = workbook([["address", "note"], *([[None, " "]] * 100), ["a@b.ua", "x"]])

    assert rows(imports.read(raw, replace(DESK, rows=200))) == [{"address": "a@b.ua"}]
    with pytest.raises(BadFile, match="more than 10 rows"):
        imports.read(workbook([["address", "note"], *([[None, "x"]] * 100)]), FEW)


def test_a_workbook_without_formulas_is_opened_once(monkeypatch):
    opened = []
    load = sheets.openpyxl.load_workbook
    monkeypatch.setattr(
        sheets.openpyxl, "load_workbook", lambda *args, **kwargs: opened.append(1) or load(*args, **kwargs)
    )

    read(ONE)
    assert len(opened) == 1
    read(FORMULA)
    assert len(opened) == 3


def test_too_many_rows_of_a_workbook_are_refused():
    with pytest.raises(BadFile, match="more than 10 rows"):
        imports.read(workbook([["address"], *([f"m{n}@b.ua"] for n in range(11))]), replace(DESK, rows=10))
