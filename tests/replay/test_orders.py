"""Which requests each program makes, in which order."""

import pytest

from mailsettings.replay import programs
from tests import build

from .walking import ALL, see, steps

pytestmark = pytest.mark.django_db
CONFIG = "/mail/config-v1.1.xml"
WELL_KNOWN = "/.well-known/autoconfig/mail/config-v1.1.xml"
POX = "/autodiscover/autodiscover.xml"
ELSEWHERE = " - not asked"


@pytest.fixture
def firma():
    build.server(mx=["mx1.eu.hoster.example", "mx2.hoster.example"], discovery_names=["autoconfig.hoster.example"])
    return build.domain("firma.com.ua")


def test_every_program_is_collected():
    assert set(programs()) == set(ALL)


def test_thunderbird_asks_everything_at_once(firma):
    assert steps(see("thunderbird")) == [
        f"GET https://autoconfig.firma.com.ua{CONFIG} 200",
        f"GET https://firma.com.ua{WELL_KNOWN}{ELSEWHERE}",
        f"GET http://autoconfig.firma.com.ua{CONFIG} 200",
        f"GET http://firma.com.ua{WELL_KNOWN}{ELSEWHERE}",
        f"GET https://live.thunderbird.net/autoconfig/v1.1/firma.com.ua{ELSEWHERE}",
        "MX firma.com.ua",
        f"GET https://autoconfig.eu.hoster.example{CONFIG}{ELSEWHERE}",
        f"GET https://live.thunderbird.net/autoconfig/v1.1/eu.hoster.example{ELSEWHERE}",
        f"GET https://autoconfig.hoster.example{CONFIG} 200",
        f"GET https://live.thunderbird.net/autoconfig/v1.1/hoster.example{ELSEWHERE}",
        f"POST https://autodiscover.firma.com.ua{POX} 200",
        f"POST https://firma.com.ua{POX}{ELSEWHERE}",
        f"POST http://autodiscover.firma.com.ua{POX} 200",
        "SRV _autodiscover._tcp.firma.com.ua",
        f"POST https://portal.example{POX} 200",
    ]


def test_thunderbird_sends_the_address_to_every_address_of_autoconfig(firma):
    asked = [exchange.request for exchange in see("thunderbird").exchanges if "//autoconfig." in exchange.request]

    assert len(asked) == 4
    assert all(request.endswith("?emailaddress=olena%40firma.com.ua") for request in asked)


def test_thunderbird_for_android_never_sends_the_address(firma):
    found = see("thunderbird-android")

    assert steps(found) == [
        f"GET https://autoconfig.firma.com.ua{CONFIG} 200",
        f"GET https://firma.com.ua{WELL_KNOWN}{ELSEWHERE}",
        f"GET http://autoconfig.firma.com.ua{CONFIG} 200",
        f"GET http://firma.com.ua{WELL_KNOWN}{ELSEWHERE}",
        f"GET https://autoconfig.thunderbird.net/v1.1/firma.com.ua{ELSEWHERE}",
        "MX firma.com.ua",
        f"GET https://autoconfig.eu.hoster.example{CONFIG}{ELSEWHERE}",
        f"GET https://autoconfig.thunderbird.net/v1.1/eu.hoster.example{ELSEWHERE}",
        f"GET https://autoconfig.hoster.example{CONFIG} 200",
    ]
    assert not any("olena" in exchange.request for exchange in found.exchanges)


def test_evolution_stops_at_the_first_answer_and_looks_up_records(firma):
    found = see("evolution")

    assert steps(found) == [
        f"GET https://autoconfig.firma.com.ua{CONFIG} 200",
        *(
            f"SRV {label}._tcp.firma.com.ua"
            for label in ("_imaps", "_imap", "_pop3s", "_pop3", "_submissions", "_submission")
        ),
    ]
    query = "?emailaddress=olena%40firma.com.ua&emailmd5=d006b6dbeea3f448d7201e9bf0ba79b5"
    assert found.exchanges[0].request.endswith(query)


def test_evolution_goes_on_at_the_mail_exchanger_and_above_it():
    build.server(mx=["mx1.hoster.example"], discovery_names=["autoconfig.hoster.example"])
    build.domain("firma.com.ua", status="suspended")

    def five(name, outcome):
        return [
            f"GET https://autoconfig.{name}{CONFIG}{outcome}",
            f"GET http://autoconfig.{name}{CONFIG}{outcome}",
            f"GET https://{name}{WELL_KNOWN}{ELSEWHERE}",
            f"GET http://{name}{WELL_KNOWN}{ELSEWHERE}",
            f"GET https://autoconfig.thunderbird.net/v1.1/{name}{ELSEWHERE}",
        ]

    asked = steps(see("evolution"))

    assert asked[:5] == five("firma.com.ua", " 404")
    assert asked[5] == "MX firma.com.ua"
    assert asked[6:16] == [
        *five("mx1.hoster.example", ELSEWHERE),
        *five("hoster.example", " 404"),
    ]


