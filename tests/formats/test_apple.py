"""Apple configuration profiles: against Apple's own descriptions, and value by value."""

from __future__ import annotations

import plistlib
from dataclasses import replace
from uuid import NAMESPACE_URL, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailsettings.core.endpoints import Protocol, Security
from mailsettings.core.errors import CannotExpress
from mailsettings.core.settings import Ask
from mailsettings.formats import apple, formats
from mailsettings.formats.apple import FORMAT, render

from . import apple_schema, build, strategies
from .golden import assert_golden

OLENA = build.ask("olena@firma.com.ua")
OLENA_POP3 = build.ask("olena@firma.com.ua", protocol=Protocol.POP3)
USER_NAMES = ("IncomingMailServerUsername", "OutgoingMailServerUsername")


def profile(settings, ask=OLENA):
    return plistlib.loads(render(settings, ask))


def account(settings, ask=OLENA):
    (payload,) = profile(settings, ask)["PayloadContent"]
    return payload


@pytest.mark.parametrize(
    ("name", "settings", "ask"),
    [
        ("complete", build.complete(), OLENA),
        ("no-address", build.starttls_only(), Ask(language="en")),
        ("pop3", build.complete(), build.ask("olena@firma.com.ua", protocol=Protocol.POP3, language="en")),
        ("mailbox", build.with_mailbox("Олена", login="firma-17"), OLENA),
        ("private", build.private(), OLENA),
    ],
)
def test_the_profile_is_the_golden_one(name, settings, ask):
    assert_golden(f"apple-{name}.mobileconfig", render(settings, ask))


@pytest.mark.parametrize(
    ("settings", "ask"),
    [
        (build.complete(), OLENA),
        (build.complete(), Ask()),
        (build.complete(), OLENA_POP3),
        (build.idn(), Ask(language="en")),
        (build.private(), OLENA),
        (build.odd_ports(), OLENA),
        (build.encrypted_password(), OLENA),
        (build.with_mailbox("Олена"), OLENA),
        (build.complete(brand=replace(build.BRAND, name="")), OLENA),
    ],
)
def test_apples_descriptions_have_nothing_against_it(settings, ask):
    assert apple_schema.faults(profile(settings, ask)) == []


@pytest.mark.parametrize(
    ("key", "value", "fault"),
    [
        ("IncomingMailServerPortNumber", "993", "is str"),
        ("IncomingMailServerUseSSL", 1, "is int"),
        ("EmailAccountType", "EmailTypeIMAP4", "may not be"),
        ("IncomingMailServerSecurity", "TLS", "unknown key"),
    ],
)
def test_the_check_against_apples_descriptions_finds_a_wrong_value(key, value, fault):
    wrong = profile(build.complete())
    wrong["PayloadContent"][0][key] = value
    assert [fault in found for found in apple_schema.faults(wrong)] == [True]


def test_the_check_against_apples_descriptions_finds_a_missing_key():
    wrong = profile(build.complete())
    del wrong["PayloadContent"][0]["OutgoingMailServerHostName"]
    assert apple_schema.faults(wrong) == ["com.apple.mail.managed: OutgoingMailServerHostName is missing"]


def test_the_format_is_found_under_its_file_name_and_saved_by_a_browser():
    assert formats()["apple.mobileconfig"] is FORMAT
    assert FORMAT.content_type == "application/x-apple-aspen-config"
    assert FORMAT.attachment


def test_the_servers_are_the_recommended_ones():
    found = account(build.complete())
    assert found["EmailAccountType"] == "EmailTypeIMAP"
    assert (found["IncomingMailServerHostName"], found["IncomingMailServerPortNumber"]) == ("imap.firma.com.ua", 993)
    assert (found["OutgoingMailServerHostName"], found["OutgoingMailServerPortNumber"]) == ("smtp.firma.com.ua", 465)


@pytest.mark.parametrize("security", Security)
def test_tls_is_switched_on_whatever_its_style(security):
    found = account(build.complete(endpoints=(build.imap(security=security), build.smtp(security=security))))
    assert found["IncomingMailServerUseSSL"] is True
    assert found["OutgoingMailServerUseSSL"] is True


def test_a_first_endpoint_with_starttls_is_not_passed_over():
    settings = build.complete(endpoints=(build.imap(), build.smtp_starttls(), build.smtp()))
    assert account(settings)["OutgoingMailServerPortNumber"] == 587


def test_the_password_is_plain_inside_tls():
    found = account(build.complete())
    assert found["IncomingMailServerAuthentication"] == "EmailAuthPassword"
    assert found["OutgoingMailServerAuthentication"] == "EmailAuthPassword"


