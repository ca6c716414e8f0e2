"""Which variant of a guide fits a domain's settings."""

from dataclasses import replace

import pytest

from mailsettings.core.addresses import Address
from mailsettings.core.endpoints import Authentication, Endpoint, Protocol, Security
from mailsettings.core.settings import (
    Ask,
    BrandFacts,
    LoginPolicy,
    MailboxFacts,
    MailboxKind,
    MailSettings,
    Status,
)
from mailsettings.guides import SendingName, UserName

from .small import SMALL, changed, guide_of

OLENA = Address("olena", "firma.com.ua")
IMAP = Endpoint(Protocol.IMAP, "imap.hoster.example", 993, Security.TLS)
IMAP_LATER = Endpoint(Protocol.IMAP, "imap.hoster.example", 143, Security.STARTTLS)
POP3 = Endpoint(Protocol.POP3, "pop.hoster.example", 995, Security.TLS)
SMTP = Endpoint(Protocol.SMTP, "smtp.hoster.example", 465, Security.TLS)
SMTP_LATER = Endpoint(Protocol.SMTP, "smtp.hoster.example", 587, Security.STARTTLS)
ONLY_TLS = SMALL.replace('starttls = { uk = "пізніше", en = "later" }\n', "")


def settings(*endpoints, **facts):
    brand = BrandFacts("hoster", "Hoster", "https://hoster.example")
    return MailSettings("firma.com.ua", "firma.com.ua", Status.ACTIVE, endpoints or (IMAP, POP3, SMTP), brand, **facts)


def test_imap_comes_before_pop3(tmp_path):
    assert guide_of(tmp_path).choose(settings(), Ask()).protocol is Protocol.IMAP


def test_the_wanted_protocol_is_taken(tmp_path):
    assert guide_of(tmp_path).choose(settings(), Ask(protocol=Protocol.POP3)).protocol is Protocol.POP3


def test_a_domain_with_pop3_only_gets_pop3(tmp_path):
    assert guide_of(tmp_path).choose(settings(POP3, SMTP), Ask()).protocol is Protocol.POP3


def test_the_real_protection_of_each_side_is_chosen(tmp_path):
    choice = guide_of(tmp_path).choose(settings(IMAP_LATER, SMTP), Ask("en"))
    assert (choice.language, choice.incoming_security, choice.outgoing_security) == (
        "en",
        Security.STARTTLS,
        Security.TLS,
    )


def test_the_real_authentication_of_each_side_is_chosen(tmp_path):
    encrypted = Endpoint(Protocol.SMTP, "s.example", 465, Security.TLS, Authentication.PASSWORD_ENCRYPTED)
    choice = guide_of(tmp_path).choose(settings(IMAP, encrypted), Ask())
    assert choice.incoming_authentication is Authentication.PASSWORD
    assert choice.outgoing_authentication is Authentication.PASSWORD_ENCRYPTED


def test_an_endpoint_that_the_program_cannot_use_is_passed_over(tmp_path):
    guide = guide_of(tmp_path, ONLY_TLS)
    found = settings(IMAP_LATER, IMAP, SMTP_LATER, SMTP)
    choice = guide.choose(found, Ask())
    assert (choice.incoming_security, choice.outgoing_security) == (Security.TLS, Security.TLS)
    assert found.first(Protocol.IMAP, guide.expresses) is IMAP


@pytest.mark.parametrize("endpoints", [(IMAP_LATER, SMTP), (IMAP, SMTP_LATER), (SMTP,), (IMAP,)])
def test_there_is_no_choice_where_nothing_fits(tmp_path, endpoints):
    assert guide_of(tmp_path, ONLY_TLS).choose(settings(*endpoints), Ask()) is None


def test_a_program_that_only_sends_needs_no_incoming_server(tmp_path):
    guide = guide_of(tmp_path, changed('["imap", "pop3"]', '["smtp"]').replace("incoming.", "outgoing."))
    choice = guide.choose(settings(SMTP_LATER), Ask())
    assert (choice.protocol, choice.outgoing_security) == (Protocol.SMTP, Security.STARTTLS)


def test_a_user_name_by_the_address_pattern_is_the_address(tmp_path):
    assert guide_of(tmp_path).choose(settings(), Ask()).user_name is UserName.ADDRESS


def test_a_user_name_by_another_pattern_differs(tmp_path):
    imap = Endpoint(Protocol.IMAP, "imap.hoster.example", 993, Security.TLS, username="{local_part}")
    assert guide_of(tmp_path).choose(settings(imap, SMTP), Ask()).user_name is UserName.OWN


@pytest.mark.parametrize(
    ("incoming", "outgoing", "login", "found"),
    [
        ("{address}", "{address}", "", SendingName.SAME),
        ("{address}", "{local_part}@{domain}", "", SendingName.SAME),
        ("{local_part}", "{address}", "", SendingName.OTHER),
        ("{local_part}", "{address}", "o.kovalenko", SendingName.SAME),
    ],
)
def test_sending_takes_the_user_name_of_receiving_unless_their_patterns_differ(
    tmp_path, incoming, outgoing, login, found
):
    endpoints = (replace(IMAP, username=incoming), replace(SMTP, username=outgoing))

    assert guide_of(tmp_path).choose(settings(*endpoints, login=login), Ask()).sending_name is found


def test_an_own_user_name_differs(tmp_path):
    found = settings(login_policy=LoginPolicy.PUBLISHED, login="olena77")
    assert guide_of(tmp_path).choose(found, Ask(address=OLENA)).user_name is UserName.OWN


def test_an_own_user_name_that_is_the_address_does_not_differ(tmp_path):
    found = settings(login_policy=LoginPolicy.PUBLISHED, login="olena@firma.com.ua")
    assert guide_of(tmp_path).choose(found, Ask(address=OLENA)).user_name is UserName.ADDRESS


def test_a_private_user_name_is_unknown_for_every_address(tmp_path):
    found = settings(login_policy=LoginPolicy.PRIVATE)
    assert guide_of(tmp_path).choose(found, Ask(address=OLENA)).user_name is UserName.PRIVATE


def test_the_mailboxs_own_people_see_a_private_user_name(tmp_path):
    mailbox = MailboxFacts("olena", MailboxKind.MAILBOX, Status.ACTIVE)
    found = settings(login_policy=LoginPolicy.PRIVATE, login="olena77", mailbox=mailbox)
    assert guide_of(tmp_path).choose(found, Ask(address=OLENA)).user_name is UserName.OWN


def test_a_signed_profile_is_passed_on(tmp_path):
    assert guide_of(tmp_path).choose(settings(), Ask(), profile_signed=True).profile_signed
