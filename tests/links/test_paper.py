"""Printed sheets of a domain whose user names are private: each leads to a personal link of its own."""

import logging
import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import ChangeSet, Membership, User
from mailsettings import personal, privacy, work
from mailsettings.formats.qr import qr_code
from mailsettings.models import Domain, Mailbox, PersonalLink
from tests import build
from tests.admin.desk import MAILBOX, Desk, operator, page, person
from tests.formats.qr_readers import Picture, modules
from tests.pages.browsing import get, page_of

from .browsing import links_url

pytestmark = pytest.mark.django_db
NOON = "2026-11-24 12:00:00+00:00"
ORIGIN = "https://portal.example"
BOXES = [{"local_part": "olena", "login": "d7720"}, "petro", {"local_part": "info", "kind": "forwarder"},
         {"local_part": "gone", "status": "suspended"}]  # fmt: skip


@pytest.fixture
def domain():
    return build.domain("firma.com.ua", logins="private", mailboxes=BOXES)


@pytest.fixture
def olena(domain):
    return Mailbox.objects.get(local_part="olena")


def customer_of(domain, username="office"):
    user = User.objects.create_user(username)
    build.save(Membership(user=user, role="customer", customer=domain.customer))
    return Desk(user)


def sheets_path(domain, language="en"):
    return f"/{language}/mine/{domain.pk}/sheets/"


def prepared(domain, language="en"):
    return customer_of(domain).post(sheets_path(domain, language))


def printed_at_the_desk(mailbox, desk=None):
    return (desk or operator()).post(links_url(mailbox), {"do": "paper"})


def links_in(response):
    return [sheet.link for sheet in response.context["sheets"]]


def opened(client, link, origin=ORIGIN):
    assert link.startswith(f"{origin}/")
    return get(client, link.removeprefix(origin), origin.removeprefix("https://"))


# --- For customers ----------------------------------------------------------------------------------------------------


def test_looking_at_the_sheets_makes_nothing_and_offers_links(domain):
    response = customer_of(domain).get(sheets_path(domain))

    assert not PersonalLink.objects.exists()
    assert links_in(response) == ["", ""]
    assert "Prepare sheets with links" in page_of(response).text


def test_each_mailbox_gets_a_link_that_shows_its_own_user_name(domain, client):
    response = prepared(domain)

    olena, petro = links_in(response)
    assert "d7720" in page_of(opened(client, olena)).text
    assert "petro@firma.com.ua" in page_of(opened(client, petro)).text
    assert PersonalLink.objects.filter(way="paper").count() == PersonalLink.objects.count() == 2


def test_the_link_stands_under_a_code_in_place_of_the_public_address(domain):
    response = prepared(domain)
    page = page_of(response)

    assert all(link in page.text for link in links_in(response))
    assert f"{ORIGIN}/en/d/firma.com.ua/" not in page.text
    assert "QR code: the page with the settings of olena@firma.com.ua" in page.text


@pytest.mark.parametrize("language", ["uk", "en"])
def test_a_scanner_reads_the_link_in_black_on_white(domain, language):
    response = prepared(domain, language)
    pictures = re.findall(
        r'<svg class="qr" viewBox="0 0 (\d+) \1" role="img"[^>]*><title>[^<]+</title>'
        r'<rect width="\1" height="\1" fill="#fff"/><path d="([^"]+)" fill="#000"/>',
        response.content.decode(),
    )

    read = [Picture(int(side), "", modules(path)).text for side, path in pictures]
    assert read == links_in(response)
    assert all(link.startswith(f"{ORIGIN}/{language}/s/") for link in read)


def test_a_link_is_short_enough_for_modules_that_a_phone_reads_off_paper():
    token = "A" * personal.TOKEN_LENGTH
    ordinary, longest = f"https://mail.hoster.example/uk/s/{token}/", f"https://{'x' * 63}.{'y' * 63}.ua/uk/s/{token}/"

    assert 35 / qr_code(ordinary).side > 0.8
    assert 35 / qr_code(longest).side > 0.5


@pytest.mark.parametrize(
    ("language", "said"), [("uk", "діють до 24 листопада 2027 року."), ("en", "until 24 November 2027.")]
)
def test_a_sheet_says_until_when_its_link_works(domain, time_machine, language, said):
    time_machine.move_to(NOON, tick=False)

    assert said in page_of(prepared(domain, language)).text


def test_a_link_ends_after_a_year_and_then_leads_to_the_public_page(domain, client, time_machine):
    time_machine.move_to(NOON, tick=False)
    link = links_in(prepared(domain))[0]

    time_machine.move_to("2027-11-24 11:59:00+00:00", tick=False)
    assert opened(client, link).status_code == 200
    time_machine.move_to("2027-11-24 12:00:00+00:00", tick=False)
    answer = opened(client, link)
    assert answer.status_code == 410
    assert "/en/d/firma.com.ua/" in page_of(answer).attributes("href")


