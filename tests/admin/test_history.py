import pytest

from accounts.models import ChangeSet
from mailsettings.models import ServiceEndpoint
from tests import build
from tests.admin.desk import BRAND, CUSTOMER, DOMAIN, LOG, MAILBOX, SERVER, Desk, operator, page, person

pytestmark = pytest.mark.django_db


def lines(response):
    """Every line of a history page: kind of record, field, before, after."""
    return [
        (change.kind, line.label, line.before.text, line.after.text)
        for entry in response.context["page"].object_list
        for change in entry.changes
        for line in change.lines
    ]


def test_a_history_shows_fields_before_and_after_in_words():
    domain = build.domain()
    desk = operator()
    desk.submit(page(DOMAIN, "change", domain.pk), status="suspended", reason="unpaid", ticket="T-3")

    response = desk.get(page(DOMAIN, "history", domain.pk))

    assert lines(response)[0] == ("domain", "Status", "active", "suspended")
    content = response.content.decode()
    assert "unpaid" in content
    assert "T-3" in content


def test_a_history_holds_the_parts_also_the_removed_ones():
    domain = build.domain(endpoints=[("smtp", "out.firma.com.ua", 2525, "starttls")])
    desk = operator()
    desk.submit(page(DOMAIN, "change", domain.pk), **{"endpoints-0-port": 2526})
    desk.submit(page(DOMAIN, "change", domain.pk), **{"endpoints-0-DELETE": "on"})
    assert not ServiceEndpoint.objects.filter(domain=domain).exists()

    found = lines(desk.get(page(DOMAIN, "history", domain.pk)))

    assert ("service endpoint", "Port", "2526", "—") in found


def test_the_histories_of_two_domains_do_not_mix():
    domains = [build.domain("firma.com.ua"), build.domain("other.com.ua")]

    told = [operator().get(page(DOMAIN, "history", domain.pk)).content.decode() for domain in domains]

    assert ["firma.com.ua" in content for content in told] == [True, False]
    assert ["other.com.ua" in content for content in told] == [False, True]


def test_a_pointer_to_another_record_is_shown_by_its_name():
    domain = build.domain()
    desk = operator()
    desk.submit(page(DOMAIN, "change", domain.pk), server=build.server("s2").pk)

    assert lines(desk.get(page(DOMAIN, "history", domain.pk)))[0] == ("domain", "Mail server", "s1", "s2")


def test_a_list_is_shown_line_by_line():
    server = build.server()
    desk = operator()
    desk.submit(page(SERVER, "change", server.pk), mx="mx1.hoster.example\nmx2.hoster.example", reason="new")

    (line, *_rest) = lines(desk.get(page(SERVER, "history", server.pk)))

    assert line == ("mail server", "MX names", "—", "mx1.hoster.example\nmx2.hoster.example")


def test_a_history_comes_in_pages():
    brand = build.brand()
    desk = operator()
    for n in range(55):
        desk.submit(page(BRAND, "change", brand.pk), name=f"name {n}")

    first = desk.get(page(BRAND, "history", brand.pk))
    second = desk.get(page(BRAND, "history", brand.pk), {"after": first.context["page"].after})

    assert len(lines(first)) == 50
    assert ("brand", "Name", "AVA", "name 0") in lines(second)


def test_a_change_set_page_shows_who_why_and_every_row():
    build.domain("firma.com.ua", aliases=["фірма.укр"], mailboxes=["olena"])
    change_set = ChangeSet.objects.first()

    response = operator().get(page(LOG, "change", change_set.pk))

    assert [change.name for change in response.context["page"].object_list] == [
        "firma.com.ua", "firma.com.ua", "фірма.укр", "olena@firma.com.ua",
    ]  # fmt: skip


def test_an_added_row_links_to_where_it_is_and_a_removed_one_does_not():
    domain = build.domain(mailboxes=["olena"])
    mailbox = domain.mailboxes.get()
    desk = operator()
    desk.post(page(MAILBOX, "delete", mailbox.pk), {"post": "yes"})
    added = ChangeSet.objects.filter(changes__model="mailsettings.domain").first()
    removed = ChangeSet.objects.first()

    assert page(DOMAIN, "change", domain.pk) in desk.get(page(LOG, "change", added.pk)).content.decode()
    assert page(MAILBOX, "change", mailbox.pk) not in desk.get(page(LOG, "change", removed.pk)).content.decode()


@pytest.mark.parametrize("view", ["add", "delete"])
def test_nobody_adds_to_the_log_or_removes_from_it(view):
    build.domain()
    args = [ChangeSet.objects.first().pk] if view == "delete" else []

    desk = operator()

    assert desk.get(page(LOG, view, *args)).status_code == 403
    assert desk.post(page(LOG, view, *args), {"post": "yes"}).status_code == 403


def test_nobody_changes_the_log():
    build.domain()

    assert operator().post(page(LOG, "change", ChangeSet.objects.first().pk), {"reason": "x"}).status_code == 403


@pytest.fixture
def two_brands():
    """Support of two brands, with a customer of each."""
    ours, theirs = build.brand("ours", is_default=True), build.brand("theirs")
    return [
        (Desk(person("support", username=brand.slug, brand=brand)), build.customer(brand.slug, brand=brand))
        for brand in (ours, theirs)
    ]


def told(desk, kind, record):
    return desk.get(page(kind, "history", record.pk)).content.decode().replace("<wbr>", "")


def test_what_came_from_another_brand_shows_nothing_of_its_time_there(two_brands):
    (_desk, former), (desk, present) = two_brands
    domain = build.domain(customer=former, mailboxes=["olena"])
    box = domain.mailboxes.get()
    for record, name in ((domain, "status"), (box, "status")):
        operator().submit(page(DOMAIN if record is domain else MAILBOX, "change", record.pk),
                          **{name: "suspended", "reason": "не платить з літа"})  # fmt: skip
    build.change(domain, customer=present)
    build.change(box, recovery="new@present.example")

    assert "не платить з літа" not in told(desk, DOMAIN, domain) + told(desk, MAILBOX, box)
    assert "new@present.example" in told(desk, MAILBOX, box)
    assert "не платить з літа" in told(operator(), DOMAIN, domain)


def test_a_customer_who_changes_the_brand_leaves_the_history_behind(two_brands):
    (_desk, former), (desk, present) = two_brands
    domain = build.domain(customer=former)
    operator().submit(page(DOMAIN, "change", domain.pk), status="suspended", reason="не платить з літа")
    build.change(former, brand=present.brand)

    assert "не платить з літа" not in told(desk, DOMAIN, domain) + told(desk, CUSTOMER, former)


def test_what_moves_within_a_brand_keeps_its_history(two_brands):
    (desk, former), _theirs = two_brands
    domain = build.domain(customer=former)
    operator().submit(page(DOMAIN, "change", domain.pk), status="suspended", reason="не платить з літа")
    build.change(domain, customer=build.customer("other", brand=former.brand))

    assert "не платить з літа" in told(desk, DOMAIN, domain)
