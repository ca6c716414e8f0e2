"""How mail programs read what is published, one module for each format, from the specification and not from the writer.

A module here imports nothing from ``mailsettings.formats`` and ends with one ``READER``; ``readers()`` collects them by
the file name of their format.
"""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from ..reading import Reader


@cache
def readers() -> dict[str, Reader]:
    """All readers by the file name of their format."""
    modules = (import_module(f"{__name__}.{info.name}") for info in pkgutil.iter_modules(__path__))
    found = [module.READER for module in modules if hasattr(module, "READER")]
    return {reader.file_name: reader for reader in found}
