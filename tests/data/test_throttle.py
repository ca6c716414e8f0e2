"""How often somebody may ask for something."""

import pytest
from django.core.cache import cache
from django.core.cache.backends.db import DatabaseCache
from django.core.management import call_command
from django.test import RequestFactory

from accounts import throttle

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def counted_anew():
    cache.clear()


def request_from(address):
    return RequestFactory().get("/", REMOTE_ADDR=address)


def test_as_many_tries_as_allowed_and_no_more(time_machine):
    time_machine.move_to("2026-11-24 12:00:00+00:00", tick=False)

    tries = [throttle.allowed(request_from("192.0.2.1"), "search", 3, 60) for _ in range(5)]

    assert tries == [True, True, True, False, False]


def test_each_address_has_its_own_count():
    assert throttle.allowed(request_from("192.0.2.1"), "search", 1, 60)
    assert throttle.allowed(request_from("192.0.2.2"), "search", 1, 60)


def test_a_target_is_counted_whoever_asks():
    throttle.allowed(request_from("192.0.2.1"), "code", 1, 3600, target="olena")

    assert not throttle.allowed(request_from("192.0.2.2"), "code", 1, 3600, target="olena")


def test_after_the_time_is_over_counting_begins_anew(time_machine):
    time_machine.move_to("2026-11-24 12:00:00+00:00", tick=False)
    throttle.allowed(request_from("192.0.2.1"), "search", 1, 60)

    time_machine.move_to("2026-11-24 12:01:01+00:00", tick=False)

    assert throttle.allowed(request_from("192.0.2.1"), "search", 1, 60)


def test_a_count_in_the_database_lasts_as_long_as_its_time(monkeypatch, time_machine):
    call_command("createcachetable", "throttle_test_entries", verbosity=0)
    monkeypatch.setattr(throttle, "cache", DatabaseCache("throttle_test_entries", {}))
    time_machine.move_to("2026-11-24 12:00:00+00:00", tick=False)
    for _ in range(3):
        assert throttle.allowed(request_from("192.0.2.1"), "recovery", 3, 3600)

    time_machine.move_to("2026-11-24 12:50:00+00:00", tick=False)

    assert not throttle.allowed(request_from("192.0.2.1"), "recovery", 3, 3600)


def test_a_broken_cache_refuses_nobody(monkeypatch):
    def broken(*_args, **_kwargs):
        raise ConnectionError

    monkeypatch.setattr(cache, "add", broken)

    assert throttle.allowed(request_from("192.0.2.1"), "search", 1, 60)
