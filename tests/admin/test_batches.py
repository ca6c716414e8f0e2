"""Changing many rows at once: shown first, with a reason, within the scope, and taken back in one step."""

import pytest
from django.contrib import admin
from django.urls import reverse

from accounts.models import ChangeSet
from mailsettings import lookup
from mailsettings.admin import batches
from mailsettings.models import Domain, Mailbox
from tests import build
from tests.admin.desk import DOMAIN, LOG, MAILBOX, OUTSIDERS, Desk, operator, outsider, page, person

pytestmark = pytest.mark.django_db


def run(desk, kind, action, rows, stage="", **values):
    """What a list's action answers, or what its page answers at a stage."""
    posted = {
        "action": action,
        "_selected_action": [row.pk for row in rows],
        "stage": stage,
        "reason": "",
        "ticket": "",
    }
    return desk.post(page(kind, "changelist"), posted | values)


def applied(desk, kind, action, rows, **values):
    """Show what changes and apply it."""
    shown = run(desk, kind, action, rows, "show", **values)
    return run(desk, kind, action, rows, "apply", **{"reason": "agreed", "seen": shown.context["seen"]} | values)


def shown_values(response):
    return [
        (change.name, line.label, line.before.text, line.after.text)
        for change in response.context["changes"]
        for line in change.lines
    ]


@pytest.fixture
def domains():
    return [build.domain(f"d{n}.com.ua", mailboxes=["olena"]) for n in range(3)]


def test_an_action_that_needs_a_value_asks_for_it_first(domains):
    response = run(operator(), DOMAIN, "set_status", domains)

    assert response.context["number_selected"] == 3
    assert not response.context["changes"]
    assert not response.context["form"].errors


def test_what_changes_is_shown_and_not_written(domains):
    build.change(domains[2], status="suspended")

    response = run(operator(), DOMAIN, "set_status", domains, "show", status="suspended")

    counts = [response.context[f"number_{name}"] for name in ("selected", "changed", "unchanged", "refused")]
    assert counts == [3, 2, 1, 0]
    assert sorted(shown_values(response)) == [
        ("d0.com.ua", "Status", "active", "suspended"),
        ("d1.com.ua", "Status", "active", "suspended"),
    ]
    assert "reason" not in response.context["form"].errors
    assert Domain.objects.filter(status="suspended").count() == 1


def test_a_batch_is_one_change_set_with_its_reason(domains):
    number = ChangeSet.objects.count()

    response = applied(operator(), DOMAIN, "set_status", domains, status="suspended", ticket="T-8")

    assert response.status_code == 302
    assert ChangeSet.objects.count() == number + 1
    written = ChangeSet.objects.first()
    assert (written.reason, written.ticket, written.changes.count()) == ("agreed", "T-8", 3)
    assert not Domain.objects.exclude(status="suspended").exists()


def test_a_batch_without_a_reason_is_refused_beside_the_field(domains):
    response = applied(operator(), DOMAIN, "set_status", domains, status="suspended", reason=" ")

    assert "Write why." in response.context["form"].errors["reason"][0]
    assert Domain.objects.filter(status="active").count() == 3


def test_a_batch_is_taken_back_from_its_message(domains):
    desk = operator()
    applied(desk, DOMAIN, "set_status", domains, status="suspended")
    back = page(LOG, "revert", ChangeSet.objects.first().pk)
    assert back in desk.get(page(DOMAIN, "changelist")).content.decode()

    desk.post(back, {"seen": desk.get(back).context["seen"], "reason": "too early"})

    assert Domain.objects.filter(status="active").count() == 3


def test_another_value_than_the_shown_one_is_shown_before_it_is_applied(domains):
    desk = operator()
    shown = run(desk, DOMAIN, "set_status", domains, "show", status="suspended")

    response = run(
        desk, DOMAIN, "set_status", domains, "apply", status="external", reason="x", seen=shown.context["seen"]
    )

    assert "not what this page showed" in response.context["notice"][0]
    assert Domain.objects.filter(status="active").count() == 3


def test_domains_move_to_another_server(domains):
    other = build.server("s2")

    applied(operator(), DOMAIN, "move_to_server", domains[:2], server=other.pk)

    assert [domain.server.name for domain in Domain.objects.order_by("pk")] == ["s2", "s2", "s1"]


def test_protocols_are_switched_and_the_other_one_stays(domains):
    build.change(domains[0], imap=False)

    applied(operator(), DOMAIN, "switch_protocols", domains, pop3="off")

    assert list(Domain.objects.order_by("pk").values_list("imap", "pop3")) == [
        (False, False), (True, False), (True, False),
    ]  # fmt: skip


def test_domains_that_a_rule_forbids_are_left_out_with_the_reason_and_the_rest_is_written(domains):
    for domain in domains:
        build.change(domain, logins="published")
    build.change(domains[1].mailboxes.get(), login="o.kovalenko")

    shown = run(operator(), DOMAIN, "set_logins", domains, "show", logins="pattern")
    applied(operator(), DOMAIN, "set_logins", domains, logins="pattern")

    ((link, reason),) = shown.context["refused"]
    assert "d1.com.ua" in link
    assert "olena@d1.com.ua" in reason
    assert list(Domain.objects.order_by("pk").values_list("logins", flat=True)) == ["pattern", "published", "pattern"]


@pytest.mark.parametrize(
    ("action", "before", "after"),
    [
        ("suspend", {}, {"status": "suspended"}),
        ("activate", {"status": "suspended"}, {"status": "active"}),
        ("switch_pop3_off", {}, {"pop3": False}),
    ],
)
def test_mailboxes_are_changed_at_once(action, before, after):
    domain = build.domain(mailboxes=[{"local_part": name, **before} for name in ("olena", "petro")])

    applied(operator(), MAILBOX, action, domain.mailboxes.all())

    assert Mailbox.objects.filter(**after).count() == 2


