"""``prove firma.com.ua``: read back everything that this site publishes, and compare it with the settings."""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from mailsettings import proof
from mailsettings.directory.values import printable
from mailsettings.management.speaking import SpeakingCommand
from mailsettings.proof import Verdict, table

PROGRESS_STEP = 1000


class Command(SpeakingCommand):
    help = gettext_lazy(
        "Reads every file, every answer to a mail program, the setup page, the guides and the DNS records of a domain"
        " back, and compares them with its settings and with each other. Stops with an error where anything differs."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("domains", nargs="*", metavar="DOMAIN", help=_("a domain or a domain alias"))
        parser.add_argument("--all", action="store_true", help=_("every domain that is served"))
        parser.add_argument(
            "--without-guides", action="store_true", help=_("leave the guides out, which takes a tenth of the time")
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if bool(options["domains"]) == options["all"]:
            raise CommandError(_("Name the domains to prove, or give --all for every domain that is served."))
        started = time.monotonic()
        names = proof.served_names() if options["all"] else options["domains"]
        counts = self._prove(names, options)
        if options["verbosity"]:
            self.stdout.write(_summary(counts, time.monotonic() - started))
        if counts["failed"]:
            words = ngettext("%(count)d domain is not proven.", "%(count)d domains are not proven.", counts["failed"])
            raise CommandError(words % {"count": counts["failed"]})

    def _prove(self, names: Iterable[str], options: dict[str, Any]) -> Counter[str]:
        """Prove one domain after the other; the counts hold nothing of them."""
        counts: Counter[str] = Counter()
        for name in names:
            found = proof.prove(name, with_guides=not options["without_guides"])
            counts["domains"] += 1
            counts["failed"] += not (found and found.holds)
            if found is None:
                self.stdout.write(_("%(name)s: there is no such domain here") % {"name": printable(name)})
                continue
            counts["values"] += found.counts[Verdict.AGREES]
            if self._is_shown(found, options):
                for line in table.lines(found, every_row=options["verbosity"] > 1):
                    self.stdout.write(printable(line))
            if options["all"] and options["verbosity"] and not counts["domains"] % PROGRESS_STEP:
                done = counts["domains"]
                words = ngettext("%(done)d domain checked so far.", "%(done)d domains checked so far.", done)
                self.stderr.write(words % {"done": done})
        return counts

    def _is_shown(self, found: proof.Proof, options: dict[str, Any]) -> bool:
        """Differences always; agreement where it was asked for by name, or with all words."""
        if not found.holds or options["verbosity"] > 1:
            return True
        return bool(options["verbosity"]) and not options["all"]


def _summary(counts: Counter[str], seconds: float) -> str:
    words = ngettext(
        "%(domains)d domain, %(values)d values agree; not proven: %(failed)d; %(seconds).1f s",
        "%(domains)d domains, %(values)d values agree; not proven: %(failed)d; %(seconds).1f s",
        counts["domains"],
    )
    return words % {
        "domains": counts["domains"], "values": counts["values"], "failed": counts["failed"], "seconds": seconds
    }  # fmt: skip
