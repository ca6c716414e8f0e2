"""With which settings each program ends, beside what is published."""

import pytest

from accounts.models import ChangeSet
from mailsettings import inprocess
from mailsettings.core.addresses import Address
from mailsettings.core.settings import Status
from mailsettings.directory import apply, parse, plan
from mailsettings.inprocess import Answer
from mailsettings.management.commands.demo import DEMO_FILE
from mailsettings.models import DomainName
from mailsettings.replay import replay
from mailsettings.replay.asking import Walk
from mailsettings.replay.autodiscover import post
from mailsettings.replay.comparing import Verdict
from tests import build
from tests.signing.certificates import Authority

from .walking import ALL, address, answer_with, differing, lie, see, servers, steps, verdicts

pytestmark = pytest.mark.django_db
CONFIG = "https://autoconfig.firma.com.ua/mail/config-v1.1.xml"
STARTTLS = (
    ("imap", "imap.{domain}", 143, "starttls"),
    ("pop3", "pop.{domain}", 110, "starttls"),
    ("smtp", "smtp.{domain}", 587, "starttls"),
)
WITH_POP3 = ("thunderbird", "evolution", "outlook")


@pytest.mark.parametrize("program", ALL)
def test_an_ordinary_domain_ends_with_the_published_values(program):
    build.domain("firma.com.ua", mailboxes=["olena"])

    found = see(program)

    assert not found.differs
    assert {"imap", "smtp"} <= {server.protocol.value for server in found.ended.servers}
    assert all(line.endswith(" olena@firma.com.ua") for line in servers(found))
    assert found.ended.source


@pytest.mark.parametrize("program", WITH_POP3)
def test_programs_with_pop3_get_it_too(program):
    build.domain("firma.com.ua")

    assert servers(see(program)) == [
        "imap imap.firma.com.ua:993 tls olena@firma.com.ua",
        "pop3 pop.firma.com.ua:995 tls olena@firma.com.ua",
        "smtp smtp.firma.com.ua:465 tls olena@firma.com.ua",
    ]


@pytest.mark.parametrize("program", ["thunderbird-android", "deltachat"])
def test_programs_without_pop3_leave_it_alone(program):
    build.domain("firma.com.ua")

    found = see(program)

    assert servers(found) == [
        "imap imap.firma.com.ua:993 tls olena@firma.com.ua",
        "smtp smtp.firma.com.ua:465 tls olena@firma.com.ua",
    ]
    assert [item.note for item in found.comparisons if item.protocol == "pop3"] == ["the program does not set this up"]


@pytest.mark.parametrize("program", ALL)
def test_a_domain_with_starttls_only_ends_with_it(program):
    build.server(endpoints=STARTTLS)
    build.domain("firma.com.ua")

    found = see(program)

    assert not found.differs
    assert {server.port for server in found.ended.servers} <= {143, 110, 587}
    assert all("starttls" in server.securities for server in found.ended.servers)


@pytest.mark.parametrize("program", ALL)
def test_a_domain_without_pop3_ends_without_it(program):
    build.domain("firma.com.ua", pop3=False)

    found = see(program)

    assert set(verdicts(found)) == {"imap", "smtp"}
    assert not found.differs


@pytest.mark.parametrize("program", ALL)
def test_an_idn_domain_ends_with_a_labels(program):
    build.domain("приклад.укр")

    found = see(program, "info@приклад.укр")

    assert not found.differs
    assert servers(found)[0].startswith("imap imap.xn--80aikifvh.xn--j1amh:993 ")
    assert found.ended.servers[0].user_name == "info@xn--80aikifvh.xn--j1amh"


@pytest.mark.parametrize("program", ALL)
def test_an_alias_address_ends_with_the_primary_names_user_name(program):
    build.domain("firma.com.ua", aliases=["firma.укр"])

    found = see(program, "olena@firma.укр")

    assert not found.differs
    assert {server.user_name for server in found.ended.servers} == {"olena@firma.com.ua"}


PUBLISHED = {"logins": "published", "mailboxes": [{"local_part": "olena", "login": "o.kovalenko"}]}


