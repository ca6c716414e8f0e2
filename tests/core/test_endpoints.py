import pytest

from mailsettings.core.endpoints import (
    check_port,
    check_user_name,
    check_user_name_pattern,
    expand_host,
    expand_user_name,
    normalise_host_pattern,
)
from mailsettings.core.errors import InvalidInput


def code_of(function, *values) -> str:
    with pytest.raises(InvalidInput) as invalid:
        function(*values)
    return invalid.value.code


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("mail.hoster.example", "mail.hoster.example"),
        (" IMAP.{Domain}. ", "imap.{domain}"),
        ("{domain}", "{domain}"),
        ("{domain}.hoster.example", "{domain}.hoster.example"),
        ("пошта.{domain}", "xn--80a1acn3a.{domain}"),
    ],
)
def test_a_host_pattern_has_one_spelling(text, pattern):
    assert normalise_host_pattern(text) == pattern


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("imap", "one_label"),
        ("imap{domain}", "placeholder_within_label"),
        ("{domain}x", "placeholder_within_label"),
        ("{domain}.{domain}", "placeholder_twice"),
        ("{address}.example", "unknown_placeholder"),
        ("imap.{domain", "bad_name"),
        ("192.0.2.1", "ip_address"),
        ("https://mail.example", "bad_name"),
        ("mail.example:993", "bad_name"),
    ],
)
def test_what_is_no_host_pattern_is_refused(text, code):
    assert code_of(normalise_host_pattern, text) == code


def test_a_pattern_expands_with_the_domain():
    assert expand_host("imap.{domain}", "firma.com.ua") == "imap.firma.com.ua"


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("{address}", "olena@firma.com.ua"),
        ("{local_part}", "olena"),
        ("{local_part}+{domain}", "olena+firma.com.ua"),
        ("u-{local_part}", "u-olena"),
    ],
)
def test_user_name_patterns_expand(pattern, name):
    assert expand_user_name(check_user_name_pattern(pattern), "olena", "firma.com.ua") == name


def test_braces_in_a_local_part_are_not_placeholders():
    assert expand_user_name("{local_part}@{domain}", "{domain}", "firma.com.ua") == "{domain}@firma.com.ua"


@pytest.mark.parametrize(
    ("pattern", "code"),
    [
        ("olena", "pattern_without_mailbox"),
        ("{domain}", "pattern_without_mailbox"),
        ("{user}", "unknown_placeholder"),
        ("{address", "unbalanced_braces"),
        ("{address} x", "bad_character"),
        ("{address}" * 40, "too_long"),
    ],
)
def test_a_pattern_that_cannot_be_a_login_is_refused(pattern, code):
    assert code_of(check_user_name_pattern, pattern) == code


@pytest.mark.parametrize("text", ["a b", "a\0", "a\n", "x" * 256])
def test_a_user_name_that_cannot_be_typed_is_refused(text):
    assert code_of(check_user_name, text) in {"bad_character", "too_long"}


@pytest.mark.parametrize(
    ("protocol", "port", "security"),
    [("imap", 993, "tls"), ("imap", 143, "starttls"), ("pop3", 995, "tls"), ("pop3", 110, "starttls"),
     ("smtp", 465, "tls"), ("smtp", 587, "starttls"), ("smtp", 2525, "starttls"), ("imap", 1993, "tls")],
)  # fmt: skip
def test_registered_pairs_and_odd_ports_are_right(protocol, port, security):
    check_port(protocol, port, security)


@pytest.mark.parametrize(
    ("protocol", "port", "security", "code"),
    [
        ("imap", 0, "tls", "port_range"),
        ("imap", 65536, "tls", "port_range"),
        ("smtp", 25, "starttls", "port_25"),
        ("smtp", 587, "tls", "port_security_starttls"),
        ("smtp", 465, "starttls", "port_security_tls"),
        ("imap", 143, "tls", "port_security_starttls"),
        ("imap", 995, "tls", "port_of_other_protocol"),
    ],
)
def test_a_pair_that_cannot_work_is_refused(protocol, port, security, code):
    assert code_of(check_port, protocol, port, security) == code
