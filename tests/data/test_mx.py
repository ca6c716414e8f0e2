"""Where the mail of a domain goes, asked of a DNS server on loopback."""

import time

import dns.rcode
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailsettings import mx
from mailsettings.mx import Outcome, State, compare, mx_of
from tests.dns_server import SILENT, serving

OURS = ("mx1.hoster.example", "mx2.hoster.example")
RECORDS = {
    "here.example": ["20 MX2.Hoster.example.", "10 mx1.hoster.example."],
    "one-of-two.example": ["10 mx1.hoster.example."],
    "partly.example": ["10 mx1.hoster.example.", "20 backup.other.example."],
    "partly-other-first.example": ["10 filter.other.example.", "20 mx1.hoster.example."],
    "google.example": ["1 aspmx.l.google.com.", "5 alt1.aspmx.l.google.com.", "10 aspmx2.googlemail.com."],
    "microsoft.example": ["0 google-example.mail.protection.outlook.com."],
    "elsewhere.example": ["10 mail.other.example."],
    "xn--80aikifvh.xn--j1amh": ["10 mxs.ukr.net."],
    "none.example": [],
    "null.example": ["0 ."],
    "null-and-more.example": ["0 .", "10 mx1.hoster.example."],
    "broken.example": dns.rcode.SERVFAIL,
    "refused.example": dns.rcode.REFUSED,
    "silent.example": SILENT,
    "long.example": [f"{number} mx{number}.other.example." for number in range(100)],
    "odd.example": [r"10 a\000b\"\<script\>\.c.example."],
}


@pytest.fixture(scope="module")
def address():
    with serving(RECORDS) as (_server, at):
        yield at


@pytest.fixture(autouse=True)
def dns(settings, address):
    settings.DNS_SERVERS = [address]


def outcome(name, ours=OURS):
    return compare(mx_of(name), ours).outcome


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("here.example", Outcome.HERE),
        ("one-of-two.example", Outcome.HERE),
        ("partly.example", Outcome.PARTLY),
        ("partly-other-first.example", Outcome.PARTLY),
        ("google.example", Outcome.ELSEWHERE),
        ("elsewhere.example", Outcome.ELSEWHERE),
        ("none.example", Outcome.NONE),
        ("null.example", Outcome.NULL),
        ("null-and-more.example", Outcome.HERE),
        ("unknown.example", Outcome.NO_DOMAIN),
        ("broken.example", Outcome.NO_ANSWER),
        ("refused.example", Outcome.NO_ANSWER),
    ],
)
def test_a_domain_has_the_outcome_that_its_records_say(name, expected):
    assert outcome(name) is expected


def test_hosts_stand_in_the_order_in_which_senders_try_them():
    hosts = mx_of("here.example").hosts

    assert [(host.preference, host.name) for host in hosts] == [(10, OURS[0]), (20, OURS[1])]


@pytest.mark.parametrize(("name", "first"), [("partly.example", True), ("partly-other-first.example", False)])
def test_a_part_says_whose_host_is_tried_first(name, first):
    assert compare(mx_of(name), OURS).first_is_ours is first


def test_without_names_of_the_server_there_is_nothing_to_compare():
    assert outcome("here.example", ()) is Outcome.UNKNOWN
    assert outcome("null.example", ()) is Outcome.NULL


@pytest.mark.parametrize(
    ("name", "providers"),
    [
        ("google.example", ("Google",)),
        ("microsoft.example", ("Microsoft",)),
        ("xn--80aikifvh.xn--j1amh", ("UKR.NET",)),
        ("elsewhere.example", ()),
    ],
)
def test_big_providers_are_named(name, providers):
    assert mx_of(name).providers == providers


@pytest.mark.parametrize(
    ("host", "provider"),
    [
        ("google.com", "Google"),
        ("notgoogle.com", ""),
        ("google.com.example", ""),
        ("mx.zoho.com.au", "Zoho"),
        ("mx.yandex.net", "Yandex"),
        ("", ""),
    ],
)
def test_a_provider_is_known_by_whole_labels(host, provider):
    assert mx.provider_of(host) == provider


def test_every_known_end_is_a_name_in_lower_case():
    assert all(end == end.lower() and "." in end and not end.startswith(".") for end in mx.PROVIDERS)


def test_an_answer_that_is_too_long_for_a_datagram_is_fetched_and_cut_to_what_people_read():
    answer = mx_of("long.example")

    assert answer.state is State.FOUND
    assert [host.preference for host in answer.hosts] == list(range(mx.MOST_HOSTS))


def test_silence_is_no_answer_within_the_time_set(monkeypatch):
    monkeypatch.setattr(mx, "SECONDS", 0.1)
    started = time.monotonic()

    assert mx_of("silent.example").state is State.NO_ANSWER
    assert time.monotonic() - started < 2


def test_three_seconds_are_the_most():
    assert mx.SECONDS == 3


def test_odd_bytes_in_a_host_name_are_text():
    assert "\0" not in mx_of("odd.example").hosts[0].name


@pytest.mark.parametrize("name", ["", ".", "..", "a..b", "x" * 64 + ".example", "a." * 130 + "b", "é.example", "a b"])
def test_what_is_no_name_is_no_answer(name):
    assert mx_of(name).state in (State.NO_ANSWER, State.NO_DOMAIN)


@given(st.text(max_size=80))
def test_no_text_raises(address, text):
    mx._resolver.cache_clear()
    found = mx_of(text)

    assert found.name == text


def test_a_machine_without_a_resolver_is_no_answer(settings, monkeypatch):
    def none(configure=True):
        raise mx.dns.resolver.NoResolverConfiguration

    settings.DNS_SERVERS = []
    mx._resolver.cache_clear()
    monkeypatch.setattr(mx.dns.resolver, "Resolver", none)

    assert mx_of("here.example").state is State.NO_ANSWER


@pytest.mark.parametrize(
    ("text", "address", "port"),
    [
        ("9.9.9.9", "9.9.9.9", 53),
        ("127.0.0.1:5353", "127.0.0.1", 5353),
        ("2620:fe::fe", "2620:fe::fe", 53),
        ("[::1]:5353", "::1", 5353),
    ],
)
def test_a_server_is_an_address_and_a_port(text, address, port):
    server = mx.nameserver(text)

    assert (server.address, server.port) == (address, port)


@pytest.mark.parametrize("text", ["dns.example", "", "1.2.3", "1.2.3.4:99999", "[::1", "::1]:53"])
def test_a_server_that_is_no_address_is_refused(text):
    with pytest.raises(ValueError):
        mx.nameserver(text)
