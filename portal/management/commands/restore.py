"""``restore FILE``: what ``backup`` wrote, into this database, whole or not at all."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mailsettings.management.speaking import SpeakingCommand
from portal import backup

from .backup import counted


class Command(SpeakingCommand):
    help = gettext_lazy("Restores what “backup” wrote, on SQLite and PostgreSQL alike, whole or not at all.")

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help=_("a file that “backup” wrote"))
        parser.add_argument("--replace", action="store_true", help=_("remove everything that the database holds now"))
        parser.add_argument("--check", action="store_true", help=_("only read the file and say what is in it"))

    def handle(self, *args: Any, **options: Any) -> None:
        source = options["file"]
        try:
            content = backup.look(source) if options["check"] else backup.restore(source, replace=options["replace"])
        except backup.Refused as refused:
            raise CommandError(str(refused)) from refused
        except OSError as error:
            words = _("%(file)s cannot be read: %(error)s")
            raise CommandError(words % {"file": source, "error": error.strerror or error}) from error
        if options["verbosity"]:
            self.stdout.write(counted(content))
            self.stdout.write(_("The file is whole.") if options["check"] else _("Restored. Everybody signs in again."))
