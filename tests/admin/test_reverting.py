"""Reverting at the desk: the preview, the choice, and the ways to it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import ChangeSet, User
from mailsettings import changes
from mailsettings.admin import reverting
from mailsettings.models import Domain, Mailbox
from mailsettings.reverting import prepare
from tests import build
from tests.admin.desk import DOMAIN, LOG, MAILBOX, Desk, operator, page, person
from tests.admin.reverts import previewed, revert_page
from tests.pages.browsing import page_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def suspended():
    """A domain that somebody suspended, and the change set."""
    domain = build.domain()
    return domain, build.change(domain, status="suspended")


def test_the_preview_shows_what_will_be_written_and_writes_nothing(suspended):
    _domain, change_set = suspended
    number = ChangeSet.objects.count()

    content = operator().get(revert_page(change_set)).content.decode()

    assert "What will be written" in content
    assert "<del>" in content
    assert f"Reverts {change_set}" in content
    assert ChangeSet.objects.count() == number


@pytest.mark.parametrize("number", ["abc", "-1", "9" * 30, "1"])
def test_a_change_that_the_set_does_not_have_is_not_taken_for_the_whole_set(suspended, number):
    _domain, change_set = suspended

    response = operator().get(revert_page(change_set), {"change": number}, follow=True)

    assert response.redirect_chain[-1][0] == page(LOG, "change", change_set.pk)
    assert f"There is no such change in {change_set}." in response.content.decode()


def test_a_change_set_is_reverted_as_a_change_set_that_says_which(suspended):
    _domain, change_set = suspended

    response = previewed(operator(), change_set, ticket="T-9")

    written = ChangeSet.objects.first()
    assert response["Location"] == page(LOG, "change", written.pk)
    assert (written.source, written.reverts, written.ticket) == ("revert", change_set, "T-9")
    assert written.reason.startswith(f"Reverts {change_set}")
    assert Domain.objects.get().status == "active"


def test_both_change_sets_lead_to_each_other(suspended):
    _domain, change_set = suspended
    desk = operator()
    previewed(desk, change_set)
    written = ChangeSet.objects.first()

    first, second = (desk.get(page(LOG, "change", found.pk)).content.decode() for found in (change_set, written))

    assert f'Reverted by</dt>\n    <dd><a href="{page(LOG, "change", written.pk)}">' in first
    assert f'Reverts</dt><dd><a href="{page(LOG, "change", change_set.pk)}">' in second


def test_reverting_a_revert_is_the_first_change_again(suspended):
    _domain, change_set = suspended
    desk = operator()
    previewed(desk, change_set)

    previewed(desk, ChangeSet.objects.first())

    assert Domain.objects.get().status == "suspended"


def test_one_change_of_a_set_is_reverted_alone():
    domain = build.domain(mailboxes=["olena", "petro"])
    desk = operator()
    selection = [mailbox.pk for mailbox in domain.mailboxes.all()]
    values = {"action": "delete_selected", "_selected_action": selection, "post": "yes", "reason": "left"}
    desk.post(page(MAILBOX, "changelist"), values)
    change_set = ChangeSet.objects.first()

    previewed(desk, change_set, change=change_set.changes.get(object_name="petro@firma.com.ua").pk)

    assert [mailbox.local_part for mailbox in Mailbox.objects.all()] == ["petro"]


def test_the_page_says_whether_one_change_or_the_whole_set_is_reverted(suspended):
    _domain, change_set = suspended
    change = change_set.changes.get()
    desk = operator()

    whole, one = (page_of(desk.get(revert_page(change_set), query)) for query in ({}, {"change": change.pk}))

    assert "Revert one change of" not in whole.text
    assert not whole.all("input", name="change", value=str(change.pk))
    assert f"Revert one change of {change_set}: firma.com.ua" in one.text
    assert one.all("input", name="change", value=str(change.pk))


def test_a_change_of_another_set_is_not_reverted_under_this_one(suspended):
    _domain, change_set = suspended
    other = ChangeSet.objects.order_by("pk").first()

    response = operator().get(revert_page(change_set), {"change": other.changes.first().pk})

    assert response.status_code == 302


@pytest.mark.parametrize("change", ["x", "-1", "9" * 30, "²"])
def test_a_key_that_no_change_has_breaks_nothing(suspended, change):
    _domain, change_set = suspended

    assert operator().get(revert_page(change_set), {"change": change}).status_code in (200, 302)


def test_a_revert_without_a_reason_is_refused_beside_the_field(suspended):
    _domain, change_set = suspended

    response = previewed(operator(), change_set, reason=" ")

    assert "Write why." in response.context["form"].errors["reason"][0]
    assert Domain.objects.get().status == "suspended"


@pytest.fixture
def changed_again(suspended):
    domain, change_set = suspended
    build.change(domain, status="external")
    return domain, change_set


def test_a_record_that_was_changed_again_is_shown_with_both_values(changed_again):
    _domain, change_set = changed_again

    (conflict,) = operator().get(revert_page(change_set)).context["conflicts"]

    (line,) = conflict.lines
    assert [line[0], *(value.text for value in line[1:])] == [
        "Status", "active", "suspended", "external: its mail is elsewhere",
    ]  # fmt: skip


def test_a_conflict_without_a_choice_is_not_reverted(changed_again):
    _domain, change_set = changed_again

    response = previewed(operator(), change_set)

    assert "Choose what to do" in response.context["notice"][0]
    assert Domain.objects.get().status == "external"


def test_a_conflict_is_reverted_anyway_where_that_is_chosen(changed_again):
    _domain, change_set = changed_again

    response = previewed(operator(), change_set, **{f"choice-{change_set.changes.get().pk}": "anyway"})

    assert response.status_code == 302
    assert Domain.objects.get().status == "active"


def test_a_conflict_that_is_skipped_stays_as_it_is_while_the_rest_is_reverted():
    first, second = build.domain("a.com.ua"), build.domain("b.com.ua")
    plan = changes.Plan()
    for domain in (first, second):
        before = changes.snapshot(domain)
        domain.status = "suspended"
        plan.change(domain, before)
    change_set = changes.apply(plan, ChangeSet(source="admin"))
    build.change(second, status="external")

    previewed(operator(), change_set, every="skip")

    assert list(Domain.objects.order_by("pk").values_list("status", flat=True)) == ["active", "external"]


def test_what_changed_between_the_preview_and_the_click_is_shown_before_anything_is_written(suspended):
    domain, change_set = suspended
    desk = operator()
    shown = desk.get(revert_page(change_set))
    build.change(domain, status="external")
    data = {"seen": shown.context["seen"], "reason": "x", "every": "anyway"}

    response = desk.post(revert_page(change_set), data)

    assert "not what this page showed" in response.context["notice"][0]
    assert Domain.objects.get().status == "external"


def test_a_name_that_is_taken_by_now_is_named_with_who_has_it():
    domain = build.domain("firma.com.ua")
    desk = operator()
    desk.post(page(DOMAIN, "delete", domain.pk), {"post": "yes"})
    removal = ChangeSet.objects.first()
    build.domain("firma.com.ua")

    response = desk.get(revert_page(removal))

    reasons = [reason for refused in response.context["impossible"] for reason in refused.reasons]
    assert "This domain name is here already. (firma.com.ua)" in reasons
    assert "Nothing is left to revert here." in response.content.decode()


def test_what_is_reverted_already_leaves_nothing_to_do(suspended):
    _domain, change_set = suspended
    desk = operator()
    previewed(desk, change_set)

    assert "Nothing is left to revert here." in desk.get(revert_page(change_set)).content.decode()


@pytest.mark.parametrize("way", ["get", "post"])
def test_what_is_too_much_for_a_page_is_refused_with_the_command_that_does_it(monkeypatch, way):
    domain = build.domain(mailboxes=["a", "b", "c"])
    change_set = ChangeSet.objects.latest("pk")
    monkeypatch.setattr(reverting, "MOST", 4)

    response = getattr(operator(), way)(revert_page(change_set), follow=True)

    assert response.redirect_chain[0][0] == page(LOG, "change", change_set.pk)
    assert f"manage.py revert {change_set.pk}" in response.content.decode()
    assert Domain.objects.get() == domain


def test_what_was_added_since_counts_towards_what_is_too_much_for_a_page(monkeypatch):
    domain = build.domain()
    change_set = ChangeSet.objects.latest("pk")
    build.save(*(Mailbox(domain=domain, local_part=name) for name in "abc"))
    monkeypatch.setattr(reverting, "MOST", 4)

    response = operator().get(revert_page(change_set), follow=True)

    assert "manage.py revert" in response.content.decode()


def test_as_much_as_a_page_can_write_is_shown(monkeypatch):
    build.domain(mailboxes=["a", "b", "c"])
    monkeypatch.setattr(reverting, "MOST", 5)

    response = operator().get(revert_page(ChangeSet.objects.latest("pk")))

    assert response.context["rows_to_write"] == 5


@pytest.mark.parametrize("action", ["add", "remove"])
def test_a_preview_for_staff_of_a_brand_takes_the_same_queries_for_any_number_of_domains(action, no_time_passes):
    brand = build.brand("aaa")
    desk = Desk(person("support", brand=brand))
    taken = []
    for number in (1, 8):
        customer = build.customer(f"c{number}", brand=brand)
        domains = [build.domain(f"d{n}.x{number}.example", customer=customer) for n in range(number)]
        plan = changes.Plan()
        plan.remove_all(domains)
        change_set = changes.apply(plan, ChangeSet(source="admin"))
        if action == "add":
            back = prepare(change_set.changes.all()).plan
            change_set = changes.apply(back, ChangeSet(source="revert", reverts=change_set))
        ChangeSet.objects.filter(pk=change_set.pk).update(actor=User.objects.get(username="support"))
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(revert_page(change_set)).context["rows_to_write"] == 2 * number
        taken.append(len(queries))

    assert taken[0] == taken[1]


def test_a_save_says_how_to_take_it_back(suspended):
    domain, _change_set = suspended
    desk = operator()

    desk.submit(page(DOMAIN, "change", domain.pk), status="active")
    content = desk.get(page(DOMAIN, "changelist")).content.decode()

    assert f'<a href="{revert_page(ChangeSet.objects.first())}">Revert this</a>' in content


def test_a_removal_says_how_to_take_it_back_and_the_way_works():
    domain = build.domain(mailboxes=["olena"])
    desk = operator()

    desk.post(page(DOMAIN, "delete", domain.pk), {"post": "yes"})
    removal = ChangeSet.objects.first()
    assert revert_page(removal) in desk.get(page(DOMAIN, "changelist")).content.decode()
    previewed(desk, removal)

    assert [str(mailbox) for mailbox in Mailbox.objects.all()] == ["olena@firma.com.ua"]


def test_a_save_that_wrote_nothing_offers_no_revert():
    domain = build.domain()
    desk = operator()

    desk.submit(page(DOMAIN, "change", domain.pk))

    assert "Revert this" not in desk.get(page(DOMAIN, "changelist")).content.decode()
