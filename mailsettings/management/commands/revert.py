"""``revert NUMBER``: undo a change set of any size, which a page of the desk could not; shown first, then written."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import ChangeSet
from mailsettings import changes, reverting
from mailsettings.directory import listing
from mailsettings.directory.values import printable
from mailsettings.management.speaking import SpeakingCommand
from mailsettings.reverting import Choice, Outlook, Reversal

from .apply import text_of

LISTED = 50


class Command(SpeakingCommand):
    help = gettext_lazy("Shows what reverting a change set would write, and writes all of it or nothing with --apply.")

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("number", type=int, help=_("the number of the change set"))
        parser.add_argument("--change", type=int, metavar="NUMBER", help=_("only this change of it"))
        parser.add_argument(
            "--conflicts", choices=list(Choice), type=Choice,
            help=_("what to do with records that were changed again since: leave them, or revert them anyway"),
        )  # fmt: skip
        parser.add_argument("--apply", action="store_true", help=_("write it"))
        parser.add_argument("--reason", type=text_of("reason"), default="", help=_("why, for the change log"))
        parser.add_argument("--ticket", type=text_of("ticket"), default="", help=_("ticket, for the change log"))

    def handle(self, *args: Any, **options: Any) -> None:
        change_set = ChangeSet.objects.filter(pk=options["number"]).first()
        of_set = change_set.changes.all() if change_set else ()
        found = [change for change in of_set if options["change"] in (None, change.pk)]
        if not found:
            raise CommandError(_("There is no such change."))
        choices = dict.fromkeys((change.pk for change in found), options["conflicts"]) if options["conflicts"] else {}
        reversal = reverting.prepare(found, choices)
        self._show(reversal)
        if not options["apply"]:
            self.stdout.write(_("Nothing was changed. --apply writes it."))
            return
        if reversal.undecided:
            raise CommandError(_("Records were changed again since. Add --conflicts skip or --conflicts anyway."))
        about = ChangeSet(
            source=ChangeSet.Source.REVERT,
            reason=options["reason"].strip() or reverting.reason_for(change_set, found),
            ticket=options["ticket"].strip(),
            reverts=change_set,
        )
        try:
            saved = changes.apply(reversal.plan, about)
        except changes.Refused as refused:
            raise CommandError(_("Nothing was changed. %(why)s") % {"why": printable(str(refused))}) from refused
        if saved:
            self.stdout.write(_("Saved as change set %(number)d.") % {"number": saved.pk})
        else:
            self.stdout.write(_("There was nothing to save."))

    def _show(self, reversal: Reversal) -> None:
        for line in listing.summary(reversal.plan):
            self.stdout.write(line)
        titles = {
            _("Changed again since"): [step for step in reversal.steps if step.in_conflict],
            _("Cannot be reverted"): reversal.of(Outlook.IMPOSSIBLE),
            _("As it was already"): reversal.of(Outlook.SETTLED),
        }
        for title, steps in titles.items():
            self.stdout.write(f"{title}: {len(steps)}")
        for step in reversal.of(Outlook.IMPOSSIBLE)[:LISTED]:
            reasons = " ".join(dict.fromkeys(str(problem.message) for problem in step.problems))
            self.stdout.write(printable(f"  {step.change.object_name}: {reasons}"))
