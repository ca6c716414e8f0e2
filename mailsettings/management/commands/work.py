"""``work``: clear away what is older than the settings say, once or for ever."""

from __future__ import annotations

import argparse
import random
import signal
from threading import Event
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.db import close_old_connections
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from mailsettings import work
from mailsettings.management.speaking import SpeakingCommand
from mailsettings.work import Done, Job

# Processes that were started together shall not work together for ever.
JITTER = 0.1


class Command(SpeakingCommand):
    help = gettext_lazy(
        "Removes what is older than the settings say: sessions, cache entries, old log. Safe to run twice at once."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--loop", action="store_true", help=_("go on until the process is told to end (SIGTERM)"))
        parser.add_argument("--every", type=_seconds, metavar="SECONDS", help=_("pause between passes (WORK_SECONDS)"))
        parser.add_argument("--list", action="store_true", help=_("only say what is removed, and after how long"))

    def handle(self, *args: Any, **options: Any) -> None:
        if options["list"]:
            for job in work.jobs().values():
                self.stdout.write(f"{job.name}: {job.removes} ({kept(job)})")
        elif options["loop"]:
            self._loop(options["every"] or settings.WORK_SECONDS)
        else:
            self._once(options["verbosity"])

    def _once(self, verbosity: int) -> None:
        done = [work.run(job) for job in work.jobs().values()]
        if verbosity:
            for one in done:
                self.stdout.write(f"{one.job.name}: {outcome(one)}")
        if failed := [one.job.name for one in done if one.error]:
            raise CommandError(_("These jobs failed: %(names)s. The log says more.") % {"names": ", ".join(failed)})

    def _loop(self, seconds: float) -> None:
        """Work and pause until SIGTERM or SIGINT; a batch that is under way is finished first."""
        stop = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        while not stop.is_set():
            # What a break of the database left behind is of no use to the next pass.
            close_old_connections()
            for job in work.jobs().values():
                work.run(job, stopped=stop.is_set)
            close_old_connections()
            # So that several do not begin at the same moment; nobody gains by guessing it.
            stop.wait(seconds * random.uniform(1 - JITTER, 1 + JITTER))  # noqa: S311


def outcome(done: Done) -> str:
    """How a job went, in words."""
    if done.error:
        return done.error
    if done.busy:
        return _("another process is at it")
    return ngettext("removed %(count)d", "removed %(count)d", done.removed) % {"count": done.removed}


def kept(job: Job) -> str:
    """For how long a job's things are kept, in words."""
    if job.days is None:
        return _("each has its own end")
    if not job.days:
        return _("%(setting)s is 0: kept for ever") % {"setting": job.setting}
    words = ngettext("kept for %(count)d day: %(setting)s", "kept for %(count)d days: %(setting)s", job.days)
    return words % {"count": job.days, "setting": job.setting}


def _seconds(text: str) -> float:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(_("a whole number of seconds, at least 1"))
    return float(text)
