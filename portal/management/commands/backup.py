"""``backup FILE``: everything that the site has stored, in one file; ``portal.backup`` says what is in it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mailsettings.management.speaking import SpeakingCommand
from portal import backup


class Command(SpeakingCommand):
    help = gettext_lazy("Writes the whole database and all uploaded files into one file, while the site goes on.")

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help=_("the file to write, such as skrynka.tar.gz"))

    def handle(self, *args: Any, **options: Any) -> None:
        target = options["file"]
        try:
            content = backup.backup(target)
        except backup.Refused as refused:
            raise CommandError(str(refused)) from refused
        except OSError as error:
            words = _("%(file)s cannot be written: %(error)s")
            raise CommandError(words % {"file": target, "error": error.strerror or error}) from error
        if options["verbosity"]:
            self.stdout.write(counted(content))
            self.stdout.write(
                _("The file .env is not in it. Keep a copy elsewhere: what SECRET_KEY sealed opens with that key only.")
            )


def counted(content: backup.Content) -> str:
    """What a backup holds, in a line."""
    words = _("%(rows)d rows and %(files)d files, made %(made)s by version %(version)s on %(database)s.")
    return words % {
        "rows": content.rows.total(),
        "files": content.files,
        "made": content.made_at,
        "version": content.version,
        "database": content.database,
    }
