"""What every test may rely on: hypothesis profiles, and no network beyond this machine."""

import os
import socket

import pytest
from django.utils import translation
from hypothesis import HealthCheck, settings

settings.register_profile(
    "ci", max_examples=300, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
settings.register_profile("soak", parent=settings.get_profile("ci"), max_examples=10_000, derandomize=False)
settings.register_profile("quick", parent=settings.get_profile("ci"), max_examples=30)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


@pytest.fixture(autouse=True, scope="session")
def only_loopback():
    """Refuse connections to any other machine."""
    connect = socket.socket.connect

    def guarded(self, address):
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a test tried to reach {address}")
        return connect(self, address)

    socket.socket.connect = guarded
    yield
    socket.socket.connect = connect


@pytest.fixture(autouse=True)
def nothing_remembered():
    """Each test starts with an empty memory that need not look at the revision yet, and with nobody's tries counted."""
    from django.core.cache import cache

    from tests import build

    cache.clear()
    build.cold()


@pytest.fixture(autouse=True)
def english_outside_of_requests():
    """Words that no request asked for are English, whatever language the test before spoke."""
    with translation.override("en"):
        yield
