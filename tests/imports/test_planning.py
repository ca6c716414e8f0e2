"""Rows -> a preview and its plan, value by value."""

import pytest

from accounts.models import Change, ChangeSet, Customer
from mailsettings import changes, imports, reverting
from mailsettings.imports import State
from mailsettings.models import Domain, DomainName, Mailbox
from tests import build
from tests.data.plans import everything
from tests.imports.files import answer, names, preview, said, states

pytestmark = pytest.mark.django_db


def save(found, **kwargs):
    return imports.apply(found, ChangeSet(source=ChangeSet.Source.IMPORT, reason="a list"), **kwargs)


def addresses():
    return sorted(str(mailbox) for mailbox in Mailbox.objects.with_address())


@pytest.fixture
def firma():
    return build.domain(
        "firma.com.ua", aliases=["firma.ua"],
        mailboxes=[{"local_part": "olena", "name": "Олена"}, "petro", {"local_part": "all", "kind": "forwarder"}],
    )  # fmt: skip


def test_new_changed_and_unchanged_rows_are_told_apart_with_their_differences(firma):
    found = preview(
        "адреса;ім’я;статус\n"
        "olena@firma.com.ua;Олена;активний\n"
        "petro@firma.com.ua;Петро;призупинена\n"
        "iryna@firma.com.ua;Ірина;\n"
    )

    assert states(found) == ["unchanged", "changed", "new"]
    assert said(found, 3) == "Name: — → Петро Status: active → suspended"
    assert said(found, 4) == "Name: Ірина"


def test_a_preview_writes_nothing_and_saving_writes_what_it_showed(firma):
    number = ChangeSet.objects.count()
    found = preview("e-mail,name\npetro@firma.com.ua,Петро\niryna@firma.com.ua,Ірина\n")
    assert ChangeSet.objects.count() == number

    change_set = save(found)

    assert change_set.changes.count() == 2
    assert change_set.source == "import"
    assert dict(Mailbox.objects.values_list("local_part", "name")) == {
        "olena": "Олена", "petro": "Петро", "all": "", "iryna": "Ірина",
    }  # fmt: skip


def test_every_column_of_a_mailbox_reaches_its_field():
    build.domain("firma.com.ua", logins="published")
    found = preview(
        "address,name,login,kind,status,imap,pop3,recovery\n"
        "olena@firma.com.ua,Olena,fi01,mailbox,suspended,no,ні,+380 44 000 00 02\n"
    )
    save(found)

    mailbox = Mailbox.objects.get()
    assert (mailbox.local_part, mailbox.name, mailbox.login) == ("olena", "Olena", "fi01")
    assert (mailbox.kind, mailbox.status, mailbox.imap, mailbox.pop3) == ("mailbox", "suspended", False, False)
    assert mailbox.recovery == "+380 44 000 00 02"


def test_every_column_of_a_domain_reaches_its_row_and_its_names():
    build.server("s2")
    build.customer("c7")
    save(preview(
        "domain;aliases;customer number;server;status;user names;imap;pop3;mta-sts\n"
        "Firma.com.ua.;firma.ua, фірма.укр;c7;S2;suspended;private;yes;no;testing\n"
    ))  # fmt: skip

    domain = Domain.objects.get()
    assert (domain.customer.ref, domain.server.name, domain.status) == ("c7", "s2", "suspended")
    assert (domain.logins, domain.imap, domain.pop3, domain.mta_sts) == ("private", True, False, "testing")
    assert sorted(domain.names.values_list("name", "is_primary")) == [
        ("firma.com.ua", True), ("firma.ua", False), ("xn--80axlp4g.xn--j1amh", False),
    ]  # fmt: skip


def test_an_empty_cell_changes_nothing(firma):
    assert states(preview("address;name;status;imap\nolena@firma.com.ua;;;\n")) == ["unchanged"]


