import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import ChangeSet, Membership, User
from mailsettings import feedback
from mailsettings.guides import guides
from mailsettings.models import MailServer
from tests import build
from tests.admin.desk import ANSWER, BRAND, CUSTOMER, DOMAIN, LOG, MAILBOX, SERVER, USER, operator, page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_time_passes")]


def rows(count, start=0):
    for n in range(start, count):
        brand = build.brand(f"brand{n}", hosts=[f"mail{n}.hoster.example"])
        server = build.server(f"server{n}", brand=brand)
        customer = build.customer(f"c{n}", brand=brand)
        build.domain(f"d{n}.com.ua", aliases=[f"d{n}.ua"], customer=customer, server=server, mailboxes=["info"])
        user = User.objects.create_user(f"user{n}")
        build.save(Membership(user=user, role="support", brand=brand), actor=user)
        feedback.count("iphone", guides()["iphone"].checked, "no", f"step-{n}")


def queries(ask, path, **query):
    # The first request fills what a process remembers for good, such as content types.
    ask(path, query)
    build.cold()
    with CaptureQueriesContext(connection) as captured:
        assert ask(path, query).status_code == 200
    return len(captured)


@pytest.mark.parametrize("kind", [ANSWER, BRAND, CUSTOMER, DOMAIN, LOG, MAILBOX, SERVER, USER])
def test_a_list_of_fifty_costs_what_a_list_of_five_costs(kind):
    desk = operator()
    rows(5)
    few = queries(desk.get, page(kind, "changelist"))
    rows(50, start=5)

    assert queries(desk.get, page(kind, "changelist")) == few
    assert few <= 12


def test_a_list_shows_fifty_rows():
    rows(51)

    assert len(operator().get(page(DOMAIN, "changelist")).context["cl"].result_list) == 50


def test_an_autocomplete_of_twenty_costs_what_one_of_five_costs():
    desk = operator()
    path = reverse("admin:autocomplete")
    query = {"app_label": "mailsettings", "model_name": "mailbox", "field_name": "domain", "term": ""}
    rows(5)
    few = queries(desk.post, path, **query)
    rows(20, start=5)

    assert queries(desk.post, path, **query) == few


def test_the_start_page_costs_the_same_with_any_history():
    desk = operator()
    rows(1)
    few = queries(desk.get, reverse("admin:index"))
    rows(20, start=1)

    assert queries(desk.get, reverse("admin:index")) == few


def test_a_domain_page_costs_the_same_with_any_number_of_mailboxes():
    desk = operator()
    domain = build.domain(mailboxes=["a"])
    few = queries(desk.get, page(DOMAIN, "change", domain.pk))
    build.domain("other.com.ua", mailboxes=[f"m{n}" for n in range(50)])

    assert queries(desk.get, page(DOMAIN, "change", domain.pk)) == few


@pytest.fixture
def records():
    server = build.server(
        "Київ", endpoints=[("imap", "mail.hoster.example", 993, "tls")],
        mx=["mx1.hoster.example"], discovery_names=["autoconfig.hoster.example"],
    )  # fmt: skip
    customer = build.customer("c1001", name="ТОВ «Фірма»", email="office@firma.com.ua", phone="+380 50 123 45 67")
    build.domain(
        "firma.com.ua", aliases=["фірма.укр"], customer=customer, server=server,
        mailboxes=["olena", {"local_part": "petro", "name": "Петро Коваленко"}],
    )  # fmt: skip
    other = build.customer("c2002", name="Інша")
    build.domain("other.com.ua", customer=other, server=build.server("other", endpoints=()), mailboxes=["olena"])


def found(kind, text):
    return [str(row) for row in operator().get(page(kind, "changelist"), {"q": text}).context["cl"].result_list]