@pytest.mark.parametrize("program", [program for program in ALL if program != "thunderbird-android"])
def test_a_published_user_name_reaches_programs_that_tell_the_address(program):
    build.domain("firma.com.ua", **PUBLISHED)

    found = see(program)

    assert not found.differs
    assert {server.user_name for server in found.ended.servers} == {"o.kovalenko"}


def test_a_published_user_name_cannot_reach_thunderbird_for_android():
    build.domain("firma.com.ua", **PUBLISHED)

    assert differing(see("thunderbird-android")) == [("User name", "olena@firma.com.ua", "o.kovalenko")] * 2


@pytest.mark.parametrize("program", ALL)
def test_a_private_user_name_is_left_to_the_customer(program):
    build.domain("firma.com.ua", logins="private", mailboxes=[{"local_part": "olena", "login": "d7720"}])

    found = see(program)

    assert not found.differs
    assert "d7720" not in repr(found.ended) + repr(found.comparisons)
    assert Verdict.OPEN in verdicts(found)["imap"] & verdicts(found)["smtp"]
    assert "letter" in found.comparisons[0].note


def test_an_apple_device_asks_for_a_private_user_name_and_the_password():
    build.domain("firma.com.ua", logins="private")

    assert see("apple").ended.then[1:] == ("The device asks for the user name.", "The device asks for the password.")


@pytest.mark.parametrize("program", ALL)
@pytest.mark.parametrize("status", ["suspended", "external", None])
def test_a_domain_that_is_not_served_ends_with_nothing_and_says_what_then(program, status):
    if status:
        build.domain("firma.com.ua", status=status)

    found = see(program)

    assert (found.ended.servers, found.comparisons, found.differs) == ((), (), False)
    assert found.ended.reason
    assert found.ended.then


@pytest.mark.parametrize("program", ALL)
def test_every_domain_of_the_demo_ends_with_what_is_published(program):
    apply(plan(parse(DEMO_FILE.read_bytes())), ChangeSet(source=ChangeSet.Source.DEMO))
    names = DomainName.objects.filter(domain__status=Status.ACTIVE).values_list("name", flat=True)
    asked = [Address(part, name) for name in names for part in ("olena", "petro", "sales", "director", "nobody")]

    wrong = {str(address) for address in asked if replay(program, address).differs}

    assert len(asked) == 30
    # It never tells the address, so nobody can tell it a mailbox's own user name.
    assert wrong == ({"sales@shop.example"} if program == "thunderbird-android" else set())


def test_a_suspended_domain_still_gets_a_generic_answer_by_the_mail_exchanger():
    build.server(mx=["mx1.hoster.example"], discovery_names=["autoconfig.hoster.example"])
    build.domain("firma.com.ua", status="suspended")

    assert see("thunderbird").ended.servers == ()
    assert see("thunderbird-android").ended.source == "https://autoconfig.hoster.example/mail/config-v1.1.xml"
    assert see("thunderbird-android").differs


# --- A customer whose zone has MX records only ------------------------------------------------------------------------


@pytest.fixture
def only_mx():
    build.server(mx=["mx1.hoster.example"], discovery_names=["autoconfig.hoster.example"])
    build.domain("firma.com.ua")


@pytest.mark.parametrize("program", ["thunderbird", "thunderbird-android", "evolution"])
def test_without_names_of_the_domain_the_mail_exchanger_leads_to_the_settings(only_mx, program):
    found = see(program, dns=False)

    assert not found.differs
    assert found.ended.source.startswith("https://autoconfig.hoster.example/")
    assert servers(found)[0] == "imap imap.firma.com.ua:993 tls olena@firma.com.ua"
    assert f"GET {CONFIG} - no host" in steps(found)


@pytest.mark.parametrize("program", ["outlook", "deltachat"])
def test_without_names_of_the_domain_some_programs_end_with_nothing(only_mx, program):
    found = see(program, dns=False)

    assert found.ended.servers == ()
    assert [item.note for item in found.comparisons if item.protocol == "imap"] == [
        "nothing came: the program would guess"
    ]


