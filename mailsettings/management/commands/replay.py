"""``replay thunderbird olena@firma.com.ua``: what that customer's program asks of this site, gets, and ends with."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.messages import validation_error
from mailsettings.core.addresses import Address, parse_typed
from mailsettings.core.errors import InvalidInput
from mailsettings.directory.values import printable
from mailsettings.management.speaking import SpeakingCommand
from mailsettings.replay import Replay, programs, replay, telling, without_dns
from mailsettings.replay.comparing import Verdict

BAD_USE = 2
# Verdicts beside which the published value is shown.
SHOWN_BESIDE = (Verdict.DIFFERS.value, Verdict.CANNOT_EXPRESS.value)


class Command(SpeakingCommand):
    help = gettext_lazy(
        "Goes a mail program’s way for one address, and shows what it asks, what this site answers, and the settings"
        " with which it ends. Ends with 1 where these differ from what is published."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("program", choices=list(programs()), help=_("the customer’s mail program"))
        parser.add_argument("address", help=_("the customer’s address"))
        parser.add_argument(
            "--no-dns",
            action="store_true",
            help=_(
                "as if the zone of the domain had nothing but the MX records: no autoconfig, no autodiscover, no SRV"
            ),
        )
        parser.add_argument(
            "--apex", action="store_true", help=_("as if this site also answered for the bare name of the domain")
        )

    def handle(self, *args: Any, **options: Any) -> None:
        address = _address(options["address"])
        network = {"resolves": without_dns(address)} if options["no_dns"] else {}
        found = replay(options["program"], address, apex=options["apex"], **network)
        self._say(f"{found.program.title}, {address.display}")
        self._show_exchanges(found)
        self._show_values(found)
        if found.differs:
            raise CommandError(_("The program ends with values that differ from what is published."))

    def _show_exchanges(self, found: Replay) -> None:
        for row in telling.exchange_rows(found):
            self._say("")
            self._say(f"{row.number}. {row.request}" + (f"  ({row.note})" if row.note else ""))
            self._say("   " + ": ".join(filter(None, [row.answer, row.says])))

    def _show_values(self, found: Replay) -> None:
        self._say("")
        for line in telling.conclusion(found):
            self._say(line)
        for row in telling.value_rows(found):
            if row.protocol:
                self._say("")
            beside = f"  [{row.words}: {row.published}]" if row.verdict in SHOWN_BESIDE else f"  [{row.words}]"
            label = f"{row.label}: " if row.label else ""
            self._say(f"{row.protocol:5} {label}{row.program}{beside if row.words else ''}")

    def _say(self, text: str) -> None:
        self.stdout.write(printable(text))


def _address(text: str) -> Address:
    """The address that somebody typed; ends the command in words where it is none."""
    try:
        typed = parse_typed(text)
        if typed.address is None:
            raise InvalidInput("no_at", typed.domain)
    except InvalidInput as error:
        raise CommandError(validation_error(error).messages[0], returncode=BAD_USE) from error
    return typed.address
