"""The card of a domain and of a mailbox: one page that a ticket is answered from."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import ChangeSet
from mailsettings import personal, proof, replay
from mailsettings.models import Domain, DomainName, Mailbox, PersonalLink
from tests import build
from tests.admin import cards
from tests.admin.cards import card, sentences
from tests.admin.desk import DOMAIN, MAILBOX, operator, page
from tests.admin.policy import Forbidden
from tests.pages.browsing import page_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def mailbox():
    return cards.mailbox()


def test_it_shows_every_value_with_where_it_comes_from(mailbox):
    text = page_of(card(mailbox)).text

    assert "imap.firma.com.ua" in text
    assert "olena@firma.com.ua" in text
    assert "server Київ, #" in text


def test_the_values_of_a_forwarder_come_with_a_word_that_nothing_can_be_set_up(mailbox):
    said = "A forwarder has no store and no password, so there is nothing to set up."
    assert said not in page_of(card(mailbox)).text

    build.change(mailbox, kind="forwarder")

    assert said in page_of(card(mailbox)).text


def test_it_shows_whose_it_is_and_where_it_is(mailbox):
    for record in (mailbox, mailbox.domain):
        text = page_of(card(record)).text
        assert "ТОВ «Фірма»" in text
        assert "office@post.example, +380 44 123 45 67" in text
        assert "Mail server Київ" in text


@pytest.mark.parametrize(("slug", "shown"), [("", "Brand default"), ("ava", "Brand AVA")])
def test_it_names_the_brand_of_the_customer(mailbox, slug, shown):
    if slug:
        build.change(mailbox.domain.customer, brand=build.brand(slug))

    assert shown in page_of(card(mailbox)).text


def test_a_mailbox_never_synchronised_is_told_as_that(mailbox):
    assert "Synchronised never" in page_of(card(mailbox)).text

    build.change(mailbox, source="cpanel", synchronised_at=timezone.now())

    assert "· cpanel" in page_of(card(mailbox)).text


@pytest.mark.parametrize(
    ("values", "kind", "words"),
    [({}, "good", "The mailbox is active."),
     ({"status": "suspended"}, "bad", "The mailbox is suspended"),
     ({"pop3": False}, "warn", "POP3 is off for this mailbox."),
     ({"imap": False}, "warn", "IMAP is off for this mailbox."),
     ({"kind": "forwarder"}, "warn", "A forwarder")],
)  # fmt: skip
def test_the_state_of_a_mailbox_is_told_in_plain_words(mailbox, values, kind, words):
    if values:
        build.change(mailbox, **values)

    *before, (found, said) = sentences(card(mailbox))

    assert [kind for kind, _words in before] == (["good"] if set(values) & {"pop3", "imap"} else [])
    assert found == kind
    assert words in said


@pytest.mark.parametrize(
    ("values", "kind", "words"),
    [({}, "good", "The domain is active"), ({"status": "suspended"}, "bad", "The domain is suspended"),
     ({"status": "external"}, "warn", "another company"),
     ({"pop3": False}, "warn", "POP3 is off for the whole domain."),
     ({"logins": "private"}, "warn", "only a personal link")],
)  # fmt: skip
def test_the_state_of_a_domain_is_told_on_its_card_and_on_those_of_its_mailboxes(mailbox, values, kind, words):
    if values:
        build.change(mailbox.domain, **values)

    def told(record):
        return any(found == kind and words in said for found, said in sentences(card(record)))

    assert told(mailbox.domain)
    assert told(mailbox) is (kind != "good")


def test_an_own_user_name_stands_out_and_names_its_origin(mailbox):
    build.change(mailbox.domain, logins="published")
    build.change(mailbox, login="u123")

    response = card(mailbox)

    assert any("u123" in words for _kind, words in sentences(response))
    assert "user name: this mailbox" in page_of(response).text


def test_the_newest_changes_stand_there_with_before_and_after_and_the_way_to_all(mailbox):
    for number in range(5):
        build.change(mailbox, ChangeSet(source="admin", reason="asked by phone", ticket="4711"), name=f"Name {number}")

    response = card(mailbox)
    text = page_of(response).text

    assert len(response.context["entries"]) == 3
    assert "asked by phone ticket 4711" in text
    assert "Name Name 3 Name 4" in " ".join(text.split())
    assert page_of(response).all("a", href=page(MAILBOX, "history", mailbox.pk))


def test_links_stand_there_with_who_made_them_what_became_of_them_and_whether_they_work(mailbox):
    desk = operator()
    by = build.User.objects.get()
    works, _token = personal.make(mailbox, PersonalLink.Way.LETTER, language="uk", by=by)
    personal.sent(works, "olena@gmail.example")
    for _ in range(2):
        personal.count_opened(works)
    personal.count_downloaded(works)
    gone, _token = personal.make(mailbox, PersonalLink.Way.COPY, language="uk", by=by)
    personal.revoke(gone, by)

    rows = card(mailbox, desk).content.decode().partition('class="links-list"')[2].partition("</table>")[0]
    text = page_of(card(mailbox, desk)).text

    assert "revoked" in rows
    assert "works until" in rows
    assert "operator · letter from support" in text
    assert "o…@gmail.example" in text
    assert "olena@gmail.example" not in text
    assert "<td>2 <span" in rows
    assert "<td>1 <span" in rows


def test_the_verdict_of_the_proof_stands_there_with_the_way_to_its_table(mailbox):
    shown = page_of(card(mailbox))

    assert "Files, answers to programs, the setup page and DNS records agree with the settings." in shown.text
    assert shown.all("a", href=page(DOMAIN, "proof", mailbox.domain_id))


def test_what_differs_is_named(mailbox, monkeypatch):
    found = proof.prove("firma.com.ua")
    row = proof.Row("autoconfig.xml", "IMAP", "port", "993", "143", proof.Verdict.DIFFERS)
    monkeypatch.setattr(proof, "prove", lambda name, **_options: proof.Proof(found.settings, (row,)))

    text = page_of(card(mailbox)).text

    assert "differs from the settings" in text
    assert "autoconfig.xml · IMAP · port 993 143" in text


def test_every_program_can_be_replayed_from_it(mailbox):
    desk = operator()
    shown = page_of(card(mailbox, desk))

    assert {option["value"] for option in shown.all("option")} >= set(replay.programs())
    seen = desk.post(
        page(DOMAIN, "replay", mailbox.domain_id), {"program": "thunderbird", "address": "olena@firma.com.ua"}
    )
    assert "How Thunderbird" in page_of(seen).text


def test_a_waiting_domain_says_what_it_waits_for_and_its_mailbox_shows_no_page_of_it(mailbox):
    build.change(mailbox.domain.names.get(), is_confirmed=False)

    for record in (mailbox, mailbox.domain):
        response = card(record)
        assert "waits for confirmation" in sentences(response)[0][1]
        assert page_of(response).all("form", action=page(DOMAIN, "confirm", mailbox.domain_id))
        assert not response.context.get("ready")
        assert "View as customer" not in page_of(response).text


def test_waiting_aliases_are_named(mailbox):
    build.save(DomainName(domain=mailbox.domain, name="xn--80axlp4g.xn--j1amh", is_confirmed=False))

    assert ("warn", "These names wait for confirmation: фірма.укр.") in sentences(card(mailbox.domain))


def test_a_domain_without_any_name_has_a_card_all_the_same(mailbox):
    DomainName.objects.all()._raw_delete("default")

    assert card(mailbox.domain).status_code == 200


def test_hostile_names_are_shown_as_text(mailbox):
    build.change(mailbox, name="</textarea><script>alert(1)</script>")
    build.change(mailbox.domain.customer, name="<b onclick=x>")

    content = card(mailbox).content.decode()

    assert "&lt;script&gt;alert" in content
    assert "&lt;b onclick=x&gt;" in content
    assert "<script>alert" not in content
    assert Forbidden(content).found == []


def test_no_cache_keeps_a_card(mailbox):
    assert "no-store" in card(mailbox)["Cache-Control"]


@pytest.mark.parametrize(("language", "words"), [("uk", "Скринька активна."), ("en", "The mailbox is active.")])
def test_it_speaks_the_readers_language(mailbox, language, words):
    assert words in page_of(card(mailbox, **{"accept-language": language})).text


@pytest.mark.parametrize("kind", [DOMAIN, MAILBOX])
def test_the_number_of_queries_does_not_grow_with_what_is_stored(mailbox, kind, no_time_passes):
    record = mailbox if kind == MAILBOX else mailbox.domain
    desk = operator()

    def queries():
        card(record, desk)
        with CaptureQueriesContext(connection) as captured:
            card(record, desk)
        return len(captured)

    few = queries()
    build.save(*(Mailbox(domain=mailbox.domain, local_part=f"m{number}") for number in range(60)))
    build.save(*(DomainName(domain=mailbox.domain, name=f"alias{number}.com.ua") for number in range(20)))
    for number in range(12):
        build.change(record, **({"name": f"n{number}"} if kind == MAILBOX else {"pop3": bool(number % 2)}))
        personal.make(record, PersonalLink.Way.COPY, language="uk", by=build.User.objects.get())

    assert queries() - few <= 2
    assert few <= 45


def test_a_search_leads_to_the_card(mailbox):
    desk = operator()
    for text, url in (("olena@firma.com.ua", page(MAILBOX, "card", mailbox.pk)),
                      ("firma.com.ua", page(DOMAIN, "card", mailbox.domain_id))):  # fmt: skip
        assert desk.post(reverse("admin:find"), {"q": text})["Location"] == url


def test_an_address_that_is_not_in_skrynka_is_never_said_not_to_exist(mailbox):
    build.change(mailbox, synchronised_at=timezone.now())

    text = page_of(operator().post(reverse("admin:find"), {"q": "petro@firma.com.ua"})).text

    assert "This mailbox is not in Skrynka (synchronised" in text
    assert "not exist" not in text
    assert Domain.objects.count() == 1
