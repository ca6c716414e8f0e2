"""What ``manage.py work`` removes, keeps, says and survives."""

import logging
import os
import re
import signal
import sqlite3
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.core.cache.backends.db import DatabaseCache
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from accounts.models import Change, ChangeSet, Customer, SearchWord, User
from mailsettings import personal, work
from mailsettings.guides import guides
from mailsettings.management.commands import work as command
from mailsettings.models import CallCode, GuideAnswer, PendingImport, PersonalLink
from mailsettings.work import Done, Job
from tests import apart, build

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parents[2]


def run(name, **options):
    return work.run(work.jobs()[name], **options)


def session(key, days):
    Session.objects.create(session_key=key, session_data="", expire_date=timezone.now() + timedelta(days=days))


def aged(days, **values):
    """A change set of some days ago."""
    change_set = build.save(Customer(ref=f"c-{days}"), **values)
    ChangeSet.objects.filter(pk=change_set.pk).update(at=timezone.now() - timedelta(days=days))
    return change_set


def answer(checked, guide="iphone"):
    return GuideAnswer.objects.create(guide=guide, checked=checked, answer="yes", count=1)


def passing(name="passing", removed=0):
    return Job(name, "nothing", lambda most: removed)


def failing(most):
    raise ValueError("olena@firma.com.ua")


def only(monkeypatch, *jobs):
    monkeypatch.setattr(work, "jobs", lambda: {job.name: job for job in jobs})


# --- What is removed --------------------------------------------------------------------------------------------------


def test_sessions_whose_time_is_over_go_and_others_stay():
    session("over", -1)
    session("open", 1)

    assert run("sessions") == Done(work.jobs()["sessions"], removed=1)
    assert [row.session_key for row in Session.objects.all()] == ["open"]


def test_where_somebody_was_signed_in_goes_with_the_session(time_machine):
    user = User.objects.create_user("olena")
    for key in ("open", "over"):
        UserSession.objects.create(user=user, session_key=key, ip="192.0.2.1", user_agent="Firefox")
    time_machine.move_to(timezone.now() + timedelta(hours=2))
    UserSession.objects.create(user=user, session_key="about-to-be-stored", ip="192.0.2.1", user_agent="Firefox")
    session("open", 1)

    assert run("sessions").removed == 1
    assert sorted(row.session_key for row in UserSession.objects.all()) == ["about-to-be-stored", "open"]


def test_a_link_that_was_revoked_goes_as_soon_as_one_that_expired(time_machine):
    link, _token = personal.make(build.domain(), PersonalLink.Way.PAPER, language="uk", lasts="year")
    personal.revoke(link, build.operator(), "")
    time_machine.move_to(timezone.now() + timedelta(days=89))
    assert run("links").removed == 0

    time_machine.move_to(timezone.now() + timedelta(days=2))

    assert run("links").removed == 1


def test_links_go_some_days_after_they_stopped_working(settings, time_machine):
    settings.LINK_DAYS = 90
    domain = build.domain()
    for lasts in ("day", "month"):
        personal.make(domain, PersonalLink.Way.COPY, language="uk", lasts=lasts)
    time_machine.move_to(timezone.now() + timedelta(days=92))

    assert run("links").removed == 1
    settings.LINK_DAYS = 0
    time_machine.move_to(timezone.now() + timedelta(days=5000))
    assert run("links").removed == 0


def test_codes_go_when_their_time_is_over(time_machine):
    domain = build.domain()
    personal.make_code(domain, language="uk", by=None)
    time_machine.move_to(timezone.now() + timedelta(minutes=11))
    personal.make_code(domain, language="uk", by=None)

    assert run("codes").removed == 1
    assert CallCode.objects.count() == 1


def test_imports_that_nobody_saved_go(time_machine):
    user = User.objects.create_user("olena")
    PendingImport.objects.create(user=user, content="[]")
    time_machine.move_to(timezone.now() + timedelta(minutes=31))
    fresh = PendingImport.objects.create(user=user, content="[]")

    assert run("pending-imports").removed == 1
    assert list(PendingImport.objects.all()) == [fresh]


