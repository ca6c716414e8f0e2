"""``remove_domain NAME…``: remove domains of any size, as no page of the desk could; shown first, then written."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import ChangeSet
from mailsettings import changes
from mailsettings.core.errors import InvalidInput
from mailsettings.core.names import display_name, normalise_name
from mailsettings.directory import listing
from mailsettings.directory.values import printable
from mailsettings.management.speaking import SpeakingCommand
from mailsettings.models import Domain, DomainName

from .apply import text_of


class Command(SpeakingCommand):
    help = gettext_lazy(
        "Shows what goes with domains, and removes them with their names, endpoints and mailboxes with --apply."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("names", nargs="+", metavar="name", help=_("the primary name of a domain"))
        parser.add_argument("--apply", action="store_true", help=_("write it"))
        parser.add_argument("--reason", type=text_of("reason"), default="", help=_("why, for the change log"))
        parser.add_argument("--ticket", type=text_of("ticket"), default="", help=_("ticket, for the change log"))

    def handle(self, *args: Any, **options: Any) -> None:
        plan = changes.Plan()
        plan.remove_all({domain.pk: domain for domain in map(_domain, options["names"])}.values())
        for line in listing.summary(plan):
            self.stdout.write(line)
        if not options["apply"]:
            self.stdout.write(_("Nothing was changed. --apply writes it."))
            return
        about = ChangeSet(
            source=ChangeSet.Source.COMMAND, reason=options["reason"].strip(), ticket=options["ticket"].strip()
        )
        try:
            saved = changes.apply(plan, about)
        except changes.Refused as refused:
            raise CommandError(_("Nothing was changed. %(why)s") % {"why": printable(str(refused))}) from refused
        self.stdout.write(_("Saved as change set %(number)d.") % {"number": saved.pk})


def _domain(text: str) -> Domain:
    """The domain with this primary name. An alias is refused, since whoever types it may mean the alias alone."""
    try:
        name = DomainName.objects.select_related("domain").filter(name=normalise_name(text)).first()
    except InvalidInput:
        name = None
    if name is None:
        raise CommandError(_("%(name)s is no domain here.") % {"name": printable(text)})
    if not name.is_primary:
        words = _("%(name)s is another name of %(domain)s. Write that one.")
        raise CommandError(words % {"name": printable(text), "domain": display_name(name.domain.primary_name)})
    return name.domain