def test_a_mailbox_is_found_by_any_name_of_its_domain_and_by_a_column_of_domains(firma):
    found = preview("скринька;домен\nolena@FIRMA.UA;\npetro;firma.com.ua\n")

    assert states(found) == ["unchanged", "unchanged"]
    assert names(found, State.UNCHANGED) == ["olena@firma.ua", "petro@firma.com.ua"]


def test_a_bad_row_says_where_and_what_and_stops_no_other(firma):
    found = preview(
        "address;status\n"
        "не@firma.com.ua;active\n"
        "petro@firma.com.ua;what\n"
        "nodomain;active\n"
        "a@b@firma.com.ua;\n"
        ";active\n"
        "iryna@firma.com.ua;active\n"
    )

    assert states(found) == ["bad", "bad", "bad", "bad", "bad", "new"]
    assert said(found, 2).startswith("Address: The part before “@” may only hold Latin letters")
    assert said(found, 3) == "Status: This word is not known here. Write one of: active, suspended."
    assert said(found, 4).startswith("Address: There is no domain")
    assert said(found, 5).startswith("Address: There are two “@”")
    assert said(found, 6) == "Address: The address is missing."
    save(found)
    assert "iryna@firma.com.ua" in addresses()


def test_two_rows_for_one_mailbox_are_both_bad(firma):
    found = preview("address\nolena@firma.com.ua\npetro@firma.com.ua\nOLENA@firma.ua\n")

    assert states(found) == ["bad", "unchanged", "bad"]
    assert "rows 2, 4" in said(found, 2)
    assert "rows 2, 4" in said(found, 4)


def test_two_rows_for_one_domain_are_both_bad(firma):
    found = preview("domain;status\nfirma.com.ua;suspended\nfirma.ua;active\n")

    assert states(found) == ["bad", "bad"]


def test_an_address_and_a_column_that_disagree_about_the_domain_are_bad(firma):
    build.domain("other.com.ua", mailboxes=["olena"])
    found = preview("address;domain\nolena@firma.com.ua;other.com.ua\n")

    assert states(found) == ["bad"]
    assert found.missing == []


def test_a_mailbox_list_adds_a_domain_whose_customer_it_names():
    build.server("s1", is_default=True)
    build.customer("c7")
    found = preview("address;customer number\nolena@new.com.ua;c7\npetro@new.com.ua;\n")

    assert states(found) == ["new", "new"]
    save(found)
    assert addresses() == ["olena@new.com.ua", "petro@new.com.ua"]
    assert Domain.objects.get().customer.ref == "c7"


WITH_NEW_DOMAINS = (
    "адреса;номер клієнта;назва клієнта;e-mail клієнта;телефон клієнта\n"
    "petro@firma.com.au;c7;;;\n"
    "olena@firma.com.au;;;;\n"
    "iryna@nova.example;c8;ТОВ «Нова»;info@nova.org.ua;+380 44 000 00 02\n"
)


@pytest.fixture
def c7():
    build.server("s1", is_default=True)
    return build.customer("c7", name="Сьомий")


def test_a_list_of_mailboxes_tells_which_domains_and_customers_it_adds(c7):
    found = preview(WITH_NEW_DOMAINS)

    assert [(one.number, one.name, list(one.about())) for one in found.new_domains] == [
        (2, "firma.com.au", ["Customer: Сьомий (c7)", "Mail server: s1"]),
        (4, "nova.example", ["Customer: ТОВ «Нова» (c8)", "Mail server: s1"]),
    ]
    assert [(one.number, one.name, list(one.about())) for one in found.new_customers] == [
        (4, "c8", ["Customer name: ТОВ «Нова»", "Customer e-mail: info@nova.org.ua",
                   "Customer phone: +380 44 000 00 02"]),
    ]  # fmt: skip


def test_a_list_of_domains_tells_which_customers_it_adds(c7):
    ava = build.brand("ava")
    found = preview("domain;customer number;customer name;brand\na.com.ua;c7;;\nb.com.ua;c8;Нова;ava\n")

    assert [(one.name, list(one.about())) for one in found.new_customers] == [
        ("c8", ["Customer name: Нова", f"Brand: {ava.name}"])
    ]
    assert found.new_domains == []