def test_the_days_of_a_session_are_those_of_its_cookie(settings):
    assert settings.SESSION_COOKIE_AGE == settings.SESSION_DAYS * 86400


def test_cache_entries_whose_time_is_over_go_and_others_stay(monkeypatch, time_machine):
    call_command("createcachetable", "work_test_entries", verbosity=0)
    stored = DatabaseCache("work_test_entries", {"OPTIONS": {"MAX_ENTRIES": 10_000}})
    monkeypatch.setattr(caches, "all", lambda initialized_only=False: [stored])
    stored.set("short", 1, timeout=60)
    stored.set("long", 1, timeout=7200)
    stored.set("lasting", 1, timeout=None)

    time_machine.move_to(timezone.now() + timedelta(hours=1))

    assert run("cache").removed == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM work_test_entries")
        assert sorted(key for (key,) in cursor.fetchall()) == [":1:lasting", ":1:long"]


def test_the_change_log_is_kept_for_ever_by_default(settings):
    aged(5000)

    assert settings.LOG_DAYS == 0
    assert run("change-log").removed == 0


def test_change_sets_older_than_the_setting_go_with_their_changes_and_the_records_stay(settings):
    settings.LOG_DAYS = 30
    old, new = aged(31, reason="old"), aged(29, reason="new")

    assert run("change-log").removed == 1
    assert list(ChangeSet.objects.values_list("pk", flat=True)) == [new.pk]
    assert set(Change.objects.values_list("change_set", flat=True)) == {new.pk}
    assert Customer.objects.get(ref="c-31").changed_in is None
    assert Customer.objects.get(ref="c-29").changed_in_id == new.pk
    assert not ChangeSet.objects.filter(pk=old.pk).exists()
    assert list(SearchWord.objects.filter(kind="changeset").values_list("word", flat=True)) == ["new"]


def test_what_djangos_own_log_says_about_users_goes_with_the_change_log(settings):
    settings.LOG_DAYS = 30
    user = User.objects.create_user("olena")
    for days in (31, 29):
        entry = LogEntry.objects.create(
            user=user, object_id=user.pk, object_repr=str(days), action_flag=CHANGE,
            content_type=ContentType.objects.get_for_model(User),
        )  # fmt: skip
        LogEntry.objects.filter(pk=entry.pk).update(action_time=timezone.now() - timedelta(days=days))

    assert run("change-log").removed == 1
    assert LogEntry.objects.get().object_repr == "29"


def test_answers_about_old_versions_go_and_those_about_the_version_that_is_shown_stay(settings, time_machine):
    settings.ANSWER_DAYS = 365
    current = guides()["iphone"].checked
    time_machine.move_to(datetime.combine(current, datetime.min.time(), UTC) + timedelta(days=2000))
    kept = [answer(current), answer(date.today() - timedelta(days=364))]
    answer(current - timedelta(days=1))

    assert run("guide-answers").removed == 1
    assert list(GuideAnswer.objects.order_by("pk")) == kept


def test_answers_about_a_guide_that_is_gone_go_too(settings, time_machine):
    answer(timezone.localdate() - timedelta(days=settings.ANSWER_DAYS + 1), guide="gone-long-ago")

    assert run("guide-answers").removed == 1


def test_answers_are_kept_for_ever_where_that_is_set(settings):
    settings.ANSWER_DAYS = 0
    answer(date(1999, 1, 1), guide="gone-long-ago")

    assert run("guide-answers").removed == 0


# --- How it is removed ------------------------------------------------------------------------------------------------


def test_more_than_a_batch_is_removed_in_several():
    for number in range(7):
        session(f"over-{number}", -1)

    assert run("sessions", batch=3).removed == 7
    assert not Session.objects.exists()


def test_a_job_that_is_stopped_keeps_what_its_last_batch_did():
    for number in range(7):
        session(f"over-{number}", -1)
    answers = iter([False, True])

    assert run("sessions", batch=3, stopped=lambda: next(answers)).removed == 3
    assert Session.objects.count() == 4


