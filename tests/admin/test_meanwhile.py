"""Two people at one record: the second one is told what the first one saved, and loses nothing."""

import pytest

from accounts.models import ChangeSet, Customer
from mailsettings import changes
from mailsettings.models import Domain, DomainName, ServiceEndpoint
from tests import build
from tests.admin.desk import CUSTOMER, DOMAIN, LOG, SERVER, Desk, changed, entered, errors, operator, page, person

pytestmark = pytest.mark.django_db


def told(response) -> list[tuple]:
    """What the page says: record, what happened, and of each field its name, opened, theirs, yours."""
    return [
        (
            one.name,
            one.words.partition(":")[0],
            [(line[0], *(value.text for value in line[1:4]), line[4]) for line in one.lines],
        )
        for one in response.context["meanwhile"]
    ]


class Page:
    """A page that stays open while a colleague saves something, and what is posted from it."""

    def __init__(self, kind, record, desk=None) -> None:
        self.desk = desk or operator()
        self.path = page(kind, "change", record.pk)
        self.data = entered(self.desk.get(self.path))

    def post(self, **values):
        self.response = self.desk.post(self.path, changed(self.data, values))
        if self.response.status_code == 200:
            self.data = entered(self.response)
        return self.response


@pytest.fixture
def customer():
    return build.customer(phone="1", name="Before", email="a@firma.com.ua")


def test_a_field_that_both_changed_shows_three_values_and_keeps_what_was_typed(customer):
    mine = Page(CUSTOMER, customer)
    change_set = build.change(customer, phone="2")

    response = mine.post(phone="3")

    assert told(response) == [("Before (c1001)", "changed", [("Phone", "1", "2", "3", True)])]
    assert mine.data["phone"] == "3"
    assert page(LOG, "change", change_set.pk) in response.content.decode()
    assert Customer.objects.get().phone == "2"


def test_what_the_head_of_the_page_says_stands_in_no_box_beside_it(customer):
    mine = Page(CUSTOMER, customer)
    build.change(customer, phone="2")

    response = mine.post(phone="3")

    assert response.content.decode().count("Somebody saved this after you had opened it") == 1
    assert "errornote" not in response.content.decode()


def test_a_mistake_beside_it_is_still_told_in_its_box(customer):
    mine = Page(CUSTOMER, customer)
    build.change(customer, phone="2")

    response = mine.post(phone="3", email="nobody")

    assert "errornote" in response.content.decode()


def test_a_field_that_was_not_touched_takes_the_other_ones_value(customer):
    mine = Page(CUSTOMER, customer)
    build.change(customer, phone="2")

    response = mine.post(name="After")

    assert told(response)[0][2] == [("Phone", "1", "2", "1", False)]
    assert (mine.data["phone"], mine.data["name"]) == ("2", "After")


def test_saving_again_writes_what_both_wanted(customer):
    mine = Page(CUSTOMER, customer)
    build.change(customer, phone="2", email="b@firma.com.ua")
    mine.post(name="After", phone="3")

    assert mine.post().status_code == 302

    stored = Customer.objects.get()
    assert (stored.name, stored.phone, stored.email) == ("After", "3", "b@firma.com.ua")


def test_taking_theirs_puts_their_values_into_the_form_and_saves_nothing(customer):
    mine = Page(CUSTOMER, customer)
    build.change(customer, phone="2")
    mine.post(name="After", phone="3")
    number = ChangeSet.objects.count()

    response = mine.post(_theirs="Take")

    assert errors(response) == {}
    assert (mine.data["phone"], mine.data["name"]) == ("2", "After")
    assert ChangeSet.objects.count() == number


def test_what_was_taken_can_be_saved(customer):
    mine = Page(CUSTOMER, customer)
    build.change(customer, phone="2")
    mine.post(name="After", phone="3")
    mine.post(_theirs="Take")

    mine.post(_theirs=None)

    assert (Customer.objects.get().phone, Customer.objects.get().name) == ("2", "After")


def test_a_third_save_in_between_is_told_again(customer):
    mine = Page(CUSTOMER, customer)
    build.change(customer, phone="2")
    mine.post(phone="3")
    build.change(customer, phone="4")

    response = mine.post()

    assert told(response)[0][2] == [("Phone", "2", "4", "3", True)]
    assert Customer.objects.get().phone == "4"


