"""Two worlds that know nothing of each other, and one that was never made."""

import pytest

from tests.roles import world
from tests.roles.asking import Visitor


@pytest.fixture
def home():
    """Where the visitor is at home."""
    return world.make("qantik", "+380441110077")


@pytest.fixture
def foreign():
    return world.make("qbravo", "+380449997711", passkey=True)


@pytest.fixture
def missing():
    return world.nothing("qnadir", "+380448883355")


@pytest.fixture(params=world.ROLES)
def role(request):
    return request.param


@pytest.fixture
def visitor(role, home):
    return Visitor(world.people(home)[role]())
