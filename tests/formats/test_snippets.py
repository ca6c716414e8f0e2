"""The text snippets: each is read back by the rules of its own syntax, value by value."""

from __future__ import annotations

import re

import pytest
from hypothesis import given

from mailsettings.core.endpoints import Authentication, Protocol, Security
from mailsettings.core.errors import CannotExpress
from mailsettings.core.settings import Ask
from mailsettings.formats import formats

from . import build, strategies
from .golden import assert_golden
from .snippet_readers import READERS, Server

NOBODY = Ask()
OLENA = build.ask("olena@firma.com.ua")
EVERY = pytest.mark.parametrize("name", READERS)
SENDING = [name for name in READERS if name not in ("mbsync.txt", "fetchmail.txt")]
# Programs that are told how to log in; the others find out by themselves.
TOLD = {
    "mbsync.txt": "CRAM-MD5", "msmtp.txt": "cram-md5", "neomutt.txt": "cram-md5", "fetchmail.txt": "cram-md5",
    "printer.txt": "cram-md5",
}  # fmt: skip
# Own user names that a careless writer would break out of, expand or cut.
HOSTILE = [
    'a"b', "a'b", "a\\", "\\", '"', '""', "$HOME", "${APP_KEY}", "`id`", "#x", "a#b", "{x}", "%s%U", '"41', "'.x().'",
    "\\'", '\\"', "\\n", "a;b", "?>", "*/", "<?=1?>", "~", "0123", "true", "ї", "😀", 'x"""y', "a?*b",
]  # fmt: skip


def render(name, settings, ask=NOBODY):
    return formats()[name].render(settings, ask)


def read(name, settings, ask=NOBODY):
    return READERS[name](render(name, settings, ask).decode())


def servers(name, settings, ask=NOBODY):
    """The servers that the snippet names, by protocol side."""
    seen = read(name, settings, ask)
    return [server for server in (seen.incoming, seen.outgoing) if server]


def test_every_snippet_has_a_reader():
    # The MTA-STS policy is lines too, but for servers.
    assert {name for name in formats() if name.endswith(".txt")} - {"mta-sts.txt"} == set(READERS)


@EVERY
def test_a_snippet_is_the_golden_one(name):
    assert_golden(f"snippet-{name}", render(name, build.complete(), OLENA))


@EVERY
def test_a_snippet_with_starttls_is_the_golden_one(name):
    starttls = Security.STARTTLS
    endpoints = (build.imap(port=143, security=starttls), build.pop3(port=110, security=starttls))
    settings = build.private(endpoints=(*endpoints, build.smtp_starttls()))
    assert_golden(f"snippet-starttls-{name}", render(name, settings, Ask("en")))


@EVERY
def test_a_snippet_is_plain_text_that_a_browser_shows(name):
    assert formats()[name].content_type == "text/plain; charset=utf-8"
    assert not formats()[name].attachment


@EVERY
def test_a_snippet_has_no_password_and_ends_with_one_line_break(name):
    text = render(name, build.complete(), OLENA).decode()
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert "\r" not in text


@EVERY
def test_a_known_address_and_its_user_name_are_written(name):
    seen = read(name, build.own_login("firma-17"), OLENA)
    assert {server.user for server in servers(name, build.own_login("firma-17"), OLENA)} == {"firma-17"}
    assert seen.sender in (None, "olena@firma.com.ua")


@EVERY
def test_without_an_address_a_placeholder_stands_in_its_place(name):
    seen = read(name, build.complete())
    assert {server.user for server in servers(name, build.complete())} == {"YOUR-ADDRESS@firma.com.ua"}
    assert seen.sender in (None, "YOUR-ADDRESS@firma.com.ua")


@EVERY
def test_without_an_address_the_user_name_still_follows_its_pattern(name):
    endpoints = tuple(make(username="{local_part}+{domain}") for make in (build.imap, build.pop3, build.smtp))
    found = servers(name, build.complete(endpoints=endpoints))
    assert {server.user for server in found} == {"YOUR-ADDRESS+firma.com.ua"}


@EVERY
@pytest.mark.parametrize("ask", [NOBODY, OLENA])
def test_a_private_user_name_is_a_placeholder(name, ask):
    assert {server.user for server in servers(name, build.private(), ask)} == {"YOUR-USER-NAME"}
    assert b"firma-17" not in render(name, build.private(), ask)


@EVERY
def test_an_alias_address_logs_in_with_the_primary_name(name):
    ask = build.ask("olena@firma.example")
    assert {server.user for server in servers(name, build.alias_asked(), ask)} == {"olena@firma.com.ua"}
    assert read(name, build.alias_asked(), ask).sender in (None, "olena@firma.example")


@EVERY
def test_odd_ports_are_written_as_they_are(name):
    endpoints = (build.imap(port=10993), build.pop3(port=1), build.smtp(port=65535))
    assert {server.port for server in servers(name, build.complete(endpoints=endpoints))} <= {10993, 1, 65535}


@EVERY
@pytest.mark.parametrize("security", Security)
def test_both_kinds_of_protection_are_required(name, security):
    endpoints = tuple(make(security=security, port=2000) for make in (build.imap, build.pop3, build.smtp))
    assert {server.tls for server in servers(name, build.complete(endpoints=endpoints))} == {security.value}


