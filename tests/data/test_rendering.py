"""What is filled into a rendering made before is, byte for byte, what rendering anew would give."""

from dataclasses import replace

import pytest
from hypothesis import given

from mailsettings.core.addresses import Address
from mailsettings.core.errors import CannotExpress
from mailsettings.formats import formats
from mailsettings.rendering import STAND_IN, blank_of, rendered
from tests.formats.build import ask, complete, own_login, pop3_off
from tests.formats.strategies import cases

FILLED = [found for found in formats().values() if found.personal]


@pytest.mark.parametrize("config_format", FILLED, ids=lambda found: found.file_name)
@given(case=cases())
def test_filling_in_any_address_gives_what_rendering_gives(config_format, case):
    settings, wanted = case
    settings = replace(settings, login="", mailbox=None)
    if wanted.address is None:
        wanted = replace(wanted, address=Address("olena", settings.asked))
    try:
        expected = config_format.render(settings, wanted)
    except CannotExpress:
        return

    blank = blank_of(config_format.render, config_format.personal, settings, wanted)

    assert blank.filled(config_format.personal(settings, wanted)) == expected


@pytest.mark.parametrize("config_format", FILLED, ids=lambda found: found.file_name)
def test_nothing_of_the_stand_in_is_ever_sent(config_format):
    body = rendered(config_format, complete(), ask("olena@firma.com.ua")).body

    assert STAND_IN.encode() not in body


@pytest.mark.parametrize("config_format", formats().values(), ids=lambda found: found.file_name)
def test_two_addresses_of_a_domain_get_each_their_own(config_format):
    def body(address):
        try:
            return rendered(config_format, complete(), ask(address)).body
        except CannotExpress:
            return None

    first, second = body("olena@firma.com.ua"), body("petro@firma.com.ua")

    assert first is None or (b"petro" not in first and b"olena" not in second)


def test_an_own_user_name_is_never_filled_in_for_somebody_else():
    autodiscover = formats()["autodiscover.xml"]
    mine = rendered(autodiscover, own_login("olena-17"), ask("olena@firma.com.ua")).body
    other = rendered(autodiscover, own_login(""), ask("petro@firma.com.ua")).body

    assert b"olena-17" in mine
    assert b"olena-17" not in other


def test_settings_that_changed_are_rendered_anew():
    autoconfig = formats()["autoconfig.xml"]
    before = rendered(autoconfig, complete(), ask("olena@firma.com.ua"))
    after = rendered(autoconfig, pop3_off(), ask("olena@firma.com.ua"))

    assert before.etag != after.etag
