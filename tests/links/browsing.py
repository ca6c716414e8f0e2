"""A customer with a personal link, and the page of links at the desk, for tests."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from mailsettings import personal
from mailsettings.models import Domain, Mailbox, PersonalLink
from tests import build
from tests.pages.browsing import page_of


def mailbox(**values: Any) -> Mailbox:
    """The mailbox ``olena`` of ``firma.com.ua``; values of its domain begin with ``domain_``."""
    of_domain = {key.removeprefix("domain_"): values.pop(key) for key in list(values) if key.startswith("domain_")}
    if values.get("login"):
        of_domain.setdefault("logins", "private")
    build.domain("firma.com.ua", mailboxes=[{"local_part": "olena", **values}], **of_domain)
    return Mailbox.objects.get(local_part="olena")


def link_to(record: Any, **values: Any) -> tuple[PersonalLink, str]:
    return personal.make(record, PersonalLink.Way.COPY, **{"language": "uk", **values})


def links_url(record: Mailbox | Domain) -> str:
    kind = "mailbox" if isinstance(record, Mailbox) else "domain"
    return reverse(f"admin:mailsettings_{kind}_links", args=[record.pk])


def form(**values: Any) -> dict[str, Any]:
    """What the form of links posts."""
    return {"language": "en", "guide": "", "lasts": "week", "reason": "", "do": "copy", **values}


def made_url(response: Any) -> str:
    """The new link that a page shows."""
    (field,) = page_of(response).all("input", id="made-url")
    return field["value"]