def test_domains_and_customers_of_bad_rows_are_not_told_as_new(c7):
    found = preview("address;customer number;customer name;status\na@new.com.ua;c8;Нова;what\n")

    assert (found.new_domains, found.new_customers) == ([], [])


def test_a_fingerprint_changes_with_the_domains_and_customers_that_come_along(c7):
    build.server("s2")
    text = "address;customer number;customer name;server\npetro@new.com.ua;c8;Нова;s1\n"
    seen = {preview(text.replace(*change)).fingerprint() for change in (("", ""), ("s1", "s2"), ("Нова", "Нове"))}

    assert len(seen) == 3


def test_the_customer_of_the_whole_file_is_for_rows_that_name_none():
    build.server()
    build.customer("c7")
    build.customer("c8")
    save(preview("domain;customer number\na.com.ua;\nb.com.ua;c8\n", customer="c7"))

    assert dict(DomainName.objects.values_list("name", "domain__customer__ref")) == {"a.com.ua": "c7", "b.com.ua": "c8"}


def test_an_unknown_domain_without_a_customer_is_bad():
    found = preview("address\nolena@nowhere.com.ua\n")

    assert states(found) == ["bad"]
    assert "the row needs the number of its customer" in said(found, 2)


def test_rows_of_a_new_domain_with_different_customers_are_bad_but_the_first():
    build.server()
    build.customer("c7")
    build.customer("c8")

    assert states(preview("address;customer number\na@new.com.ua;c7\nb@new.com.ua;c8\n")) == ["new", "bad"]


def test_an_unknown_customer_is_bad_unless_the_file_names_or_the_reader_wants_it():
    build.server()
    rows = "domain;customer number;customer name\na.com.ua;c7;\nb.com.ua;c8;ТОВ «Нова»\n"

    assert states(preview(rows)) == ["bad", "new"]
    assert states(preview(rows, create_customers=True)) == ["new", "new"]
    save(preview(rows))
    assert list(Customer.objects.values_list("ref", "name")) == [("c8", "ТОВ «Нова»")]


def test_a_customer_named_by_many_rows_is_added_once():
    build.server()
    save(preview("domain;customer number;customer name\na.com.ua;c7;Нова\nb.com.ua;c7;\n"))

    assert Customer.objects.count() == 1
    assert Domain.objects.filter(customer__ref="c7").count() == 2


@pytest.mark.parametrize("kind", ["domain", "address"])
def test_other_data_of_existing_customers_is_told_and_not_written(kind):
    build.brand("ava")
    customer = build.customer("c7", name="Нова", email="info@nova.org.ua")
    build.domain("a.com.ua", customer=customer)
    key = {"domain": "a.com.ua", "address": "m{}@a.com.ua"}[kind]
    heads = f"{kind};customer number;customer name;customer e-mail;brand\n"
    told = [(heads + key.format(1) + row) for row in (";c7;Стара;;\n", ";c7;;x@y.ua;\n", ";c7;;;ava\n", ";;Стара;;\n")]
    silent = [(heads + key.format(1) + row) for row in (";c7;Нова;info@nova.org.ua;\n", ";c7;;;\n")]

    for text in told:
        assert any("1 row has other data of an existing customer" in note for note in preview(text).notes)
        save(preview(text))
    for text in silent:
        assert not any("other data" in note for note in preview(text).notes)
    assert list(Customer.objects.values_list("name", "email", "brand")) == [("Нова", "info@nova.org.ua", None)]


def test_the_brand_that_customers_without_one_have_is_no_other_data():
    build.brand("usual", is_default=True)
    build.domain("a.com.ua", customer=build.customer("c7"))

    assert not any("other data" in note for note in preview("domain;brand\na.com.ua;usual\n").notes)