def test_the_same_value_typed_by_both_is_nothing_to_tell(customer):
    mine = Page(CUSTOMER, customer)
    build.change(customer, phone="2")

    assert mine.post(phone="2", name="After").status_code == 302


def test_a_value_that_was_changed_and_changed_back_is_nothing_to_tell(customer):
    mine = Page(CUSTOMER, customer)
    build.change(customer, phone="2")
    build.change(customer, phone="1")

    assert mine.post(phone="3").status_code == 302


def test_a_choice_and_a_box_are_told_in_words():
    domain = build.domain()
    mine = Page(DOMAIN, domain)
    build.change(domain, pop3=False, server=build.server("s2"))

    response = mine.post(status="suspended")

    assert told(response)[0][2] == [
        ("Mail server", "s1", "s2", "s1", False),
        ("POP3", "yes", "no", "yes", False),
    ]
    assert "pop3" not in mine.data


def test_a_value_that_cannot_be_read_is_shown_as_it_was_typed(customer):
    mine = Page(CUSTOMER, customer)
    build.change(customer, email="b@firma.com.ua")

    response = mine.post(email="no address")

    assert told(response)[0][2] == [("E-mail", "a@firma.com.ua", "b@firma.com.ua", "no address", True)]


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 40, "0:x", ":", "1:2:3"])
def test_a_version_that_nobody_wrote_breaks_nothing(customer, version):
    mine = Page(CUSTOMER, customer)
    build.change(customer, phone="2")

    response = mine.post(phone="3", version=version)

    assert response.status_code == 200
    assert Customer.objects.get().phone == "2"


def test_without_a_log_every_difference_is_shown_and_what_was_typed_stays(customer):
    mine = Page(CUSTOMER, customer)
    build.change(customer, phone="2").changes.all().delete()

    response = mine.post(name="After")

    assert ("Phone", "?", "2", "1", True) in told(response)[0][2]


# --- Parts ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def server():
    return build.server(endpoints=[("imap", "imap.{domain}", 993, "tls"), ("pop3", "pop.{domain}", 995, "tls")])


def hosts(server) -> list[str]:
    return list(server.endpoints.order_by("position", "pk").values_list("hostname", flat=True))


def test_a_part_that_both_changed_is_told_beside_its_row_and_at_the_top(server):
    mine = Page(SERVER, server)
    build.change(server.endpoints.first(), hostname="theirs.hoster.example")

    response = mine.post(**{"endpoints-0-hostname": "mine.hoster.example"}, reason="moved")

    assert told(response) == [
        (
            "IMAP theirs.hoster.example:993",
            "changed",
            [("Host name", "imap.{domain}", "theirs.hoster.example", "mine.hoster.example", True)],
        )
    ]
    assert "Somebody saved this" in errors(response)["endpoints-0"][0]


def test_a_part_that_was_not_touched_takes_their_value_and_mine_is_saved_beside_it(server):
    mine = Page(SERVER, server)
    build.change(server.endpoints.first(), hostname="theirs.hoster.example")
    mine.post(**{"endpoints-1-hostname": "mine.hoster.example"}, reason="moved")

    assert mine.post().status_code == 302
    assert hosts(server) == ["theirs.hoster.example", "mine.hoster.example"]


def test_a_part_that_was_removed_meanwhile_and_not_touched_is_left_out(server):
    mine = Page(SERVER, server)
    build.remove(server.endpoints.first())

    response = mine.post(**{"endpoints-1-hostname": "mine.hoster.example"}, reason="moved")

    assert told(response) == [("IMAP imap.{domain}:993", "removed", [])]
    assert mine.post().status_code == 302
    assert hosts(server) == ["mine.hoster.example"]


def test_a_part_that_was_removed_meanwhile_stands_at_the_end_with_what_was_typed(server):
    mine = Page(SERVER, server)
    build.remove(server.endpoints.first())

    response = mine.post(**{"endpoints-0-hostname": "mine.hoster.example"}, reason="moved")

    assert "Somebody changed these rows" in errors(response)["endpoints"][0]
    assert (mine.data["endpoints-1-hostname"], mine.data["endpoints-1-id"]) == ("mine.hoster.example", "")
    assert mine.post().status_code == 302
    assert sorted(hosts(server)) == ["mine.hoster.example", "pop.{domain}"]