def test_an_alias_is_lost_on_the_way_by_the_mail_exchanger_if_host_names_hold_the_domain(only_mx):
    build.domain("other.com.ua", aliases=["other.укр"])

    found = see("thunderbird-android", "olena@other.укр", dns=False)

    assert ("Server", "imap.other.xn--j1amh", "imap.other.com.ua") in differing(found)


# --- Lies, and what each program does about them ----------------------------------------------------------------------


@pytest.mark.parametrize("program", ALL)
@pytest.mark.parametrize(
    ("old", "new", "label"),
    [(b"imap.firma.com.ua", b"imap.evil.example", "Server"), (b"993", b"1993", "Port")],
)
def test_a_lie_in_an_answer_is_a_difference(monkeypatch, program, old, new, label):
    build.domain("firma.com.ua")
    lie(monkeypatch, old, new)

    assert label in [found[0] for found in differing(see(program))]


@pytest.mark.parametrize("program", ["thunderbird", "thunderbird-android", "evolution", "deltachat"])
def test_another_security_is_a_difference(monkeypatch, program):
    build.domain("firma.com.ua")
    lie(monkeypatch, b">SSL<", b">STARTTLS<")

    assert ("Connection security", "STARTTLS", "SSL/TLS") in differing(see(program))


def test_another_security_in_autodiscover_is_a_difference(monkeypatch):
    build.domain("firma.com.ua")
    lie(monkeypatch, b"<Encryption>SSL<", b"<Encryption>TLS<")

    assert ("Connection security", "STARTTLS", "SSL/TLS") in differing(see("outlook"))


def test_a_wrong_user_name_is_a_difference(monkeypatch):
    build.domain("firma.com.ua")
    lie(monkeypatch, b"%EMAILADDRESS%", b"%EMAILLOCALPART%")

    assert ("User name", "olena", "olena@firma.com.ua") in differing(see("evolution"))


def test_an_unprotected_connection_is_a_difference(monkeypatch):
    build.domain("firma.com.ua")
    lie(monkeypatch, b"<true/>", b"<false/>")

    assert ("Connection security", "unprotected", "SSL/TLS") in differing(see("apple"))


def test_settings_for_a_domain_without_any_are_a_difference(monkeypatch):
    build.domain("firma.com.ua")
    answer = _answer("autoconfig.xml")
    build.domain("paused.com.ua", status="suspended")
    answer_with(monkeypatch, {"https://autoconfig.paused.com.ua/mail/config-v1.1.xml": answer})

    assert see("thunderbird", "olena@paused.com.ua").differs


def _answer(file_name: str) -> Answer:

    return inprocess.fetch("GET", f"https://portal.example/d/firma.com.ua/{file_name}")


def test_thunderbird_reads_no_other_content_type(monkeypatch):
    build.domain("firma.com.ua")
    lie(monkeypatch, b"", b"", content_type="text/html")

    found = see("thunderbird")

    assert found.ended.servers == ()
    assert "text/html" in found.exchanges[0].says


def test_thunderbird_loses_a_good_answer_behind_a_bad_one(monkeypatch):
    build.domain("firma.com.ua")
    page = Answer(200, {"Content-Type": "text/html"}, b"<html>Welcome</html>")
    well_known = "https://firma.com.ua/.well-known/autoconfig/mail/config-v1.1.xml"
    answer_with(monkeypatch, {CONFIG: page, well_known: _answer("autoconfig.xml")})

    assert see("thunderbird", apex=True).ended.servers == ()
    assert see("thunderbird-android", apex=True).ended.source == well_known


def test_thunderbird_makes_a_number_of_a_user_name():
    build.domain("firma.com.ua", logins="published", mailboxes=[{"local_part": "olena", "login": "00123"}])

    found = see("thunderbird")

    assert servers(found)[0].endswith(" 123")
    assert {value.verdict for item in found.comparisons for value in item.values if value.label == "User name"} == {
        Verdict.CANNOT_EXPRESS
    }
    assert not found.differs
    assert verdicts(see("evolution"))["imap"] == {Verdict.AGREES}