def test_delta_chat_stops_at_the_first_answer_and_never_uses_http(firma):
    assert steps(see("deltachat")) == [f"GET https://autoconfig.firma.com.ua{CONFIG} 200"]
    assert steps(see("deltachat", "olena@unknown.com.ua")) == [
        f"GET https://autoconfig.unknown.com.ua{CONFIG} 404",
        f"GET https://unknown.com.ua{WELL_KNOWN}{ELSEWHERE}",
        f"GET https://unknown.com.ua{POX}{ELSEWHERE}",
        f"GET https://autodiscover.unknown.com.ua{POX} 404",
        f"GET https://autoconfig.thunderbird.net/v1.1/unknown.com.ua{ELSEWHERE}",
    ]


def test_outlook_probes_for_exchange_and_stops_at_the_first_settings(firma):
    asked = steps(see("outlook"))

    assert asked[0] == f"GET https://prod.autodetect.outlook.cloud.microsoft/autodetect/detect{ELSEWHERE}"
    assert [step.rpartition(" ")[0] for step in asked[1:3]] == [
        "GET https://autodiscover.firma.com.ua/autodiscover/autodiscover.json"
    ] * 2
    assert asked[3:] == [
        f"POST https://autodiscover.firma.com.ua{POX} 200",
        f"POST https://firma.com.ua{POX}{ELSEWHERE}",
        f"POST https://autodiscover.firma.com.ua{POX} 200",
    ]


def test_outlook_goes_on_by_redirect_and_record():
    build.domain("firma.com.ua", status="suspended")

    assert steps(see("outlook"))[4:] == [
        f"POST https://firma.com.ua{POX}{ELSEWHERE}",
        f"POST https://autodiscover.firma.com.ua{POX} 200",
        f"GET http://autodiscover.firma.com.ua{POX} 302",
        f"POST https://autodiscover.firma.com.ua{POX} 200",
        "SRV _autodiscover._tcp.firma.com.ua",
    ]


def test_an_apple_device_fetches_the_profile_twice_and_its_address_hides_the_mailbox(firma):
    assert steps(see("apple")) == ["GET https://portal.example/f/…/apple.mobileconfig 200"] * 2


@pytest.mark.parametrize("program", ALL)
def test_the_web_site_of_the_domain_is_asked_only_where_it_is_here(firma, program):
    bare = ("https://firma.com.ua/", "http://firma.com.ua/")
    elsewhere = [step for step in steps(see(program)) if step.split()[1].startswith(bare)]
    here = [step for step in steps(see(program, apex=True)) if step.split()[1].startswith(bare)]

    assert all(step.endswith(ELSEWHERE) for step in elsewhere)
    assert not any(step.endswith(ELSEWHERE) for step in here)


def test_a_brands_own_domain_is_here_without_saying_so():
    build.brand("ava", hosts=["ava.example"])
    build.domain("ava.example")

    assert f"GET https://ava.example{WELL_KNOWN} 200" in steps(see("thunderbird", "olena@ava.example"))


def test_the_mail_exchanger_of_the_domain_itself_is_no_further_step():
    build.server(mx=["mx.firma.com.ua"])
    build.domain("firma.com.ua")

    for program in ("thunderbird", "thunderbird-android"):
        assert not any("autoconfig.mx" in step for step in steps(see(program)))
        assert sum("//autoconfig.firma.com.ua" in step for step in steps(see(program))) == 2


def test_the_mail_exchanger_of_a_domain_that_is_elsewhere_is_not_known_here():
    build.server(mx=["mx1.hoster.example"])
    build.domain("firma.com.ua", status="external")

    assert f"MX firma.com.ua{ELSEWHERE}" in steps(see("thunderbird"))


def test_a_name_at_the_mail_exchanger_is_asked_if_its_domain_is_served_here():
    build.server(mx=["mx1.hoster.example"])
    build.domain("firma.com.ua")
    build.domain("hoster.example")

    assert f"GET https://autoconfig.hoster.example{CONFIG} 200" in steps(see("thunderbird"))
