"""How often somebody may ask for something."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, connections
from django.test import RequestFactory

from accounts import throttle
from accounts.cache import DatabaseCache
from tests import apart

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


def test_an_entry_that_is_over_or_was_never_there_cannot_be_counted_up(time_machine):
    call_command("createcachetable", "throttle_test_entries", verbosity=0)
    entries = DatabaseCache("throttle_test_entries", {})
    time_machine.move_to("2026-11-24 12:00:00+00:00", tick=False)
    entries.add("over", 1, timeout=60)
    assert entries.incr("over", 2) == 3

    time_machine.move_to("2026-11-24 12:01:01+00:00", tick=False)

    for key in ("over", "never"):
        with pytest.raises(ValueError, match=key):
            entries.incr(key)


THREADS, TRIES = 6, 20


@pytest.fixture
def own_connections(tmp_path):
    """What gives the thread that calls it a connection of its own: to a file on SQLite, whose tests are in memory."""

    def connect():
        own = connections.create_connection("default")
        if own.vendor == "sqlite":
            own.settings_dict = own.settings_dict | {"NAME": tmp_path / "db.sqlite3"}
        connections["default"] = own
        return own

    return connect


def at_once(connect, work, threads):
    """Do ``work`` in so many threads, each with a connection of its own."""

    def run():
        own = connect()
        try:
            work()
        finally:
            own.close()

    running = [threading.Thread(target=run) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()


@pytest.mark.django_db(transaction=True)
def test_tries_at_the_very_same_moment_are_each_counted(own_connections, monkeypatch, time_machine):
    at_once(own_connections, lambda: call_command("createcachetable", "throttle_test_entries", verbosity=0), 1)
    monkeypatch.setattr(throttle, "cache", DatabaseCache("throttle_test_entries", {}))
    time_machine.move_to("2026-11-24 12:00:00+00:00", tick=False)
    barrier, answers = threading.Barrier(THREADS), []

    def tries():
        for _ in range(TRIES):
            barrier.wait()
            answers.append(throttle.allowed(request_from("192.0.2.1"), "code", 30, 3600))

    try:
        at_once(own_connections, tries, THREADS)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS throttle_test_entries")

    assert len(answers) == THREADS * TRIES
    assert sum(answers) == 30


@pytest.mark.parametrize("url", ["dbcache://cache_entries", "dbcache://others?max_entries=50"])
def test_the_site_counts_in_the_database_with_the_cache_that_loses_nothing(url):
    program = "from django.core.cache import caches; print(type(caches['default']).__module__)"
    environment = apart.environment(CACHE_URL=url)

    said = subprocess.run(
        [sys.executable, "-c", program], cwd=Path(__file__).parents[2], env=environment, capture_output=True, text=True
    )

    assert said.stdout.strip() == "accounts.cache", said.stderr


def test_a_broken_cache_refuses_nobody(monkeypatch):
    def broken(*_args, **_kwargs):
        raise ConnectionError

    monkeypatch.setattr(cache, "add", broken)

    assert throttle.allowed(request_from("192.0.2.1"), "search", 1, 60)
