"""Export at the desk: what a list is filtered by, as a file."""

import re

import pytest

from accounts.models import User
from tests import build
from tests.admin.desk import DOMAIN, MAILBOX, Desk, operator, page
from tests.imports.desk import exported

pytestmark = pytest.mark.django_db


@pytest.fixture
def firma():
    return build.domain("firma.com.ua", mailboxes=["olena", "petro"])


def test_an_export_holds_what_the_list_is_filtered_by(firma):
    build.domain("other.com.ua", mailboxes=["olena", {"local_part": "stopped", "status": "suspended"}])
    desk = operator()

    def names(filters, kind=MAILBOX):
        text = exported(desk, kind, filters).getvalue().decode("utf-8-sig")
        return re.findall(r"^[^;\r\n]+\.com\.ua", text, re.MULTILINE)

    assert names("?q=olena%40firma.com.ua") == ["olena@firma.com.ua"]
    assert names("?status__exact=suspended") == ["stopped@other.com.ua"]
    assert names("?p=2&o=1") == [
        "olena@firma.com.ua", "petro@firma.com.ua", "olena@other.com.ua", "stopped@other.com.ua",
    ]  # fmt: skip
    assert names("?q=firma", DOMAIN) == ["firma.com.ua"]


def test_an_export_says_what_it_is_and_is_kept_nowhere(firma):
    for way, kind in (("csv", "text/csv; charset=utf-8"), ("xlsx", "spreadsheetml.sheet")):
        response = exported(operator() if way == "csv" else Desk(User.objects.get()), MAILBOX, way=way)
        assert kind in response["Content-Type"]
        assert re.search(rf'"mailboxes-\d{{4}}-\d\d-\d\d\.{way}"', response["Content-Disposition"])
        assert "no-store" in response["Cache-Control"]
        assert response.getvalue()


def test_what_an_export_is_filtered_by_is_never_in_a_query(firma):
    assert operator().get(page(MAILBOX, "export"), {"q": "olena@firma.com.ua"}).status_code == 405


@pytest.mark.parametrize(
    "filters", ["?what=1", "?p=x", "%%%", "?status__exact=\0", "?q=%00", "?domain__id__exact=x", "?e=1"]
)
def test_an_export_with_filters_that_mean_nothing_breaks_nothing(firma, filters):
    response = operator().post(page(MAILBOX, "export"), {"filters": filters, "way": "csv"})

    assert response.status_code in (200, 302, 400)
    if response.streaming:
        assert response.getvalue()


def test_more_rows_than_a_sheet_holds_are_offered_as_csv(firma, monkeypatch):
    monkeypatch.setattr("mailsettings.imports.writing.MOST_IN_SHEET", 1)
    desk = operator()

    assert desk.post(page(MAILBOX, "export"), {"way": "xlsx"})["Location"] == page(MAILBOX, "changelist")
    assert exported(desk, MAILBOX).getvalue()