def test_only_an_encrypted_password_means_cram_md5():
    found = account(build.encrypted_password())
    assert found["IncomingMailServerAuthentication"] == "EmailAuthCRAMMD5"
    assert found["OutgoingMailServerAuthentication"] == "EmailAuthCRAMMD5"


def test_the_password_is_asked_for_once_and_never_contained():
    found = account(build.complete())
    assert found["OutgoingPasswordSameAsIncomingPassword"] is True
    assert not {"IncomingPassword", "OutgoingPassword"} & found.keys()


def test_the_address_and_the_user_name_are_filled_in():
    found = account(build.complete())
    assert found["EmailAddress"] == "olena@firma.com.ua"
    assert [found[key] for key in USER_NAMES] == ["olena@firma.com.ua"] * 2


def test_an_alias_address_logs_in_with_the_primary_name():
    found = account(build.alias_asked(), build.ask("olena@firma.example"))
    assert found["EmailAddress"] == "olena@firma.example"
    assert [found[key] for key in USER_NAMES] == ["olena@firma.com.ua"] * 2


def test_an_own_user_name_is_used_where_it_may_be_shown():
    assert [account(build.own_login("firma-17"))[key] for key in USER_NAMES] == ["firma-17"] * 2


def test_without_an_address_the_device_asks():
    found = account(build.complete(), Ask())
    assert not {"EmailAddress", *USER_NAMES} & found.keys()


def test_a_private_user_name_is_left_out_so_that_the_device_asks():
    assert not set(USER_NAMES) & account(build.private()).keys()
    assert b"firma-17" not in render(build.private(), OLENA)


def test_the_account_is_named_after_the_brand_or_the_domain():
    assert account(build.complete())["EmailAccountDescription"] == "Хостер"
    nameless = replace(build.BRAND, name="")
    assert account(replace(build.idn(), brand=nameless), Ask())["EmailAccountDescription"] == "пошта.укр"
    assert "PayloadOrganization" not in profile(build.complete(brand=nameless))


def test_the_organization_is_the_brand():
    assert profile(build.complete())["PayloadOrganization"] == "Хостер"


def test_the_senders_name_is_known_only_for_an_exact_mailbox():
    assert account(build.with_mailbox("Олена"))["EmailAccountName"] == "Олена"
    assert "EmailAccountName" not in account(build.with_mailbox(""))
    assert "EmailAccountName" not in account(build.complete())


def test_pop3_is_chosen_when_asked_for():
    found = account(build.complete(), OLENA_POP3)
    assert found["EmailAccountType"] == "EmailTypePOP"
    assert (found["IncomingMailServerHostName"], found["IncomingMailServerPortNumber"]) == ("pop.firma.com.ua", 995)


def test_pop3_is_chosen_where_imap_is_off():
    assert account(build.imap_off())["EmailAccountType"] == "EmailTypePOP"


@pytest.mark.parametrize(
    ("settings", "ask"),
    [
        (build.pop3_off(), OLENA_POP3),
        (build.imap_off(), build.ask("olena@firma.com.ua", protocol=Protocol.IMAP)),
        (build.complete(endpoints=(build.imap(),)), OLENA),
        (build.complete(endpoints=()), OLENA),
        (build.generic(), Ask()),
    ],
)
def test_a_profile_that_would_not_be_what_was_asked_for_is_not_written(settings, ask):
    with pytest.raises(CannotExpress):
        render(settings, ask)


def identifiers(settings, ask):
    """Every identifier and UUID in the profile."""
    found = profile(settings, ask)
    return [
        value
        for part in (found, *found["PayloadContent"])
        for value in (part["PayloadIdentifier"], part["PayloadUUID"])
    ]


def test_a_reinstalled_profile_replaces_the_old_one_whatever_changed_in_it():
    moved = build.complete(endpoints=(build.imap("mail.hoster.example"), build.smtp("mail.hoster.example")))
    english = build.ask("olena@firma.com.ua", language="en")
    assert identifiers(build.complete(), OLENA) == identifiers(moved, english) == identifiers(build.own_login(), OLENA)


@pytest.mark.parametrize("other", [OLENA_POP3, build.ask("ivan@firma.com.ua"), Ask()])
def test_another_protocol_or_address_replaces_nothing(other):
    assert not set(identifiers(build.complete(), OLENA)) & set(identifiers(build.complete(), other))


def test_the_identifiers_of_one_profile_differ_from_each_other():
    assert len(set(identifiers(build.complete(), OLENA))) == 4


