"""A customer with a personal link, for tests."""

from __future__ import annotations

from typing import Any

from mailsettings import personal
from mailsettings.models import Mailbox, PersonalLink
from tests import build


def mailbox(**values: Any) -> Mailbox:
    """The mailbox ``olena`` of ``firma.com.ua``; values of its domain begin with ``domain_``."""
    of_domain = {key.removeprefix("domain_"): values.pop(key) for key in list(values) if key.startswith("domain_")}
    if values.get("login"):
        of_domain.setdefault("logins", "private")
    build.domain("firma.com.ua", mailboxes=[{"local_part": "olena", **values}], **of_domain)
    return Mailbox.objects.get(local_part="olena")


def link_to(record: Any, **values: Any) -> tuple[PersonalLink, str]:
    return personal.make(record, PersonalLink.Way.COPY, **{"language": "uk", **values})
