"""What is filled into a rendering made before is, byte for byte, what rendering anew would give."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailsettings.core.addresses import Address
from mailsettings.core.errors import CannotExpress
from mailsettings.core.names import display_name
from mailsettings.formats import formats
from mailsettings.rendering import STAND_IN, STAND_IN_DOMAIN, rendered
from tests.formats.build import ask, complete, imap, own_login, pop3_off, smtp
from tests.formats.strategies import DOMAINS, cases

FILLED = [found for found in formats().values() if found.personal]


def direct(config_format, settings, wanted):
    """What the format itself gives; None where it has no words."""
    try:
        return config_format.render(settings, wanted)
    except CannotExpress:
        return None


def filled(config_format, settings, wanted):
    """What is sent; None where the format has no words."""
    try:
        return rendered(config_format, settings, wanted).body
    except CannotExpress:
        return None


@pytest.mark.parametrize("config_format", FILLED, ids=lambda found: found.file_name)
@given(case=cases())
def test_filling_in_any_address_gives_what_rendering_gives(config_format, case):
    settings, wanted = case
    if wanted.address is None and not settings.generic:
        wanted = replace(wanted, address=Address("olena", settings.asked))

    assert filled(config_format, settings, wanted) == direct(config_format, settings, wanted)


@pytest.mark.parametrize("config_format", FILLED, ids=lambda found: found.file_name)
@given(case=cases(domains=("",)), names=st.lists(st.sampled_from(DOMAINS), min_size=2))
def test_filling_in_any_domain_gives_what_rendering_gives(config_format, case, names):
    pattern, wanted = case
    for name, asked in pairwise(names):
        settings = pattern.named(name, asked)
        for address in (None, Address("olena", asked), Address("o'neil", asked)):
            wanted = replace(wanted, address=address)

            assert filled(config_format, settings, wanted) == direct(config_format, settings, wanted)


def test_a_document_without_any_gap_is_filled_too():
    autodiscover = formats()["autodiscover.xml"]
    pattern = replace(complete(), endpoints=(imap("mail.hoster.example"), smtp("mail.hoster.example")))
    settings = pattern.named("firma.com.ua", "firma.com.ua")

    assert rendered(autodiscover, settings, ask()).body == autodiscover.render(settings, ask())


@pytest.mark.parametrize("name", ["firma.com.ua", "other.com.ua"])
def test_a_user_name_that_is_written_with_a_domain_is_filled_in_as_it_is_rendered(name):
    autoconfig = formats()["autoconfig.xml"]
    pattern = replace(complete(), endpoints=(imap(username="{local_part}@firma.com.ua"), smtp()))
    settings, wanted = pattern.named(name, name), ask(f"olena@{name}")

    assert filled(autoconfig, settings, wanted) == direct(autoconfig, settings, wanted)


def test_settings_that_were_changed_are_not_filled_into_what_they_were_made_from():
    named = complete().named("firma.com.ua", "firma.com.ua")

    assert named.pattern == complete()
    assert replace(named, login="olena-17").pattern is None


@pytest.mark.parametrize("config_format", FILLED, ids=lambda found: found.file_name)
def test_nothing_of_the_stand_in_is_ever_sent(config_format):
    settings = complete().named("firma.com.ua", "firma.com.ua")
    body = rendered(config_format, settings, ask("olena@firma.com.ua")).body.decode()

    assert STAND_IN not in body
    assert STAND_IN_DOMAIN not in body
    assert display_name(STAND_IN_DOMAIN) not in body


@pytest.mark.parametrize("config_format", formats().values(), ids=lambda found: found.file_name)
def test_two_addresses_of_a_domain_get_each_their_own(config_format):
    first, second = (filled(config_format, complete(), ask(f"{name}@firma.com.ua")) for name in ("olena", "petro"))

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
