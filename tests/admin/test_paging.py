"""Lists of any length: every row is met once, and nothing is counted, scanned or sorted to show a page of it."""

import re
from itertools import chain

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import Brand, ChangeSet, Customer, Membership, User
from mailsettings.admin import paging
from mailsettings.models import Domain, Mailbox, MailServer
from tests import build
from tests.admin.desk import CUSTOMER, DOMAIN, LOG, MAILBOX, SERVER, USER, Desk, operator, page, person
from tests.admin.statements import read_whole, sorts_all, statements

pytestmark = pytest.mark.django_db


@pytest.fixture
def pages_of_two(monkeypatch):
    for desk in admin.site._registry.values():
        monkeypatch.setattr(type(desk), "list_per_page", 2)


def rows(count=7):
    brands = [build.brand("main", is_default=True), build.brand("other")]
    for n in range(count):
        server = build.server(f"server{n}")
        customer = build.customer(f"c{n}", brand=brands[n % 2], name=f"Фірма {n}")
        boxes = [
            {"local_part": f"info{n}", "name": "Олена", "status": ("active", "suspended")[n % 2],
             "kind": ("mailbox", "forwarder")[n % 3 == 0], "login": f"u{n}" if n % 2 else ""},
        ]  # fmt: skip
        build.domain(f"d{n}.example", customer=customer, server=server, logins="published", mailboxes=boxes)
        User.objects.create_user(f"user{n}")


def shown(response):
    assert response.status_code == 200
    return [str(row) for row in response.context["cl"].result_list]


def walk(desk, path, link):
    """The pages that one link after the other leads to."""
    pages = []
    while path:
        response = desk.get(path)
        pages.append(shown(response))
        onwards = getattr(response.context["cl"], link)
        last, path = path, path.partition("?")[0] + onwards if onwards else ""
        assert len(pages) < 100
    return pages, last


@pytest.mark.parametrize(
    ("kind", "model", "order"),
    [(CUSTOMER, Customer, "ref"), (DOMAIN, Domain, "-pk"), (LOG, ChangeSet, "-pk"), (MAILBOX, Mailbox, "-pk"),
     (SERVER, MailServer, "name"), (USER, User, "username")],
)  # fmt: skip
def test_every_row_is_met_once_forwards_and_on_the_same_pages_backwards(pages_of_two, kind, model, order):
    rows()
    desk = operator()
    expected = [str(row) for row in model.objects.order_by(order)]

    forwards, last = walk(desk, page(kind, "changelist"), "next_url")
    backwards, _first = walk(desk, last, "previous_url")

    assert [*chain(*forwards)] == expected
    assert [*chain(*reversed(backwards))] == expected


@pytest.mark.parametrize(
    ("query", "condition"),
    [
        ({"status__exact": "suspended"}, {"status": "suspended"}),
        ({"has_login__exact": "1"}, {"has_login": True}),
        ({"has_login__exact": "0", "status__exact": "active"}, {"has_login": False, "status": "active"}),
        ({"kind__exact": "forwarder", "status__exact": "suspended"}, {"kind": "forwarder", "status": "suspended"}),
        ({"q": "info"}, {"local_part__startswith": "info"}),
        ({"q": "олена", "status__exact": "active"}, {"status": "active"}),
    ],
)
def test_filters_and_searches_are_walked_like_whole_lists(pages_of_two, query, condition):
    rows(9)
    path = reverse("admin:mailsettings_mailbox_changelist", query=query)

    forwards, _last = walk(operator(), path, "next_url")

    assert [*chain(*forwards)] == [str(row) for row in Mailbox.objects.filter(**condition).order_by("-pk")]


def test_support_of_two_brands_walks_through_both(pages_of_two):
    rows()
    user = person("support", brand=Brand.objects.get(slug="main"))
    build.save(Membership(user=user, role="support", brand=Brand.objects.get(slug="other")))

    for kind, model, order in ((MAILBOX, Mailbox, "-pk"), (CUSTOMER, Customer, "ref")):
        forwards, _last = walk(Desk(user), page(kind, "changelist"), "next_url")
        assert [*chain(*forwards)] == [str(row) for row in model.objects.order_by(order)]


