"""The proof and the replay at the desk: what they show, to whom, and what no log may hold."""

import pytest
from django.urls import reverse

from mailsettings import replay
from mailsettings.models import Domain, Mailbox
from tests import build
from tests.admin.desk import Desk, operator, person
from tests.pages.browsing import page_of

pytestmark = pytest.mark.django_db


def proof_url(domain):
    return reverse("admin:mailsettings_domain_proof", args=[domain.pk])


def replay_url(domain):
    return reverse("admin:mailsettings_domain_replay", args=[domain.pk])


def test_the_page_of_a_domain_leads_to_both():
    domain = build.domain("firma.com.ua")
    shown = page_of(operator().get(reverse("admin:mailsettings_domain_change", args=[domain.pk])))

    assert shown.all("a", href=proof_url(domain))
    assert shown.all("a", href=replay_url(domain))


def test_a_domain_that_is_published_as_it_is_set_agrees():
    domain = build.domain("firma.com.ua", aliases=["firma.укр"])

    text = page_of(operator().get(proof_url(domain))).text

    assert "Everything agrees." in text
    assert "imap.firma.com.ua" in text


def test_guides_and_dns_records_are_part_of_it():
    domain = build.domain("firma.com.ua", server=build.server(mx=["mx.hoster.example"]), mta_sts="enforce")

    text = page_of(operator().get(proof_url(domain))).text

    assert "Guide thunderbird in English, for an address" in text
    assert "Policy of MTA-STS, DNS page in English" in text
    assert "Digest of PACC, dns.zone" in text


def test_a_difference_is_shown_first_and_open(monkeypatch):
    from dataclasses import replace

    from mailsettings.formats import formats

    wrong = replace(
        formats()["autoconfig.xml"],
        render=lambda settings, ask: formats_before["autoconfig.xml"].render(settings, ask).replace(b"993", b"994"),
        personal=None,
    )
    formats_before = dict(formats())
    monkeypatch.setitem(formats(), "autoconfig.xml", wrong)
    domain = build.domain("firma.com.ua")

    shown = page_of(operator().get(proof_url(domain)))

    assert "Something differs." in shown.text
    assert shown.all("details", open=None)
    assert "994" in shown.text


@pytest.mark.parametrize("program", replay.programs())
def test_every_program_is_replayed(program):
    domain = build.domain("firma.com.ua")

    shown = page_of(operator().post(replay_url(domain), {"program": program, "address": "olena"}))

    assert "imap.firma.com.ua" in shown.text
    assert not shown.all("tr", **{"class": "differs"})


def test_a_domain_without_dns_records_is_replayed_by_its_mail_servers():
    domain = build.domain(
        "firma.com.ua", server=build.server(mx=["mx.hoster.example"], discovery_names=["autoconfig.hoster.example"])
    )

    shown = page_of(
        operator().post(replay_url(domain), {"program": "thunderbird", "address": "olena", "without_dns": "on"})
    )

    assert "autoconfig.hoster.example" in shown.text


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("", "required"),
        ("два@@firma.com.ua", "two “@”"),
        ("olena@other.com.ua", "belongs to another domain"),
    ],
)
def test_an_address_that_cannot_be_is_told_beside_the_field_and_kept(address, message):
    domain = build.domain("firma.com.ua")

    shown = page_of(operator().post(replay_url(domain), {"program": "thunderbird", "address": address}))

    assert message in shown.text
    assert shown.all("input", name="address", value=address) if address else True


def test_an_address_at_an_alias_is_one_of_the_domain():
    domain = build.domain("firma.com.ua", aliases=["firma.example"])

    shown = page_of(operator().post(replay_url(domain), {"program": "evolution", "address": "olena@firma.example"}))

    assert "imap.firma.com.ua" in shown.text


def test_the_page_of_a_mailbox_leads_to_a_replay_for_its_address_without_the_address_in_the_link():
    domain = build.domain("firma.com.ua", mailboxes=["olena"])
    mailbox = Mailbox.objects.get()
    desk = operator()

    shown = page_of(desk.get(reverse("admin:mailsettings_mailbox_change", args=[mailbox.pk])))
    link = f"{replay_url(domain)}?mailbox={mailbox.pk}"

    assert shown.all("a", href=link)
    assert page_of(desk.get(link)).all("input", name="address", value="olena@firma.com.ua")


def test_a_mailbox_of_another_domain_is_not_filled_in():
    domain = build.domain("firma.com.ua")
    build.domain("other.com.ua", mailboxes=["petro"])
    number = Mailbox.objects.get().pk

    assert "petro" not in operator().get(f"{replay_url(domain)}?mailbox={number}").content.decode()


@pytest.mark.parametrize("url", [proof_url, replay_url])
def test_support_of_another_brand_is_told_that_there_is_no_such_domain(url):
    ours, theirs = build.brand("ours"), build.brand("theirs")
    build.domain("firma.com.ua", customer=build.customer("c1", brand=theirs))
    desk = Desk(person("support", brand=ours))

    response = desk.get(url(Domain.objects.get()))

    assert response.status_code == 302
    assert response["Location"] == reverse("admin:index")


@pytest.mark.parametrize("url", [proof_url, replay_url])
def test_an_outsider_is_asked_to_sign_in(url):
    response = Desk().get(url(build.domain("firma.com.ua")))

    assert response.status_code == 302
    assert "/admin/login/" in response["Location"]


@pytest.mark.parametrize("status", ["suspended", "external"])
def test_a_domain_that_is_not_served_is_examined_too(status):
    domain = build.domain("firma.com.ua", status=status)
    desk = operator()

    assert "Everything agrees." in page_of(desk.get(proof_url(domain))).text
    shown = page_of(desk.post(replay_url(domain), {"program": "thunderbird", "address": "olena"}))
    assert "ends with nothing" in shown.text
