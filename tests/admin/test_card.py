"""The card of a domain and of a mailbox: one page that a ticket is answered from, and only within one's scope."""

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
from tests.admin.desk import DOMAIN, MAILBOX, Desk, operator, page, person
from tests.admin.policy import Forbidden
from tests.dns_server import serving
from tests.pages.browsing import page_of

pytestmark = pytest.mark.django_db
MX = ["mx1.hoster.example"]


@pytest.fixture
def mailbox():
    server = build.server(
        "Київ", mx=MX, webmail_url="https://webmail.{domain}/", panel_url="https://panel.hoster.example/"
    )
    customer = build.customer(name="ТОВ «Фірма»", email="office@post.example", phone="+380 44 123 45 67")
    domain = build.domain(server=server, customer=customer, mailboxes=[{"local_part": "olena", "name": "Олена"}])
    return domain.mailboxes.get()


def card(record, desk=None, **headers):
    kind = MAILBOX if isinstance(record, Mailbox) else DOMAIN
    return (desk or operator()).get(page(kind, "card", record.pk), headers=headers)


def sentences(response):
    return [(sentence.kind, sentence.words) for sentence in response.context["sentences"]]


# --- What it says -----------------------------------------------------------------------------------------------------


def test_it_shows_every_value_with_where_it_comes_from(mailbox):
    text = page_of(card(mailbox)).text

    assert "imap.firma.com.ua" in text
    assert "olena@firma.com.ua" in text
    assert "server Київ, #" in text


def test_it_shows_whose_it_is_and_where_it_is(mailbox):
    for record in (mailbox, mailbox.domain):
        text = page_of(card(record, operator_once())).text
        assert "ТОВ «Фірма»" in text
        assert "office@post.example, +380 44 123 45 67" in text
        assert "Mail server Київ" in text


def test_a_mailbox_never_synchronised_is_told_as_that(mailbox):
    assert "Synchronised never" in page_of(card(mailbox, operator_once())).text

    build.change(mailbox, source="cpanel", synchronised_at=timezone.now())

    assert "· cpanel" in page_of(card(mailbox, operator_once())).text


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

    found = sentences(card(mailbox))

    assert len(found) == (2 if kind == "warn" and "kind" not in values else 1)
    assert kind == found[-1][0]
    assert words in found[-1][1]


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
        return any(found == kind and words in said for found, said in sentences(card(record, operator_once())))

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


# --- The buttons ------------------------------------------------------------------------------------------------------


def test_one_button_makes_a_link_and_another_a_code(mailbox):
    desk = operator()
    links = page(MAILBOX, "links", mailbox.pk)
    shown = page_of(card(mailbox, desk))
    assert len(shown.all("form", action=links, method="post")) == 2

    made = desk.post(links, {"do": "copy", "language": "uk", "lasts": "week"})

    assert "/uk/s/" in made.context["made"]["url"]
    assert desk.post(links, {"do": "code"}).context["code"]


def test_view_as_customer_panel_and_webmail_are_one_click_away(mailbox):
    shown = page_of(card(mailbox))

    for url in ("/en/d/firma.com.ua/#olena@firma.com.ua", "https://webmail.firma.com.ua/",
                "https://panel.hoster.example/", page(MAILBOX, "change", mailbox.pk)):  # fmt: skip
        assert shown.all("a", href=url), url


def test_the_sheet_is_asked_for_in_a_body_so_that_no_log_keeps_the_address(mailbox):
    desk = operator()
    shown = page_of(card(mailbox, desk))
    assert shown.all("form", action="/uk/d/firma.com.ua/sheets/", method="post")
    assert shown.all("input", name="addresses", value="olena@firma.com.ua")

    sheet = page_of(desk.post("/uk/d/firma.com.ua/sheets/", {"addresses": "olena@firma.com.ua"}))

    assert "imap.firma.com.ua" in sheet.text


def test_a_suspended_domain_offers_no_sheet(mailbox):
    build.change(mailbox.domain, status="suspended")

    assert not page_of(card(mailbox)).all("form", action="/uk/d/firma.com.ua/sheets/")