def test_another_number_than_the_published_one_still_differs(monkeypatch):
    build.domain("firma.com.ua", logins="published", mailboxes=[{"local_part": "olena", "login": "00123"}])
    lie(monkeypatch, b"<username>00123<", b"<username>123<")

    assert ("User name", "123", "00123") in differing(see("thunderbird"))


@pytest.mark.parametrize("program", ["outlook", "thunderbird"])
def test_autodiscover_has_no_words_for_an_encrypted_password(program, monkeypatch):
    for endpoint in build.server().endpoints.all():
        build.change(endpoint, authentication="password-encrypted")
    build.domain("firma.com.ua")
    pox = "https://autodiscover.firma.com.ua/autodiscover/autodiscover.xml"
    reply = post(Walk(address(), None, lambda _host: True, False), pox)
    answer_with(monkeypatch, {pox: Answer(200, reply.headers, reply.body)})

    found = see(program)

    assert found.ended.source == pox
    assert Verdict.CANNOT_EXPRESS in verdicts(found)["imap"]
    assert not found.differs


def test_an_answer_that_has_the_words_for_an_encrypted_password_must_use_them(monkeypatch):
    for endpoint in build.server().endpoints.all():
        build.change(endpoint, authentication="password-encrypted")
    build.domain("firma.com.ua")
    lie(monkeypatch, b"<authentication>password-encrypted</authentication>", b"")

    assert ("Authentication", "password", "encrypted password") in differing(see("thunderbird"))


def test_thunderbird_uses_autodiscover_where_autoconfig_has_nothing(monkeypatch):
    build.domain("firma.com.ua")
    pox = "https://autodiscover.firma.com.ua/autodiscover/autodiscover.xml"

    reply = post(Walk(address(), None, lambda _host: True, False), pox)
    answer_with(monkeypatch, {pox: Answer(200, reply.headers, reply.body)})

    found = see("thunderbird")

    assert found.ended.source == pox
    assert not found.differs


def test_thunderbird_for_android_drops_everything_for_one_bad_section(monkeypatch):
    build.domain("firma.com.ua")
    lie(monkeypatch, b"<port>465</port>", b"<port> 465</port>")

    assert see("thunderbird-android").ended.servers == ()
    assert see("thunderbird").ended.servers[0].port == 993


def test_thunderbird_for_android_has_settings_over_http_confirmed(monkeypatch):
    build.domain("firma.com.ua")
    answer_with(monkeypatch, {CONFIG.replace("https:", "http:"): _answer("autoconfig.xml")})

    assert "confirm" in see("thunderbird-android").ended.then[0]


def test_a_redirect_is_followed_and_listed(monkeypatch):
    build.domain("firma.com.ua")
    there = "https://autoconfig.firma.com.ua/there.xml"
    answer_with(monkeypatch, {CONFIG: Answer(302, {"location": "/there.xml"}), there: _answer("autoconfig.xml")})

    found = see("deltachat")

    assert steps(found) == [f"GET {CONFIG} 302", f"GET {there} 200"]
    assert found.ended.source == there


def test_a_redirect_to_another_company_is_not_followed(monkeypatch):
    answer_with(monkeypatch, {CONFIG: Answer(302, {"Location": "https://www.other.example/"})})

    assert steps(see("deltachat"))[1] == "GET https://www.other.example/ - not asked"


def test_a_redirect_in_a_circle_ends(monkeypatch):
    answer_with(monkeypatch, {CONFIG: Answer(302, {"Location": CONFIG})})

    assert see("deltachat").ended.servers == ()


def test_evolution_takes_the_last_section_of_a_kind(monkeypatch):
    build.domain("firma.com.ua")
    second = b"<port>587</port><socketType>STARTTLS</socketType>"
    lie(
        monkeypatch,
        b"</outgoingServer>",
        b'</outgoingServer><outgoingServer type="smtp">' + second + b"</outgoingServer>",
    )

    assert servers(see("evolution"))[-1] == "smtp smtp.firma.com.ua:587 starttls olena@firma.com.ua"
    assert servers(see("thunderbird"))[-1] == "smtp smtp.firma.com.ua:465 tls olena@firma.com.ua"


