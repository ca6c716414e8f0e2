"""Where the mail of the domains in a file goes, as far as that is known, beside where it should go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

from django.utils.translation import gettext as _

from accounts.models import BrandHost
from mailsettings import confirmation, mx
from mailsettings.models import Domain

from .items import Item, Options

MxOf = Callable[[str], Sequence[str] | None]


class Exchange:
    """What to say about the MX of the domains of good rows, by the ``id`` of the domain."""

    def __init__(self, items: Sequence[Item], options: Options, mx_of: MxOf | None) -> None:
        self.items = items
        self.options = options
        self.mx_of = mx_of or (options.mx.get if options.mx else None)

    def foreign(self) -> dict[int, tuple[str, ...]]:
        """The MX names of domains that lead elsewhere, as far as they are known: by these nobody could confirm them."""
        found: dict[int, tuple[str, ...]] = {}
        if self.mx_of is None:
            return found
        for key, domain in self._good().items():
            expected = self._expected(domain)
            names = self.mx_of(domain.primary_name) if expected else None
            if names is not None and not mx.leads_here(names, expected):
                found[key] = tuple(name for name in names if name not in expected) or ("—",)
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
        silent = {name for name, hosts in self.options.mx.items() if hosts is None}
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
