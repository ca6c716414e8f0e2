"""The file and the QR code for Thunderbird for Android and K-9 Mail, read back by the programs' own rules."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given

from mailsettings.core.endpoints import INCOMING, Protocol, Security
from mailsettings.core.errors import CannotExpress
from mailsettings.core.settings import Ask
from mailsettings.formats import formats
from mailsettings.formats.xml import one_line

from . import android_readers, build, qr_readers, strategies
from .android_readers import Account, Server
from .golden import assert_golden

OLENA = build.ask("olena@firma.com.ua")
K9S, JSON, SVG = "thunderbird-android.k9s", "thunderbird-android.json", "thunderbird-android.svg"
EVERY = pytest.mark.parametrize("name", [K9S, JSON, SVG])
READERS = {
    K9S: lambda document: android_readers.k9s(document)[1],
    JSON: lambda document: android_readers.qr_payload(document.decode("ascii")),
    SVG: lambda document: android_readers.qr_payload(qr_readers.picture(document).text),
}


def render(name, settings, ask=OLENA):
    return formats()[name].render(settings, ask)


def read(name, settings, ask=OLENA) -> Account:
    return READERS[name](render(name, settings, ask))


@EVERY
def test_the_document_is_the_golden_one(name):
    assert_golden(name, render(name, build.with_mailbox("Олена Коваленко"), OLENA))


@pytest.mark.parametrize("name", [K9S, JSON])
def test_the_document_with_pop3_and_starttls_is_the_golden_one(name):
    endpoints = (build.pop3(port=110, security=Security.STARTTLS), build.smtp_starttls())
    stem, _, extension = name.partition(".")
    assert_golden(f"{stem}-pop3.{extension}", render(name, build.own_login("firma-17", endpoints=endpoints)))


def test_the_file_is_saved_and_the_picture_is_kept_by_its_readers_browser_for_an_hour():
    k9s, text, svg = (formats()[name] for name in (K9S, JSON, SVG))
    assert (k9s.content_type, k9s.attachment) == ("application/octet-stream", True)
    assert (text.content_type, text.attachment) == ("application/json", False)
    assert (svg.content_type, svg.attachment, svg.private_max_age) == ("image/svg+xml", False, 3600)


@EVERY
def test_the_recommended_servers_are_read(name):
    address = "olena@firma.com.ua"
    assert read(name, build.starttls_only()) == Account(
        Server("imap", "imap.firma.com.ua", 993, "tls", "password", address),
        Server("smtp", "smtp.firma.com.ua", 587, "starttls", "password", address),
        address,
        "",
    )


@EVERY
def test_the_owners_name_is_read_where_it_is_known(name):
    assert read(name, build.with_mailbox(" Олена\n Коваленко ")).name == "Олена Коваленко"


@EVERY
def test_pop3_comes_on_request_or_where_there_is_nothing_else(name):
    assert read(name, build.complete(), replace(OLENA, protocol=Protocol.POP3)).incoming.protocol == "pop3"
    assert read(name, build.imap_off()).incoming.protocol == "pop3"
    with pytest.raises(CannotExpress):
        render(name, build.pop3_off(), replace(OLENA, protocol=Protocol.POP3))


@EVERY
def test_an_encrypted_password_is_asked_for_where_the_server_has_it(name):
    assert read(name, build.encrypted_password()).incoming.authentication == "password-encrypted"


@EVERY
def test_an_own_user_name_that_is_published_is_read(name):
    assert read(name, build.own_login("<o'b&\"\\>")).outgoing.username == "<o'b&\"\\>"


@EVERY
def test_an_alias_address_logs_in_with_the_primary_name(name):
    found = read(name, build.alias_asked(), build.ask("olena@firma.example"))
    assert (found.email, found.incoming.username) == ("olena@firma.example", "olena@firma.com.ua")


@EVERY
@pytest.mark.parametrize(
    ("settings", "ask"),
    [
        (build.complete(), Ask()),
        (build.private(), OLENA),
        (build.generic(), Ask()),
        (build.complete(endpoints=(build.imap(),)), OLENA),
        (build.complete(endpoints=(build.smtp(),)), OLENA),
    ],
)
def test_nothing_is_written_without_an_address_its_user_name_and_both_servers(name, settings, ask):
    with pytest.raises(CannotExpress):
        render(name, settings, ask)


@pytest.mark.parametrize(("protocol", "policy"), [(Protocol.IMAP, "DELETE"), (Protocol.POP3, "NEVER")])
def test_deleting_on_the_phone_deletes_on_the_server_with_imap_only(protocol, policy):
    _, _, further = android_readers.k9s(render(K9S, build.complete(), replace(OLENA, protocol=protocol)))
    assert further == {"deletePolicy": policy}


def test_an_account_keeps_its_identifier_and_shares_it_with_no_other():
    def identifier(settings, ask):
        return android_readers.k9s(render(K9S, settings, ask))[0]

    asks = [OLENA, replace(OLENA, protocol=Protocol.POP3), build.ask("ivan@firma.com.ua")]
    assert len({identifier(build.complete(), ask) for ask in asks}) == 3
    assert identifier(build.complete(), OLENA) == identifier(build.odd_ports(), replace(OLENA, language="en"))


def test_a_code_has_no_more_than_it_needs():
    text = render(JSON, build.complete()).decode()
    assert text.startswith('[1,[1,1],[0,"imap.firma.com.ua",993,3,1,"olena@firma.com.ua"],[[[0,"')
    assert "null" not in text


@pytest.mark.parametrize("name", [JSON, SVG])
def test_a_name_that_would_make_the_code_too_large_is_left_out(name):
    assert read(name, build.with_mailbox("Ї" * 60)).name == "Ї" * 60
    assert read(name, build.with_mailbox("Ї" * 120)).name == ""


def test_a_code_that_cameras_cannot_read_is_not_drawn():
    settings = build.own_login("😀" * 100)
    assert read(K9S, settings).incoming.username == "😀" * 100
    for name in (JSON, SVG):
        with pytest.raises(CannotExpress):
            render(name, settings)


@pytest.mark.parametrize(("language", "words"), [("uk", "QR-код для Thunderbird"), ("en", "QR code for Thunderbird")])
def test_the_picture_says_what_it_is(language, words):
    title = qr_readers.picture(render(SVG, build.complete(), replace(OLENA, language=language))).title
    assert title.startswith(words)
    assert title.endswith("olena@firma.com.ua")


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ('format="1"', 'format="2"'),
        ("<port>993</port>", "<port>0</port>"),
        ("SSL_TLS_REQUIRED", "NONE"),
        ("PLAIN", "XOAUTH2"),
        ("<email>olena@firma.com.ua</email>", ""),
        ("<host>imap.firma.com.ua</host>", "<host> imap.firma.com.ua </host>"),
    ],
)
def test_the_strict_reader_of_files_refuses_what_the_program_refuses(right, wrong):
    document = render(K9S, build.complete()).decode()
    assert right in document
    with pytest.raises(android_readers.Rejected):
        android_readers.k9s(document.replace(right, wrong, 1).encode())


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("[1,[1,1]", "[2,[1,1]"), (",993,3,1,", ",993,0,1,"), (",993,3,1,", ",993,3,4,"), ('""', "null")],
)
def test_the_strict_reader_of_codes_refuses_what_the_program_refuses(right, wrong):
    text = render(JSON, build.complete()).decode()
    assert right in text
    with pytest.raises(android_readers.Rejected):
        android_readers.qr_payload(text.replace(right, wrong, 1))


@EVERY
@given(case=strategies.cases())
def test_any_account_is_read_back_value_by_value(name, case):
    settings, ask = case
    wanted = [protocol for protocol in INCOMING if ask.protocol in (None, protocol) and settings.of(protocol)]
    known = ask.address and not settings.user_name_is_private and wanted and settings.of(Protocol.SMTP)
    if not known:
        with pytest.raises(CannotExpress):
            render(name, settings, ask)
        return
    if name != K9S and len(json.dumps(settings.login)) > 150:
        # It may be too large for a code.
        return
    document = render(name, settings, ask)
    assert document == render(name, settings, ask)
    assert name != JSON or len(document) <= 800
    found = READERS[name](document)
    assert found.email == str(ask.address)
    whole = one_line(settings.mailbox.name) if settings.mailbox else ""
    assert found.name == whole or (name != K9S and len(json.dumps(whole)) > 200 and not found.name)
    for server, protocol in ((found.incoming, wanted[0]), (found.outgoing, Protocol.SMTP)):
        endpoint = settings.first(protocol)
        assert server == Server(
            protocol.value, endpoint.hostname, endpoint.port, endpoint.security.value, endpoint.authentication.value,
            settings.user_name(endpoint, ask.address),
        )  # fmt: skip