def test_the_form_of_a_record_leads_back_to_its_card(mailbox):
    for kind, record in ((MAILBOX, mailbox), (DOMAIN, mailbox.domain)):
        shown = page_of(operator_once().get(page(kind, "change", record.pk)))
        assert shown.all("a", href=page(kind, "card", record.pk))


def operator_once():
    return Desk(build.User.objects.filter(username="operator").first() or build.operator())


# --- Words to copy ----------------------------------------------------------------------------------------------------


def replies(response):
    return {words.language: words for words in response.context["ready"]}


def test_a_reply_in_each_language_has_the_values_and_the_way_to_the_instructions(mailbox):
    found = replies(card(mailbox))

    for language, server, password in (("uk", "Сервер", "Пароль"), ("en", "Server", "The password")):
        reply = found[language].reply
        assert f"{server}: imap.firma.com.ua" in reply
        assert "993" in reply
        assert "SSL/TLS" in reply
        assert ": olena@firma.com.ua" in reply
        assert password in reply
        assert f"/{language}/d/firma.com.ua/#olena@firma.com.ua" in reply


def test_the_words_of_one_language_hold_none_of_the_other(mailbox):
    found = replies(card(mailbox))

    assert "Server" not in found["uk"].reply
    assert "Сервер" not in found["en"].reply
    assert "instructions" not in found["uk"].message
    assert "інструкц" in found["uk"].message


def test_the_customers_language_stands_first(mailbox):
    build.change(mailbox.domain.customer, language="en")

    assert [words.language for words in card(mailbox).context["ready"]] == ["en", "uk"]


def test_a_reply_about_a_domain_says_that_the_user_name_is_the_whole_address(mailbox):
    assert "User name: your whole mail address" in replies(card(mailbox.domain))["en"].reply


def test_a_reply_about_a_domain_with_other_user_names_gives_an_example():
    endpoints = [("imap", "imap.{domain}", 993, "tls", "{local_part}+{domain}")]
    domain = build.domain(server=build.server(endpoints=endpoints))

    assert "name+firma.com.ua, if the address is name@firma.com.ua" in replies(card(domain))["en"].reply


def test_a_reply_leaves_out_what_is_not_public_and_the_card_says_so(mailbox):
    build.change(mailbox.domain, logins="private")
    build.change(mailbox, login="u123")

    response = card(mailbox)

    assert "u123" not in replies(response)["en"].reply
    assert "the user name from our letter" in replies(response)["en"].reply
    assert "so these words leave them out" in page_of(response).text


@pytest.mark.parametrize(
    ("domain", "box", "words"),
    [({}, {"status": "suspended"}, "The mail of olena@firma.com.ua is paused"),
     ({"status": "suspended"}, {}, "The mail of firma.com.ua is paused"),
     ({"status": "external"}, {}, "Another company handles the mail of firma.com.ua"),
     ({}, {"kind": "forwarder"}, "olena@firma.com.ua is a forwarder")],
)  # fmt: skip
def test_a_reply_about_what_cannot_be_set_up_says_why_and_gives_no_values(mailbox, domain, box, words):
    if domain:
        build.change(mailbox.domain, **domain)
    if box:
        build.change(mailbox, **box)

    found = replies(card(mailbox))["en"]

    assert words in found.reply
    assert words in found.message
    assert "imap." not in found.reply


def test_what_can_be_copied_stands_in_fields_that_need_no_script(mailbox):
    shown = page_of(card(mailbox))
    fields = {field["id"]: field for field in shown.all("textarea") if "readonly" in field}

    assert set(fields) == {"reply-uk", "message-uk", "reply-en", "message-en"}
    buttons = [button for button in shown.all("button") if "data-copies" in button]
    assert {button["data-copies"] for button in buttons} == set(fields)
    assert all("hidden" in button for button in buttons)


