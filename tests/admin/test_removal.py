import pytest

from accounts.models import Change, ChangeSet, Customer
from mailsettings import changes
from mailsettings.admin import deletion
from mailsettings.models import Domain, Mailbox, MailServer
from tests import build
from tests.admin.desk import CUSTOMER, DOMAIN, MAILBOX, SERVER, operator, page

pytestmark = pytest.mark.django_db


def test_a_server_that_domains_use_is_not_deleted_and_the_page_lists_them():
    domain = build.domain()

    response = operator().post(page(SERVER, "delete", domain.server.pk), {"post": "yes"})

    content = response.content.decode()
    assert "Domains use this mail server." in content
    assert f'<a href="{page(DOMAIN, "change", domain.pk)}">firma.com.ua</a>' in content
    assert MailServer.objects.exists()


def test_a_long_list_of_those_in_the_way_ends_with_a_count():
    for n in range(23):
        build.domain(f"d{n}.com.ua")

    content = operator().get(page(SERVER, "delete", MailServer.objects.get().pk)).content.decode()

    assert "and 3 more" in content


def test_a_server_in_a_selection_that_domains_use_keeps_the_whole_selection():
    used = build.domain().server
    free = build.server("free")

    response = operator().post(
        page(SERVER, "changelist"),
        {"action": "delete_selected", "_selected_action": [used.pk, free.pk], "post": "yes"},
    )

    assert "Domains use this mail server." in response.content.decode()
    assert MailServer.objects.count() == 2


def test_a_free_server_is_deleted_with_its_parts():
    server = build.server(discovery_names=["autoconfig.hoster.example"])

    operator().post(page(SERVER, "delete", server.pk), {"post": "yes", "reason": "switched off", "ticket": "T-2"})

    change_set = ChangeSet.objects.first()
    assert (change_set.reason, change_set.ticket) == ("switched off", "T-2")
    assert change_set.changes.count() == 6
    assert not MailServer.objects.exists()


def test_the_page_that_asks_before_a_domain_is_deleted_shows_its_parts():
    domain = build.domain("firma.com.ua", aliases=["фірма.укр"], mailboxes=["olena"])

    content = operator().get(page(DOMAIN, "delete", domain.pk)).content.decode()

    assert "фірма.укр" in content
    assert "olena@firma.com.ua" in content
    assert Domain.objects.exists()


def test_a_selection_is_deleted_as_one_change_set():
    domain = build.domain(mailboxes=["olena", "petro"])
    number = ChangeSet.objects.count()

    operator().post(
        page(MAILBOX, "changelist"),
        {
            "action": "delete_selected",
            "_selected_action": [mailbox.pk for mailbox in domain.mailboxes.all()],
            "post": "yes",
            "reason": "left the company",
        },
    )

    assert ChangeSet.objects.count() == number + 1
    assert ChangeSet.objects.first().reason == "left the company"
    assert not Mailbox.objects.exists()


@pytest.mark.parametrize("selected", [False, True])
def test_what_came_between_the_question_and_the_deletion_is_told(monkeypatch, selected):
    customer = build.customer()
    apply = changes.apply

    def late(plan, change_set):
        monkeypatch.setattr(changes, "apply", apply)
        build.domain(customer=customer)
        return apply(plan, change_set)

    desk = operator()
    monkeypatch.setattr(changes, "apply", late)
    if selected:
        values = {"action": "delete_selected", "_selected_action": [customer.pk], "post": "yes"}
        response = desk.post(page(CUSTOMER, "changelist"), values, follow=True)
    else:
        response = desk.post(page(CUSTOMER, "delete", customer.pk), {"post": "yes"}, follow=True)

    assert "This customer has domains." in response.content.decode()
    assert Customer.objects.exists()


@pytest.mark.parametrize("selected", [False, True])
def test_a_mailbox_that_came_after_the_page_was_shown_does_not_go_unseen(selected):
    domain, desk = build.domain(mailboxes=["olena"]), operator()
    path = page(DOMAIN, "changelist") if selected else page(DOMAIN, "delete", domain.pk)
    values = {"action": "delete_selected", "_selected_action": [domain.pk]} if selected else {}
    shown = desk.post(path, values) if selected else desk.get(path)
    build.save(Mailbox(domain=domain, local_part="petro"))

    values |= {"post": "yes", "reason": "closed", "ticket": "T-7", "seen": shown.context["seen"]}
    response = desk.post(path, values)

    content = response.content.decode()
    assert "is not what this page showed before" in content
    assert "petro@firma.com.ua" in content
    assert 'value="T-7"' in content
    assert Domain.objects.exists()

    desk.post(path, values | {"seen": response.context["seen"]})

    assert not Domain.objects.exists()


def test_what_was_deleted_stays_in_the_log():
    domain = build.domain(mailboxes=["olena"])

    operator().post(page(MAILBOX, "delete", domain.mailboxes.get().pk), {"post": "yes"})

    change = Change.objects.last()
    assert (change.action, change.object_name, change.before["local_part"]) == ("remove", "olena@firma.com.ua", "olena")


def test_a_selection_is_not_deleted_without_a_reason_and_keeps_what_was_selected():
    domain = build.domain(mailboxes=["olena", "petro"])
    keys = [mailbox.pk for mailbox in domain.mailboxes.all()]
    values = {"action": "delete_selected", "_selected_action": keys, "post": "yes", "ticket": "T-5"}

    response = operator().post(page(MAILBOX, "changelist"), values)

    assert "Write why." in response.context["about"].errors["reason"][0]
    assert [value for name, value in response.context["selected"] if name == "_selected_action"] == [*map(str, keys)]
    assert 'value="T-5"' in response.content.decode()
    assert Mailbox.objects.count() == 2


def test_one_selected_record_is_deleted_without_a_reason():
    domain = build.domain(mailboxes=["olena"])
    values = {"action": "delete_selected", "_selected_action": [domain.mailboxes.get().pk], "post": "yes"}

    operator().post(page(MAILBOX, "changelist"), values)

    assert not Mailbox.objects.exists()


# --- More than a page can do ------------------------------------------------------------------------------------------


def test_a_domain_with_more_mailboxes_than_a_page_can_remove_is_kept_and_the_command_is_named(monkeypatch):
    monkeypatch.setattr(deletion, "MOST", 3)
    domain = build.domain("фірма.укр", mailboxes=["a", "b"])
    path = page(DOMAIN, "delete", domain.pk)

    response = operator().post(path, {"post": "yes", "reason": "closed"})

    assert "manage.py remove_domain фірма.укр" in response.content.decode()
    assert Domain.objects.exists()


def test_as_much_as_a_page_can_remove_is_removed(monkeypatch):
    monkeypatch.setattr(deletion, "MOST", 4)
    domain = build.domain(mailboxes=["a", "b"])

    operator().post(page(DOMAIN, "delete", domain.pk), {"post": "yes", "reason": "closed"})

    assert not Domain.objects.exists()


def test_of_domains_with_too_many_mailboxes_together_fewer_are_to_be_selected(monkeypatch):
    monkeypatch.setattr(deletion, "MOST", 5)
    keys = [build.domain(f"d{n}.example", mailboxes=["a"]).pk for n in range(2)]
    values = {"action": "delete_selected", "_selected_action": keys, "post": "yes", "reason": "closed"}

    response = operator().post(page(DOMAIN, "changelist"), values)

    assert "Select fewer." in response.content.decode()
    assert Domain.objects.count() == 2
