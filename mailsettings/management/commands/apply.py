"""``apply directory.json``: make the database match a directory file; its format is in ``mailsettings.directory``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import ChangeSet
from mailsettings import directory, rules
from mailsettings.changes import Plan
from mailsettings.directory import listing
from mailsettings.directory.values import printable
from mailsettings.management.speaking import SpeakingCommand

LISTED_ROWS = 200
LISTED_FAULTS = 50
PROGRESS_STEP = 10_000


class Command(SpeakingCommand):
    help = gettext_lazy(
        "Makes the database match a directory file: shows what differs, then applies all of it or nothing."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", help=_("a JSON file, or - for the standard input"))
        parser.add_argument("--dry-run", action="store_true", help=_("only show what would be done"))
        parser.add_argument("--prune", action="store_true", help=_("also remove what the lists in the file leave out"))
        parser.add_argument("--reason", type=text_of("reason"), default="", help=_("why, for the change log"))
        parser.add_argument("--ticket", type=text_of("ticket"), default="", help=_("ticket, for the change log"))

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            document = directory.parse(_content(options["file"]))
            plan = directory.plan(document, prune=options["prune"], progress=self._progress_of_reading(options))
            self._show(plan, options["verbosity"])
            if options["dry_run"]:
                directory.check(plan)
                self._say(_("Dry run: nothing was written."), options)
                return
            change_set = ChangeSet(
                source=ChangeSet.Source.DIRECTORY, reason=options["reason"], ticket=options["ticket"]
            )
            saved = directory.apply(plan, change_set, self._progress_of_writing(options))
        except directory.BadDirectory as error:
            raise CommandError(report(error.faults)) from error
        if saved:
            self._say(_("Applied as change set %(number)d.") % {"number": saved.pk}, options)
            for warning in rules.warnings(plan)[:LISTED_FAULTS]:
                self._say(printable(f"{warning.row.name}: {warning.message}"), options)

    def _show(self, plan: Plan, verbosity: int) -> None:
        if not verbosity:
            return
        if not plan:
            self.stdout.write(_("Nothing to change."))
            return
        for line in listing.summary(plan):
            self.stdout.write(line)
        limit = None if verbosity > 1 else LISTED_ROWS
        for line in listing.rows(plan, limit):
            self.stdout.write(f"  {printable(line)}")
        if limit and (more := len(plan.rows) - limit) > 0:
            words = ngettext(
                "… and %(count)d more row (--verbosity 2 shows all)",
                "… and %(count)d more rows (--verbosity 2 shows all)",
                more,
            )
            self.stdout.write(f"  {words % {'count': more}}")

    def _say(self, text: str, options: dict[str, Any]) -> None:
        if options["verbosity"]:
            self.stdout.write(text)

    def _progress_of_reading(self, options: dict[str, Any]) -> Callable[[int], None]:
        def tell(done: int) -> None:
            if options["verbosity"]:
                self.stderr.write(_("Read %(done)d entries.") % {"done": done})

        return tell

    def _progress_of_writing(self, options: dict[str, Any]) -> Callable[[int, int], None]:
        told = 0

        def tell(done: int, total: int) -> None:
            nonlocal told
            if options["verbosity"] and done // PROGRESS_STEP > told:
                told = done // PROGRESS_STEP
                self.stderr.write(_("Wrote %(done)d rows of %(total)d.") % {"done": done, "total": total})

        return tell


def report(faults: list[directory.Fault]) -> str:
    """Faults as the message of a command that stops: how many, then each in a line, up to a limit."""
    first = ngettext(
        "Nothing was applied. %(count)d entry is wrong:",
        "Nothing was applied. %(count)d entries are wrong:",
        len(faults),
    )
    lines = [first % {"count": len(faults)}]
    lines += [f"  {printable(str(fault))}" for fault in faults[:LISTED_FAULTS]]
    if more := max(len(faults) - LISTED_FAULTS, 0):
        lines.append("  " + _("… and %(count)d more") % {"count": more})
    return "\n".join(lines)


def _content(name: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise CommandError(_("%(file)s cannot be read: %(error)s") % {"file": name, "error": error.strerror}) from error


def text_of(column: str) -> Callable[[str], str]:
    """A type of argument: text that fits into a column of the change set."""
    longest = ChangeSet._meta.get_field(column).max_length

    def check(value: str) -> str:
        if len(value) > longest or any(not c.isprintable() for c in value):
            raise argparse.ArgumentTypeError(_("up to %(count)d printable characters") % {"count": longest})
        return value

    return check
