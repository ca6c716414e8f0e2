"""The QR code of the settings page."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given

from mailsettings.core.errors import CannotExpress
from mailsettings.core.settings import Ask
from mailsettings.formats import formats
from mailsettings.formats.settings_page import FORMAT, page_address, render

from . import build, qr_readers, strategies
from .golden import assert_golden

OLENA = build.ask("olena@firma.com.ua")


def test_the_picture_is_the_golden_one():
    assert_golden("settings-page.svg", render(build.complete(), OLENA))


def test_the_format_is_a_picture_that_its_readers_browser_may_keep_for_an_hour():
    assert formats()["settings-page.svg"] is FORMAT
    assert (FORMAT.content_type, FORMAT.private_max_age, FORMAT.attachment) == ("image/svg+xml", 3600, False)


@pytest.mark.parametrize(
    ("ask", "text", "title"),
    [
        (Ask(), "https://portal.hoster.example/uk/d/firma.com.ua/", "QR-код: сторінка з налаштуваннями firma.com.ua"),
        (
            build.ask("olena@firma.com.ua", language="en"),
            "https://portal.hoster.example/en/d/firma.com.ua/#olena@firma.com.ua",
            "QR code: the page with the settings of olena@firma.com.ua",
        ),
    ],
)
def test_a_scanner_reads_the_pages_address(ask, text, title):
    found = qr_readers.picture(render(build.complete(), ask))
    assert (found.text, found.title) == (text, title)


def test_the_title_shows_a_national_domain_in_its_own_letters():
    found = qr_readers.picture(render(build.idn(), build.ask(f"olena@{build.IDN_DOMAIN}")))
    assert found.title.endswith("olena@пошта.укр")
    assert found.text.endswith(f"#olena@{build.IDN_DOMAIN}")


@pytest.mark.parametrize("local_part", ["o'brien", "a#b", "50%25", "a`b{c}|d^e", "a+b=c&d/e?f", '"'])
def test_an_address_survives_its_way_through_the_fragment(local_part):
    address = build.ask(f"{local_part}@firma.com.ua").address
    parts = urlsplit(page_address(build.complete(), "uk", address))
    assert (parts.path, unquote(parts.fragment)) == ("/uk/d/firma.com.ua/", str(address))


def test_a_generic_answer_has_no_page():
    with pytest.raises(CannotExpress):
        render(build.generic(), Ask())


@given(strategies.cases())
def test_any_page_can_be_scanned(case):
    settings, ask = case
    if settings.generic:
        return
    found = qr_readers.picture(render(settings, ask))
    assert render(settings, ask) == render(settings, ask)
    assert unquote(found.text).startswith(settings.page_url(ask.language))
    assert unquote(urlsplit(found.text).fragment) == str(ask.address or "")
