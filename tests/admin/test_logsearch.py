"""Finding change sets by what one knows of them."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import get_current_timezone, make_aware

from accounts.models import ChangeSet
from mailsettings.admin import logsearch, paging
from tests import build
from tests.admin.desk import CUSTOMER, LOG, OUTSIDERS, Desk, operator, outsider, page, person
from tests.admin.statements import read_whole, statements

pytestmark = pytest.mark.django_db


def find_page() -> str:
    return reverse("admin:accounts_changeset_find")


def numbers(desk, **values) -> list[int]:
    """The change sets that a search finds, newest first."""
    return [row.pk for row, _url, _records in desk.post(find_page(), values).context["rows"]]


def older_than(response) -> int | None:
    return response.context["found"].older


def newer_than(response) -> int | None:
    return response.context["found"].newer


@pytest.mark.parametrize("typed", ["olena@firma.com.ua", "OLENA@Firma.com.ua", "olena@firma"])
def test_a_mailbox_that_is_gone_is_found_by_its_address_or_the_beginning(typed):
    domain = build.domain(mailboxes=["olena"])
    change_set = build.remove(domain.mailboxes.get())

    assert change_set.pk in numbers(operator(), record=typed)


@pytest.mark.parametrize("typed", ["пошта.укр", "ПОШТА.укр", "xn--80a1acn3a.xn--j1amh", "https://пошта.укр/"])
def test_a_domain_is_found_in_any_spelling(typed):
    domain = build.domain("пошта.укр")
    change_set = build.change(domain, status="suspended")

    assert numbers(operator(), record=typed)[0] == change_set.pk


def test_a_domain_is_found_by_an_alias_too():
    domain = build.domain("firma.com.ua", aliases=["alias.com.ua"])
    change_set = build.change(domain, status="suspended")

    assert change_set.pk in numbers(operator(), record="alias.com.ua")


@pytest.mark.parametrize("typed", ["c1001", "C1001", "ТОВ «Ф", "тов «фірма"])
def test_a_customer_is_found_by_reference_or_name(typed):
    customer = build.customer("c1001", name="ТОВ «Фірма»")
    change_set = build.change(customer, name="тов «фірма» нова" if typed.startswith("тов") else "ТОВ «Фірма» нова")

    assert change_set.pk in numbers(operator(), record=typed)


def test_a_record_that_was_renamed_is_found_by_its_present_name():
    server = build.server("s1")
    first = ChangeSet.objects.get()
    build.change(server, name="s2")

    assert first.pk in numbers(operator(), record="s2")


def test_another_record_is_not_found():
    build.domain("firma.com.ua")
    other = build.change(build.domain("other.com.ua"), status="suspended")

    assert other.pk not in numbers(operator(), record="firma.com.ua")


@pytest.fixture
def written():
    """Three change sets that differ in everything."""
    customer = build.customer()
    made = []
    for n, (who, source, ticket, reason) in enumerate(
        [
            ("anna", "admin", "T-1", "Новий телефон"),
            ("boris", "directory", "t-2", "moved away"),
            ("anna", "admin", "", ""),
        ]
    ):
        actor = build.User.objects.filter(username=who).first() or build.operator(who)
        about = ChangeSet(source=source, actor=actor, ticket=ticket, reason=reason)
        made.append(build.change(customer, about, phone=str(n)))
    return made


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"ticket": "T-1"}, [0]),
        ({"ticket": "T-2"}, [1]),
        ({"reason": "телефон"}, [0]),
        ({"reason": "НОВИЙ телефон"}, [0]),
        ({"reason": "away moved"}, [1]),
        ({"reason": "телефон away"}, []),
        ({"source": "directory"}, [1]),
        ({"actor": "anna"}, [2, 0]),
        ({"actor": "anna", "ticket": "T-1", "record": "c1001"}, [0]),
        ({"actor": "boris", "ticket": "T-1"}, []),
    ],
    ids=str,
)
def test_every_field_narrows(written, values, expected):
    if "actor" in values:
        values = values | {"actor": build.User.objects.get(username=values["actor"]).pk}

    assert numbers(operator(), **values) == [written[n].pk for n in expected]


def test_a_day_holds_everything_from_midnight_to_midnight(written):
    day = datetime(2026, 3, 14, tzinfo=get_current_timezone()).date()
    midnight = make_aware(datetime(2026, 3, 14))
    for change_set, at in zip(
        written, (midnight - timedelta(seconds=1), midnight, midnight + timedelta(hours=23, minutes=59)), strict=True
    ):
        ChangeSet.objects.filter(pk=change_set.pk).update(at=at)

    found = numbers(operator(), since=day.isoformat(), until=day.isoformat())

    assert found == [written[2].pk, written[1].pk]


def test_a_last_day_before_the_first_is_refused_beside_its_field(written):
    response = operator().post(find_page(), {"since": "2026-03-14", "until": "2026-03-13"})

    assert "before the first day" in response.context["log_search"].errors["until"][0]


def test_an_empty_search_says_what_to_do():
    response = operator().post(find_page(), {})

    assert "Fill in at least one field." in response.content.decode()


def test_nothing_found_says_what_to_do():
    assert "type the beginning of a name only" in operator().post(find_page(), {"ticket": "none"}).content.decode()


def test_older_ones_come_page_by_page():
    customer = build.customer()
    desk = operator()
    for n in range(55):
        build.change(customer, phone=str(n))
    first = desk.post(find_page(), {"record": "c1001"})

    second = numbers(desk, record="c1001", before=older_than(first))

    assert len(first.context["rows"]) == 50
    assert len(second) == 6
    assert max(second) < older_than(first)


@pytest.fixture
def pages_of_two(monkeypatch):
    """Five change sets of one customer, of which a page shows two."""
    monkeypatch.setattr(logsearch, "PER_PAGE", 2)
    customer = build.customer()
    for n in range(4):
        build.change(customer, phone=str(n))


def test_newer_ones_come_page_by_page_as_they_were_shown_before(pages_of_two):
    desk = operator()
    pages = [desk.post(find_page(), {"record": "c1001"})]
    while (older := older_than(pages[-1])) is not None:
        pages.append(desk.post(find_page(), {"record": "c1001", "before": older}))
    shown = [[row.pk for row, *_ in page.context["rows"]] for page in pages]

    back = [pages[-1]]
    while (newer := newer_than(back[-1])) is not None:
        back.append(desk.post(find_page(), {"record": "c1001", "after": newer}))

    assert [len(rows) for rows in shown] == [2, 2, 1]
    assert [[row.pk for row, *_ in page.context["rows"]] for page in reversed(back)] == shown
    assert newer_than(pages[0]) is None


def test_the_newest_page_offers_nothing_newer_and_the_oldest_nothing_older(pages_of_two):
    desk = operator()
    first = desk.post(find_page(), {"record": "c1001"})
    second = desk.post(find_page(), {"record": "c1001", "before": older_than(first)})
    last = desk.post(find_page(), {"record": "c1001", "before": older_than(second)})

    def offered(response):
        text = response.content.decode()
        return ('name="after"' in text.split("submit-row")[-1], 'name="before"' in text.split("submit-row")[-1])

    assert [offered(response) for response in (first, second, last)] == [(False, True), (True, True), (True, False)]
    assert ">Newer</button>" in second.content.decode()


@pytest.mark.parametrize("place", ["before", "after"])
def test_a_page_with_nothing_left_leads_back_to_where_it_was_reached_from(pages_of_two, place):
    key = {"before": ChangeSet.objects.earliest("pk").pk, "after": ChangeSet.objects.latest("pk").pk}[place]
    desk = operator()
    empty = desk.post(find_page(), {"record": "c1001", place: key})

    back = {"after": newer_than(empty)} if place == "before" else {"before": older_than(empty)}

    assert empty.context["rows"] == []
    assert key in numbers(desk, record="c1001", **back)


def test_where_a_page_begins_is_no_search_by_itself():
    desk = operator()

    for place in ("before", "after"):
        assert "Fill in at least one field." in desk.post(find_page(), {place: "7"}).content.decode()


def test_the_list_of_the_log_posts_its_search_and_takes_nothing_into_the_address():
    content = operator().get(page(LOG, "changelist")).content.decode()

    assert f'method="post" action="{find_page()}"' in content
    assert 'id="changelist-search"' not in content


@pytest.mark.parametrize(
    "values",
    [
        {"record": "\0"},
        {"record": "@"}, {"record": "%_'\"\\"}, {"record": "x" * 400}, {"ticket": "x", "before": "9" * 30},
        {"ticket": "x", "after": "-1"}, {"ticket": "x", "after": str(2**63 - 1)},
        {"ticket": "x", "after": "1", "before": "1"},
        {"since": "yesterday"}, {"source": "none"}, {"actor": "0"}, {"since": "0001-01-01", "until": "9999-12-31"},
    ],
    ids=lambda values: str(values)[:30],
)  # fmt: skip
def test_a_search_that_no_page_sends_breaks_nothing(values):
    assert operator().post(find_page(), values).status_code == 200


def test_support_finds_its_own_change_sets_only():
    brand = build.brand("aaa")
    customer = build.customer(brand=brand)
    desk = Desk(person("support", brand=brand))
    desk.submit(page(CUSTOMER, "change", customer.pk), phone="1")
    own = ChangeSet.objects.first()
    build.change(customer, phone="2")

    assert numbers(desk, record="c1001") == [own.pk]


def test_support_is_not_asked_who_and_learns_no_names():
    build.operator("somebody")
    content = Desk(person("support", brand=build.brand())).get(find_page()).content.decode()

    assert 'name="actor"' not in content
    assert "somebody" not in content


@pytest.mark.parametrize("who", OUTSIDERS)
def test_outsiders_search_nothing(who):
    assert outsider(who).post(find_page(), {"record": "firma"})["Location"].startswith("/admin/login/")


def test_a_reseller_finds_its_own_change_sets_only():
    brand = build.brand("aaa")
    customer = build.customer(brand=brand)
    desk = Desk(person("reseller", brand=brand))
    build.change(customer, phone="1")
    desk.submit(page(CUSTOMER, "change", customer.pk), phone="2")

    assert numbers(desk, record="c1001") == [ChangeSet.objects.first().pk]


def test_a_record_is_found_by_changes_of_its_parts():
    domain = build.domain("firma.com.ua", aliases=["alias.com.ua"])
    change_set = build.remove(domain.names.get(is_primary=False))

    assert numbers(operator(), record="firma.com.ua")[0] == change_set.pk


def test_conditions_that_many_change_sets_meet_are_looked_through_piece_by_piece(written, monkeypatch):
    monkeypatch.setattr(paging, "FIRST_RANGE", 1)
    monkeypatch.setattr(paging, "GROWTH", 1)
    monkeypatch.setattr(paging, "SECONDS", -1)
    monkeypatch.setattr(logsearch, "READ", 0)
    desk, found, before = operator(), [], ""
    while before is not None:
        response = desk.post(find_page(), {"reason": "away", "source": "directory", "before": before})
        found += [row.pk for row, _url, _records in response.context["rows"]]
        assert older_than(response) is None or "Look further" in response.content.decode()
        before = older_than(response)

    assert found == [written[1].pk]


def test_looking_further_leads_upwards_too(written, monkeypatch):
    monkeypatch.setattr(paging, "FIRST_RANGE", 1)
    monkeypatch.setattr(paging, "GROWTH", 1)
    monkeypatch.setattr(paging, "SECONDS", -1)
    monkeypatch.setattr(logsearch, "READ", 0)
    desk, found, after = operator(), [], 0
    while after is not None:
        response = desk.post(find_page(), {"reason": "away", "source": "directory", "after": after})
        found += [row.pk for row, _url, _records in response.context["rows"]]
        assert newer_than(response) is None or "Look further" in response.content.decode()
        after = newer_than(response)

    assert found == [written[1].pk]


def test_a_name_that_too_many_records_begin_with_is_said_to_be_too_short(monkeypatch):
    monkeypatch.setattr(logsearch, "READ", 1)
    build.domain(mailboxes=["olena1", "olena2", "olena3"])

    content = operator().post(find_page(), {"record": "olena"}).content.decode()

    assert "More was found than is listed here." in content


@pytest.mark.parametrize(
    "values",
    [{"record": "d1.example"}, {"record": "info1@d1.example"}, {"record": "d"}, {"ticket": "T-1"}, {"source": "admin"},
     {"reason": "телефон"}, {"since": "2026-01-01", "until": "2026-12-31"}, {"source": "admin", "reason": "away"}],
    ids=str,
)  # fmt: skip
@pytest.mark.parametrize("place", [{}, {"before": 5}, {"after": 1}], ids=str)
def test_no_search_of_the_log_reads_or_counts_a_large_table(written, values, place):
    build.domain("d1.example", mailboxes=["info1"])

    for sql in statements(operator(), find_page(), values | place):
        assert not read_whole(sql), sql
        assert "COUNT(" not in sql
        assert " OFFSET " not in sql


# --- What a change set shows ------------------------------------------------------------------------------------------


def test_what_was_is_struck_and_what_is_stands_plain_with_a_link_to_the_record():
    domain = build.domain()
    other = build.server("s2")
    change_set = build.change(domain, server=other)

    content = operator().get(page(LOG, "change", change_set.pk)).content.decode()

    server_page = page("mailsettings_mailserver", "change", other.pk)
    assert f'<td class="after"><a href="{server_page}">s2</a>' in content
    assert content.count("<del>") == 1


def test_a_long_value_is_folded():
    server = build.server()
    change_set = build.change(server, dns_dkim=[{"selector": "mail", "record": "v=DKIM1; k=rsa; p=" + "M" * 300}])

    content = operator().get(page(LOG, "change", change_set.pk)).content.decode()

    assert '<details class="long-value">' in content
