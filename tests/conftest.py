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


def pytest_make_parametrize_id(val):
    """Ids that can be read: pytest itself would number lists and mappings."""
    found = _in_words(val) if isinstance(val, dict | list | tuple) else None
    return found[:60] if found is not None else None


def _in_words(value):
    """A value as it is written, the same in every process; None for what may be written otherwise each time."""
    if isinstance(value, dict):
        parts = [(str(key), _in_words(inner)) for key, inner in value.items()]
        return ", ".join(f"{key}={inner}" for key, inner in parts) if None not in dict(parts).values() else None
    if isinstance(value, list | tuple):
        parts = [_in_words(inner) for inner in value]
        return ", ".join(parts) if None not in parts else None
    return str(value) if isinstance(value, str | int | float | None) else None


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


@pytest.fixture
def no_time_passes(monkeypatch):
    """For tests that count queries: the revision, which is looked at every two seconds, is not looked at by the way."""
    from mailsettings.memory import settings_by_name
    from tests import build

    monkeypatch.setattr(settings_by_name, "_clock", lambda: 0.0)
    build.cold()


@pytest.fixture(autouse=True)
def english_outside_of_requests():
    """Words that no request asked for are English, whatever language the test before spoke."""
    with translation.override("en"):
        yield
