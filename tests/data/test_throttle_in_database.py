"""Counts of tries in the cache that a site has by default, in its database."""

import runpy
from pathlib import Path

import pytest
from django.core.cache.backends.db import DatabaseCache
from django.core.management import call_command
from django.test import RequestFactory

import portal
from accounts import throttle


@pytest.mark.django_db
def test_a_count_lasts_for_its_whole_time(monkeypatch, time_machine):
    monkeypatch.setenv("CACHE_URL", "dbcache://throttle_test_entries")
    chosen = runpy.run_path(str(Path(portal.__file__).with_name("settings.py")))["CACHES"]["default"]
    call_command("createcachetable", chosen["LOCATION"], verbosity=0)
    monkeypatch.setattr(throttle, "cache", DatabaseCache(chosen["LOCATION"], chosen))

    def allowed_at(moment):
        time_machine.move_to(f"2026-11-24 {moment}:00+00:00", tick=False)
        return throttle.allowed(RequestFactory().get("/"), "recovery", 2, 3600)

    assert [allowed_at(moment) for moment in ("12:00", "12:01", "12:02", "12:10", "12:59", "13:00")] == [
        True, True, False, False, False, True,
    ]  # fmt: skip
