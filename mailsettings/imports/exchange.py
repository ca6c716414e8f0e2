"""Where the mail of the domains in a file goes, as far as that is known, beside where it should go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

from django.utils.translation import gettext as _

from accounts.models import BrandHost
from mailsettings import confirmation, mx
from mailsettings.models import Domain
from mailsettings.mx import Answer, Finding, MailHost, Outcome

from .items import Item, Options

MxOf = Callable[[str], Answer | None]
# What keeps nobody from saving: all is well, or nothing is known.
QUIET = {Outcome.HERE, Outcome.UNKNOWN, Outcome.NO_ANSWER}


class Exchange:
    """What to say about the MX of the domains of good rows, by the ``id`` of the domain."""

    def __init__(self, items: Sequence[Item], options: Options, mx_of: MxOf | None) -> None:
        self.items = items
        self.options = options
        self.mx_of = mx_of or (options.mx.get if options.mx else None)

    def foreign(self) -> dict[int, str]:
        """Where the mail of domains goes that does not come to their servers alone, as far as that is known."""
        found: dict[int, str] = {}
        for key, domain in self._good().items() if self.mx_of else ():
            expected = self._expected(domain)
            answer = self.mx_of(domain.primary_name) if self.mx_of and expected else None
            if answer and (finding := mx.compare(answer, expected)).outcome not in QUIET:
                found[key] = _in_words(finding)
        return found

    def unasked(self) -> dict[int, Domain]:
        """New domains about which the DNS could be asked, and was not."""
        return {
            key: domain
            for key, domain in self._good().items()
            if domain.pk is None and domain.primary_name not in self.options.mx and self._expected(domain)
        }

    def unknown(self, unasked: dict[int, Domain]) -> dict[int, str]:
        """Why nothing is known about the MX of a domain: nobody asked, or the DNS did not answer."""
        if not self.options.mx:
            return {}
        silent = {name for name, answer in self.options.mx.items() if answer.state is mx.State.NO_ANSWER}
        words = _("The DNS did not answer about its MX.")
        found = {key: words for key, one in self._good().items() if one.primary_name in silent}
        return found | dict.fromkeys(unasked, _("Its MX was not checked."))

    def _good(self) -> dict[int, Domain]:
        return {id(item.domain): item.domain for item in self.items if item.domain and not item.problems}

    def _expected(self, domain: Domain) -> tuple[str, ...]:
        return confirmation.expected(domain, self.brand_hosts)

    @cached_property
    def brand_hosts(self) -> confirmation.BrandHosts:
        return confirmation.brand_hosts(BrandHost.objects.all())


def _in_words(finding: Finding) -> str:
    """As on the card of the domain, and with the host names, which the card has in a table."""
    others = ", ".join(_with_provider(host) for host in finding.answer.hosts if not host.ours)
    if finding.outcome is Outcome.ELSEWHERE:
        return _("The MX of this domain does not point at its server: %(names)s.") % {"names": others}
    if finding.outcome is Outcome.PARTLY:
        said = _("The MX of this domain points only partly at its server, and also at %(names)s.") % {"names": others}
        return f"{said} {confirmation.who_is_first(finding)}"
    return confirmation.in_words(finding)


def _with_provider(host: MailHost) -> str:
    return f"{host.name} ({host.provider})" if host.provider else host.name
