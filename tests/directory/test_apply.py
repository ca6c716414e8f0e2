"""A directory file and the database: what applying does."""

import copy

import pytest

from accounts.models import Brand, ChangeSet, Customer
from mailsettings import directory, lookup
from mailsettings.core.endpoints import Protocol
from mailsettings.models import Domain, DomainName, Mailbox, MailServer, ServiceEndpoint
from tests.admin.desk import person
from tests.directory.documents import DOCUMENT, SERVER, applied, document, faults


@pytest.mark.django_db
class TestApply:
    def test_a_file_becomes_rows(self):
        applied(document(aliases=["firma.укр"]))

        settings = lookup.for_domain("firma.xn--j1amh")
        assert settings.domain == "firma.com.ua"
        assert settings.first(Protocol.IMAP).hostname == "imap.firma.com.ua"
        assert str(Mailbox.objects.get()) == "olena@firma.com.ua"

    def test_the_same_file_again_changes_nothing(self):
        applied(DOCUMENT)

        assert applied(DOCUMENT) is None

    def test_an_absent_key_changes_nothing_on_a_stored_row(self):
        applied(document(pop3=False, logins="private", status="suspended"))

        assert applied(DOCUMENT) is None
        domain = Domain.objects.get()
        assert (domain.pop3, domain.logins, domain.status) == (False, "private", "suspended")

    def test_a_new_row_takes_the_documented_defaults(self):
        applied(DOCUMENT)

        domain, mailbox, endpoint = Domain.objects.get(), Mailbox.objects.get(), ServiceEndpoint.objects.first()
        assert (domain.status, domain.logins, domain.mta_sts, domain.imap, domain.pop3) == (
            "active", "pattern", "off", True, True,
        )  # fmt: skip
        assert (mailbox.kind, mailbox.status, mailbox.login) == ("mailbox", "active", "")
        assert (endpoint.authentication, endpoint.username) == ("password", "{address}")

    def test_what_the_file_does_not_name_stays_without_prune(self):
        applied(document(mailboxes=[{"local_part": "olena"}, {"local_part": "petro"}]))

        applied(DOCUMENT)

        assert Mailbox.objects.count() == 2

    def test_prune_removes_what_a_named_list_leaves_out(self):
        applied(document(mailboxes=[{"local_part": "olena"}, {"local_part": "petro"}]))

        applied(DOCUMENT, prune=True)

        assert [mailbox.local_part for mailbox in Mailbox.objects.all()] == ["olena"]

    def test_prune_touches_no_list_that_the_file_does_not_name(self):
        applied(document(aliases=["firma.укр"]))
        made = document()
        del made["customers"][0]["domains"][0]["mailboxes"]

        assert applied(made, prune=True) is None

    def test_the_order_of_endpoints_is_the_files(self):
        applied(DOCUMENT)
        made = copy.deepcopy(DOCUMENT)
        made["servers"][0]["endpoints"].insert(
            0, {"protocol": "imap", "hostname": "new.{domain}", "port": 993, "security": "tls"}
        )

        applied(made)

        assert lookup.for_domain("firma.com.ua").first(Protocol.IMAP).hostname == "new.firma.com.ua"

    def test_a_domain_moves_to_the_customer_in_whose_list_it_stands(self):
        applied(DOCUMENT)

        applied({"customers": [{"ref": "c2", "domains": [{"name": "firma.com.ua"}]}]})

        assert Domain.objects.get().customer == Customer.objects.get(ref="c2")

    def test_a_new_name_beside_a_known_alias_renames_the_domain(self):
        applied(document(aliases=["firma.укр"]))

        applied(document(name="firma.укр", aliases=["firma.com.ua"]))

        assert DomainName.objects.get(is_primary=True).name == "firma.xn--j1amh"

    def test_a_server_in_use_is_not_pruned(self):
        applied(DOCUMENT)

        found = faults({"servers": [{**SERVER, "name": "s2"}]}, prune=True)

        assert any("servers" in path for path in found)
        assert MailServer.objects.filter(name="s1").exists()

    def test_everything_is_one_change_set_from_the_directory(self):
        change_set = applied(DOCUMENT)

        assert (ChangeSet.objects.count(), change_set.source) == (1, "directory")

    def test_customers_of_a_brand_that_the_same_file_adds_are_seen_by_whoever_works_for_it_alone(self):
        brands = [{"slug": "main", "name": "Main", "default": True}, {"slug": "other", "name": "Other"}]
        made = document() | {"brands": brands}
        made["customers"][0]["brand"] = "other"
        applied(made)

        assert seen_by("main") == [0, 0, 0]
        assert seen_by("other") == [1, 1, 1]

    def test_a_customer_who_moves_to_a_brand_that_the_same_file_adds_is_seen_there_alone(self):
        applied(document() | {"brands": [{"slug": "main", "name": "Main", "default": True}]})
        applied({"brands": [{"slug": "other", "name": "Other"}], "customers": [{"ref": "c1001", "brand": "other"}]})

        assert seen_by("main") == [0, 0, 0]
        assert seen_by("other") == [1, 1, 1]


def seen_by(slug: str) -> list[int]:
    """How many customers, domains and mailboxes support of a brand sees."""
    user = person("support", username=slug, brand=Brand.objects.get(slug=slug))
    return [model.objects.visible_to(user).count() for model in (Customer, Domain, Mailbox)]


@pytest.mark.django_db
def test_planning_takes_the_same_number_of_queries_for_any_number_of_mailboxes(django_assert_max_num_queries):
    applied(DOCUMENT)
    for count in (5, 500):
        made = document(mailboxes=[{"local_part": f"m{number}"} for number in range(count)])
        with django_assert_max_num_queries(30):
            directory.plan(made)
