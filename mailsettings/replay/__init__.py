"""What a customer's mail program sees: its own order of requests, asked of this very site, and read as it reads.

One module per program; a module that ends with ``PROGRAM`` is collected by ``programs()``. Nothing here reaches the
network: hosts of others are listed and not asked, and the DNS of the domain is taken to be as it should be published.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from django.utils.functional import Promise

from mailsettings import lookup
from mailsettings.core.addresses import Address
from mailsettings.core.endpoints import Protocol
from mailsettings.core.settings import MailSettings

from .asking import Walk
from .comparing import Comparison, compare
from .reading import Ended, Exchange


@dataclass(frozen=True, slots=True)
class Program:
    """A mail program. ``speaks`` are the protocols it can set up, ``walk`` goes its way and tells how it ends."""

    id: str
    title: str | Promise
    walk: Callable[[Walk], Ended]
    speaks: tuple[Protocol, ...] = tuple(Protocol)


@dataclass(frozen=True, slots=True)
class Replay:
    """``settings`` are what is published for the address; None for a domain that is not here."""

    program: Program
    address: Address
    settings: MailSettings | None
    exchanges: tuple[Exchange, ...]
    ended: Ended
    comparisons: tuple[Comparison, ...]

    @property
    def differs(self) -> bool:
        """Whether the program ends with any value that is not the published one."""
        return any(comparison.differs for comparison in self.comparisons)


@cache
def programs() -> dict[str, Program]:
    """All programs by id."""
    modules = (import_module(f"{__name__}.{info.name}") for info in pkgutil.iter_modules(__path__))
    found = [module.PROGRAM for module in modules if hasattr(module, "PROGRAM")]
    return {program.id: program for program in found}


def replay(
    program_id: str, address: Address, *, resolves: Callable[[str], bool] = lambda _host: True, apex: bool = False
) -> Replay:
    """Go a program's way for ``address``; never raises for an answer, whatever is in it.

    ``resolves`` tells whether a host name exists, ``apex`` whether the web site of the domain itself is served here.
    Texts are in the current language. Raises KeyError for a program that is not in ``programs()``.
    """
    program = programs()[program_id]
    settings = lookup.for_address(address)
    walk = Walk(address, settings, resolves, apex)
    ended = program.walk(walk)
    comparisons = compare(ended.servers, settings, address, program.speaks)
    return Replay(program, address, settings, tuple(walk.exchanges), ended, comparisons)


def without_dns(address: Address) -> Callable[[str], bool]:
    """``resolves`` for a domain whose owner added nothing to its zone but the MX records."""
    return lambda host: not host.endswith(f".{address.domain}")