def test_rows_that_contradict_each_other_about_a_new_customer_are_bad_but_the_first():
    build.server()
    build.brand("ava")
    build.brand("beta")
    heads = "domain;customer number;customer name;customer e-mail;brand\n"
    found = preview(heads + "a.com.ua;c7;Нова;;ava\nb.com.ua;c7;Стара;x@y.ua;\nc.com.ua;c7;;;beta\nd.com.ua;c7;;;\n")

    assert states(found) == ["new", "bad", "bad", "new"]
    assert said(found, 3).startswith("Customer name: Rows of this new customer say different things")
    assert said(found, 4).startswith("Brand: Rows of this new customer")


def test_what_a_later_row_adds_about_a_new_customer_is_kept():
    build.server()
    save(preview("domain;customer number;customer name;customer e-mail\na.com.ua;c7;Нова;\nb.com.ua;c7;;x@y.ua\n"))

    assert list(Customer.objects.values_list("name", "email")) == [("Нова", "x@y.ua")]


def test_a_customer_that_only_bad_rows_need_is_not_added():
    build.server()
    save(preview("domain;customer number;customer name\ncom.ua;c7;Нова\n"))

    assert not Customer.objects.exists()


def test_a_domain_list_moves_a_domain_and_a_mailbox_list_does_not(firma):
    build.customer("c7")
    by_mailboxes = preview("address;customer number\nolena@firma.com.ua;c7\n")
    by_domains = preview("domain;customer number\nfirma.com.ua;c7\n")

    assert states(by_mailboxes) == ["bad"]
    assert said(by_domains, 2) == "Customer: c1001 → c7"
    save(by_domains)
    assert Domain.objects.get().customer.ref == "c7"


def test_a_domain_can_move_to_a_customer_whom_the_same_file_adds(firma):
    save(preview("domain;customer number;customer name\nfirma.com.ua;c7;Нова\n"))

    assert Domain.objects.get().customer.name == "Нова"


def test_a_new_domain_needs_a_server_where_there_are_several():
    build.server("s1")
    build.server("s2")
    build.customer("c7")
    found = preview("domain;customer number;server\na.com.ua;c7;\nb.com.ua;c7;s2\nc.com.ua;c7;s9\n")

    assert states(found) == ["bad", "new", "bad"]
    assert "needs a mail server" in said(found, 2)
    assert "no such mail server" in said(found, 4)


@pytest.mark.parametrize("typed", ["Київ", "КИЇВ", "київ"])
def test_a_server_is_known_by_its_name_in_any_case(typed):
    build.server("s1")
    build.server("Київ")
    build.customer("c7")
    save(preview(f"domain;customer number;server\na.com.ua;c7;{typed}\n"))

    assert Domain.objects.get().server.name == "Київ"


def test_a_new_alias_waits_where_its_primary_name_does(firma):
    domain = Domain(customer=firma.customer, server=firma.server)
    build.save(domain, DomainName(domain=domain, name="gmail.com", is_primary=True, is_confirmed=False))

    save(preview("domain;aliases\ngmail.com;own.example\nfirma.com.ua;other.example\n"))

    assert not DomainName.objects.get(name="own.example").is_confirmed
    assert DomainName.objects.get(name="other.example").is_confirmed


def test_an_alias_is_added_and_none_is_taken_away_or_stolen(firma):
    build.domain("other.com.ua")
    found = preview("domain;aliases\nfirma.com.ua;фірма.укр\nother.com.ua;firma.ua\n")

    assert states(found) == ["changed", "bad"]
    assert said(found, 2) == "Alias names: firma.ua → firma.ua, фірма.укр"
    save(found)
    assert firma.names.count() == 3