def test_an_action_without_a_value_shows_what_changes_at_once(domains):
    response = run(operator(), MAILBOX, "suspend", Mailbox.objects.all())

    assert len(shown_values(response)) == 3


def test_a_batch_that_changes_nothing_cannot_be_applied(domains):
    number = ChangeSet.objects.count()

    response = applied(operator(), DOMAIN, "set_status", domains, status="active")

    assert "Nothing would change." in response.content.decode()
    assert ChangeSet.objects.count() == number


def test_fifty_rows_are_shown_and_all_are_written():
    domain = build.domain(mailboxes=[f"m{n}" for n in range(60)])
    rows = domain.mailboxes.all()

    shown = run(operator(), MAILBOX, "suspend", rows)
    applied(operator(), MAILBOX, "suspend", rows)

    assert (len(shown.context["changes"]), shown.context["number_changed"]) == (50, 60)
    assert Mailbox.objects.filter(status="suspended").count() == 60


def test_more_rows_than_one_request_can_write_are_refused_in_words(domains, monkeypatch):
    monkeypatch.setattr(batches, "MOST", 2)
    desk = operator()

    assert run(desk, DOMAIN, "set_status", domains).status_code == 302
    assert "More than 2 are selected." in desk.get(page(DOMAIN, "changelist")).content.decode()


def test_a_batch_of_many_asks_as_few_questions_as_one_of_few(django_assert_max_num_queries):
    domains = [build.domain(f"d{n}.com.ua", logins="published") for n in range(40)]
    desk = operator()

    with django_assert_max_num_queries(30):
        run(desk, DOMAIN, "set_logins", domains, "show", logins="pattern")


@pytest.mark.parametrize("value", ["", "gone", "1"])
def test_a_value_that_is_no_choice_is_refused_beside_its_field(domains, value):
    response = run(operator(), DOMAIN, "set_status", domains, "show", status=value)

    assert "status" in response.context["form"].errors
    assert not response.context["changes"]


# --- Who may ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def brands():
    made = []
    for slug in ("aaa", "rivalry"):
        brand = build.brand(slug)
        server = build.server(f"{slug}-server", brand=brand)
        customer = build.customer(slug, brand=brand)
        made.append((brand, build.domain(f"{slug}.com.ua", customer=customer, server=server, mailboxes=["olena"])))
    return made


@pytest.fixture
def support(brands):
    return Desk(person("support", brand=brands[0][0]))


def test_support_changes_rows_of_its_brand_only(support, brands):
    applied(support, DOMAIN, "set_status", Domain.objects.all(), status="suspended")
    applied(support, MAILBOX, "suspend", Mailbox.objects.all())

    assert list(Domain.objects.order_by("pk").values_list("status", flat=True)) == ["suspended", "active"]
    assert list(Mailbox.objects.order_by("pk").values_list("status", flat=True)) == ["suspended", "active"]


def test_support_neither_sees_nor_uses_servers_of_another_brand(support, brands):
    (_brand, domain), (_other, foreign) = brands

    response = run(support, DOMAIN, "move_to_server", [domain], "show", server=foreign.server.pk)

    assert "server" in response.context["form"].errors
    assert "rivalry" not in response.content.decode()


@pytest.mark.parametrize("who", OUTSIDERS)
def test_outsiders_run_no_action(who, brands):
    _brand, domain = brands[0]

    response = run(
        outsider(who, domain.customer), DOMAIN, "set_status", [domain], "apply", status="suspended", reason="x"
    )

    assert response["Location"].startswith("/admin/login/")
    assert Domain.objects.filter(status="active").count() == 2


def test_a_reseller_changes_rows_of_its_brand_only_and_confirms_none(brands):
    (brand, domain), _other = brands
    build.change(domain.names.get(), is_confirmed=False)
    reseller = Desk(person("reseller", brand=brand))

    for status in ("suspended", "active"):
        applied(reseller, DOMAIN, "set_status", Domain.objects.all(), status=status)
        assert list(Domain.objects.order_by("pk").values_list("status", flat=True)) == [status, "active"]
    applied(reseller, DOMAIN, "move_to_server", [domain], server=domain.server.pk)
    applied(reseller, DOMAIN, "switch_protocols", [domain], pop3="off")
    applied(reseller, DOMAIN, "set_logins", [domain], logins="private")

    assert not domain.names.get().is_confirmed
    assert lookup.for_domain("aaa.com.ua") is None


# --- The whole list ---------------------------------------------------------------------------------------------------


def test_a_batch_is_for_the_whole_list_where_that_was_chosen(domains, monkeypatch):
    monkeypatch.setattr(type(admin.site._registry[Domain]), "list_per_page", 2)
    desk = operator()
    build.change(domains[0], logins="published")
    path = reverse("admin:mailsettings_domain_changelist", query={"logins__exact": "pattern"})
    assert "Select the whole list" not in desk.get(path).content.decode()
    build.change(domains[0], logins="pattern")
    assert "Select the whole list" in desk.get(path).content.decode()
    ticked = {"action": "set_status", "_selected_action": [domains[2].pk], "select_across": "1", "status": "suspended"}

    shown = desk.post(path, ticked | {"stage": "show"})
    again = dict(shown.context["selected"]) | {"action": "set_status", "status": "suspended", "reason": "agreed"}
    desk.post(path, again | {"stage": "apply", "seen": shown.context["seen"]})

    assert shown.context["number_selected"] == 3
    assert Domain.objects.filter(status="suspended").count() == 3


def test_a_list_of_one_page_offers_no_choice_of_the_whole_list(domains):
    assert "Select the whole list" not in operator().get(page(DOMAIN, "changelist")).content.decode()
