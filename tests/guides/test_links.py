"""Guides point at other parts of the site; what they point at is there."""

import pytest

from mailsettings.articles import articles
from mailsettings.formats import formats
from mailsettings.guides import guides
from mailsettings.guides.vocabulary import BASICS, ERRORS


def test_every_error_of_guides_is_explained_in_the_help():
    assert {error.id for error in articles()["help"].uk.errors} >= ERRORS


def test_every_heading_of_the_basics_that_guides_may_link_to_exists():
    assert set(articles()["mail-basics"].uk.anchors) >= BASICS


@pytest.mark.parametrize("guide", guides().values(), ids=guides())
def test_the_file_that_a_program_sets_itself_up_from_exists(guide):
    assert guide.automatic is None or not guide.automatic.format or guide.automatic.format in formats()


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