def test_preparing_again_makes_new_links_and_leaves_the_earlier_sheets_as_they_are(domain, client):
    browser = customer_of(domain)
    first, second = (links_in(browser.post(sheets_path(domain))) for _ in range(2))

    assert len({*first, *second}) == 4
    assert {opened(client, link).status_code for link in first + second} == {200}


def test_what_happens_to_earlier_sheets_is_said_before_and_after(domain):
    browser = customer_of(domain)
    said = "Sheets printed earlier keep working"

    assert said in page_of(browser.get(sheets_path(domain))).text
    assert said in page_of(browser.post(sheets_path(domain))).text


def test_links_are_kept_by_nobody(domain):
    response = prepared(domain)

    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Robots-Tag"] == "noindex"
    rows = str(list(PersonalLink.objects.values()))
    for link in links_in(response):
        token = link.rstrip("/").rpartition("/")[2]
        assert token not in rows
        assert token not in response.cookies.output()
        assert token not in str(response.headers)


def test_no_log_has_a_link(domain, caplog):
    caplog.set_level(logging.DEBUG)
    links = links_in(prepared(domain))

    assert not [link for link in links if link.rstrip("/").rpartition("/")[2] in caplog.text]


def test_only_the_mailboxes_of_the_shown_part_get_links():
    many = build.domain("many.com.ua", logins="private", mailboxes=[f"box{number:03}" for number in range(120)])
    response = customer_of(many).post(sheets_path(many) + "?page=2")

    assert len(links_in(response)) == PersonalLink.objects.count() == 20
    assert PersonalLink.objects.order_by("mailbox__local_part").first().mailbox.local_part == "box100"


def test_a_hundred_links_are_written_at_once(django_assert_max_num_queries):
    many = build.domain("many.com.ua", logins="private", mailboxes=[f"box{number:03}" for number in range(100)])
    browser = customer_of(many)

    # One for the settings of each mailbox, as where they are only looked at.
    with django_assert_max_num_queries(120):
        assert len(links_in(browser.post(sheets_path(many)))) == 100


