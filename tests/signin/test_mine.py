"""What a customer who signed in sees: theirs, exactly, and nothing of anybody else."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.models import Membership, User
from mailsettings.models import Domain, Mailbox, PersonalLink
from mailsettings.pages import mine
from tests import build
from tests.admin.desk import CUSTOMER, MAILBOX, page, person
from tests.admin.desk import operator as operator_desk
from tests.pages.browsing import page_of

from .steps import CONTACT, Browser

pytestmark = pytest.mark.django_db
SECRET = "rivalry"
PORTAL = {"host": "portal.example"}
# What leads to the sign-in from the foot of a page.
WAY_IN = "?next=%2Fen%2Fmine%2F"


@pytest.fixture
def customer():
    """A customer with a domain, beside one of somebody else."""
    mine = build.customer("c1001", email=CONTACT)
    other = build.customer(SECRET)
    build.domain(
        "firma.com.ua", customer=mine, logins="private",
        mailboxes=["petro", {"local_part": "olena", "name": "Олена", "login": "d7720", "pop3": False},
                   {"local_part": "info", "kind": "forwarder"}, {"local_part": "gone", "status": "suspended"}],
    )  # fmt: skip
    build.domain(f"{SECRET}.com.ua", customer=other, mailboxes=[SECRET])
    return mine


def signed_in(customer=None):
    return Browser(signed_in_user(customer))


def signed_in_user(customer=None):
    user = User.objects.create_user("somebody")
    if customer:
        build.save(Membership(user=user, role="customer", customer=customer))
    return user


def paths(domain, mailbox):
    return [
        "/en/mine/",
        f"/en/mine/{domain.pk}/",
        f"/en/mine/{domain.pk}/sheets/",
        f"/en/mine/mailbox/{mailbox.pk}/",
    ]


def of(name):
    domain = Domain.objects.get(names__name=f"{name}.com.ua")
    return domain, domain.mailboxes.order_by("local_part").last()


def test_the_own_domains_are_listed_with_their_mailboxes_counted(customer):
    words = page_of(signed_in(customer).get("/en/mine/")).text

    assert "firma.com.ua 4 mailboxes" in words
    assert SECRET not in words


def test_a_domain_leads_to_its_mailboxes_sheets_and_dns_records(customer):
    domain, _mailbox = of("firma")

    found = page_of(signed_in(customer).get(f"/en/mine/{domain.pk}/"))

    links = [link["href"] for link in found.all("a")]
    assert f"/en/mine/{domain.pk}/sheets/?page=1" in links
    assert "/en/d/firma.com.ua/dns/" in links
    assert all(f"/en/mine/mailbox/{mailbox.pk}/" in links for mailbox in domain.mailboxes.all())
    assert "olena@firma.com.ua" in found.text


def test_a_mailbox_shows_its_own_user_name_though_it_is_private(customer):
    mailbox = Mailbox.objects.get(local_part="olena")

    words = page_of(signed_in(customer).get(f"/en/mine/mailbox/{mailbox.pk}/")).text

    assert "d7720" in words
    assert "has a user name of its own" in words
    assert "POP3 instead of IMAP" not in words


def test_a_mailbox_of_a_ukrainian_domain_says_why_the_values_are_written_otherwise(customer):
    domain = build.domain("фірма.укр", customer=customer, mailboxes=["olena"])

    words = page_of(signed_in(customer).get(f"/en/mine/mailbox/{domain.mailboxes.get().pk}/")).text

    assert f"Mail programs know this domain as {domain.primary_name}" in words


def test_a_list_of_mailboxes_says_what_is_not_an_ordinary_one(customer):
    domain, _mailbox = of("firma")

    words = page_of(signed_in(customer).get(f"/en/mine/{domain.pk}/")).text

    assert "info@firma.com.ua Forwards its mail" in words
    assert "gone@firma.com.ua Suspended" in words
    assert "olena@firma.com.ua Олена" in words


def test_nobody_is_asked_to_sign_in_twice(customer):
    browser = signed_in(customer)

    for path in (*paths(*of("firma")), "/accounts/2fa/", "/accounts/sessions/"):
        assert WAY_IN not in browser.get(path).content.decode(), path
    assert WAY_IN in Browser().get("/accounts/login/").content.decode()


def test_a_mailbox_says_which_protocol_is_off_for_it(customer):
    said = "POP3 is switched off for this mailbox."
    browser = signed_in(customer)

    words = {
        name: page_of(browser.get(f"/en/mine/mailbox/{Mailbox.objects.get(local_part=name).pk}/")).text
        for name in ("olena", "petro")
    }

    assert said in words["olena"]
    assert said not in words["petro"]


def test_the_way_to_the_instructions_keeps_the_exact_truth(customer):
    path = f"/en/mine/mailbox/{Mailbox.objects.get(local_part='olena').pk}/"
    browser = signed_in(customer)
    assert page_of(browser.get(path)).all("form", action=None, method="post")

    answer = browser.post(path)

    assert answer.status_code == 303
    assert answer["Cache-Control"] == "private, no-store"
    for below in ("", "guides/", "thunderbird/"):
        words = page_of(Client().get(answer["Location"] + below, secure=True, headers=PORTAL)).text
        assert "pop.firma.com.ua" not in words
        assert "d7720" in words or below == "guides/"
    token = answer["Location"].split("/")[-2]
    profile = Client().get(f"/s/{token}/apple.mobileconfig", secure=True, headers=PORTAL)
    assert b"d7720" in profile.content


def test_the_link_behind_the_instructions_is_the_customers_and_lasts_a_day(customer, time_machine):
    time_machine.move_to("2026-11-24 12:00:00+00:00", tick=False)
    mailbox = Mailbox.objects.get(local_part="olena")
    browser = signed_in(customer)

    browser.post(f"/uk/mine/mailbox/{mailbox.pk}/")

    link = PersonalLink.objects.get()
    assert (link.mailbox, link.created_by.username, link.language) == (mailbox, "somebody", "uk")
    assert link.expires_at - link.created_at == timedelta(days=1)
    listed = page_of(operator_desk().get(page(MAILBOX, "links", mailbox.pk))).text
    assert "somebody made by the customer" in listed


def test_a_link_is_made_for_nothing_that_cannot_be_set_up(customer):
    browser = signed_in(customer)

    for local_part in ("info", "gone"):
        path = f"/en/mine/mailbox/{Mailbox.objects.get(local_part=local_part).pk}/"
        assert not page_of(browser.get(path)).all("form", action=None, method="post")
        assert browser.post(path).status_code == 200

    assert not PersonalLink.objects.exists()


def test_nobody_makes_a_link_to_what_is_not_theirs(customer):
    _domain, other = of(SECRET)

    assert signed_in(customer).post(f"/en/mine/mailbox/{other.pk}/").status_code == 404
    assert Browser().post(f"/en/mine/mailbox/{other.pk}/").status_code == 302
    assert not PersonalLink.objects.exists()


def test_another_site_cannot_have_a_link_made(customer):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(signed_in_user(customer))

    answer = browser.post(f"/en/mine/mailbox/{of('firma')[1].pk}/", secure=True, headers=PORTAL)

    assert answer.status_code == 403
    assert not PersonalLink.objects.exists()


def test_links_to_instructions_are_made_at_most_so_often(customer, monkeypatch):
    monkeypatch.setattr(mine, "MOST_LINKS_IN_AN_HOUR", 1)
    path = f"/en/mine/mailbox/{of('firma')[1].pk}/"
    browser = signed_in(customer)

    answers = [browser.post(path) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 429]
    assert "come back in an hour" in page_of(answers[1]).text
    assert PersonalLink.objects.count() == 1


@pytest.mark.parametrize(
    ("local_part", "said"), [("info", "only forwards its mail"), ("gone", "This mailbox is suspended")]
)
def test_a_mailbox_that_cannot_be_set_up_says_why_instead(customer, local_part, said):
    mailbox = Mailbox.objects.get(local_part=local_part)

    words = page_of(signed_in(customer).get(f"/en/mine/mailbox/{mailbox.pk}/")).text

    assert said in words
    assert "imap.firma.com.ua" not in words


@pytest.mark.parametrize(("status", "said"), [("suspended", "suspended"), ("external", "with another company")])
def test_a_domain_without_service_says_so_everywhere(customer, status, said):
    domain, mailbox = of("firma")
    Domain.objects.filter(pk=domain.pk).update(status=status)
    browser = signed_in(customer)

    for path in (f"/en/mine/{domain.pk}/", f"/en/mine/mailbox/{mailbox.pk}/"):
        words = page_of(browser.get(path)).text
        assert said in words
        assert "imap.firma.com.ua" not in words
    assert browser.get(f"/en/mine/{domain.pk}/sheets/").status_code == 404


def test_a_mailbox_among_many_is_found_by_how_its_address_begins(customer):
    names = [f"box{number:02}" for number in range(60)]
    domain = build.domain("many.com.ua", customer=customer, mailboxes=[*names, "olena"])
    browser, path = signed_in(customer), f"/en/mine/{domain.pk}/"
    assert page_of(browser.get(path)).all("form", role="search", method="post", action=f"{path}#mailboxes")

    found = {text: page_of(browser.post(path, {"beginning": text})).text for text in ("Olena@many", "box", "ghost\0")}

    assert "olena@many.com.ua" in found["Olena@many"]
    assert "box01@many.com.ua" not in found["Olena@many"]
    assert "There are more such mailboxes." in found["box"]
    assert "No mailbox whose address begins so is recorded here." in found["ghost\0"]
    assert all("All mailboxes" in words for words in found.values())


def test_a_list_on_one_page_needs_no_search(customer):
    domain, _mailbox = of("firma")

    assert not page_of(signed_in(customer).get(f"/en/mine/{domain.pk}/")).all("form", role="search")


@pytest.mark.parametrize(
    ("status", "said"),
    [("active", "the public page shows the settings for every address"),
     ("suspended", "That does not mean that there is none."),
     ("external", "they are with the company that handles its mail")],
)  # fmt: skip
def test_a_domain_without_mailboxes_says_what_holds_for_its_state(customer, status, said):
    domain = build.domain("empty.com.ua", customer=customer, status=status)

    words = page_of(signed_in(customer).get(f"/en/mine/{domain.pk}/")).text

    assert said in words
    assert ("public page shows" in words) == (status == "active")


def test_sheets_are_printed_for_everybody_who_has_a_mailbox(customer):
    domain, _mailbox = of("firma")

    response = signed_in(customer).get(f"/en/mine/{domain.pk}/sheets/")

    words = page_of(response).text
    assert len(response.context["sheets"]) == 2
    assert "olena@firma.com.ua" in words
    assert "d7720" in words
    assert "info@firma.com.ua" not in words


def test_more_sheets_than_fit_are_parted(customer):
    domain = build.domain("many.com.ua", customer=customer, mailboxes=[f"box{number}" for number in range(120)])
    browser = signed_in(customer)

    parts = [len(browser.get(f"/en/mine/{domain.pk}/sheets/?page={number}").context["sheets"]) for number in (1, 2)]

    assert parts == [100, 20]
    assert "part 2" in page_of(browser.get(f"/en/mine/{domain.pk}/")).text


def test_nobody_sees_what_belongs_to_somebody_else(customer):
    browser = signed_in(customer)

    for path in paths(*of(SECRET))[1:]:
        assert browser.get(path).status_code == 404, path


@pytest.mark.parametrize("who", ["operator", "support", "reseller", "nothing"])
def test_a_role_at_the_desk_shows_nothing_here(customer, who):
    brand = build.brand("ava", is_default=True)
    users = {
        "operator": build.operator,
        "support": lambda: person("support", brand=brand),
        "reseller": lambda: person("reseller", brand=brand, is_staff=False),
        "nothing": lambda: User.objects.create_user("nothing"),
    }
    browser = Browser(users[who]())

    assert "firma" not in page_of(browser.get("/en/mine/")).text
    for path in paths(*of("firma"))[1:]:
        assert browser.get(path).status_code == 404, path


def test_strangers_are_sent_to_the_sign_in(customer):
    for path in paths(*of("firma")):
        assert Browser().get(path)["Location"] == f"/accounts/login/?next={path}"


def test_a_brands_host_sends_on_to_the_canonical_origin(customer, client):
    build.brand("ava", hosts=["help.ava.example"], is_default=True)

    response = client.get("/en/mine/", secure=True, headers={"host": "help.ava.example"})

    assert response["Location"] == "https://portal.example/en/mine/"


def test_without_a_domain_the_page_says_what_to_do():
    build.brand("ava", is_default=True, support_email="help@ava.example")

    words = page_of(signed_in().get("/en/mine/")).text

    assert "No domain is recorded" in words
    assert "say which domain is yours" in words


def test_the_pages_are_kept_by_nobody(customer):
    browser = signed_in(customer)

    for path in paths(*of("firma")):
        response = browser.get(path)
        assert response["Cache-Control"] == "private, no-store", path
        assert response["X-Robots-Tag"] == "noindex", path


def test_no_address_is_in_a_path(customer):
    domain, mailbox = of("firma")
    browser = signed_in(customer)

    for path in paths(domain, mailbox):
        assert not [
            link["href"] for link in page_of(browser.get(path)).all("a") if "@" in link["href"].replace("mailto:", "")
        ]


def test_a_list_of_domains_costs_the_same_however_many(customer, django_assert_max_num_queries):
    for number in range(30):
        build.domain(f"d{number}.com.ua", customer=customer)
    browser = signed_in(customer)

    with django_assert_max_num_queries(12):
        browser.get("/en/mine/")


def test_a_page_that_asks_for_a_password_says_whose_password_nobody_asks_for():
    build.brand("ava", is_default=True, support_email="help@ava.example")
    mailboxes, all_others = "ever asks for the password of your mailbox", "never asks for your password"

    for path, said, unsaid in (
        ("/accounts/login/", mailboxes, all_others),
        ("/en/help/", all_others, mailboxes),
    ):
        words = page_of(Browser().get(path)).text
        assert said in words, path
        assert unsaid not in words, path


def test_a_customer_at_the_desk_is_told_that_it_is_not_theirs(customer):
    answer = signed_in(customer).get("/admin/", follow=True)

    assert answer.status_code == 403
    words = page_of(answer).text
    assert "Your account has no access to the support desk." in words
    assert "reload" not in words


# --- A contact inside the own domain ----------------------------------------------------------------------------------


def test_staff_are_warned_of_a_contact_inside_the_customers_own_domain(customer):
    desk = operator_desk()

    response = desk.submit(page(CUSTOMER, "change", customer.pk), email="Olena@FIRMA.com.ua")

    assert response.status_code == 302
    customer.refresh_from_db()
    assert customer.email == "Olena@FIRMA.com.ua"
    words = desk.get(page(CUSTOMER, "change", customer.pk)).content.decode()
    assert words.count("Ask for a second address, at another provider") == 2


def test_a_contact_elsewhere_needs_no_warning(customer):
    desk = operator_desk()

    desk.submit(page(CUSTOMER, "change", customer.pk), email="olena@rivalry.com.ua")

    assert "Ask for a second address" not in desk.get(page(CUSTOMER, "change", customer.pk)).content.decode()


def test_a_directory_file_with_such_a_contact_is_applied_with_a_warning(customer, capsys, tmp_path):
    file = tmp_path / "directory.json"
    file.write_text('{"customers": [{"ref": "c1001", "email": "petro@firma.com.ua"}]}')

    call_command("apply", str(file))

    assert "c1001: The contact address lies in a domain of this customer." in capsys.readouterr().out
    customer.refresh_from_db()
    assert customer.email == "petro@firma.com.ua"
