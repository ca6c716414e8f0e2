"""Host names that stand inside web addresses of mail servers: of webmail, and of panels.

These addresses are patterns that no index can answer for. Servers are platforms that many domains share, so they are
few: one query reads what they have, up to a limit, and the rest is comparing strings.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.db.models import Q

from mailsettings.core.endpoints import normalise_host_pattern
from mailsettings.core.errors import InvalidInput
from mailsettings.models import MailServer

READ = 2000
DOMAIN = "{domain}"


class WebHosts:
    """What webmail and panel addresses of the servers that ``user`` sees say about host names."""

    def __init__(self, user: Any) -> None:
        rows = MailServer.objects.visible_to(user).filter(~Q(webmail_url="") | ~Q(panel_url="")).order_by("pk")
        self._hosts: dict[str, list[int]] = {}
        for pk, *urls in rows.values_list("pk", "webmail_url", "panel_url")[:READ]:
            for host in {host_of(url) for url in urls if url} - {""}:
                self._hosts.setdefault(host, []).append(pk)
        self._ends = [host.split(DOMAIN) for host in self._hosts if DOMAIN in host and not host.endswith(DOMAIN)]

    def servers(self, name: str) -> list[int]:
        """The servers whose webmail or panel is at exactly ``name``."""
        return self._hosts.get(name, [])

    def beginning(self, text: str) -> list[int]:
        """The servers whose webmail or panel is at a host name, or a pattern of one, that begins like ``text``."""
        return [pk for host, pks in self._hosts.items() if text and host.startswith(text) for pk in pks]

    def domains(self, name: str) -> list[str]:
        """The names that ``{domain}`` stands for where ``name`` is made by a pattern such as ``{domain}.web.example``.

        A domain at the end of a host name needs no pattern to be seen there.
        """
        return [
            name[len(before) : -len(after)]
            for before, after in self._ends
            if name.startswith(before) and name.endswith(after) and len(name) > len(before) + len(after)
        ]


@lru_cache(maxsize=2 * READ)
def host_of(url: str) -> str:
    """The host name, or the pattern of one, in a web address; empty where there is none."""
    try:
        return normalise_host_pattern(url.partition("://")[2].partition("/")[0].partition(":")[0])
    except InvalidInput:
        return ""
