"""Import and export at the desk: nobody learns of rows that are not theirs."""

import uuid

import pytest
from django.urls import reverse

from accounts.models import Customer, User
from mailsettings.models import Domain, Mailbox, PendingImport
from tests import build
from tests.admin.desk import DOMAIN, MAILBOX, Desk, operator, page, person
from tests.imports.desk import IMPORT, exported, save, shown, upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def firma():
    return build.domain("firma.com.ua", mailboxes=["olena", "petro"])


SECRET = "rivalry"


@pytest.fixture
def support():
    for slug in ("aaa", SECRET):
        brand = build.brand(slug)
        server = build.server(f"{slug}-server", brand=brand, mx=[f"mx.{slug}.example"])
        customer = build.customer(f"{slug}-c1", name=slug.upper(), brand=brand)
        build.domain(f"{slug}.com.ua", customer=customer, server=server, mailboxes=[slug])
    return Desk(person("support", brand=build.Brand.objects.get(slug="aaa")))


def about(preview):
    """What the preview says about its rows, without what the file itself said."""
    return [(str(line.state), " ".join(line.about())) for line in preview.context["found"].lines]


def test_a_domain_of_another_brand_and_one_of_nobody_get_the_same_words(support):
    for rows in (
        "address\na@{}.com.ua\n",
        "domain;status\n{}.com.ua;suspended\n",
        "address;status\n{}@{}.com.ua;suspended\n",
    ):
        foreign, nobody = (about(shown(support, rows.replace("{}", name))) for name in (SECRET, "nobody"))
        assert foreign == nobody
        assert foreign[0][0] == "bad"
        assert "not among yours" in foreign[0][1]


def test_a_customer_of_another_brand_and_one_of_nobody_get_the_same_words(support):
    rows = "domain;customer number\nnew.com.ua;{}\n"
    foreign, nobody = (about(shown(support, rows.format(ref))) for ref in (f"{SECRET}-c1", "nobody-c1"))

    assert foreign == nobody
    assert "None of your customers" in foreign[0][1]


@pytest.mark.parametrize(("role", "waits"), [("support", False), ("reseller", True)])
def test_whoever_brings_new_domains_that_will_wait_is_told_before_they_are_saved(support, role, waits):
    desk = Desk(person(role, username="other", brand=build.Brand.objects.get(slug="aaa")))
    lines = "".join(f"new{number}.com.ua;aaa-c1\n" for number in range(11))
    preview = shown(desk, f"domain;customer number\n{lines}")

    (note,) = preview.context["found"].notes or [""]
    assert ("New names wait for confirmation" in note) is waits
    assert ("new9.com.ua, …" in note, "new10.com.ua" in note) == (waits, False)


def test_a_customer_of_another_brand_cannot_be_added_a_second_time(support):
    preview = shown(support, f"domain;customer number;customer name\nnew.com.ua;{SECRET}-c1;Нова\n")

    assert about(preview)[0][0] == "bad"
    assert "customer" in upload(support, "domain\nnew.com.ua\n", customer=f"{SECRET}-c1").context["form"].errors


def test_a_server_of_another_brand_and_one_of_nobody_get_the_same_words(support):
    rows = "domain;customer number;server\nnew.com.ua;aaa-c1;{}\n"
    foreign, nobody = (about(shown(support, rows.format(name))) for name in (f"{SECRET}-server", "nobody"))

    assert foreign == nobody


def test_an_alias_of_another_brand_is_refused_without_a_word_about_whose_it_is(support):
    preview = shown(support, f"domain;aliases\naaa.com.ua;{SECRET}.com.ua\n")

    assert about(preview)[0][0] == "bad"
    assert SECRET.upper() not in preview.content.decode()


def test_support_imports_into_its_own_brand_and_a_new_customer_gets_that_brand(support):
    preview = shown(support, "domain;customer number;customer name\nnew.com.ua;aaa-c2;Нова\n")
    save(support, preview)

    customer = Customer.objects.get(ref="aaa-c2")
    assert customer.brand.slug == "aaa"
    assert Domain.objects.get(customer=customer).server.name == "aaa-server"


def test_nothing_of_another_brand_is_offered_for_removal(support):
    preview = shown(support, f"address\nother@{SECRET}.com.ua\nnew@aaa.com.ua\n")

    assert [gone.name for gone in preview.context["found"].missing] == ["aaa@aaa.com.ua"]


def test_no_domain_of_another_brand_is_offered_for_removal(support):
    build.domain("second.com.ua", customer=Customer.objects.get(ref="aaa-c1"), server=Domain.objects.first().server)
    rows = f"domain;customer number\naaa.com.ua;aaa-c1\nx.com.ua;{SECRET}-c1\n"

    preview = shown(support, rows)

    assert [gone.name for gone in preview.context["found"].missing] == ["second.com.ua"]


def test_whoever_may_not_remove_domains_is_offered_none(support, monkeypatch):
    build.domain("second.com.ua", customer=Customer.objects.get(ref="aaa-c1"), server=Domain.objects.first().server)
    monkeypatch.setattr(
        "mailsettings.admin.roles.may", lambda _user, action, model: (action, model) != ("delete", Domain)
    )
    preview = shown(support, "domain;customer number\naaa.com.ua;aaa-c1\n")

    assert "remove_missing" not in preview.context["form"].fields


def test_support_exports_its_own_rows_alone(support):
    for kind in (DOMAIN, MAILBOX):
        for filters in ("", f"?q={SECRET}", f"?customer__id__exact={Customer.objects.get(ref=f'{SECRET}-c1').pk}"):
            response = support.post(page(kind, "export"), {"filters": filters, "way": "csv"})
            assert response.status_code in (200, 302, 400)
            assert SECRET.encode() not in (response.getvalue() if response.streaming else response.content)
    assert b"aaa.com.ua" in exported(support, DOMAIN).getvalue()


def test_a_preview_belongs_to_whoever_brought_the_file(firma):
    path = shown(operator(), "address\nnew@firma.com.ua\n").wsgi_request.path
    other = Desk(build.operator("other"))

    for method in (other.get, other.post):
        assert method(path)["Location"] == IMPORT
    assert other.get(f"{path}report.csv")["Location"] == IMPORT
    assert PendingImport.objects.count() == 1
    assert Mailbox.objects.count() == 2


@pytest.mark.parametrize("who", ["anonymous", "customer", "not staff", "staff without a role", "inactive"])
def test_outsiders_reach_no_list(support, who):
    brand, customer = build.Brand.objects.first(), Customer.objects.first()
    people = {
        "anonymous": lambda: None,
        "customer": lambda: person("customer", customer=customer),
        "not staff": lambda: person("support", username="x", brand=brand, is_staff=False),
        "staff without a role": lambda: User.objects.create_user("nobody", is_staff=True),
        "inactive": lambda: User.objects.create_superuser("gone", is_active=False),
    }
    desk = Desk(people[who]())
    number = uuid.uuid4()
    paths = [IMPORT, reverse("admin:import_preview", args=[number]), reverse("admin:import_report", args=[number]),
             page(DOMAIN, "export"), page(MAILBOX, "export")]  # fmt: skip
    for path in paths:
        for method in (desk.get, desk.post):
            assert method(path)["Location"].startswith("/admin/login/"), (who, path)