def test_what_a_plan_is_refused_for_stands_at_its_row(firma):
    build.customer("c7")
    own = preview("address;login\nolena@firma.com.ua;fi01\npetro@firma.com.ua;petro@firma.com.ua\n")
    suffix = preview("domain;customer number\ncom.ua;c7\n")

    assert states(own) == ["bad", "unchanged"]
    assert "Choose in the domain" in said(own, 2)
    assert states(suffix) == ["bad"]
    assert said(suffix, 2).startswith("Domain: com.ua is an ending")


def test_rows_of_a_domain_that_cannot_be_added_are_all_bad():
    build.server()
    build.customer("c7")

    assert states(preview("address;customer number\na@com.ua;c7\nb@com.ua;c7\nc@a.com.ua;c7\n")) == [
        "bad",
        "bad",
        "new",
    ]


def test_mailboxes_that_the_file_does_not_have_are_offered_and_kept_by_default(firma):
    found = preview("address\nolena@firma.com.ua\n")

    assert names(found, State.MISSING) == ["petro@firma.com.ua"]
    save(found)
    assert "petro@firma.com.ua" in addresses()


def test_forwarders_are_missing_only_from_a_list_that_tells_kinds(firma):
    assert names(preview("address;kind\nolena@firma.com.ua;mailbox\n"), State.MISSING) == [
        "petro@firma.com.ua", "all@firma.com.ua",
    ]  # fmt: skip


@pytest.mark.parametrize(("there", "missing", "braked"), [(10, 2, False), (10, 3, True), (2, 1, True)])
def test_more_than_a_fifth_of_a_domain_has_to_be_confirmed_by_its_number(there, missing, braked):
    build.domain("firma.com.ua", mailboxes=[f"m{n}" for n in range(there)])
    build.domain("large.com.ua", mailboxes=[f"m{n}" for n in range(50)])
    kept = [f"m{n}@firma.com.ua" for n in range(missing, there)] + [f"m{n}@large.com.ua" for n in range(50)]
    found = preview("\n".join(["address", *kept]))

    assert found.braked is braked
    for wrong in (None, missing + 1) if braked else ():
        with pytest.raises(imports.NotConfirmed):
            save(found, remove_missing=True, confirmed=wrong)
    save(found, remove_missing=True, confirmed=missing)
    assert Mailbox.objects.count() == there - missing + 50


def test_a_domain_with_a_bad_row_offers_nothing_for_removal(firma):
    build.domain("other.com.ua", mailboxes=["a", "b"])
    found = preview("address;status\nolena@firma.com.ua;what\na@other.com.ua;\n")

    assert names(found, State.MISSING) == ["b@other.com.ua"]


def test_an_address_that_cannot_be_read_lets_nothing_be_offered_for_removal(firma):
    found = preview("address\nolena@firma.com.ua\npet ro@firma.com.ua\n")

    assert found.missing == []
    assert any("nothing is offered for removal" in note for note in found.notes)


def test_a_cell_beyond_the_headings_makes_the_row_bad_and_lets_nothing_be_offered_for_removal(firma):
    build.domain("other.com.ua", mailboxes=["a", "b"])
    found = preview("адреса\nolena@firma.com.ua, a@other.com.ua\nb@other.com.ua\n")

    assert states(found) == ["bad", "unchanged"]
    assert "more cells than there are headings" in said(found, 2)
    assert found.missing == []


def test_a_row_of_nothing_but_a_cell_beyond_the_headings_is_bad(firma):
    found = preview("адреса\nolena@firma.com.ua\n,petro@firma.com.ua\n")

    assert states(found) == ["unchanged", "bad"]
    assert found.missing == []


def test_empty_cells_beyond_the_headings_are_no_fault(firma):
    assert states(preview("address;name\nolena@firma.com.ua;Олена;;\n")) == ["unchanged"]


DOMAINS = "domain;customer number\n"


@pytest.fixture
def two_customers():
    """c1 with five domains, of which one has three mailboxes, and c2 with one domain."""
    c1, c2 = build.customer("c1"), build.customer("c2")
    for n in range(4):
        build.domain(f"d{n}.com.ua", customer=c1)
    build.domain("d4.com.ua", aliases=["d4.ua"], customer=c1, mailboxes=["a", "b", "c"])
    build.domain("other.com.ua", customer=c2)
    return c1, c2


