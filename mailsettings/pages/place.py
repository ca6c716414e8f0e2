"""Where the pages about some settings are: below their domain's public path, or below a personal link."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from mailsettings import links
from mailsettings.core.settings import Ask, MailSettings


@dataclass(frozen=True, slots=True)
class Place:
    """Every path of a set of pages. With ``token`` they are those of a personal link, which no link on them leaves."""

    domain: str
    token: str = ""

    @property
    def personal(self) -> bool:
        return bool(self.token)

    @property
    def setup(self) -> str:
        return self._path("setup")

    @property
    def guides(self) -> str:
        return self._path("guides")

    def guide(self, guide_id: str) -> str:
        return self._path("guide", guide_id=guide_id)

    def file(self, settings: MailSettings, file_name: str, ask: Ask) -> str:
        if self.token:
            return links.personal_path(self.token, file_name, ask)
        return links.format_path(settings, file_name, ask)

    def _path(self, page: str, **more: str) -> str:
        if self.token:
            return reverse(f"pages:personal_{page}", kwargs={"token": self.token, **more})
        name = {"guides": "guides_of_domain"}.get(page, page)
        return reverse(f"pages:{name}", kwargs={"domain": self.domain, **more})
