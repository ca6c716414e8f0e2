"""Where the mail of a file's new domains goes, asked on request and shown in the preview before anything is saved."""

import time

import dns.rcode
import pytest

from mailsettings import imports, mx
from mailsettings.confirmation import expected, findings
from mailsettings.imports import checking, listing
from mailsettings.models import Domain, PendingImport
from mailsettings.mx import Answer, Outcome, State
from tests import build
from tests.admin.desk import Desk, operator, person
from tests.dns_server import SILENT, serving
from tests.imports.desk import IMPORT, save, shown, upload
from tests.imports.files import answer, preview, said

pytestmark = pytest.mark.django_db
RECORDS = {
    "here.com.ua": ["10 mx1.hoster.example."],
    "google.com.ua": ["1 aspmx.l.google.com."],
    "branded.com.ua": ["10 mail.ours.example."],
    "partly.com.ua": ["10 mx1.hoster.example.", "20 mx.other.example."],
    "second.com.ua": ["20 mx1.hoster.example.", "5 mx.other.example."],
    "none.com.ua": [],
    "null.com.ua": ["0 ."],
    "nowhere.com.ua": dns.rcode.NXDOMAIN,
    "broken.com.ua": dns.rcode.SERVFAIL,
}
ROWS = "domain;customer number\n" + "".join(f"{name};c1\n" for name in [*RECORDS, "stored.com.ua"])


@pytest.fixture
def asked(settings):
    with serving(RECORDS) as (server, address):
        settings.DNS_SERVERS = [address]
        yield server.asked


@pytest.fixture
def stored():
    """A customer of a brand with a host, a server that is the default, and a domain that is here already."""
    brand = build.brand("ours", hosts=["mail.ours.example"])
    server = build.server(mx=["mx1.hoster.example"], is_default=True)
    return build.domain("stored.com.ua", customer=build.customer("c1", brand=brand), server=server)


def check(desk, previewed):
    path = previewed.wsgi_request.path
    assert desk.post(path, {"check_mx": "1"})["Location"] == path
    return desk.get(path)


def told(response):
    return {line.name: " ".join(line.about()) for line in response.context["found"].lines}


def test_a_preview_asks_nobody_by_itself(stored, asked):
    response = shown(operator(), ROWS)

    assert asked == []
    assert "was not checked" in response.context["mx"]
    assert b'name="check_mx"' in response.content


def test_a_press_says_of_each_new_domain_where_its_mail_goes(stored, asked):
    desk = operator()

    response = check(desk, shown(desk, ROWS))

    words = told(response)
    assert "MX" not in words["here.com.ua"]
    assert "MX" not in words["branded.com.ua"]
    assert "does not point at its server: aspmx.l.google.com (Google)" in words["google.com.ua"]
    assert "points only partly at its server, and also at mx.other.example" in words["partly.com.ua"]
    assert "Senders try this server first." in words["partly.com.ua"]
    assert "Senders try the other server first" in words["second.com.ua"]
    assert "It has no MX record." in words["none.com.ua"]
    assert "accepts no mail" in words["null.com.ua"]
    assert "does not exist in the DNS" in words["nowhere.com.ua"]
    assert not any("—" in said for said in words.values())
    assert "The DNS did not answer about its MX." in words["broken.com.ua"]
    assert "6 rows are about domains whose MX" in response.context["mx"]
    assert set(asked) == set(RECORDS)
    assert Domain.objects.count() == 1


def test_a_domain_that_is_stored_already_is_not_asked_about(stored, asked):
    desk = operator()

    response = check(desk, shown(desk, "domain\nstored.com.ua\n"))

    assert asked == []
    assert b'name="check_mx"' not in response.content


def test_a_list_of_mailboxes_tells_it_of_each_row_of_a_new_domain(stored, asked):
    desk = operator()
    rows = "address;customer number\na@google.com.ua;c1\nb@google.com.ua;c1\n"

    words = told(check(desk, shown(desk, rows)))

    assert all("(Google)" in said for said in words.values())
    assert asked == ["google.com.ua"]


