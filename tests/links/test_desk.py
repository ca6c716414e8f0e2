"""Personal links at the desk: made, listed, revoked, and by whom."""

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from mailsettings import personal
from mailsettings.admin import links
from mailsettings.models import Domain, Mailbox, PersonalLink
from tests import build
from tests.admin.desk import Desk, operator, person
from tests.pages.browsing import get, page_of

from .browsing import form, link_to, links_url, made_url, mailbox

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["mailbox", "domain"])
def record(request):
    box = mailbox()
    return box if request.param == "mailbox" else box.domain


def test_the_page_of_a_record_leads_to_its_links(record):
    kind = record._meta.model_name
    shown = page_of(operator().get(reverse(f"admin:mailsettings_{kind}_change", args=[record.pk])))

    assert shown.all("a", href=links_url(record))


def test_links_that_work_are_listed_before_newer_ones_that_are_over(record, monkeypatch):
    monkeypatch.setattr(links, "LISTED", 2)
    old, _token = link_to(record)
    for _number in range(2):
        newer, _token = link_to(record)
        personal.revoke(newer, None)

    listed = operator().get(links_url(record)).context["links"]

    assert [link.pk for link in listed] == [old.pk, newer.pk]


def test_a_new_link_is_shown_once_and_works(record, client):
    desk = operator()
    response = desk.post(links_url(record), form(reason="asked on the phone"))
    url = made_url(response)

    assert "no-store" in response["Cache-Control"]
    assert get(client, url.removeprefix("https://portal.example")).status_code == 200
    assert url not in desk.get(links_url(record)).content.decode()
    link = PersonalLink.objects.get()
    assert (link.record, link.way, link.reason, link.created_by.username) == (
        record, "copy", "asked on the phone", "operator",
    )  # fmt: skip


def test_a_link_may_open_at_a_guide_in_a_language_and_last_a_day(record, client):
    url = made_url(operator().post(links_url(record), form(language="uk", guide="iphone", lasts="day")))
    link = PersonalLink.objects.get()

    assert url.startswith("https://portal.example/uk/s/")
    assert url.endswith("/iphone/")
    assert (link.expires_at - link.created_at).total_seconds() == pytest.approx(24 * 3600, abs=5)


def test_the_language_of_the_customer_is_chosen_and_a_week_too(record):
    shown = operator().get(links_url(record)).context["form"]

    assert shown["language"].value() == "uk"
    assert shown["lasts"].value() == "week"


def test_the_text_for_a_messenger_is_in_the_customers_language(record):
    text = page_of(operator().post(links_url(record), form(language="uk"))).text

    assert "Посилання діє до" in text


@pytest.mark.parametrize("values", [{"status": "suspended"}, {"kind": "forwarder"}, {"domain_status": "suspended"}])
def test_the_text_for_a_messenger_promises_no_settings_where_there_are_none(values):
    text = page_of(operator().post(links_url(mailbox(**values)), form(language="en"))).text

    assert "Here is how your mail stands now, and what to do:" in text
    assert "Here are your mail settings" not in text


def test_a_form_that_says_nothing_sensible_comes_back_with_its_faults(record):
    response = operator().post(links_url(record), form(language="xx", lasts="forever", guide="pegasus"))

    assert set(response.context["form"].errors) == {"language", "lasts", "guide"}
    assert not PersonalLink.objects.exists()


def test_a_list_without_links_says_what_to_do(record):
    assert "No link was made yet." in page_of(operator().get(links_url(record))).text


def test_the_list_tells_what_became_of_each_link(record):
    link, _token = link_to(record, reason="on the phone")
    personal.count_opened(link)
    personal.sent(link, "olena.koval@gmail.com")

    text = page_of(operator().get(links_url(record))).text

    assert "works until" in text
    assert "to o…@gmail.com" in text
    assert "on the phone" in text


def test_a_link_is_revoked_with_who_and_why(record):
    link, token = link_to(record)
    desk = operator()
    response = desk.post(links_url(record), {"do": "revoke", "link": link.pk, "reason": "wrong person"}, follow=True)

    link.refresh_from_db()
    assert (link.revoked_by.username, link.revoke_reason) == ("operator", "wrong person")
    assert not personal.find(token).works
    assert "wrong person" in page_of(response).text


@pytest.mark.parametrize("number", ["", "x", "0", "9" * 40, "-1", "١"])
def test_a_link_that_is_not_there_is_not_revoked(record, number):
    response = operator().post(links_url(record), {"do": "revoke", "link": number}, follow=True)

    assert "There is no such link to this record." in page_of(response).text


def test_a_link_of_another_record_is_not_revoked_here():
    box = mailbox()
    link, _token = link_to(box.domain)
    operator().post(links_url(box), {"do": "revoke", "link": link.pk})

    link.refresh_from_db()
    assert link.works


def test_support_sends_links_to_what_it_sees(record):
    brand = build.brand("ours", is_default=True)
    desk = Desk(person("support", brand=brand))

    assert desk.post(links_url(record), form()).status_code == 200
    assert PersonalLink.objects.get().created_by.username == "support"


@pytest.mark.parametrize("do", ["", "copy", "send", "code", "revoke"])
def test_support_of_another_brand_is_told_that_there_is_no_such_record(record, do):
    link, _token = link_to(record)
    desk = Desk(person("support", brand=build.brand("other")))
    data = form(do=do, link=link.pk)
    response = desk.post(links_url(record), data) if do else desk.get(links_url(record))

    assert response["Location"] == reverse("admin:index")
    assert PersonalLink.objects.get() == link
    assert PersonalLink.objects.get().works


@pytest.mark.parametrize("who", ["anonymous", "customer", "not staff"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_an_outsider_is_asked_to_sign_in(record, who, method):
    customer = Domain.objects.get().customer
    users = {
        "anonymous": lambda: None,
        "customer": lambda: person("customer", customer=customer),
        "not staff": lambda: get_user_model().objects.create_user("nobody"),
    }
    response = getattr(Desk(users[who]()), method)(links_url(record), form())

    assert "/admin/login/" in response["Location"]
    assert not PersonalLink.objects.exists()


def test_making_links_is_throttled_for_each_person(record, monkeypatch):
    monkeypatch.setattr("mailsettings.admin.links.MOST_IN_AN_HOUR", 2)
    desk = operator()
    answers = [desk.post(links_url(record), form()) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert "That was too often." in page_of(answers[2]).text
    assert PersonalLink.objects.count() == 2


def test_what_was_typed_is_kept_when_links_are_too_many(record, monkeypatch):
    monkeypatch.setattr("mailsettings.admin.links.MOST_IN_AN_HOUR", 0)
    response = operator().post(links_url(record), form(reason="звернення T-5"))

    assert response.status_code == 429
    assert response["Retry-After"]
    assert page_of(response).all("input", name="reason", value="звернення T-5")


def test_neither_a_mistake_nor_a_revocation_counts_as_a_link(record, monkeypatch):
    monkeypatch.setattr("mailsettings.admin.links.MOST_IN_AN_HOUR", 1)
    desk = operator()
    for _ in range(3):
        desk.post(links_url(record), form(lasts="for ever"))
        desk.post(links_url(record), {"do": "revoke", "link": "1"})

    assert desk.post(links_url(record), form()).status_code == 200
    assert PersonalLink.objects.count() == 1


def test_a_record_that_is_not_there_has_no_links():
    box = mailbox()

    assert operator().get(links_url(Mailbox(pk=box.pk + 1))).status_code == 302
