"""Machine-readable renderings of MailSettings, one module each.

A module here ends with one ``FORMAT``; ``formats()`` collects them by file name. Renderers are pure: the same settings
and the same ask give the same bytes.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from ..core.endpoints import Endpoint
from ..core.settings import Ask, MailSettings
from ..core.text import Text

Personal = Callable[[MailSettings, Ask], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class ConfigFormat:
    """A format: ``file_name`` is its name in addresses (it has a dot), ``render`` may raise CannotExpress.

    ``expresses`` tells whether the format has words for an endpoint; ``attachment`` whether a browser should save it;
    ``signable`` whether its readers look for a signature (CMS) around it;
    ``private_max_age`` for how many seconds the reader's own browser may keep one that holds an address.

    ``personal`` is for XML formats that are asked for often: the strings of a rendering that differ from address to
    address of one domain, and from domain to domain of one pattern, always in the same order. Everything else in the
    rendering is then the same for all of them. Called with settings of a domain without a user name of the mailbox's
    own.
    """

    file_name: str
    titles: Text
    content_type: str
    render: Callable[[MailSettings, Ask], bytes]
    expresses: Callable[[Endpoint], bool]
    attachment: bool = False
    private_max_age: int = 0
    signable: bool = False
    personal: Personal | None = None


def names(settings: MailSettings, ask: Ask) -> tuple[str, ...]:
    """``personal`` of a format in which nothing else differs: the domain as it is written and shown, the local part."""
    domain = (settings.domain, settings.domain_display)
    return (*domain, ask.address.local_part) if ask.address else domain


@cache
def formats() -> dict[str, ConfigFormat]:
    """All formats by file name."""
    modules = (import_module(f"{__name__}.{info.name}") for info in pkgutil.iter_modules(__path__))
    found = [module.FORMAT for module in modules if hasattr(module, "FORMAT")]
    return {config_format.file_name: config_format for config_format in found}