def test_a_batch_that_fails_leaves_nothing_half_done():
    session("over", -1)

    def half(most):
        Session.objects.all().delete()
        raise ValueError

    assert work.run(Job("half", "half", half)).error.startswith("ValueError in test_work.py:")
    assert Session.objects.exists()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one process write at a time by itself")
def test_a_job_that_another_process_has_is_left_to_it():
    session("over", -1)
    other = connection.copy()
    try:
        other.set_autocommit(False)
        key = int.from_bytes(work.sha256(b"mailsettings.work sessions").digest()[:8], "big", signed=True)
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])

        assert run("sessions").busy
        assert Session.objects.exists()
    finally:
        other.rollback()
        other.close()


def test_two_at_once_share_the_work_on_a_file(tmp_path):
    file = tmp_path / "db.sqlite3"
    environment = apart.environment(DATABASE_URL=f"sqlite:///{file}", CACHE_URL="locmemcache://")
    manage = [sys.executable, "manage.py"]
    subprocess.run([*manage, "migrate", "--verbosity", "0"], cwd=ROOT, env=environment, check=True)
    with sqlite3.connect(file) as database:
        rows = [(f"over-{number}", "", "2020-01-01 00:00:00") for number in range(5000)]
        database.executemany("INSERT INTO django_session VALUES (?, ?, ?)", rows)

    both = [
        subprocess.Popen([*manage, "work"], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = [process.communicate(timeout=60)[0] for process in both]

    assert [process.returncode for process in both] == [0, 0]
    assert sum(int(re.search(r"sessions: \D+(\d+)", text)[1]) for text in said) == 5000


# --- The command ------------------------------------------------------------------------------------------------------


def test_one_pass_does_every_job_and_says_how_many_went(capsys):
    session("over", -1)

    call_command("work")

    said = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in said] == list(work.jobs())
    assert "sessions: removed 1" in said


def test_a_job_that_fails_stops_no_other_and_the_command_ends_with_an_error(monkeypatch, capsys):
    only(monkeypatch, Job("bad", "bad", failing), passing())

    with pytest.raises(CommandError, match="These jobs failed: bad"):
        call_command("work")

    assert "passing: removed 0" in capsys.readouterr().out


def test_the_log_counts_and_never_quotes(caplog):
    session("over", -1)
    with caplog.at_level(logging.INFO):
        run("sessions")
        work.run(Job("bad", "bad", failing))

    assert "sessions: removed 1" in caplog.text
    assert "bad: stopped by ValueError in test_work.py" in caplog.text
    assert "olena" not in caplog.text


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_loop_goes_on_after_a_failure_and_ends_when_it_is_told_to(monkeypatch, number):
    before = {known: signal.getsignal(known) for known in (signal.SIGTERM, signal.SIGINT)}
    passes = []
    # The transaction around this test would not survive it.
    monkeypatch.setattr(command, "close_old_connections", lambda: None)

    def third_time(most):
        passes.append(most)
        if len(passes) == 3:
            os.kill(os.getpid(), number)
        return 0

    only(monkeypatch, Job("bad", "bad", failing), Job("third", "third", third_time))
    try:
        call_command("work", "--loop", every=0.001)
    finally:
        for known, handler in before.items():
            signal.signal(known, handler)

    assert len(passes) == 3


@pytest.mark.parametrize("seconds", ["0", "-1", "soon", "1.5"])
def test_a_pause_that_is_none_is_refused(seconds):
    with pytest.raises(CommandError, match="a whole number of seconds"):
        call_command("work", "--loop", f"--every={seconds}")


def test_the_list_says_of_every_job_what_goes_and_when(capsys, settings):
    settings.LOG_DAYS, settings.ANSWER_DAYS = 0, 1

    call_command("work", "--list")

    said = capsys.readouterr().out
    assert "sessions: sessions whose time is over (kept for 14 days: SESSION_DAYS)" in said
    assert "(LOG_DAYS is 0: kept for ever)" in said
    assert "(kept for 1 day: ANSWER_DAYS)" in said
    assert "cache: " in said
    assert not Session.objects.exists()


def test_every_job_names_a_setting_that_is_there(settings):
    assert all(hasattr(settings, job.setting) for job in work.jobs().values() if job.setting)
