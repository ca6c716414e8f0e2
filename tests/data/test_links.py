"""Sealed addresses: only this site reads them, nobody forges them, and one address has one path."""

import pytest
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from mailsettings import links, sealing
from mailsettings.core.addresses import Address, parse_address

OLENA = parse_address("olena@firma.com.ua")
LONGEST = Address("a" * 64, ".".join(["b" * 60] * 4 + ["com"]))


@pytest.mark.parametrize("address", [OLENA, LONGEST, parse_address("a'b+c@пошта.укр")], ids=["plain", "longest", "idn"])
def test_what_was_sealed_is_read_again(address):
    assert links.unseal(links.seal(address)) == address


def test_the_path_tells_nothing():
    assert "olena" not in links.seal(OLENA)
    assert "firma" not in links.seal(OLENA)


def test_one_address_has_one_path_and_another_has_another():
    assert links.seal(OLENA) == links.seal(OLENA)
    assert links.seal(OLENA) != links.seal(parse_address("petro@firma.com.ua"))


def test_another_site_seals_otherwise():
    here = links.seal(OLENA)
    with override_settings(SECRET_KEY="of another site"):
        assert links.seal(OLENA) != here
        assert links.unseal(here) is None


def test_what_was_sealed_for_something_else_is_not_read():
    assert links.unseal(sealing.seal(str(OLENA), "something else")) is None


@pytest.mark.parametrize("place", [0, 10, -3])
def test_a_changed_path_is_not_read(place):
    sealed = list(links.seal(OLENA))
    sealed[place] = "A" if sealed[place] != "A" else "B"

    assert links.unseal("".join(sealed)) is None


@given(st.text(max_size=600))
def test_any_text_is_refused_in_peace(text):
    assert links.unseal(text) is None