@EVERY
def test_a_program_is_told_to_encrypt_the_password_where_it_does_not_find_out(name):
    encrypted = Authentication.PASSWORD_ENCRYPTED
    endpoints = tuple(make(authentication=encrypted) for make in (build.imap, build.pop3, build.smtp))
    found = servers(name, build.complete(endpoints=endpoints))
    assert {server.auth for server in found} == {TOLD.get(name, "")}
    assert {server.auth for server in servers(name, build.complete())} == {""}


@EVERY
@pytest.mark.parametrize("login", HOSTILE)
def test_a_user_name_is_read_as_it_is(name, login):
    assert {server.user for server in servers(name, build.own_login(login), OLENA)} == {login}


@pytest.mark.parametrize("name", SENDING)
@pytest.mark.parametrize("local_part", ["o'brien", "a`b", "a$b{c}", "a#b%d", "a&b=c/d", "a%m", "a|b~c^d!e"])
def test_an_address_of_any_characters_is_read_as_it_is(name, local_part):
    address = f"{local_part}@firma.com.ua"
    assert read(name, build.complete(), build.ask(address)).sender == address


@pytest.mark.parametrize("local_part", ["a*b", "what?"])
def test_msmtp_has_no_words_for_an_address_that_it_takes_for_a_pattern(local_part):
    with pytest.raises(CannotExpress):
        render("msmtp.txt", build.complete(), build.ask(f"{local_part}@firma.com.ua"))


@pytest.mark.parametrize(("name", "longest"), [("mbsync.txt", 240), ("msmtp.txt", 120)])
def test_a_line_that_the_program_would_cut_is_not_written(name, longest):
    assert read(name, build.own_login("😀" * longest), OLENA)
    with pytest.raises(CannotExpress):
        render(name, build.own_login("😀" * 255), OLENA)


@EVERY
@pytest.mark.parametrize("language", ["uk", "en"])
def test_comments_are_in_the_language_asked_for(name, language):
    text = render(name, build.complete(), Ask(language)).decode()
    assert bool(re.search("[а-яіїєґ]", text)) is (language == "uk")


@EVERY
def test_a_snippet_belongs_to_a_domain(name):
    with pytest.raises(CannotExpress):
        render(name, build.generic())


@EVERY
def test_a_snippet_without_its_protocols_is_not_written(name):
    endpoints = (build.imap(), build.pop3()) if name in SENDING else (build.smtp(),)
    with pytest.raises(CannotExpress):
        render(name, build.complete(endpoints=endpoints))


def test_fetchmail_fetches_by_pop3_unless_asked_otherwise_or_there_is_none():
    def host(settings, protocol=None):
        return read("fetchmail.txt", settings, Ask(protocol=protocol)).incoming.host

    assert host(build.complete()) == host(build.complete(), Protocol.POP3) == "pop.firma.com.ua"
    assert host(build.complete(), Protocol.IMAP) == host(build.pop3_off()) == "imap.firma.com.ua"
    with pytest.raises(CannotExpress):
        host(build.pop3_off(), Protocol.POP3)


def test_the_first_endpoint_of_a_protocol_is_the_one():
    assert read("msmtp.txt", build.complete()).outgoing == Server(
        "smtp.firma.com.ua", 465, "tls", "YOUR-ADDRESS@firma.com.ua"
    )


@EVERY
@given(case=strategies.cases())
def test_any_settings_are_read_back_value_by_value(name, case):
    settings, ask = case
    try:
        document = render(name, settings, ask)
    except CannotExpress:
        sides = {endpoint.protocol for endpoint in settings.endpoints if formats()[name].expresses(endpoint)}
        wanted = {"neomutt.txt": {Protocol.IMAP, Protocol.SMTP}}.get(name, sides)
        odd = name == "msmtp.txt" and ask.address and set(ask.address.local_part) & set("*?")
        asked = name == "fetchmail.txt" and ask.protocol and ask.protocol not in sides
        assert settings.generic or not sides or not wanted <= sides or odd or asked
        return
    assert document == render(name, settings, ask)
    seen = READERS[name](document.decode())
    for server in filter(None, (seen.incoming, seen.outgoing)):
        assert any(
            (server.host, server.port, server.tls) == (endpoint.hostname, endpoint.port, endpoint.security.value)
            for endpoint in settings.endpoints
        )
        if settings.user_name_is_private:
            assert server.user == "YOUR-USER-NAME"
        elif settings.login:
            assert server.user == settings.login
        elif ask.address:
            logins = {settings.user_name(endpoint, ask.address) for endpoint in settings.endpoints}
            assert server.user in logins
    if seen.sender is not None:
        assert seen.sender == str(ask.address or f"YOUR-ADDRESS@{settings.domain}")


@pytest.mark.parametrize(
    ("language", "name", "address"),
    [
        ("uk", "введіть ім’я користувача з нашого листа", "введіть початок своєї адреси"),
        ("en", "type the user name from our letter", "type the beginning of your address"),
    ],
)
def test_whoever_sets_up_a_printer_is_told_in_their_language_what_to_put_in_place_of_a_placeholder(
    language, name, address
):
    said = {
        (settings, asker): render("printer.txt", made, Ask(language, address=asker and asker.address)).decode()
        for settings, made in (("private", build.private()), ("public", build.complete()))
        for asker in (None, OLENA)
    }

    assert {key for key, text in said.items() if name in text} == {("private", None), ("private", OLENA)}
    assert {key for key, text in said.items() if address in text} == {("private", None), ("public", None)}
