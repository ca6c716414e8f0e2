"""How a brand's support is reached, as a page lists it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from mailsettings.core.settings import BrandFacts

from .values import Words


@dataclass(frozen=True, slots=True)
class Contact:
    """One way to write or call: what it is, what is shown, where it leads."""

    label: Words
    text: Words
    href: str


def contacts(brand: BrandFacts) -> list[Contact]:
    """Every way to reach support, the quickest to use first."""
    found = [
        Contact(_("Phone"), brand.support_phone, "tel:" + re.sub(r"[^\d+]", "", brand.support_phone)),
        Contact(_("E-mail"), brand.support_email, f"mailto:{brand.support_email}"),
        *(Contact(messenger.name, _("open the chat"), messenger.url) for messenger in brand.support_messengers),
        Contact(_("Support page"), _without_scheme(brand.support_url), brand.support_url),
    ]
    return [contact for contact in found if contact.text]


def has_contacts(brand: BrandFacts) -> bool:
    return bool(contacts(brand))


def _without_scheme(url: str) -> str:
    return re.sub(r"\Ahttps?://", "", url).rstrip("/")
