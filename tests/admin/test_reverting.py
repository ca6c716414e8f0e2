"""Reverting at the desk: the preview, the choice, and who may."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Brand, ChangeSet, Customer, Membership, User
from mailsettings import changes, lookup, privacy
from mailsettings.admin import reverting
from mailsettings.models import Domain, Mailbox, MailServer
from mailsettings.reverting import prepare
from tests import build
from tests.admin.desk import BRAND, CUSTOMER, DOMAIN, LOG, MAILBOX, Desk, operator, page, person

pytestmark = pytest.mark.django_db


def revert_page(change_set) -> str:
    return page(LOG, "revert", change_set.pk)


def previewed(desk, change_set, **values):
    """Open the preview, and post what it shows with these values."""
    shown = desk.get(revert_page(change_set), {"change": values["change"]} if "change" in values else {})
    form = shown.context["form"]
    data = {"seen": shown.context["seen"], "reason": form["reason"].value(), "ticket": ""}
    return desk.post(revert_page(change_set), data | values)


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
def test_a_preview_for_staff_of_a_brand_takes_the_same_queries_for_any_number_of_domains(action):
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


# --- Who may ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def brands():
    return build.brand("aaa"), build.brand("rivalry")


@pytest.fixture
def support(brands):
    return Desk(person("support", brand=brands[0]))


def test_support_reverts_what_it_did_itself(support, brands):
    customer = build.customer(brand=brands[0], phone="1")
    support.submit(page(CUSTOMER, "change", customer.pk), phone="2")

    previewed(support, ChangeSet.objects.first())

    assert Customer.objects.get().phone == "1"


def test_support_sees_no_preview_of_what_another_one_did(support, suspended):
    _domain, change_set = suspended

    assert support.get(revert_page(change_set)).status_code == 302
    assert support.post(revert_page(change_set), {"reason": "x"}).status_code == 302
    assert Domain.objects.get().status == "suspended"


def test_support_neither_sees_nor_reverts_a_record_that_left_its_brand(support, brands):
    customer = build.customer(brand=brands[0], phone="1")
    support.submit(page(CUSTOMER, "change", customer.pk), phone="2")
    change_set = ChangeSet.objects.first()
    build.change(customer, brand=brands[1], phone="0445550001")

    response = support.get(revert_page(change_set))
    previewed(support, change_set, every="anyway")

    assert "outside of what you may change" in response.content.decode()
    assert "0445550001" not in response.content.decode()
    assert Customer.objects.get().phone == "0445550001"


def test_support_does_not_revert_to_a_server_that_went_to_another_brand(support, brands):
    server, other = build.server("s1", brand=brands[0]), build.server("s2", brand=brands[0])
    domain = build.domain(customer=build.customer(brand=brands[0]), server=server)
    support.submit(page(DOMAIN, "change", domain.pk), server=other.pk)
    change_set = ChangeSet.objects.first()
    build.change(server, brand=brands[1])

    previewed(support, change_set)

    assert Domain.objects.get().server == other


def test_support_removes_no_part_of_a_server_by_a_revert(support, brands):
    server = build.server("s1", brand=brands[0])
    change_set = server.changed_in
    ChangeSet.objects.filter(pk=change_set.pk).update(actor=User.objects.get(username="support"))

    previewed(support, change_set)

    assert MailServer.objects.get().endpoints.count() == 4


def test_support_puts_no_part_back_onto_a_server_by_a_revert(support, brands):
    server = build.server("s1", brand=brands[0])
    change_set = build.remove(server.endpoints.first(), actor=User.objects.get(username="support"))

    previewed(support, change_set)

    assert MailServer.objects.get().endpoints.count() == 3


def test_support_brings_a_customer_back_with_what_belongs_to_them(support, brands):
    customer = build.customer(brand=brands[0])
    support.post(page(CUSTOMER, "delete", customer.pk), {"post": "yes"})

    previewed(support, ChangeSet.objects.first())

    assert Customer.objects.get() == customer


def test_a_role_that_may_not_change_brands_any_more_reverts_none(brands):
    user = build.operator("was")
    desk = Desk(user)
    desk.submit(page(BRAND, "change", brands[0].pk), name="New")
    change_set = ChangeSet.objects.first()
    User.objects.filter(pk=user.pk).update(is_superuser=False)
    build.save(Membership(user=user, role="support", brand=brands[0]))

    previewed(Desk(User.objects.get(pk=user.pk)), change_set)

    assert Brand.objects.get(pk=brands[0].pk).name == "New"


@pytest.mark.parametrize("who", ["anonymous", "customer"])
def test_outsiders_revert_nothing(who, suspended, brands):
    _domain, change_set = suspended
    people = {
        "anonymous": lambda: None,
        "customer": lambda: person("customer", customer=Customer.objects.first()),
    }
    desk = Desk(people[who]())

    for response in (desk.get(revert_page(change_set)), desk.post(revert_page(change_set), {"reason": "x"})):
        assert response["Location"].startswith(reverse("admin:login"))
    assert Domain.objects.get().status == "suspended"


# --- What a reseller adds is served once it is confirmed --------------------------------------------------------------


@pytest.fixture
def reseller(brands):
    return Desk(person("reseller", brand=brands[0]))


def served_for(brand, **more):
    server = build.server(f"{brand.slug}-server", brand=brand)
    return build.domain(customer=build.customer(brand=brand), server=server, **more)


def test_a_reseller_reverts_what_it_did_itself_and_nothing_of_others(reseller, brands):
    customer = build.customer(brand=brands[0], phone="1")
    reseller.submit(page(CUSTOMER, "change", customer.pk), phone="2")
    own = ChangeSet.objects.first()
    other = build.change(customer, language="en")

    previewed(reseller, own)

    assert Customer.objects.get().phone == "1"
    assert reseller.get(revert_page(other)).status_code == 302


def test_a_domain_that_a_reseller_brings_back_waits_for_confirmation(reseller, brands):
    domain = served_for(brands[0])
    reseller.post(page(DOMAIN, "delete", domain.pk), {"post": "yes"})
    removal = ChangeSet.objects.first()
    shown = reseller.get(revert_page(removal)).context["written"]

    previewed(reseller, removal)

    confirmed = [line.after.text for row in shown for line in row.lines if line.label == "Confirmed"]
    assert confirmed == ["no"]
    assert not Domain.objects.get().names.get().is_confirmed
    assert lookup.for_domain("firma.com.ua") is None


def test_an_alias_that_a_reseller_brings_back_waits_while_the_domain_is_served_on(reseller, brands):
    domain = served_for(brands[0], aliases=["alias.com.ua"])
    form = page(DOMAIN, "change", domain.pk)
    reseller.submit(form, **{"names-1-DELETE": "on"})
    assert domain.names.count() == 1

    previewed(reseller, ChangeSet.objects.first())

    assert not domain.names.get(is_primary=False).is_confirmed
    assert lookup.for_domain("firma.com.ua") is not None
    assert lookup.for_domain("alias.com.ua") is None


def test_a_reseller_confirms_no_name_by_reverting_what_it_did_in_another_role(brands):
    domain = served_for(brands[0])
    user = person("support", brand=brands[0])
    Desk(user).submit(page(DOMAIN, "change", domain.pk), **{"names-0-is_confirmed": None})
    change_set = ChangeSet.objects.first()
    assert not domain.names.get().is_confirmed
    Membership.objects.filter(user=user).update(role="reseller")
    desk = Desk(User.objects.get(pk=user.pk))

    response = previewed(desk, change_set)

    assert "Only the hoster’s staff confirms a name" in response.content.decode()
    assert not domain.names.get().is_confirmed


def test_an_operator_brings_a_domain_back_as_it_was(brands):
    domain = served_for(brands[0])
    desk = operator()
    desk.post(page(DOMAIN, "delete", domain.pk), {"post": "yes"})

    previewed(desk, ChangeSet.objects.first())

    assert Domain.objects.get().names.get().is_confirmed


# --- What was erased stays erased -------------------------------------------------------------------------------------


@pytest.fixture
def erased():
    """A customer whose data was erased, the change set of that, and an older one that gave them a name."""
    customer = build.customer(name="Квітославська", phone="1")
    older = build.change(customer, name="Інша")
    build.domain(customer=customer)
    erasure = privacy.erase(Customer.objects.get(), privacy.Domains.SUSPEND, ChangeSet(reason="request")).change_set
    return customer, older, erasure


def test_an_erasure_offers_no_revert_and_refuses_one_in_words(erased):
    customer, _older, erasure = erased
    desk = operator()

    log = desk.get(page(LOG, "change", erasure.pk)).content.decode()
    history = desk.get(page(CUSTOMER, "history", customer.pk)).content.decode()
    response = desk.post(revert_page(erasure), {"seen": desk.get(revert_page(erasure)).context["seen"], "reason": "x"})

    assert revert_page(erasure) not in log
    assert revert_page(erasure) not in history
    assert "personal data, which must not come back" in response.content.decode()
    assert Domain.objects.get().status == "suspended"
    assert ChangeSet.objects.first() == erasure


def test_an_erased_value_is_not_put_back_by_reverting_an_older_change(erased):
    _customer, older, erasure = erased
    desk = operator()
    shown = desk.get(revert_page(older))

    response = desk.post(revert_page(older), {"seen": shown.context["seen"], "reason": "x", "every": "anyway"})

    assert "Personal data in this was erased" in response.content.decode()
    assert Customer.objects.get().name == ""
    assert ChangeSet.objects.first() == erasure
