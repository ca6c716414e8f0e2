"""The drawings beside steps: there, used, small, and safe to show as a picture."""

from pathlib import Path

import pytest
from defusedxml import ElementTree

from mailsettings.guides import guides

FOLDER = Path(__file__).parents[2] / "portal/static/drawings"
DRAWINGS = sorted(FOLDER.glob("*"))


def steps(guide):
    sections = [way for entry in guide.entries for way in entry.ways]
    sections += [guide.test, *guide.after, *([guide.removal] if guide.removal else [])]
    return [step for section in sections for step in section.steps]


def test_every_drawing_of_a_step_is_there_and_none_is_left_over():
    used = {step.drawing.file for guide in guides().values() for step in steps(guide) if step.drawing}

    assert used == {path.name for path in DRAWINGS}


@pytest.mark.parametrize("path", DRAWINGS, ids=lambda path: path.name)
def test_a_drawing_is_a_small_picture_without_words_scripts_or_addresses(path):
    root = ElementTree.fromstring(path.read_text("utf-8"))

    assert path.stat().st_size < 4096
    assert root.get("viewBox") == "0 0 480 300"
    for element in root.iter():
        assert element.tag.rpartition("}")[2] not in {"script", "text", "image", "use", "foreignObject"}
        assert not any("href" in name or name.startswith("on") for name in element.attrib)