def test_evolution_stops_reading_at_another_attribute(monkeypatch):
    build.domain("firma.com.ua")
    lie(monkeypatch, b'type="imap"', b'type="imap" id="1"')

    assert see("evolution").ended.source == "SRV firma.com.ua"


def test_evolution_takes_records_where_autoconfig_has_nothing(monkeypatch):
    build.domain("firma.com.ua")
    answer_with(monkeypatch, {})

    found = see("evolution")

    assert servers(found)[-1] == "smtp smtp.firma.com.ua:465 tls olena@firma.com.ua"
    assert not found.differs


def test_delta_chat_reads_autodiscover_by_get_and_tries_both_securities(monkeypatch):
    build.domain("firma.com.ua")
    pox = "https://autodiscover.firma.com.ua/autodiscover/autodiscover.xml"
    answer_with(monkeypatch, {pox: _answer("autodiscover.xml")})

    found = see("deltachat")

    assert servers(found)[0] == "imap imap.firma.com.ua:993 tls/starttls olena@firma.com.ua"
    assert not found.differs


def test_delta_chat_ends_its_search_with_xml_that_holds_no_server(monkeypatch):
    build.domain("firma.com.ua")
    answer_with(monkeypatch, {CONFIG: Answer(200, {}, b"<html/>")})

    found = see("deltachat")

    assert (len(found.exchanges), found.ended.servers, found.ended.source[:5]) == (1, (), "https")


def test_outlook_takes_the_part_before_the_at_sign_without_a_login_name(monkeypatch):
    build.domain("firma.com.ua")
    lie(monkeypatch, b"<LoginName>olena@firma.com.ua</LoginName>", b"")

    assert set(differing(see("outlook"))) == {("User name", "olena", "olena@firma.com.ua")}


def test_outlook_takes_secure_password_authentication_for_granted(monkeypatch):
    build.domain("firma.com.ua")
    lie(monkeypatch, b"<SPA>off</SPA>", b"")

    assert set(differing(see("outlook"))) == {("Authentication", "SPA (NTLM)", "password")}


def test_outlook_asks_the_customer_to_allow_an_address_behind_a_record():
    build.domain("firma.com.ua")

    found = see("outlook", dns=True, resolves=lambda host: host != "autodiscover.firma.com.ua")

    assert found.ended.source == "https://portal.example/autodiscover/autodiscover.xml"
    assert "allow" in found.ended.then[0]


def test_an_apple_device_takes_no_profile_with_another_content_type(monkeypatch):
    build.domain("firma.com.ua")
    lie(monkeypatch, b"", b"", content_type="application/xml")

    assert "application/xml" in see("apple").ended.reason


def test_a_signed_profile_is_read_within_its_signature(monkeypatch):
    build.domain("firma.com.ua")
    lie(monkeypatch, b"<?xml", b"\x30\x82\x0f\xff<?xml")

    found = see("apple")

    assert not found.differs
    assert "is signed" in found.ended.then[0]


@pytest.mark.parametrize("kind", ["rsa", "p256"])
def test_a_profile_that_is_really_signed_is_read_too(settings, tmp_path, kind):
    build.domain("firma.com.ua")
    certificate, key = Authority().issue(tmp_path, kind)
    settings.PROFILE_SIGNING_CERT, settings.PROFILE_SIGNING_KEY = str(certificate), str(key)

    found = see("apple")

    assert not found.differs
    assert "is signed" in found.ended.then[0]
    assert "imap.firma.com.ua:993" in found.exchanges[0].says


def test_a_second_fetch_that_differs_is_seen(monkeypatch):
    build.domain("firma.com.ua")
    answers = [_answer("apple.mobileconfig"), _answer("apple.mobileconfig?language=en")]
    monkeypatch.setattr("mailsettings.replay.asking.fetch", lambda *_args, **_options: answers.pop())

    assert see("apple").exchanges[0].says == "not the same as the second time"
