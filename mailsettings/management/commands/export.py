"""``export``: write the whole database as a directory file, which ``apply`` reads back."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Revision
from mailsettings import directory
from mailsettings.files import whole_file
from mailsettings.management.speaking import SpeakingCommand


class Command(SpeakingCommand):
    help = gettext_lazy("Writes the whole database as a directory file, which “apply” reads back.")

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--output", metavar="FILE", help=_("write to this file instead of the standard output"))

    def handle(self, *args: Any, **options: Any) -> None:
        before = _revision()
        if options["output"]:
            _write(Path(options["output"]), before)
            return
        for chunk in directory.chunks():
            self.stdout.write(chunk, ending="")
        _refuse_mixture(before)


def _write(target: Path, before: int) -> None:
    """Put the file in its place once it is whole. It holds contacts: its owner reads it."""
    try:
        with whole_file(target) as file:
            file.writelines(chunk.encode() for chunk in directory.chunks())
            _refuse_mixture(before)
    except OSError as error:
        words = _("%(file)s cannot be written: %(error)s")
        raise CommandError(words % {"file": target, "error": error.strerror}) from error


def _revision() -> int:
    return Revision.objects.filter(pk=1).values_list("number", flat=True).first() or 0


def _refuse_mixture(before: int) -> None:
    # Parts are read one after the other, so a change in between may be in some of them only.
    if _revision() != before:
        raise CommandError(_("Somebody changed the directory during the export. Run it again."))