def rows_of(*numbers):
    return "".join(f"d{n}.com.ua;c1\n" for n in numbers)


def test_domains_of_the_customers_in_a_list_that_it_does_not_have_are_offered_with_their_mailboxes(two_customers):
    found = preview(DOMAINS + rows_of(0, 1, 2, 3))

    assert [(line.name, list(line.about())) for line in found.of(State.MISSING)] == [
        ("d4.com.ua", ["3 mailboxes would go with it."])
    ]
    assert not found.braked
    save(found)
    assert Domain.objects.count() == 6
    before = everything()

    change_set = save(preview(DOMAINS + rows_of(0, 1, 2, 3)), remove_missing=True)

    assert not DomainName.objects.filter(name__in=["d4.com.ua", "d4.ua"]).exists()
    assert Domain.objects.count() == 5
    assert Mailbox.objects.count() == 0
    changes.apply(reverting.prepare(change_set.changes.all()).plan, ChangeSet(source="revert"))
    assert everything() == before


def test_more_than_a_fifth_of_a_customers_domains_has_to_be_confirmed_by_its_number(two_customers):
    found = preview(DOMAINS + rows_of(0, 1, 4))

    assert found.braked
    for wrong in (None, 1):
        with pytest.raises(imports.NotConfirmed):
            save(found, remove_missing=True, confirmed=wrong)
    save(found, remove_missing=True, confirmed=2)
    assert Domain.objects.filter(customer__ref="c1").count() == 3


def test_an_alias_in_a_list_of_domains_stands_for_its_domain(two_customers):
    assert preview(f"{DOMAINS}{rows_of(0, 1, 2, 3)}d4.ua;c1\n").missing == []


def test_the_list_of_domains_of_cpanel_offers_what_an_account_no_longer_has(two_customers):
    found = preview("*: nobody\n" + "".join(f"d{n}.com.ua: c1\n" for n in range(4)))

    assert names(found, State.MISSING) == ["d4.com.ua"]


@pytest.mark.parametrize(
    ("rows", "said_why"),
    [("d0.com.ua;c1\nother.com.ua;\n", "Not every row names its customer"),
     ("d0.com.ua;c1\nне домен;c1\n", "Some names of domains could not be read"),
     ("d0.com.ua;c1\nd1.com.ua, d2.com.ua;c1;x\n", "Some names of domains could not be read")],
)  # fmt: skip
def test_where_a_list_of_domains_may_be_a_part_nothing_is_offered_and_it_says_why(two_customers, rows, said_why):
    found = preview(DOMAINS + rows)

    assert found.missing == []
    assert any(said_why in note and "nothing is offered" in note for note in found.notes)


def test_a_customer_with_a_bad_row_offers_no_domain_for_removal(two_customers):
    build.domain("second.com.ua", customer=two_customers[1])
    found = preview("domain;customer number;status\nd0.com.ua;c1;what\nother.com.ua;c2;\n")

    assert names(found, State.MISSING) == ["second.com.ua"]


def test_the_list_of_one_server_offers_nothing_of_another(two_customers):
    build.domain("far.com.ua", customer=two_customers[1], server=build.server("s2"))
    found = preview(f"{DOMAINS}other.com.ua;c2\n")

    assert found.missing == []
    assert any("1 domain of these customers is on a mail server" in note for note in found.notes)


def test_a_fingerprint_changes_with_the_mailboxes_that_would_go(two_customers):
    rows = DOMAINS + rows_of(0, 1, 2, 3)
    before = preview(rows).fingerprint()
    build.save(Mailbox(domain=Domain.objects.get(names__name="d4.com.ua"), local_part="d"))

    assert preview(rows).fingerprint() != before


