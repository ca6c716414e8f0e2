"""Guides point at other parts of the site; what they point at is there."""

import pytest

from mailsettings.articles import articles
from mailsettings.formats import formats, snippet
from mailsettings.guides import guides
from mailsettings.guides.vocabulary import BASICS, ERRORS


def test_every_error_of_guides_is_explained_in_the_help():
    assert {error.id for error in articles()["help"].uk.errors} >= ERRORS


def test_every_heading_of_the_basics_that_guides_may_link_to_exists():
    assert set(articles()["mail-basics"].uk.anchors) >= BASICS


@pytest.mark.parametrize("guide", guides().values(), ids=guides())
def test_the_file_that_a_program_sets_itself_up_from_exists(guide):
    assert guide.automatic is None or not guide.automatic.format or guide.automatic.format in formats()


@pytest.mark.parametrize("guide", guides().values(), ids=guides())
def test_the_formats_that_steps_show_exist(guide):
    steps = steps_of(guide)
    assert {name for step in steps for name in (step.snippet, step.picture, step.file) if name} <= set(formats())
    assert all(formats()[step.snippet].content_type.startswith("text/plain") for step in steps if step.snippet)
    assert all(formats()[step.picture].content_type.startswith("image/") for step in steps if step.picture)
    assert all(formats()[step.file].attachment for step in steps if step.file)


def test_every_snippet_is_shown_by_a_guide():
    shown = {step.snippet for guide in guides().values() for step in steps_of(guide)}
    assert shown - {""} == {name for name, found in formats().items() if found.content_type == snippet.CONTENT_TYPE} - {
        "dns.zone"
    }


def steps_of(guide):
    """Every step of a guide, whatever it is for."""
    ways = [way for entry in guide.entries for way in entry.ways]
    sections = [*ways, guide.test, *guide.after, *([guide.removal] if guide.removal else [])]
    return [step for section in sections for step in section.steps]


def test_links_between_articles_and_guides_lead_to_guides():
    linked = {
        run.ref.removeprefix("guide:")
        for article in articles().values()
        for page in (article.uk, article.en)
        for run in runs_of(page)
        if run.ref.startswith("guide:")
    }
    assert linked <= set(guides())


def runs_of(part):
    """Every run within a page of an article."""
    if isinstance(part, tuple):
        for each in part:
            yield from runs_of(each)
    elif hasattr(part, "ref"):
        yield part
    elif hasattr(part, "__dataclass_fields__"):
        for name in part.__dataclass_fields__:
            yield from runs_of(getattr(part, name))
