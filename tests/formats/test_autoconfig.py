"""Mozilla autoconfig: what is in the document, and that the strictest readers take it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given

from mailsettings.core.endpoints import Authentication, Protocol, Security
from mailsettings.core.errors import CannotExpress
from mailsettings.core.settings import Ask
from mailsettings.formats import formats
from mailsettings.formats.autoconfig import FORMAT, render

from . import build, readers, strategies
from .golden import assert_golden

NOBODY = Ask()
OLENA = build.ask("olena@firma.com.ua")


def provider(settings, ask=NOBODY):
    return fromstring(render(settings, ask), forbid_dtd=True).find("emailProvider")


def server(settings, kind, ask=NOBODY):
    """The values of one server section, by tag; a repeated tag keeps its last value."""
    section = next(section for section in provider(settings, ask) if section.get("type") == kind)
    return {leaf.tag: leaf.text for leaf in section}


def user_name(settings, ask=NOBODY, kind="imap"):
    return server(settings, kind, ask)["username"]


@pytest.mark.parametrize(
    ("name", "settings", "ask"),
    [
        ("complete", build.complete(), OLENA),
        ("alias", build.alias_asked(), Ask()),
        ("generic", build.generic(), Ask()),
        ("starttls", build.starttls_only(), Ask()),
        ("encrypted", build.encrypted_password(), Ask()),
    ],
)
def test_the_document_is_the_golden_one(name, settings, ask):
    assert_golden(f"autoconfig-{name}.xml", render(settings, ask))


def test_the_format_is_found_under_its_file_name():
    assert formats()["autoconfig.xml"] is FORMAT
    assert FORMAT.content_type == "text/xml; charset=utf-8"
    assert not FORMAT.attachment


def test_the_declaration_comes_first_without_a_byte_order_mark():
    assert render(build.complete(), Ask()).startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n<clientConfig')


def test_imap_comes_before_pop3_whatever_their_order_on_the_server():
    settings = build.complete(endpoints=(build.smtp(), build.pop3(), build.imap()))
    kinds = [section.get("type") for section in provider(settings).findall("incomingServer")]
    assert kinds == ["imap", "pop3"]


def test_each_protocol_has_exactly_one_section_with_its_first_endpoint():
    settings = build.complete(endpoints=(*build.complete().endpoints, build.imap("imap2.firma.com.ua")))
    assert [section.get("type") for section in provider(settings) if "Server" in section.tag] == [
        "imap",
        "pop3",
        "smtp",
    ]
    assert server(settings, "imap")["hostname"] == "imap.firma.com.ua"
    assert server(settings, "smtp")["port"] == "465"


def test_a_server_has_no_attribute_besides_its_type():
    for section in provider(build.complete()):
        if "Server" in section.tag:
            assert set(section.keys()) == {"type"}


@pytest.mark.parametrize(("security", "word"), [(Security.TLS, "SSL"), (Security.STARTTLS, "STARTTLS")])
def test_the_socket_type_is_the_exact_word(security, word):
    assert server(build.complete(endpoints=(build.imap(security=security), build.smtp())), "imap")["socketType"] == word


def test_odd_ports_are_written_as_they_are():
    ports = [server(build.odd_ports(), kind)["port"] for kind in ("imap", "pop3", "smtp")]
    assert ports == ["10993", "1", "65535"]


@pytest.mark.parametrize("method", Authentication)
def test_the_plain_password_is_offered_last(method):
    section = provider(build.complete(endpoints=(build.imap(authentication=method), build.smtp())))
    methods = [leaf.text for leaf in section.find("incomingServer").findall("authentication")]
    assert methods[-1] == "password-cleartext"


def test_an_encrypted_password_is_offered_first_where_the_server_has_it():
    methods = [leaf.text for leaf in provider(build.encrypted_password()).iter("authentication")]
    assert methods == ["password-encrypted", "password-cleartext"] * 2


def test_pop3_leaves_the_mail_on_the_server_and_never_deletes_it_by_age():
    options = next(provider(build.complete()).iter("pop3"))
    assert options.find("leaveMessagesOnServer").text == "true"
    days = int(options.find("daysToLeaveMessagesOnServer").text)
    assert days > 20 * 365
    # Seconds before now must stay positive: older versions of Thunderbird reckon without a sign.
    assert days * 86400 < 1_700_000_000


def test_only_pop3_has_pop3_options():
    assert [section.get("type") for section in provider(build.complete()) if section.find("pop3") is not None] == [
        "pop3"
    ]


def test_a_protocol_that_is_off_has_no_section():
    assert [section.get("type") for section in provider(build.pop3_off()).iter("incomingServer")] == ["imap"]
    assert [section.get("type") for section in provider(build.imap_off()).iter("incomingServer")] == ["pop3"]


def test_the_protocol_asked_for_does_not_hide_the_other_one():
    kinds = [section.get("type") for section in provider(build.complete(), Ask(protocol=Protocol.POP3))]
    assert "imap" in kinds


@pytest.mark.parametrize("endpoints", [(), (build.smtp(),), (build.imap(), build.pop3())])
def test_nothing_is_written_without_both_directions(endpoints):
    with pytest.raises(CannotExpress):
        render(build.complete(endpoints=endpoints), Ask())


def test_the_id_and_the_domain_are_the_primary_name():
    found = provider(build.complete())
    assert found.get("id") == "firma.com.ua"
    assert [leaf.text for leaf in found.findall("domain")] == ["firma.com.ua"]


def test_an_alias_is_named_after_the_primary_name_it_was_asked_with():
    found = provider(build.alias_asked())
    assert found.get("id") == "firma.com.ua"
    assert [leaf.text for leaf in found.findall("domain")] == ["firma.com.ua", "firma.example"]


def test_a_national_domain_is_written_in_a_labels():
    document = render(build.idn(), Ask())
    assert provider(build.idn()).get("id") == "xn--80a1acn3a.xn--j1amh"
    assert "пошта.укр" not in document.decode()


def test_a_generic_answer_has_a_literal_id_and_placeholders():
    found = provider(build.generic())
    assert found.get("id") == "autoconfig.hoster.example"
    assert [leaf.text for leaf in found.findall("domain")] == ["%EMAILDOMAIN%"]
    assert server(build.generic(), "imap")["hostname"] == "imap.%EMAILDOMAIN%"
    assert server(build.generic(), "smtp")["hostname"] == "mail.hoster.example"


def test_a_generic_answer_expands_to_the_askers_own_hosts_and_name():
    settings = build.generic(build.imap("imap.{domain}", username="{local_part}+{domain}"), build.smtp("{domain}"))
    assert readers.expanded(user_name(settings), "olena@firma.com.ua") == "olena+firma.com.ua"
    assert readers.expanded(server(settings, "imap")["hostname"], "olena@firma.com.ua") == "imap.firma.com.ua"


@pytest.mark.parametrize(
    ("pattern", "written"),
    [
        ("{address}", "%EMAILADDRESS%"),
        ("{local_part}@{domain}", "%EMAILADDRESS%"),
        ("{local_part}", "%EMAILLOCALPART%"),
        ("{local_part}+{domain}", "%EMAILLOCALPART%+firma.com.ua"),
    ],
)
def test_a_pattern_becomes_placeholders_where_no_address_is_known(pattern, written):
    assert user_name(build.pattern(pattern)) == written


@pytest.mark.parametrize(
    ("pattern", "written"),
    [
        ("{address}", "%EMAILADDRESS%"),
        ("{local_part}@{domain}", "%EMAILADDRESS%"),
        ("{local_part}", "%EMAILLOCALPART%"),
    ],
)
def test_a_known_address_still_gives_lone_placeholders(pattern, written):
    assert user_name(build.pattern(pattern), OLENA) == written


def test_a_composite_name_is_written_out_for_a_known_address_because_fairemail_does_not_expand_it():
    assert user_name(build.pattern("{local_part}+{domain}"), OLENA) == "olena+firma.com.ua"


@pytest.mark.parametrize(
    ("pattern", "login"),
    [("{address}", "olena@firma.com.ua"), ("{local_part}", "olena"), ("{local_part}+{domain}", "olena+firma.com.ua")],
)
@pytest.mark.parametrize("ask", [Ask(), build.ask("olena@firma.example")])
def test_an_alias_address_logs_in_with_the_primary_name(pattern, login, ask):
    written = user_name(build.pattern(pattern, asked=build.ALIAS), ask)
    assert readers.expanded(written, "olena@firma.example") == login


def test_an_alias_address_that_is_known_gets_a_literal_name():
    assert user_name(build.alias_asked(), build.ask("olena@firma.example")) == "olena@firma.com.ua"


def test_an_own_user_name_that_is_published_is_written_out():
    assert user_name(build.own_login("firma-17"), OLENA) == "firma-17"


def test_a_user_name_like_a_number_becomes_a_placeholder_where_that_says_the_same():
    written = user_name(build.own_login("00123"), build.ask("00123@firma.com.ua"))
    assert readers.expanded(readers.thunderbird_text(written), "00123@firma.com.ua") == "00123"


@pytest.mark.parametrize("login", ["00123", "1e5", "True"])
def test_a_user_name_like_a_number_is_kept_for_the_readers_that_take_text_as_text(login):
    assert readers.thunderbird_text(login) != login
    assert user_name(build.own_login(login), OLENA) == login


@pytest.mark.parametrize("ask", [Ask(), OLENA, build.ask("olena@firma.example")])
def test_a_private_user_name_is_never_written(ask):
    settings = build.private(asked=ask.address.domain if ask.address else build.DOMAIN)
    assert b"firma-17" not in render(settings, ask)
    assert readers.expanded(user_name(settings, ask), str(ask.address or "olena@firma.com.ua")) == "olena@firma.com.ua"


def test_a_private_user_name_gives_way_to_the_patterns_name_for_an_alias_address():
    assert user_name(build.private(), build.ask("olena@firma.example")) == "olena@firma.com.ua"


def test_names_for_the_reader_keep_to_their_lengths():
    brand = replace(build.BRAND, name="Перша українська поштова та хостингова компанія міста над Дніпром")
    found = provider(build.complete(brand=brand))
    assert found.find("displayName").text == "Перша українська поштова та хостингова компанія міста над"
    assert found.find("displayShortName").text == "Перша українська"


def test_a_long_name_without_spaces_is_cut():
    found = provider(build.complete(brand=replace(build.BRAND, name="х" * 90)))
    assert found.find("displayName").text == "х" * 60
    assert found.find("displayShortName").text == "х" * 20


def test_a_brand_without_a_name_shows_the_domain():
    found = provider(replace(build.idn(), brand=replace(build.BRAND, name="\x00 ")))
    assert found.find("displayName").text == "пошта.укр"


def test_help_is_linked_in_both_languages():
    links = {
        link.find("descr").get("lang"): link.get("url") for link in provider(build.complete()).iter("documentation")
    }
    assert links == {
        "uk": "https://portal.hoster.example/uk/d/firma.com.ua/",
        "en": "https://portal.hoster.example/en/d/firma.com.ua/",
    }


def test_no_other_name_of_the_domain_is_given_away():
    assert build.ALIAS not in render(build.complete(), OLENA).decode()


def test_thunderbird_for_android_reads_the_recommended_servers():
    incoming, outgoing = readers.thunderbird_android(render(build.starttls_only(), Ask()))
    assert incoming == readers.Server("imap.firma.com.ua", 993, "SSL", ("password-cleartext",), "%EMAILADDRESS%")
    assert outgoing == readers.Server("smtp.firma.com.ua", 587, "STARTTLS", ("password-cleartext",), "%EMAILADDRESS%")


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("<port>993</port>", "<port> 993 </port>"),
        ("<socketType>SSL</socketType>", "<socketType>plain</socketType>"),
        ("<hostname>imap.firma.com.ua</hostname>", ""),
        ("<username>%EMAILADDRESS%</username>", ""),
        ("<username>%EMAILADDRESS%</username>", "<username><b>%EMAILADDRESS%</b></username>"),
        ("<authentication>password-cleartext</authentication>", "<authentication>Kerberos</authentication>"),
        ('<emailProvider id="firma.com.ua">', '<emailProvider id="%EMAILDOMAIN%">'),
        ("<domain>firma.com.ua</domain>", ""),
    ],
)
def test_the_strict_reader_refuses_what_thunderbird_for_android_refuses(right, wrong):
    document = render(build.complete(), Ask()).decode()
    assert right in document
    with pytest.raises(readers.Rejected):
        readers.thunderbird_android(document.replace(right, wrong, 1).encode())


@given(strategies.cases())
def test_the_same_question_gets_the_same_bytes_and_every_strict_reader_takes_them(case):
    settings, ask = case
    if not settings.incoming_protocols or not settings.of(Protocol.SMTP):
        with pytest.raises(CannotExpress):
            render(settings, ask)
        return
    document = render(settings, ask)
    assert document == render(settings, ask)
    root = fromstring(document, forbid_dtd=True)
    for leaf in root.iter():
        if not len(leaf):
            assert leaf.text
            assert leaf.text == leaf.text.strip()
    if settings.of(Protocol.IMAP):
        incoming, outgoing = readers.thunderbird_android(document)
        assert incoming.port == settings.first(Protocol.IMAP).port
        assert outgoing.port == settings.first(Protocol.SMTP).port


@given(strategies.cases())
def test_the_name_a_program_ends_up_with_is_the_right_one(case):
    settings, ask = case
    if not settings.of(Protocol.IMAP) or not settings.of(Protocol.SMTP) or ask.address is None:
        return
    endpoint = settings.first(Protocol.IMAP)
    name = settings.user_name(endpoint, ask.address) or settings.user_name_by_pattern(endpoint, ask.address)
    assert readers.expanded(user_name(settings, ask), str(ask.address)) == name
