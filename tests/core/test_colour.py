import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailsettings.core.colour import DARK_GROUND, LIGHT_GROUND, accents, contrast

STYLE = (Path(__file__).parents[2] / "portal" / "static" / "site.css").read_text("utf-8")
colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def variables(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))


LIGHT, DARK = (variables(block) for block in re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)[:2])


def test_black_on_white_has_the_greatest_contrast():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#777777") == pytest.approx(1)


def test_a_colour_that_can_be_read_stays_itself():
    assert accents("#1b55b0").light == "#1b55b0"


@given(colours)
def test_any_accent_can_be_read_in_both_themes(colour):
    found = accents(colour)

    assert contrast(found.light, LIGHT_GROUND) >= 4.5
    assert contrast(found.dark, DARK_GROUND) >= 4.5
    assert contrast(found.light, found.on_light) >= 4.5
    assert contrast(found.dark, found.on_dark) >= 4.5


@given(colours)
def test_any_accent_can_be_read_on_every_ground_of_the_style_sheet(colour):
    found = accents(colour)

    assert min(contrast(found.light, LIGHT[ground]) for ground in ("ground", "paper")) >= 4.5
    assert min(contrast(found.dark, DARK[ground]) for ground in ("ground", "paper")) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["ground", "paper"])
@pytest.mark.parametrize("ink", ["ink", "quiet", "accent"])
def test_the_sites_own_inks_can_be_read_in_both_themes(theme, ground, ink):
    assert contrast(theme[ink], theme[ground]) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["ground", "paper"])
def test_the_edges_of_fields_can_be_seen_in_both_themes(theme, ground):
    assert contrast(theme["edge"], theme[ground]) >= 3