@pytest.mark.parametrize(
    "text",
    ["firma.com.ua", "FIRMA.com.ua.", "firm", "фірма.укр", "ФІРМА.УКР", "фірма", "xn--80axlp4g", "imap.firma.com.ua",
     "olena@firma.com.ua", "https://firma.com.ua/mail", "тов", "office@", "c1001", "123 45"],
)  # fmt: skip
def test_a_domain_is_found_by_any_spelling_and_by_its_customer(records, text):
    assert found(DOMAIN, text) == ["firma.com.ua"]


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("olena@firma.com.ua", ["olena@firma.com.ua"]),
        ("OLENA@Фірма.укр", ["olena@firma.com.ua"]),
        ("olena@", ["olena@other.com.ua", "olena@firma.com.ua"]),
        ("ole", ["olena@other.com.ua", "olena@firma.com.ua"]),
        ("@firma.com.ua", ["petro@firma.com.ua", "olena@firma.com.ua"]),
        ("firma", ["petro@firma.com.ua", "olena@firma.com.ua"]),
        ("КОВАЛЕНКО", ["petro@firma.com.ua"]),
        ("коваленко петро", ["petro@firma.com.ua"]),
        ("olena@nowhere.com.ua", []),
        ("olena@..", []),
    ],
)
def test_mailboxes_are_found_by_address_and_by_name(records, text, addresses):
    assert found(MAILBOX, text) == addresses


@pytest.mark.parametrize("text", ["c1001", "фірма", "OFFICE@firma.com.ua", "123 45", "firma.com.ua", "фірма.укр"])
def test_a_customer_is_found_by_contact_and_by_domain(records, text):
    assert found(CUSTOMER, text) == ["ТОВ «Фірма» (c1001)"]


@pytest.mark.parametrize("text", ["київ", "КИЇВ", "mail.hoster", "mx1.hoster.example", "autoconfig.hoster.example"])
def test_a_server_is_found_by_name_and_by_any_of_its_host_names(records, text):
    assert found(SERVER, text) == ["Київ"]


@pytest.mark.parametrize("text", ["t-77", "ПЕРЕНЕСЕННЯ", "d.com.ua"])
def test_a_change_set_is_found_by_ticket_reason_and_record(text):
    build.domain("d.com.ua")
    build.save(MailServer(name="s9"), ticket="T-77", reason="Перенесення")
    expected = ChangeSet.objects.first() if text != "d.com.ua" else ChangeSet.objects.order_by("-id")[1]

    assert found(LOG, text) == [str(expected)]


@pytest.mark.parametrize("text", ["%", "_", "'", "\\", "\x00", "@", "@@", "a" * 400, "{domain}", "..", "٣"])
def test_hostile_search_terms_break_nothing(records, text):
    desk = operator()
    for kind in (BRAND, CUSTOMER, DOMAIN, LOG, MAILBOX, SERVER, USER):
        assert desk.get(page(kind, "changelist"), {"q": text}).status_code == 200
    assert desk.post(reverse("admin:find"), {"q": text}).status_code in (200, 302)


def test_one_search_finds_every_kind(records):
    groups = operator().post(reverse("admin:find"), {"q": "firma"}).context["groups"]

    assert [len(group["rows"]) for group in groups] == [1, 2, 1]


def test_whoever_types_a_customers_whole_number_finds_the_customer_first(records):
    desk = operator()

    def kinds(text):
        return [str(group["title"]) for group in desk.post(reverse("admin:find"), {"q": text}).context["groups"]]

    assert kinds("c1001") == kinds("C1001") == ["customers", "domains"]
    assert kinds("c10") == ["domains", "customers"]


def test_one_hit_alone_is_shown_at_once(records):
    response = operator().post(reverse("admin:find"), {"q": "Коваленко"})

    assert response.status_code == 302
    assert "/mailbox/" in response["Location"]


def test_a_search_reads_no_address_from_the_query(records):
    response = operator().get(reverse("admin:find"), {"q": "olena@firma.com.ua"})

    assert response["Location"] == reverse("admin:index")


def test_the_brand_filter_of_the_default_brand_includes_customers_without_one():
    brand = build.brand("main", is_default=True)
    build.customer("with", brand=brand)
    build.customer("without")
    build.customer("other", brand=build.brand("other"))

    rows = operator().get(page(CUSTOMER, "changelist"), {"brand": brand.pk}).context["cl"].result_list

    assert [row.ref for row in rows] == ["with", "without"]
