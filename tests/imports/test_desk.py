"""Import at the desk: a file is brought, shown and saved."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.models import ChangeSet
from mailsettings.admin import importing
from mailsettings.models import Domain, Mailbox, PendingImport
from tests import build
from tests.admin.desk import DOMAIN, MAILBOX, Desk, operator, page
from tests.imports.desk import IMPORT, save, shown, upload
from tests.imports.files import workbook

pytestmark = pytest.mark.django_db


@pytest.fixture
def firma():
    return build.domain("firma.com.ua", mailboxes=["olena", "petro"])


def test_a_file_is_shown_and_saved_by_the_person_who_brought_it(firma):
    desk = operator()
    preview = shown(
        desk, "address;name;password\nolena@firma.com.ua;Олена;Qwerty-1\nnew@firma.com.ua;;Qwerty-2\nbad;;\n"
    )
    content = preview.content.decode()

    assert "new@firma.com.ua" in content
    assert "Name: — → Олена" in content
    assert "There is no domain" in content
    assert "Qwerty" not in content
    assert "holds passwords" in content

    response = save(desk, preview, ticket="T-1")

    assert response["Location"] == page(MAILBOX, "changelist")
    saved = ChangeSet.objects.first()
    assert (saved.source, saved.reason, saved.ticket) == ("import", "a list", "T-1")
    assert saved.actor.username == "operator"
    assert (
        f'The list was saved. <a href="{page("accounts_changeset", "change", saved.pk)}">'
        in desk.get(response["Location"]).content.decode()
    )
    assert Mailbox.objects.get(local_part="olena").name == "Олена"


def test_nothing_of_a_file_is_kept_but_known_columns_and_that_only_until_it_is_saved(firma):
    desk = operator()
    preview = shown(desk, "address;password;примітка\nnew@firma.com.ua;Qwerty-1;Qwerty-2\n")

    assert "Qwerty" not in PendingImport.objects.get().content
    save(desk, preview)
    assert not PendingImport.objects.exists()


def test_a_file_with_passwords_touches_no_disk(firma, settings):
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 10
    settings.FILE_UPLOAD_TEMP_DIR = "/nowhere/at/all"

    assert shown(operator(), "address;password\nnew@firma.com.ua;Qwerty-1\n").status_code == 200


def test_the_domains_and_customers_that_a_list_adds_are_told_apart_from_its_rows(firma):
    desk = operator()
    preview = shown(desk, "address;customer number;customer name\nnew@firma.com.au;c7;Нова\n")
    content = preview.content.decode()

    assert "<dt>New domains</dt><dd>1</dd>" in content
    assert "<dt>New customers</dt><dd>1</dd>" in content
    assert [section["title"] for section in preview.context["sections"]] == ["New domains", "New customers", "New"]
    assert "Customer: Нова (c7)" in content
    assert content.count('<details class="module new"') == 1

    report = desk.get(f"{preview.wsgi_request.path}report.csv").getvalue().decode("utf-8-sig").splitlines()
    assert report[1:3] == [
        '2;New domains;firma.com.au;"Customer: Нова (c7); Mail server: s1"',
        "2;New customers;c7;Customer name: Нова",
    ]


def test_a_reason_is_required(firma):
    desk = operator()
    preview = shown(desk, "address\nnew@firma.com.ua\n")

    response = save(desk, preview, reason=" ")

    assert "reason" in response.context["form"].errors
    assert Mailbox.objects.count() == 2


def test_a_preview_that_no_longer_holds_is_shown_anew_and_not_saved(firma):
    desk = operator()
    preview = shown(desk, "address;name\nolena@firma.com.ua;Олена\nnew@firma.com.ua;\n")
    desk.submit(page(MAILBOX, "change", Mailbox.objects.get(local_part="olena").pk), name="Ольга")

    response = save(desk, preview)

    assert "Name: Ольга → Олена" in response.content.decode()
    assert "Nothing was saved" in response.content.decode()
    assert response.context["form"].initial["reason"] == "a list"
    assert Mailbox.objects.count() == 2
    assert save(desk, response).status_code == 302
    assert Mailbox.objects.count() == 3


def test_missing_mailboxes_stay_unless_somebody_says_otherwise_and_types_their_number(firma):
    desk = operator()
    preview = shown(desk, "address\nolena@firma.com.ua\n")
    assert "petro@firma.com.ua" in preview.content.decode()

    save(desk, preview)
    assert Mailbox.objects.count() == 2
    preview = shown(desk, "address\nolena@firma.com.ua\n")
    for typed in ("", "2", "x"):
        response = save(desk, preview, remove_missing="on", confirmed=typed)
        assert "confirmed" in response.context["form"].errors
    assert Mailbox.objects.count() == 2

    save(desk, preview, remove_missing="on", confirmed="1")
    assert Mailbox.objects.get().local_part == "olena"


def test_missing_domains_go_with_their_mailboxes_once_somebody_says_so_and_types_their_number(firma):
    desk = operator()
    build.domain("other.com.ua")
    preview = shown(desk, "domain;customer number\nother.com.ua;c1001\n")
    label = preview.context["form"].fields["remove_missing"].label
    assert label == "Also remove 1 domain that the file does not have; mailboxes that go with it: 2"

    response = save(desk, preview, remove_missing="on", confirmed="2")
    assert response.context["form"].errors == {"confirmed": ["Type the number of domains that will be removed."]}
    assert "More than a fifth of a customer’s domains" in response.content.decode()

    save(desk, preview, remove_missing="on", confirmed="1")
    assert Domain.objects.get().primary_name == "other.com.ua"
    assert not Mailbox.objects.exists()


@pytest.mark.parametrize("rows", ["domain;customer number\nother.com.ua;c1001\n", "address\nolena@firma.com.ua\n"])
def test_more_than_a_page_can_remove_is_left_to_the_command(firma, monkeypatch, rows):
    build.domain("other.com.ua")
    monkeypatch.setattr(importing, "MOST", 0)
    desk = operator()
    preview = shown(desk, rows)

    assert "remove_missing" not in preview.context["form"].fields
    assert "manage.py import --remove-missing" in preview.content.decode()
    save(desk, preview, remove_missing="on", confirmed="1")
    assert (Domain.objects.count(), Mailbox.objects.count()) == (2, 2)


@pytest.mark.parametrize(
    ("most", "warned"),
    [(2, ["Saving writes more than 2 rows"]), (3, ["Saving, with the removal, writes more than 3 rows"]), (4, [])],
)
def test_what_the_desk_could_not_take_back_is_told_before_it_is_saved(firma, monkeypatch, most, warned):
    monkeypatch.setattr(importing, "MOST", most)
    preview = shown(operator(), "address\nolena@firma.com.ua\n" + "".join(f"n{n}@firma.com.ua\n" for n in range(3)))

    warnings = preview.context["warnings"]
    assert [warning.split(". ")[0] for warning in warnings] == warned
    assert all("manage.py revert" in warning and warning in preview.content.decode() for warning in warnings)


def test_a_list_that_lacks_nothing_offers_no_removal(firma):
    preview = shown(operator(), "address\nolena@firma.com.ua\npetro@firma.com.ua\n")

    assert "remove_missing" not in preview.context["form"].fields


def test_the_customer_of_the_form_is_for_rows_that_name_none(firma):
    desk = operator()
    build.customer("c7")
    save(desk, shown(desk, "address\nnew@new.com.ua\n", customer="c7"))

    assert Domain.objects.get(names__name="new.com.ua").customer.ref == "c7"


def test_a_customer_that_is_not_here_yet_is_added_where_that_was_ticked(firma):
    desk = operator()
    save(desk, shown(desk, "address\nnew@new.com.ua\n", customer="c8", create_customers="on"))

    assert Domain.objects.get(names__name="new.com.ua").customer.ref == "c8"


def test_a_file_can_be_discarded(firma):
    desk = operator()
    preview = shown(desk, "address\nnew@firma.com.ua\n")

    assert save(desk, preview, discard="yes")["Location"] == IMPORT
    assert not PendingImport.objects.exists()
    assert desk.get(preview.wsgi_request.path)["Location"] == IMPORT


def test_a_preview_is_gone_after_half_an_hour(firma):
    desk = operator()
    path = shown(desk, "address\nnew@firma.com.ua\n").wsgi_request.path

    with time_machine.travel(timezone.now() + timedelta(minutes=31), tick=False):
        assert desk.get(path)["Location"] == IMPORT
        upload(Desk(build.operator("other")), "address\nnew@firma.com.ua\n")
        assert PendingImport.objects.get().user.username == "other"


def test_a_second_file_of_one_person_takes_the_place_of_the_first(firma):
    desk = operator()
    first = shown(desk, "address\nnew@firma.com.ua\n").wsgi_request.path
    shown(desk, "address\nnewer@firma.com.ua\n")

    gone = desk.get(first)
    assert "another file was chosen since" in desk.get(gone["Location"]).content.decode()
    assert PendingImport.objects.count() == 1


def test_the_report_holds_every_row_and_begins_no_formula(firma):
    desk = operator()
    build.domain("other.com.ua", mailboxes=["info", "x"])
    rows = "address;kind\n-x@firma.com.ua;\nolena@firma.com.ua;\nbad@firma.com.ua;what\nx@other.com.ua;\n"
    path = shown(desk, rows).wsgi_request.path

    response = desk.get(f"{path}report.csv")

    lines = response.getvalue().decode("utf-8-sig").splitlines()
    assert lines[0] == "Row;What happens;Name;Details"
    assert [line.split(";")[:3] for line in lines[1:]] == [
        ["4", "Bad rows", "bad@firma.com.ua"], ["2", "New", "'-x@firma.com.ua"],
        ["3", "Unchanged", "olena@firma.com.ua"], ["5", "Unchanged", "x@other.com.ua"],
        ["", "Not in the file", "info@other.com.ua"],
    ]  # fmt: skip
    assert "no-store" in response["Cache-Control"]


def test_two_hundred_rows_of_a_kind_are_shown_and_the_rest_is_counted(firma):
    lines = "".join(f"m{n}@firma.com.ua\n" for n in range(203))
    content = shown(operator(), f"address\n{lines}").content.decode()

    assert "m199@firma.com.ua" in content
    assert "m200@firma.com.ua" not in content
    assert "and 3 more rows, in the CSV" in content


@pytest.mark.parametrize(
    ("content", "values", "field"),
    [("a;b\n1;2\n", {}, "file"), ("address\n", {}, "file"), (b"PK\x03\x04", {}, "file"), (b"", {}, "file"),
     ("address\nolena\n", {}, "domain"), ("address\na@b.ua\n", {"customer": "c9"}, "customer"),
     ("address\na@b.ua\n", {"domain": "b"}, "domain"), ("address\na@b.ua\n", {"form": "what"}, "form"),
     (workbook([["address"], ["a@b.ua"]]), {"form": "directadmin"}, "file")],
)  # fmt: skip
def test_what_cannot_be_read_comes_back_beside_its_field(content, values, field):
    response = upload(operator(), content, **values)

    assert list(response.context["form"].errors) == [field]
    assert not PendingImport.objects.exists()


def test_two_hundred_thousand_rows_are_refused_with_the_most_there_may_be_and_nothing_is_lost(firma):
    response = upload(operator(), "address\n" + "".join(f"m{n}@firma.com.ua\n" for n in range(200_000)))

    assert "more than 20000 rows" in str(response.context["form"].errors["file"])
    assert not PendingImport.objects.exists()
    assert sorted(Mailbox.objects.values_list("local_part", flat=True)) == ["olena", "petro"]


def test_no_file_and_a_large_one_are_told(monkeypatch):
    desk = operator()
    assert "file" in desk.post(IMPORT, {}).context["form"].errors

    monkeypatch.setattr(importing, "AROUND", -(10 * 2**20) + 100)
    response = upload(desk, "address\n" + "x" * 1000)
    assert response.context["form"].errors["file"] == ["The file is larger than 10 MB. Divide it."]


def test_a_posted_file_needs_the_forms_token(firma):
    desk = Desk(build.operator())
    desk.handler.enforce_csrf_checks = True

    assert upload(desk, "address\nnew@firma.com.ua\n").status_code == 403
    assert not PendingImport.objects.exists()


def test_the_page_names_every_column_that_is_read(firma):
    content = operator().get(IMPORT).content.decode()

    for kind in ("Mailboxes: ", "Domains: "):
        (named,) = re.findall(f"<p>({kind}.*?)</p>", content)
        for column in ("customer number", "name", "e-mail", "phone", "brand", "mail server", "status", "IMAP", "POP3"):
            assert column in named


def test_the_lists_lead_to_import_and_export(firma):
    desk = operator()
    for kind in (DOMAIN, MAILBOX):
        content = desk.get(page(kind, "changelist")).content.decode()
        assert f'href="{IMPORT}"' in content
        assert f'action="{page(kind, "export")}"' in content
        assert IMPORT not in desk.get(page(kind, "changelist"), {"_popup": "1"}).content.decode()