def test_a_row_that_arrives_in_the_meantime_moves_no_other(pages_of_two):
    rows(4)
    desk = operator()
    first = desk.get(page(DOMAIN, "changelist"))
    build.domain("new.example")

    second = desk.get(page(DOMAIN, "changelist") + first.context["cl"].next_url)

    assert shown(first) + shown(second) == [f"d{n}.example" for n in (3, 2, 1, 0)]


def test_a_page_after_a_row_that_is_gone_is_the_page_after_its_place(pages_of_two):
    rows(4)
    desk = operator()
    first = desk.get(page(DOMAIN, "changelist"))
    gone = first.context["cl"].result_list[-1]
    desk.post(page(DOMAIN, "delete", gone.pk), {"post": "yes"})

    assert shown(desk.get(page(DOMAIN, "changelist") + first.context["cl"].next_url)) == ["d1.example", "d0.example"]


def test_a_combination_of_filters_is_looked_through_piece_by_piece(pages_of_two, monkeypatch):
    monkeypatch.setattr(paging, "FIRST_RANGE", 1)
    monkeypatch.setattr(paging, "GROWTH", 1)
    monkeypatch.setattr(paging, "SECONDS", -1)
    rows(9)
    path = reverse(
        "admin:mailsettings_mailbox_changelist", query={"kind__exact": "forwarder", "status__exact": "active"}
    )
    desk = operator()
    first = desk.get(path)

    assert first.context["cl"].unfinished
    assert "Look further" in first.content.decode()
    forwards, last = walk(desk, path, "next_url")
    backwards, _first = walk(desk, last, "previous_url")
    expected = [str(row) for row in Mailbox.objects.filter(kind="forwarder", status="active").order_by("-pk")]
    assert [*chain(*forwards)] == expected
    assert [*chain(*reversed(backwards))] == expected


def test_a_list_says_how_many_there_are_up_to_a_number_worth_counting(pages_of_two, monkeypatch):
    rows(5)
    desk = operator()
    path = page(DOMAIN, "changelist")

    assert "Shown: 2 of 5" in desk.get(path).content.decode()
    monkeypatch.setattr(paging, "COUNTED", 3)
    assert "Shown: 2 of more than 3" in desk.get(path).content.decode()
    assert "In all: 1" in desk.get(path, {"q": "d1"}).content.decode()


def test_a_search_with_more_hits_than_a_list_holds_says_so(monkeypatch):
    rows(4)
    desk = operator()
    monkeypatch.setattr("mailsettings.admin.search.Search.__init__.__defaults__", (2,))

    response = desk.get(page(DOMAIN, "changelist"), {"q": "d"})

    assert len(shown(response)) == 2
    assert "More was found" in response.content.decode()


def test_the_mailboxes_of_one_domain_are_searched_whatever_others_are_called_alike(monkeypatch):
    monkeypatch.setattr("mailsettings.admin.search.Search.__init__.__defaults__", (1,))
    domain = build.domain("firma.example", mailboxes=["olena", {"local_part": "x", "name": "Олена"}, "petro"])
    build.domain("other.example", mailboxes=["olena"])
    desk = operator()

    for text, expected in (("olena", ["olena"]), ("олена", ["x"]), ("olena@firma.example", ["olena"])):
        found = shown(desk.get(page(MAILBOX, "changelist"), {"domain__id__exact": domain.pk, "q": text}))
        assert found == [f"{local_part}@firma.example" for local_part in expected], text


