"""Who signs in."""

import pytest

from tests import build

from .steps import CONTACT


@pytest.fixture
def customer():
    """A customer whose contact reads English and never signed in before."""
    return build.customer(email=CONTACT, language="en")
