"""What mail programs get for a domain or a mailbox, each value with where it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext

from accounts.models import ChangeSet
from mailsettings import rules
from mailsettings.core.addresses import Address
from mailsettings.core.endpoints import Origin, OriginKind, Protocol
from mailsettings.core.settings import LoginPolicy, MailboxKind, MailSettings, Status
from mailsettings.core.user_names import misread
from mailsettings.models import ServiceEndpoint
from mailsettings.pages.values import pieces

PROTOCOLS = dict(ServiceEndpoint.Protocol.choices)
SECURITIES = dict(ServiceEndpoint.Security.choices)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value comes from, and the change set that wrote it; ``url`` is empty where the reader may not open it."""

    words: str
    change_set: int | None
    url: str


def table(settings: MailSettings, user: Any, address: Address | None = None) -> str:
    """The settings as a table for ``user``; with ``address`` the user names are that mailbox's."""
    origins = [*(endpoint.origin for endpoint in settings.endpoints), settings.login_origin]
    numbers = {origin.change_set for origin in origins if origin} - {None}
    open_sets = set(ChangeSet.objects.visible_to(user).filter(pk__in=numbers).values_list("pk", flat=True))
    rows = [
        {
            "protocol": PROTOCOLS[endpoint.protocol],
            "hostname": pieces(endpoint.hostname),
            "port": endpoint.port,
            "security": SECURITIES[endpoint.security],
            "user_name": pieces(settings.user_name(endpoint, address) or endpoint.username),
            "sources": [_source(origin, open_sets) for origin in (endpoint.origin, settings.login_origin) if origin],
        }
        for protocol in Protocol
        for endpoint in settings.of(protocol)
    ]
    return render_to_string("admin/effective.html", {"rows": rows, "note": _note(settings, address)})


def _source(origin: Origin, open_sets: set[int]) -> Source:
    words = {
        OriginKind.SERVER: gettext("server %(name)s"),
        OriginKind.DOMAIN: gettext("this domain"),
        OriginKind.MAILBOX: gettext("user name: this mailbox"),
    }[origin.kind] % {"name": origin.name}
    number = origin.change_set
    url = reverse("admin:accounts_changeset_change", args=[number]) if number in open_sets else ""
    return Source(words, number, url)


def _note(settings: MailSettings, address: Address | None) -> str:
    """What is unusual about the answer; empty when nothing is."""
    if not settings.served:
        return gettext("The domain is not active, so mail programs get no answer. They would get this:")
    if settings.mailbox and settings.mailbox.kind is MailboxKind.FORWARDER:
        return gettext(
            "A forwarder has no store and no password, so there is nothing to set up. Mail programs still get the "
            "answer of its domain:"
        )
    if settings.mailbox and settings.mailbox.status is Status.SUSPENDED:
        return gettext("The mailbox is suspended. Mail programs still get the answer of its domain.")
    if (
        address
        and settings.login_policy is LoginPolicy.PUBLISHED
        and (read := misread(settings.login, address.local_part))
    ):
        return str(rules.MISREAD).format(read=read)
    return ""