def test_support_lists_the_mailboxes_of_an_own_domain_and_none_of_a_foreign_one():
    rows(2)
    desk = Desk(person("support", brand=Brand.objects.get(slug="main")))
    own, foreign = Domain.objects.order_by("pk")
    path = page(MAILBOX, "changelist")

    assert shown(desk.get(path, {"domain__id__exact": own.pk})) == ["info0@d0.example"]
    for key in ("domain__id__exact", "domain__id"):
        assert "d1.example" not in desk.get(path, {key: foreign.pk}, follow=True).content.decode()
        assert "d1.example" not in desk.get(path, {"domain__id__exact": own.pk, key: foreign.pk}).content.decode()


def test_an_action_is_for_the_rows_that_were_ticked():
    rows(3)
    desk = operator()
    ticked = Mailbox.objects.first()

    response = desk.post(
        page(MAILBOX, "changelist"),
        {"action": "delete_selected", "_selected_action": [ticked.pk], "select_across": "1", "post": "yes"},
    )

    assert response.status_code == 302
    assert Mailbox.objects.count() == 2


def test_a_filter_offers_few_of_many_records_and_the_chosen_one():
    servers = [build.server(f"server{n:02}", endpoints=()) for n in range(40)]
    build.domain("firma.example", server=servers[39])
    desk = operator()

    content = desk.get(page(DOMAIN, "changelist"), {"server": servers[39].pk}).content.decode()

    assert "firma.example" in content
    assert f"?server={servers[39].pk}" in content
    assert len(set(re.findall(r"[?&;]server=(\d+)", content))) == 20
    assert "others: find one" in content


def test_the_change_log_is_filtered_by_time():
    rows(2)
    old = ChangeSet.objects.order_by("pk").first()
    ChangeSet.objects.filter(pk=old.pk).update(at=timezone.now() - timezone.timedelta(days=800))
    desk = operator()

    for since in ("day", "week", "month", "year"):
        listed = shown(desk.get(page(LOG, "changelist"), {"since": since}))
        assert str(old) not in listed
        assert len(listed) == ChangeSet.objects.count() - 1


def test_the_pages_of_a_change_set_hold_every_change_once(monkeypatch):
    monkeypatch.setattr("mailsettings.admin.history.PER_PAGE", 3)
    build.domain("firma.example", mailboxes=[f"m{n}" for n in range(8)])
    change_set = ChangeSet.objects.first()
    desk, path = operator(), page(LOG, "change", change_set.pk)
    names, after = [], ""
    while after is not None:
        part = desk.get(f"{path}?after={after}" if after else path).context["page"]
        names += [change.name for change in part.object_list]
        after = part.after

    assert names == [change.object_name for change in change_set.changes.order_by("pk")]


def test_a_change_set_keeps_what_it_is_about_and_how_much():
    domain = build.domain("firma.example", mailboxes=["a", "b"])
    operator().post(page(DOMAIN, "delete", domain.pk), {"post": "yes"})

    for change_set in ChangeSet.objects.order_by("-pk")[:2]:
        assert (change_set.first_record, change_set.number_of_changes) == ("firma.example", 4)


def test_a_history_holds_a_part_that_moved_to_another_record():
    first, second = build.domain("first.example", aliases=["moving.example"]), build.domain("second.example")
    name = first.names.get(name="moving.example")
    build.change(name, domain=second)
    desk = operator()

    for domain in (first, second):
        newest = desk.get(page(DOMAIN, "history", domain.pk)).context["page"].object_list[0]
        assert [change.name for change in newest.changes] == ["moving.example"]


# --- What the database does -------------------------------------------------------------------------------------------


