import pytest

from mailsettings import lookup
from mailsettings.core.addresses import parse_address
from mailsettings.core.settings import BrandFacts, Messenger
from mailsettings.pages.contacts import contacts
from mailsettings.pages.values import pieces, registered_ports, setup_values
from tests import build


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("imap.firma.com.ua", ["imap.", "firma.", "com.", "ua"]),
        ("olena@firma.ua", ["olena@", "firma.", "ua"]),
        ("993", ["993"]),
        ("a..b", ["a.", ".", "b"]),
        ("", []),
    ],
)
def test_a_line_may_break_after_each_dot_and_at_sign(text, expected):
    assert pieces(text) == expected
    assert "".join(pieces(text)) == text


@pytest.mark.django_db
def test_a_further_endpoint_repeats_no_user_name_that_is_the_same():
    build.domain("firma.com.ua")
    address = parse_address("olena@firma.com.ua")

    (other,) = setup_values(lookup.for_address(address), address).alternatives

    assert other.user_name is None


@pytest.mark.django_db
def test_a_further_endpoint_has_its_own_user_name_where_it_differs():
    endpoints = [("smtp", "a.example.net", 465, "tls"), ("smtp", "b.example.net", 587, "starttls", "{local_part}")]
    build.server("s1", endpoints=endpoints)
    build.domain("firma.com.ua")
    address = parse_address("olena@firma.com.ua")

    (other,) = setup_values(lookup.for_address(address), address).alternatives

    assert other.user_name.text == "olena"


@pytest.mark.django_db
def test_further_pop3_servers_stand_with_pop3():
    endpoints = [
        ("imap", "a.example.net", 993, "tls"),
        ("pop3", "a.example.net", 995, "tls"),
        ("pop3", "a.example.net", 110, "starttls"),
    ]
    build.server("s1", endpoints=endpoints)
    build.domain("firma.com.ua")

    values = setup_values(lookup.for_domain("firma.com.ua"), None)

    assert [server.port.text for server in values.pop3] == ["995", "110"]
    assert values.alternatives == ()


@pytest.mark.django_db
def test_encrypted_passwords_are_mentioned_and_ordinary_ones_are_not():
    build.domain("firma.com.ua")
    values = setup_values(lookup.for_domain("firma.com.ua"), None)

    assert values.incoming.authentication == ""


def test_the_table_of_ports_has_no_port_25():
    assert 25 not in [port for _protocol, port, _security in registered_ports()]


def test_a_telephone_number_is_dialled_without_its_spaces():
    (contact,) = contacts(BrandFacts("ava", "AVA", "", support_phone="+380 (44) 000-00-00"))

    assert (contact.text, contact.href) == ("+380 (44) 000-00-00", "tel:+380440000000")


def test_messengers_are_named_each_with_its_link():
    (contact,) = contacts(BrandFacts("ava", "AVA", "", support_messengers=(Messenger("Telegram", "https://t.me/ava"),)))

    assert (contact.label, contact.href) == ("Telegram", "https://t.me/ava")


def test_a_brand_without_contacts_has_none():
    assert contacts(BrandFacts("ava", "AVA", "")) == []
