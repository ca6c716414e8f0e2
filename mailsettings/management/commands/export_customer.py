"""``export_customer REF``: everything that is stored about one customer, as one JSON file."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Customer
from mailsettings import privacy
from mailsettings.directory.values import printable
from mailsettings.files import whole_file
from mailsettings.management.speaking import SpeakingCommand


class Command(SpeakingCommand):
    help = gettext_lazy("Writes everything that is stored about a customer as one JSON document.")

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("ref", help=_("the customer’s reference"))
        parser.add_argument("--output", metavar="FILE", help=_("write to this file instead of the standard output"))

    def handle(self, *args: Any, **options: Any) -> None:
        text = privacy.as_text(privacy.export(customer_with(options["ref"])))
        if not options["output"]:
            self.stdout.write(text, ending="")
            return
        try:
            with whole_file(Path(options["output"])) as file:
                file.write(text.encode())
        except OSError as error:
            words = _("%(file)s cannot be written: %(error)s")
            raise CommandError(words % {"file": options["output"], "error": error.strerror}) from error


def customer_with(ref: str) -> Customer:
    """The customer with this reference; CommandError where there is none."""
    customer = Customer.objects.filter(ref=ref).first()
    if customer is None:
        raise CommandError(_("There is no customer with the reference %(ref)s.") % {"ref": printable(ref)})
    return customer
