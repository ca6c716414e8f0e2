"""Where the mail of a domain goes, at the desk: asked only when somebody presses the button, and only for their own."""

import re

import dns.rcode
import pytest
from django.urls import reverse
from django.utils import translation

from accounts.models import ChangeSet
from mailsettings import mx
from mailsettings.admin.mail_exchange import in_words
from mailsettings.mx import Answer, Finding, MailHost, Outcome, State
from tests import build
from tests.admin.desk import DOMAIN, OUTSIDERS, Desk, operator, outsider, page, person
from tests.dns_server import serving
from tests.pages.browsing import page_of

pytestmark = pytest.mark.django_db
RECORDS = {
    "firma.com.ua": ["10 mx1.hoster.example."],
    "xn--80a1acn3a.xn--j1amh": ["1 aspmx.l.google.com."],
    "other.com.ua": dns.rcode.SERVFAIL,
    "moved.com.ua": ["10 mx.new-home.example."],
}


@pytest.fixture
def asked(settings):
    with serving(RECORDS) as (server, address):
        settings.DNS_SERVERS = [address]
        yield server.asked


@pytest.fixture
def domain():
    return build.domain("firma.com.ua", server=build.server(mx=["mx1.hoster.example"]))


def url(domain):
    return reverse("admin:mailsettings_domain_mx", args=[domain.pk])


def said(domain, desk=None):
    return page_of((desk or operator()).post(url(domain)))


def test_the_page_of_a_domain_has_the_button(domain):
    shown = page_of(operator().get(page(DOMAIN, "change", domain.pk)))

    assert shown.all("form", action=url(domain), method="post")


def test_a_domain_whose_mail_comes_here_is_told_so(domain, asked):
    shown = said(domain)

    assert "Its mail comes to this server." in shown.text
    assert "mx1.hoster.example" in shown.text
    assert asked == ["firma.com.ua"]


def test_opening_the_page_asks_nobody(domain, asked):
    shown = page_of(operator().get(url(domain)))

    assert shown.all("input", value="Ask the DNS")
    assert asked == []


def test_every_alias_is_asked_about_and_shown_as_people_write_it(asked):
    aliased = build.domain("firma.com.ua", aliases=["пошта.укр"], server=build.server(mx=["mx1.hoster.example"]))

    shown = said(aliased)

    assert "пошта.укр" in shown.text
    assert "Its mail is at Google." in shown.text


def test_an_unknown_host_is_named(asked):
    moved = build.domain("moved.com.ua", server=build.server(mx=["mx1.hoster.example"]))

    assert "Its mail is elsewhere: mx.new-home.example." in said(moved).text


def test_a_dns_that_fails_is_told_as_that(asked):
    other = build.domain("other.com.ua", server=build.server(mx=["mx1.hoster.example"]))

    assert "The DNS does not answer." in said(other).text


def test_a_server_without_mx_names_is_told_as_that(asked):
    shown = said(build.domain("firma.com.ua"))

    assert "there is nothing to compare" in shown.text
    assert "has no MX names here" in shown.text


def test_more_names_than_a_page_should_wait_for_are_left_out_and_that_is_said(asked, monkeypatch, domain):
    monkeypatch.setattr("mailsettings.admin.mail_exchange.MOST_NAMES", 1)
    many = build.domain("many.com.ua", aliases=["second.com.ua"])

    shown = said(many)

    assert asked == ["many.com.ua"]
    assert "more aliases" in shown.text


def test_nothing_is_stored(domain, asked):
    number = ChangeSet.objects.count()
    said(domain)

    assert ChangeSet.objects.count() == number


@pytest.mark.parametrize("role", ["support", "reseller"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_support_of_another_brand_is_told_that_there_is_no_such_domain_and_nobody_is_asked(asked, method, role):
    ours, theirs = build.brand("ours"), build.brand("theirs")
    foreign = build.domain("firma.com.ua", customer=build.customer("c1", brand=theirs))
    desk = Desk(person(role, brand=ours))

    response = getattr(desk, method)(url(foreign))

    assert (response.status_code, response["Location"]) == (302, reverse("admin:index"))
    assert asked == []


def test_support_of_the_brand_may_ask(asked):
    brand = build.brand("ours")
    own = build.domain("firma.com.ua", customer=build.customer("c1", brand=brand),
                       server=build.server(mx=["mx1.hoster.example"]))  # fmt: skip

    assert "Its mail comes to this server." in said(own, Desk(person("support", brand=brand))).text


@pytest.mark.parametrize("who", OUTSIDERS)
@pytest.mark.parametrize("method", ["get", "post"])
def test_outsiders_are_asked_to_sign_in_and_nobody_else_is_asked(domain, asked, who, method):

    response = getattr(outsider(who, domain.customer), method)(url(domain))

    assert response.status_code == 302
    assert "/admin/login/" in response["Location"]
    assert asked == []


def finding(outcome, first_is_ours=False):
    state = State(outcome) if outcome in set(State) else State.FOUND
    hosts = (MailHost(1, "mx.example", ours=first_is_ours),) if state is State.FOUND else ()
    return Finding(Answer("firma.com.ua", state, hosts), outcome)


@pytest.mark.parametrize("language", ["uk", "en"])
@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_outcome_has_words_in_both_languages(outcome, language):
    with translation.override(language):
        words = in_words(finding(outcome))

    left_over = re.search("[A-Za-z]{5,}" if language == "uk" else "[а-яіїєґ]", words.replace("mx.example", ""))
    assert not left_over


def test_the_words_of_a_part_say_where_mail_arrives():
    assert "this server first" in in_words(finding(Outcome.PARTLY, first_is_ours=True))
    assert "other server first" in in_words(finding(Outcome.PARTLY))


def test_a_hostile_host_name_is_shown_as_text(domain, monkeypatch):
    hostile = Answer("firma.com.ua", State.FOUND, (MailHost(1, "<script>alert(1)</script>"),))
    monkeypatch.setattr(mx, "mx_of", lambda name: hostile)

    assert "<script>alert" not in operator().post(url(domain)).content.decode()