def test_saving_is_one_change_set_that_can_be_reverted(firma):
    before = addresses()
    change_set = save(preview("address;name\npetro@firma.com.ua;Петро\nnew@firma.com.ua;\n"))

    changes.apply(reverting.prepare(change_set.changes.all()).plan, ChangeSet(source="revert"))

    assert addresses() == before
    assert Mailbox.objects.get(local_part="petro").name == ""


def test_a_row_that_somebody_changed_since_the_preview_refuses_the_whole_plan(firma):
    found = preview("address;name\npetro@firma.com.ua;Петро\nnew@firma.com.ua;\n")
    save(preview("address;name\npetro@firma.com.ua;Пилип\n"))

    with pytest.raises(changes.Refused):
        save(found)
    assert "new@firma.com.ua" not in addresses()


def test_a_failure_in_the_middle_of_saving_leaves_nothing_of_the_list(firma, monkeypatch):
    before, number = everything(), ChangeSet.objects.count()
    found = preview("address;name\npetro@firma.com.ua;Петро\nnew@firma.com.ua;\n")

    def broken(_plan, _change_set):
        assert "new@firma.com.ua" in addresses()
        raise ConnectionError

    monkeypatch.setattr("mailsettings.changes.applying.log", broken)
    with pytest.raises(ConnectionError):
        save(found, remove_missing=True, confirmed=len(found.missing))

    assert everything() == before
    assert ChangeSet.objects.count() == number


def test_a_fingerprint_changes_with_what_would_be_done_and_only_then(firma):
    rows = "address;name\npetro@firma.com.ua;Петро\n"
    before = preview(rows).fingerprint()
    assert preview(rows).fingerprint() == before

    save(preview("address;name\npetro@firma.com.ua;Пилип\n"))

    assert preview(rows).fingerprint() != before


def test_a_foreign_mx_is_told_and_an_unknown_one_is_not():
    build.server(mx=["mx1.hoster.example"])
    for name in ("here.com.ua", "elsewhere.com.ua", "unknown.com.ua"):
        build.domain(name)
    known = {
        "here.com.ua": answer("here.com.ua", "mx1.hoster.example"),
        "elsewhere.com.ua": answer("elsewhere.com.ua", "mx.google.example"),
    }
    rows = "domain\nhere.com.ua\nelsewhere.com.ua\nunknown.com.ua\n"

    found = preview(rows, mx_of=known.get)

    assert found.mx_checked
    assert [line.name for line in found.foreign_mx] == ["elsewhere.com.ua"]
    assert "mx.google.example" in said(found, 3)
    assert not preview(rows).mx_checked


def test_no_row_asks_the_database_by_itself(django_assert_max_num_queries):
    build.domain("firma.com.ua", mailboxes=[f"m{n}" for n in range(40)], logins="published")
    rows = "\n".join(["address;name;login", *(f"m{n}@firma.com.ua;N{n};l{n}" for n in range(80))])

    with django_assert_max_num_queries(30):
        found = preview(rows)
    assert found.counts[State.CHANGED] == found.counts[State.NEW] == 40
    with django_assert_max_num_queries(30):
        save(found)


def test_no_row_of_a_domain_list_asks_the_database_by_itself(django_assert_max_num_queries):
    for n in range(20):
        build.domain(f"d{n}.com.ua", aliases=[f"d{n}.ua"])
    build.customer("c7")
    lines = [f"d{n}.com.ua;d{n}.org.ua;c7;s1;suspended" for n in range(40)]

    with django_assert_max_num_queries(30):
        found = preview("\n".join(["domain;aliases;customer number;server;status", *lines]))
    assert found.counts[State.CHANGED] == found.counts[State.NEW] == 20


def test_the_log_never_holds_what_stood_in_a_column_of_passwords(firma):
    save(preview("address;password;name\nnew@firma.com.ua;very-secret-1;N\npetro@firma.com.ua;very-secret-2;P\n"))

    logged = str(list(Change.objects.values_list("before", "after", "object_name")))
    assert "very-secret" not in logged