def test_preparing_is_throttled_for_each_person(domain, monkeypatch):
    monkeypatch.setattr("mailsettings.pages.mine.MOST_IN_AN_HOUR", 2)
    browser = customer_of(domain)
    answers = [browser.post(sheets_path(domain)) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert "come back in an hour" in page_of(answers[2]).text
    assert PersonalLink.objects.count() == 4


def test_another_site_cannot_make_a_customer_prepare_links(domain):
    browser = Client(enforce_csrf_checks=True, headers={"host": "portal.example"})
    browser.force_login(customer_of(domain).get("/en/mine/").wsgi_request.user)

    assert browser.post(sheets_path(domain), secure=True).status_code == 403
    assert not PersonalLink.objects.exists()


@pytest.mark.parametrize("logins", ["pattern", "published"])
def test_nothing_changes_where_the_public_page_shows_the_user_name(logins):
    plain = build.domain("firma.com.ua", logins=logins, mailboxes=["olena"])
    browser = customer_of(plain)

    for response in (browser.get(sheets_path(plain)), browser.post(sheets_path(plain))):
        assert links_in(response) == [""]
        assert f"{ORIGIN}/en/d/firma.com.ua/" in page_of(response).text
        assert "Prepare sheets with links" not in page_of(response).text
    assert not PersonalLink.objects.exists()


def test_the_link_is_at_the_own_host_of_the_brand(client):
    brand = build.brand("ava", hosts=["help.ava.example"])
    customer = build.customer(brand=brand)
    theirs = build.domain("firma.com.ua", customer=customer, logins="private", mailboxes=["olena"])

    (link,) = links_in(prepared(theirs))

    assert opened(client, link, "https://help.ava.example").status_code == 200


@pytest.mark.parametrize("who", ["nobody", "another customer", "support", "operator"])
def test_nobody_else_prepares_the_sheets_of_a_customer(domain, who):
    other = build.domain("other.com.ua", customer=build.customer("c2"))
    brand = build.brand("ours", is_default=True)
    browsers = {
        "nobody": Desk,
        "another customer": lambda: customer_of(other, "other"),
        "support": lambda: Desk(person("support", brand=brand)),
        "operator": operator,
    }
    response = browsers[who]().post(sheets_path(domain))

    assert response.status_code == (302 if who == "nobody" else 404)
    assert not PersonalLink.objects.exists()


def test_a_domain_without_service_has_no_sheets(domain):
    Domain.objects.filter(pk=domain.pk).update(status="suspended")

    assert prepared(domain).status_code == 404
    assert not PersonalLink.objects.exists()


# --- At the desk ------------------------------------------------------------------------------------------------------


def test_a_card_and_the_page_of_links_print_a_sheet_with_one_press(olena):
    desk = operator()

    for path in (page(MAILBOX, "card", olena.pk), links_url(olena)):
        shown = page_of(desk.get(path))
        assert shown.all("button", name="do", value="paper"), path
        assert not shown.all("input", name="addresses")
    assert not PersonalLink.objects.exists()


def test_a_sheet_of_the_desk_is_in_the_customers_language_and_its_link_works(olena, client):
    response = printed_at_the_desk(olena)

    (link,) = links_in(response)
    assert link.startswith(f"{ORIGIN}/uk/s/")
    assert "d7720" in page_of(opened(client, link)).text
    assert "Налаштування пошти для" in page_of(response).text
    assert "no-store" in response["Cache-Control"]
    made = PersonalLink.objects.get()
    assert (made.way, made.mailbox, made.created_by.username) == ("paper", olena, "operator")


def test_the_desk_lists_paper_and_revokes_it_like_every_other_link(domain, olena, client):
    link = links_in(prepared(domain))[0]
    desk = operator()
    row = PersonalLink.objects.get(mailbox=olena)
    assert "printed sheet" in page_of(desk.get(links_url(olena))).text
    assert "printed sheet" in page_of(desk.get(page(MAILBOX, "card", olena.pk))).text

    desk.post(links_url(olena), {"do": "revoke", "link": row.pk, "reason": "the sheet was lost"})

    assert opened(client, link).status_code == 410


@pytest.mark.parametrize("local_part", ["info", "gone"])
def test_what_cannot_be_set_up_has_no_sheet(domain, local_part):
    box = Mailbox.objects.get(local_part=local_part)
    desk = operator()

    assert not page_of(desk.get(links_url(box))).all("button", value="paper")
    assert printed_at_the_desk(box, desk).status_code == 302
    assert not PersonalLink.objects.exists()


def test_a_domain_has_no_sheet_of_its_own(domain):
    path = reverse("admin:mailsettings_domain_links", args=[domain.pk])
    response = operator().post(path, {"do": "paper"}, follow=True)

    assert "There is no sheet with a link for this record." in page_of(response).text
    assert not PersonalLink.objects.exists()


def test_a_mailbox_whose_user_name_is_public_has_the_sheet_that_it_had():
    build.domain("firma.com.ua", logins="published", mailboxes=["olena"])
    box = Mailbox.objects.get()
    shown = page_of(operator().get(page(MAILBOX, "card", box.pk)))

    assert shown.all("input", name="addresses", value="olena@firma.com.ua")
    assert not shown.all("button", value="paper")


@pytest.mark.parametrize(("brand", "made"), [("ours", 1), ("other", 0)])
def test_support_prints_sheets_of_its_own_brand_alone(brand, made):
    brands = {slug: build.brand(slug) for slug in ("ours", "other")}
    customer = build.customer(brand=brands["ours"])
    build.domain("firma.com.ua", customer=customer, logins="private", mailboxes=["olena"])
    response = printed_at_the_desk(Mailbox.objects.get(), Desk(person("support", brand=brands[brand])))

    assert PersonalLink.objects.count() == made
    assert response.status_code == (200 if made else 302)


def test_a_customer_gets_no_sheet_from_the_desk(domain, olena):
    response = printed_at_the_desk(olena, customer_of(domain))

    assert "/admin/login/" in response["Location"]
    assert not PersonalLink.objects.exists()


# --- Afterwards -------------------------------------------------------------------------------------------------------


def test_opening_a_sheets_link_is_counted(domain, olena, client):
    path = links_in(prepared(domain))[0].removeprefix(ORIGIN)
    client.post(f"{path}seen/", secure=True, HTTP_HOST="portal.example")

    assert PersonalLink.objects.get(mailbox=olena).opened == 1


def test_what_is_over_is_cleared_away(domain, settings, time_machine):
    settings.LINK_DAYS = 90
    time_machine.move_to(NOON, tick=False)
    prepared(domain)

    time_machine.move_to("2028-02-21 12:00:00+00:00", tick=False)
    work.run(work.jobs()["links"])
    assert PersonalLink.objects.count() == 2
    time_machine.move_to("2028-02-23 12:00:00+00:00", tick=False)
    work.run(work.jobs()["links"])
    assert not PersonalLink.objects.exists()


def test_paper_is_exported_and_erased_with_the_customers_data(domain, client):
    link = links_in(prepared(domain))[0]
    document = privacy.export(domain.customer)

    assert [row["way"] for row in document["links"]] == ["paper", "paper"]
    assert link.rstrip("/").rpartition("/")[2] not in privacy.as_text(document)
    privacy.erase(domain.customer, privacy.Domains.SUSPEND, ChangeSet(reason="asked for"))
    assert opened(client, link).status_code == 404
