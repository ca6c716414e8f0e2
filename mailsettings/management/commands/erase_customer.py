"""``erase_customer REF``: erase one customer's personal data, after showing what that touches."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import ChangeSet
from mailsettings import changes, privacy
from mailsettings.management.speaking import SpeakingCommand

from .apply import text_of
from .export_customer import customer_with


class Command(SpeakingCommand):
    help = gettext_lazy(
        "Erases a customer’s names, contacts and people who sign in, also from the change log. Cannot be undone."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("ref", help=_("the customer’s reference"))
        parser.add_argument(
            "--domains", required=True, choices=[choice.value for choice in privacy.Domains],
            help=_("suspend them and keep their addresses, or remove them with all of their mailboxes"),
        )  # fmt: skip
        parser.add_argument("--reason", required=True, type=text_of("reason"), help=_("why, for the change log"))
        parser.add_argument("--ticket", type=text_of("ticket"), default="", help=_("ticket, for the change log"))
        parser.add_argument("--dry-run", action="store_true", help=_("only show what would be done"))
        parser.add_argument("--yes", action="store_true", help=_("do not ask for the reference once more"))

    def handle(self, *args: Any, **options: Any) -> None:
        customer = customer_with(options["ref"])
        for words, number in privacy.preview(customer).counts:
            self.stdout.write(f"{words}: {number}")
        if options["dry_run"]:
            self.stdout.write(_("Dry run: nothing was written."))
            return
        if not options["yes"] and _asked() != customer.ref:
            raise CommandError(_("That is another reference. Nothing was erased."))
        try:
            change_set = ChangeSet(reason=options["reason"], ticket=options["ticket"])
            erased = privacy.erase(customer, privacy.Domains(options["domains"]), change_set)
        except changes.Refused as refused:
            raise CommandError(str(refused)) from refused
        if erased.change_set:
            self.stdout.write(_("Erased as change set %(number)d.") % {"number": erased.change_set.pk})
        else:
            self.stdout.write(_("Erased."))


def _asked() -> str:
    """The reference, typed once more; where nobody is there to type, a sentence says what to add instead."""
    try:
        return input(_("Type the reference once more to erase: ")).strip()
    except EOFError as nobody:
        raise CommandError(_("Nobody is here to be asked. Nothing was erased. Add --yes to erase.")) from nobody
