"""The words of a card to copy into a ticket or a messenger, in both languages."""

from __future__ import annotations

import pytest

from tests import build
from tests.admin import cards
from tests.admin.cards import card, replies
from tests.pages.browsing import page_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def mailbox():
    return cards.mailbox()


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


def test_a_reply_says_what_is_for_incoming_and_what_for_outgoing_mail(mailbox):
    paragraphs = replies(card(mailbox))["en"].reply.split("\n\n")

    assert "The settings of the mailbox olena@firma.com.ua:" in paragraphs
    for title, host, port in (
        ("Incoming mail (IMAP)", "imap.firma.com.ua", 993),
        ("Incoming mail (POP3)", "pop.firma.com.ua", 995),
        ("Outgoing mail (SMTP)", "smtp.firma.com.ua", 465),
    ):
        lines = [title, f"Server: {host}", f"Port: {port}", "Connection security: SSL/TLS"]
        assert "\n".join([*lines, "User name: olena@firma.com.ua"]) in paragraphs


def test_a_reply_about_a_domain_names_the_domain(mailbox):
    assert "The settings of mail at firma.com.ua:" in replies(card(mailbox.domain))["en"].reply.split("\n\n")


def test_the_words_of_one_language_hold_none_of_the_other(mailbox):
    found = replies(card(mailbox))

    assert "Server" not in found["uk"].reply
    assert "Сервер" not in found["en"].reply
    for words in (found["uk"].reply, found["uk"].message):
        assert "інструкц" in words
        assert "instructions" not in words
    for words in (found["en"].reply, found["en"].message):
        assert "instructions" in words
        assert "інструкц" not in words


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


@pytest.mark.parametrize("whose", ["mailbox", "domain"])
def test_a_reply_about_what_is_suspended_leaves_staff_a_place_for_the_reason(mailbox, whose):
    build.change(mailbox if whose == "mailbox" else mailbox.domain, status="suspended")

    found = replies(card(mailbox))

    for words in (found["en"].reply, found["en"].message):
        assert "Why: [fill in the reason]\nWhat to do: [fill in" in words
        assert "Write to us" not in words
    assert "Причина: [впишіть" in found["uk"].reply
    assert "Напишіть нам" not in found["uk"].reply


def test_what_can_be_copied_stands_in_fields_that_need_no_script(mailbox):
    shown = page_of(card(mailbox))
    fields = {field["id"]: field for field in shown.all("textarea") if "readonly" in field}

    assert set(fields) == {"reply-uk", "message-uk", "reply-en", "message-en"}
    buttons = [button for button in shown.all("button") if "data-copies" in button]
    assert {button["data-copies"] for button in buttons} == set(fields)
    assert all("hidden" in button for button in buttons)