def test_taking_theirs_leaves_out_what_they_removed(server):
    mine = Page(SERVER, server)
    build.remove(server.endpoints.first())
    mine.post(**{"endpoints-0-hostname": "mine.hoster.example"}, reason="moved")

    mine.post(_theirs="Take")
    mine.post(_theirs=None)

    assert hosts(server) == ["pop.{domain}"]


def test_a_part_that_both_removed_is_nothing_to_tell(server):
    mine = Page(SERVER, server)
    build.remove(server.endpoints.first())

    assert mine.post(**{"endpoints-0-DELETE": "on"}, reason="moved").status_code == 302
    assert hosts(server) == ["pop.{domain}"]


def test_a_part_that_was_added_meanwhile_is_shown_and_stays():
    domain = build.domain()
    mine = Page(DOMAIN, domain)
    build.save(DomainName(domain=domain, name="alias.com.ua"))

    response = mine.post(status="suspended")

    assert told(response) == [("alias.com.ua", "added", [])]
    assert mine.data["names-1-name"] == "alias.com.ua"
    assert mine.post().status_code == 302
    assert sorted(domain.names.values_list("name", flat=True)) == ["alias.com.ua", "firma.com.ua"]
    assert Domain.objects.get().status == "suspended"


def test_a_part_that_i_added_too_stays_in_the_form_beside_theirs():
    domain = build.domain()
    mine = Page(DOMAIN, domain)
    build.save(DomainName(domain=domain, name="theirs.com.ua"))
    mine.post(**{"names-TOTAL_FORMS": 2, "names-1-name": "mine.com.ua"})

    assert mine.post().status_code == 302
    assert sorted(domain.names.values_list("name", flat=True)) == ["firma.com.ua", "mine.com.ua", "theirs.com.ua"]


def test_a_primary_mark_that_moved_meanwhile_stays_where_it_went():
    domain = build.domain("firma.com.ua", aliases=["alias.com.ua"])
    mine = Page(DOMAIN, domain)
    plan = changes.Plan()
    for name in domain.names.all():
        before = changes.snapshot(name)
        name.is_primary = not name.is_primary
        plan.change(name, before)
    changes.apply(plan, ChangeSet(source="admin"))
    mine.post(status="suspended")

    assert mine.post().status_code == 302
    assert DomainName.objects.get(is_primary=True).name == "alias.com.ua"


def test_a_part_that_they_changed_is_not_removed_unseen(server):
    mine = Page(SERVER, server)
    build.change(server.endpoints.first(), hostname="theirs.hoster.example")

    response = mine.post(**{"endpoints-0-DELETE": "on"}, reason="moved")

    assert told(response)[0][0] == "IMAP theirs.hoster.example:993"
    assert ServiceEndpoint.objects.count() == 2
    assert mine.post().status_code == 302
    assert ServiceEndpoint.objects.count() == 1


@pytest.mark.parametrize("value", ["", "x", "-1", "9" * 30])
@pytest.mark.parametrize("name", ["endpoints-INITIAL_FORMS", "endpoints-TOTAL_FORMS", "endpoints-0-id"])
def test_a_count_or_a_key_that_no_page_sends_breaks_nothing(server, name, value):
    mine = Page(SERVER, server)
    build.save(*build.endpoint_rows([("smtp", "smtp.{domain}", 465, "tls")], server=server))

    assert mine.desk.post(mine.path, mine.data | {name: value, "reason": "x"}).status_code in (200, 302)
    assert set(hosts(server)) >= {"imap.{domain}", "pop.{domain}", "smtp.{domain}"}


def test_a_record_of_another_brand_is_named_by_its_number_only():
    mine_brand, other = build.brand("aaa"), build.brand("rivalry")
    server = build.server("s1", brand=mine_brand)
    domain = build.domain(customer=build.customer(brand=mine_brand), server=server)
    mine = Page(DOMAIN, domain, Desk(person("support", brand=mine_brand)))
    build.change(domain, server=build.server("rivalry-server", brand=other))

    response = mine.post(status="suspended")

    theirs = told(response)[0][2][0][2]
    assert theirs.startswith("#")
    assert "rivalry" not in str(told(response))