def test_what_there_was_no_time_for_is_told_and_asked_at_the_next_press(stored, asked, monkeypatch):
    monkeypatch.setattr(checking, "MOST", 2)
    desk = operator()

    first = check(desk, shown(desk, ROWS))
    names = list(told(first))
    assert len(asked) == 2
    assert told(first)[names[-2]].endswith("Its MX was not checked.")
    assert "7 new domains were not checked." in first.context["mx"]

    last = first
    for _press in range(4):
        last = check(desk, last)

    assert sorted(asked) == sorted(RECORDS)
    assert "not checked" not in last.context["mx"]
    assert b'name="check_mx"' not in last.content


def test_no_more_than_fifty_domains_are_asked_about_at_once(monkeypatch):
    monkeypatch.setattr(mx, "mx_of", lambda name: Answer(name, State.NONE))

    assert len(imports.check_mx([f"d{number}.com.ua" for number in range(60)])) == 50


def test_a_dns_that_is_silent_takes_no_longer_than_the_time_there_is(settings, monkeypatch):
    monkeypatch.setattr(checking, "SECONDS", 0.3)
    monkeypatch.setattr(mx, "SECONDS", 0.2)
    names = [f"d{number}.com.ua" for number in range(40)]
    with serving(dict.fromkeys(names, SILENT)) as (_server, address):
        settings.DNS_SERVERS = [address]
        begun = time.monotonic()
        found = imports.check_mx(names)

    assert time.monotonic() - begun < 1.5
    assert {answer.state for answer in found.values()} <= {State.NO_ANSWER}
    assert len(found) < 40


def test_the_report_says_it_too(stored, asked):
    desk = operator()
    path = check(desk, shown(desk, ROWS)).wsgi_request.path

    report = desk.get(f"{path}report.csv").getvalue().decode("utf-8-sig")

    assert "aspmx.l.google.com (Google)" in report


def test_a_checked_list_is_saved_as_it_was_shown(stored, asked):
    desk = operator()
    previewed = shown(desk, ROWS)
    check(desk, previewed)

    assert save(desk, previewed).status_code == 302
    assert Domain.objects.count() == 10


def test_the_preview_and_the_confirmation_judge_alike(stored, asked):
    desk = operator()
    lines = check(desk, shown(desk, ROWS)).context["found"].lines

    judged = {finding.answer.name: finding for finding in findings(list(RECORDS), expected(stored))}

    assert {line.name for line in lines if not (line.foreign_mx or line.mx_unknown)} - {"stored.com.ua"} == {
        name for name, finding in judged.items() if finding.outcome is Outcome.HERE
    }


def test_a_server_without_mx_names_leaves_nothing_to_ask():
    build.server(is_default=True)
    build.customer("c1")

    assert preview("domain;customer number\nnew.com.ua;c1\n").mx_unasked == []


def test_bad_rows_are_not_asked_about(stored):
    found = preview("domain;customer number;status\nbad.com.ua;c1;what\nnew.com.ua;nobody;\n")

    assert found.mx_unasked == []


def test_answers_about_some_domains_leave_the_others_unchecked(stored):
    found = preview(ROWS, mx={"google.com.ua": answer("google.com.ua", "mx.elsewhere.example")})

    assert "elsewhere.example" in said(found, 3)
    assert "8 new domains were not checked." in listing.mx(found)


def test_whoever_presses_too_often_waits(stored, asked, monkeypatch):
    monkeypatch.setattr("mailsettings.admin.importing.MOST_CHECKS_IN_AN_HOUR", 0)
    desk = operator()

    response = check(desk, shown(desk, ROWS))

    assert "too often" in response.content.decode()
    assert asked == []


def test_nobody_checks_the_file_of_somebody_else(stored, asked):
    path = upload(operator(), ROWS)["Location"]

    assert Desk(build.operator("other")).post(path, {"check_mx": "1"})["Location"] == IMPORT
    assert asked == []
    assert "mx" not in PendingImport.objects.get().options or not PendingImport.objects.get().options["mx"]


def test_an_outsider_is_asked_to_sign_in(stored, asked):
    path = upload(operator(), ROWS)["Location"]
    customer = person("customer", customer=stored.customer)

    for user in (None, customer):
        assert Desk(user).post(path, {"check_mx": "1"})["Location"].startswith("/admin/login/")
    assert asked == []