def test_the_identifier_is_the_reversed_domain_and_hides_the_address():
    identifier = profile(build.complete())["PayloadIdentifier"]
    assert identifier.startswith("ua.com.firma.")
    assert "olena" not in identifier
    assert account(build.complete())["PayloadIdentifier"].startswith(f"{identifier}.")


def test_the_identifiers_never_change():
    assert identifiers(build.complete(), OLENA) == [
        "ua.com.firma.mail-settings.imap.48df357dc3665c3391be544d36011c3a",
        "9F4ECCE0-FBDF-5D4A-A131-F6F4751B8252",
        "ua.com.firma.mail-settings.imap.48df357dc3665c3391be544d36011c3a.account",
        "C4A5709E-FAED-5BEB-8B3F-3B3B8E8B2327",
    ]


def test_a_mac_installs_it_for_the_user_and_no_device_is_ruled_out():
    found = profile(build.complete())
    assert found["PayloadScope"] == "User"
    assert "TargetDeviceType" not in found
    assert "PayloadRemovalDisallowed" not in found


def test_consent_is_asked_in_both_languages_with_the_askers_own_as_default():
    consent = profile(build.complete())["ConsentText"]
    assert set(consent) == {"default", "uk", "en"}
    assert consent["default"] == consent["uk"] != consent["en"]
    english = profile(build.complete(), build.ask("olena@firma.com.ua", language="en"))
    assert english["ConsentText"]["default"] == consent["en"] == english["PayloadDescription"]


@pytest.mark.parametrize(
    ("language", "no_password", "removal"),
    [("uk", "Пароля в профілі немає", "Якщо видалити профіль"), ("en", "no password", "If you delete the profile")],
)
@pytest.mark.parametrize("ask", [OLENA, OLENA_POP3, Ask()])
def test_the_reader_learns_that_there_is_no_password_and_what_deleting_does(language, no_password, removal, ask):
    words = profile(build.complete(), ask)["ConsentText"][language]
    assert no_password in words
    assert removal in words


def test_only_pop3_warns_of_mail_that_is_lost():
    assert "POP3" in profile(build.complete(), OLENA_POP3)["PayloadDescription"]
    assert "назавжди" in profile(build.complete(), OLENA_POP3)["PayloadDescription"]
    assert "назавжди" not in profile(build.complete(), OLENA)["PayloadDescription"]


@pytest.mark.parametrize(
    ("settings", "ask", "asked_for"),
    [
        (build.complete(), OLENA, "запитає його у вас"),
        (build.private(), OLENA, "запитає ім’я користувача та пароль"),
        (build.complete(), Ask(), "запитає адресу, ім’я користувача та пароль"),
        (build.own_login(), Ask(), "запитає адресу та пароль"),
    ],
)
def test_the_reader_learns_what_the_device_will_ask_for(settings, ask, asked_for):
    assert asked_for in profile(settings, ask)["PayloadDescription"]


def test_a_private_user_name_is_looked_for_in_the_letter():
    assert "в листі від нас" in profile(build.private())["PayloadDescription"]
    assert "в листі від нас" not in profile(build.complete())["PayloadDescription"]


def test_every_sentence_is_short():
    for ask in (OLENA, OLENA_POP3, Ask()):
        for words in profile(build.private(), ask)["ConsentText"].values():
            assert all(len(sentence.split()) < 25 for sentence in words.split(". "))


def test_people_read_the_domain_in_their_own_letters():
    found = profile(build.idn(), build.ask(f"olena@{build.IDN_DOMAIN}"))
    assert found["PayloadDisplayName"] == "Пошта olena@пошта.укр (IMAP)"
    assert found["PayloadContent"][0]["EmailAddress"] == f"olena@{build.IDN_DOMAIN}"


@given(strategies.cases())
def test_the_same_question_gets_the_same_bytes_and_apple_has_nothing_against_them(case):
    settings, ask = case
    wanted = [protocol for protocol in settings.incoming_protocols if ask.protocol in (None, protocol)]
    if settings.generic or not wanted or not settings.of(Protocol.SMTP):
        with pytest.raises(CannotExpress):
            render(settings, ask)
        return
    document = render(settings, ask)
    assert document == render(settings, ask)
    assert apple_schema.faults(plistlib.loads(document)) == []


@given(st.text(max_size=80))
def test_an_identifier_is_the_uuid5_of_its_name(name):
    namespace = uuid5(NAMESPACE_URL, "urn:skrynka:apple-profile")

    assert apple._uuid(name) == str(uuid5(namespace, name)).upper()
