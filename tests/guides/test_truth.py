"""What a guide's prose must never hold: the values of one customer."""

import pytest

from mailsettings.guides.truth import untruth


@pytest.mark.parametrize(
    "text",
    [
        "Введіть mail.hoster.example.",
        "imap.firma.com.ua",
        "на olena@firma.com.ua",
        "сервер пошта.укр",
        "https://x.example/",
    ],
)
def test_a_host_name_is_found(text):
    assert untruth(text).startswith("host name")


@pytest.mark.parametrize(
    "text", ["Порт 993.", "use 587", "Port: 2525", "порту 8025", "SMTP 2525", "2525 (SMTP)", "IMAP: 1143", "465"]
)
def test_a_port_is_found(text):
    assert untruth(text).startswith("port")


@pytest.mark.parametrize("text", ["Увімкніть SSL.", "TLS", "choose STARTTLS", "SSL/TLS", "StartTLS"])
def test_a_security_word_is_found(text):
    assert untruth(text).startswith("security word")


@pytest.mark.parametrize(
    "text",
    [
        "iOS 18 і 26",
        "macOS 15.1",
        "Outlook 2021, 2024",
        "за 14 днів",
        "POP3 чи IMAP",
        "файл .pst",
        "Thunderbird 128 і старіші",
    ],
)
def test_versions_numbers_and_protocols_are_fine(text):
    assert untruth(text) == ""
