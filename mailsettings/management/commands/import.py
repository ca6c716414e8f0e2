"""``import FILE``: a list of mailboxes or domains, shown row by row as what it would do, and saved with ``--apply``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import ChangeSet
from mailsettings import changes, imports
from mailsettings.directory.values import printable
from mailsettings.imports import COMMAND, Form, Kind, Options, Preview, listing
from mailsettings.imports.values import Wrong, domain_name
from mailsettings.management.speaking import SpeakingCommand

from .apply import text_of

LISTED_ROWS = 200


class Command(SpeakingCommand):
    help = gettext_lazy(
        "Shows what a list of mailboxes or domains would do, row by row, and saves its good rows with --apply. The list"
        " is a table (CSV, XLSX) or comes from cPanel or DirectAdmin. Columns of passwords are not kept."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", help=_("a file, or - for the standard input"))
        parser.add_argument("--form", choices=list(Form), type=Form, help=_("what the file is; recognised by itself"))
        parser.add_argument("--domain", default="", help=_("the domain of mailboxes whose rows do not tell it"))
        parser.add_argument(
            "--customer", default="", metavar="REF", help=_("the customer of new domains whose rows name none")
        )
        parser.add_argument(
            "--create-customers", action="store_true", help=_("add customers whose numbers are not known")
        )
        parser.add_argument("--apply", action="store_true", help=_("save the good rows; needs --reason"))
        parser.add_argument(
            "--remove-missing",
            action="store_true",
            help=_(
                "also remove mailboxes of these domains, or domains of these customers, that the file does not have"
            ),
        )
        parser.add_argument(
            "--confirm",
            type=int,
            metavar="NUMBER",
            help=_("how many will be removed; needed above a fifth of a domain’s mailboxes or a customer’s domains"),
        )
        parser.add_argument("--reason", type=text_of("reason"), default="", help=_("why, for the change log"))
        parser.add_argument("--ticket", type=text_of("ticket"), default="", help=_("ticket, for the change log"))

    def handle(self, *args: Any, **options: Any) -> None:
        if options["apply"] and not options["reason"].strip():
            raise CommandError(_("Say why with --reason: the change log keeps it."))
        try:
            domain = domain_name(options["domain"]) if options["domain"] else ""
            table = imports.read(_content(options["file"]), COMMAND, options["form"], domain)
        except (imports.BadFile, Wrong) as error:
            raise CommandError(str(error)) from error
        chosen = Options(options["customer"], options["create_customers"])
        found = imports.preview(table, imports.Everyone(), chosen)
        self._show(found, options)
        if options["apply"]:
            self._apply(found, options)
        else:
            self._say(_("Nothing was changed. --apply --reason … saves the good rows."), options)

    def _show(self, found: Preview, options: dict[str, Any]) -> None:
        for note in found.notes:
            self._say(note, options)
        self._say(listing.summary(found), options)
        self._say(listing.mx(found), options)
        for line in listing.lines(found, None if options["verbosity"] > 1 else LISTED_ROWS):
            self._say(f"  {line}", options)

    def _apply(self, found: Preview, options: dict[str, Any]) -> None:
        change_set = ChangeSet(
            source=ChangeSet.Source.IMPORT, reason=options["reason"].strip(), ticket=options["ticket"].strip()
        )
        try:
            saved = imports.apply(
                found, change_set, remove_missing=options["remove_missing"], confirmed=options["confirm"]
            )
        except imports.NotConfirmed as error:
            words = _too_much(found)
            raise CommandError(words % {"count": len(found.missing)}) from error
        except changes.Refused as refused:
            words = _("Nothing was changed. %(why)s")
            raise CommandError(words % {"why": printable(str(refused))}) from refused
        if saved:
            self._say(_("Saved as change set %(number)d.") % {"number": saved.pk}, options)
        else:
            self._say(_("There was nothing to save."), options)

    def _say(self, text: str, options: dict[str, Any]) -> None:
        if options["verbosity"]:
            self.stdout.write(printable(text))


def _too_much(found: Preview) -> str:
    if found.kind is Kind.MAILBOXES:
        return _("%(count)d mailboxes would be removed, more than a fifth of a domain’s. Add --confirm %(count)d.")
    return _("%(count)d domains would be removed, more than a fifth of a customer’s. Add --confirm %(count)d.")


def _content(name: str) -> bytes:
    """As much of a file as may be read, and a byte more where there is more."""
    most = COMMAND.size + 1
    try:
        if name == "-":
            return sys.stdin.buffer.read(most)
        with Path(name).open("rb") as file:
            return file.read(most)
    except OSError as error:
        raise CommandError(_("%(file)s cannot be read: %(error)s") % {"file": name, "error": error.strerror}) from error