# --- MX ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def dns(settings):
    with serving({"firma.com.ua": ["1 aspmx.l.google.com."]}) as (server, address):
        settings.DNS_SERVERS = [address]
        yield server.asked


def test_opening_a_card_asks_the_dns_nothing(mailbox, dns):
    for record in (mailbox, mailbox.domain):
        card(record, operator_once())

    assert dns == []


@pytest.mark.parametrize("kind", [DOMAIN, MAILBOX])
def test_a_press_of_the_button_says_where_the_mail_is(mailbox, dns, kind):
    record = mailbox if kind == MAILBOX else mailbox.domain

    text = page_of(operator().post(page(kind, "card", record.pk), {"do": "mx"})).text

    assert "Its mail is at Google." in text
    assert "What it should be: mx1.hoster.example" in text
    assert dns == ["firma.com.ua"]


# --- Confirmation, hostile values, scope ------------------------------------------------------------------------------


def test_a_waiting_domain_says_what_it_waits_for_and_its_mailbox_shows_no_page_of_it(mailbox):
    build.change(mailbox.domain.names.get(), is_confirmed=False)

    for record in (mailbox, mailbox.domain):
        response = card(record, operator_once())
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

    assert "<script>alert" not in content
    assert Forbidden(content).found == []


def test_no_cache_keeps_a_card(mailbox):
    assert "no-store" in card(mailbox)["Cache-Control"]


@pytest.mark.parametrize("language", ["uk", "en"])
def test_it_speaks_the_readers_language(mailbox, language):
    text = page_of(card(mailbox, **{"accept-language": language})).text

    assert ("Готові тексти" in text) is (language == "uk")


@pytest.mark.parametrize("kind", [DOMAIN, MAILBOX])
def test_the_number_of_queries_does_not_grow_with_what_is_stored(mailbox, kind):
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


@pytest.mark.parametrize("role", ["support", "reseller"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_of_another_brand_is_told_more_than_that_there_is_no_such_page(mailbox, role, method, dns):
    build.change(mailbox.domain.customer, brand=build.brand("theirs"))
    desk = Desk(person(role, brand=build.brand("ours")))
    for kind, record in ((MAILBOX, mailbox), (DOMAIN, mailbox.domain)):
        foreign = getattr(desk, method)(page(kind, "card", record.pk), {"do": "mx"})
        nobody = getattr(desk, method)(page(kind, "card", 999), {"do": "mx"})
        assert (foreign.status_code, nobody.status_code) == (404, 404)
        assert "firma" not in foreign.content.decode()
    assert dns == []


@pytest.mark.parametrize("role", ["support", "reseller"])
def test_staff_of_the_brand_open_it_and_read_nothing_of_another(mailbox, role):
    brand = build.brand("ours")
    build.change(mailbox.domain.customer, brand=brand)
    secret = build.server("rivalry-server", brand=build.brand("rivalry"))
    desk = Desk(person(role, brand=brand))

    shown = page_of(card(mailbox, desk))

    assert "imap.firma.com.ua" in shown.text
    assert "rivalry" not in shown.html
    build.change(mailbox.domain, server=secret)
    assert not page_of(card(mailbox, desk)).all("a", href=page("mailsettings_mailserver", "change", secret.pk))


@pytest.mark.parametrize("pk", ["0", "x", "999999999999999999999", "1/../2", "%00"])
def test_a_key_that_means_nothing_is_not_found(mailbox, pk):
    assert operator().get(f"/admin/mailsettings/domain/{pk}/card/").status_code == 404


@pytest.mark.parametrize("who", ["anonymous", "customer"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_outsiders_are_asked_to_sign_in(mailbox, who, method):
    user = person("customer", customer=mailbox.domain.customer) if who == "customer" else None
    for kind, record in ((MAILBOX, mailbox), (DOMAIN, mailbox.domain)):
        response = getattr(Desk(user), method)(page(kind, "card", record.pk))
        assert response.status_code == 302
        assert response["Location"].startswith("/admin/login/")


# --- The way to it ----------------------------------------------------------------------------------------------------


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