def requests():
    domain, customer = Domain.objects.order_by("pk")[3], Customer.objects.order_by("pk")[3]
    key = domain.pk
    for kind, queries in {
        DOMAIN: [{"status__exact": "active"}, {"logins__exact": "private"}, {"mta_sts__exact": "off"}, {"q": "d"},
                 {"server": domain.server_id}, {"brand": Brand.objects.first().pk}, {"q": "фірма"},
                 {"customer__id__exact": customer.pk}, {"q": "imap.d1.example"}],
        MAILBOX: [{"status__exact": "suspended"}, {"kind__exact": "forwarder"}, {"has_login__exact": "1"},
                  {"brand": Brand.objects.first().pk}, {"domain__id__exact": key}, {"q": "info"}, {"q": "олена"},
                  {"q": "олена info"}, {"q": "info1@d1.example"}, {"q": "@d"}, {"q": "олена", "domain__id__exact": key},
                  {"status__exact": "suspended", "kind__exact": "forwarder"}],
        CUSTOMER: [{"brand": Brand.objects.first().pk}, {"language__exact": "en"}, {"q": "фірма"}, {"q": "044 123"}],
        LOG: [{"source__exact": "admin"}, {"since": "year"}, {"q": "d1"}, {"q": "t-1"}],
        USER: [{"is_staff__exact": "1"}, {"is_active__exact": "0"}, {"role": "operator"}, {"q": "user"}],
        SERVER: [{"q": "server1"}, {"q": "imap.d1.example"}],
    }.items():  # fmt: skip
        for query in ({}, {"after": key}, {"before": key}, *queries):
            yield f"{kind} {query}", reverse(f"admin:{kind}_changelist", query=query), None
    for field, model, term in (("domain", "mailbox", ""), ("domain", "mailbox", "d"), ("customer", "domain", "ф")):
        query = {"app_label": "mailsettings", "model_name": model, "field_name": field, "term": term}
        yield f"autocomplete {query}", reverse("admin:autocomplete"), query
    yield "history", page(DOMAIN, "history", key), None
    yield "change set", page(LOG, "change", ChangeSet.objects.first().pk), None
    for text in ("info1@d1.example", "d1.example", "imap.d1.example", "d", "олена", "+380 44 123 45 67", "c1", "немає",
                 "олена фірма", "info1@d1.example\n+380441234567 c1 http://d2.example", "клієнт c1, немає пошти",
                 "info-sales", "Пише Олена Фірма, немає пошти", "webmail.hoster.example",
                 "https://portal.example/uk/d/d1.example/#info1 @ d1.example"):  # fmt: skip
        yield f"find {text}", reverse("admin:find"), {"q": text}
    yield "index", reverse("admin:index"), None


@pytest.mark.parametrize("who", ["operator", "support", "support of two brands"])
def test_no_page_reads_or_sorts_a_large_table(who):
    rows(5)
    user = build.operator() if who == "operator" else person("support", brand=Brand.objects.get(slug="other"))
    if who == "support of two brands":
        build.save(Membership(user=user, role="support", brand=Brand.objects.get(slug="main")))
    desk = Desk(user)
    wrong = []
    for title, path, data in requests():
        if who != "operator" and (USER in title or "change set" in title):
            continue
        for sql in statements(desk, path, data):
            if tables := read_whole(sql):
                wrong.append((title, "reads all of", tables, sql))
            if sorts_all(sql) and who != "support of two brands":
                wrong.append((title, "sorts", sql))
            if "COUNT(" in sql and "LIMIT" not in sql:
                wrong.append((title, "counts", sql))
            if " OFFSET " in sql:
                wrong.append((title, "skips", sql))

    assert not wrong, "\n".join(map(str, wrong))


class TestAnyCursor(TestCase):
    def setUp(self):
        rows(2)
        self.desk = operator()

    @given(
        name=st.sampled_from(["after", "before", "p", "o", "e", "all"]),
        value=st.one_of(st.text(max_size=30), st.integers().map(str), st.sampled_from(["٣", "0", "-1", "9" * 30])),
    )
    def test_any_cursor_is_answered(self, name, value):
        for kind in (DOMAIN, CUSTOMER, LOG):
            assert self.desk.get(page(kind, "changelist"), {name: value}).status_code in (200, 302)
        assert self.desk.get(page(DOMAIN, "history", Domain.objects.first().pk), {name: value}).status_code == 200
