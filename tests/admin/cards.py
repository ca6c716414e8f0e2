"""A mailbox with a card that has something to say, and what stands on it."""

from __future__ import annotations

from typing import Any

from mailsettings.models import Domain, Mailbox
from tests import build
from tests.admin.desk import DOMAIN, MAILBOX, Desk, operator, page

MX = ["mx1.hoster.example"]


def mailbox() -> Mailbox:
    """``olena@firma.com.ua`` of a customer with contacts, on a server with addresses of its own."""
    server = build.server(
        "Київ", mx=MX, webmail_url="https://webmail.{domain}/", panel_url="https://panel.hoster.example/"
    )
    customer = build.customer(name="ТОВ «Фірма»", email="office@post.example", phone="+380 44 123 45 67")
    domain = build.domain(server=server, customer=customer, mailboxes=[{"local_part": "olena", "name": "Олена"}])
    return domain.mailboxes.get()


def card(record: Domain | Mailbox, desk: Desk | None = None, **headers: str) -> Any:
    """The card of a record, as an operator sees it."""
    kind = MAILBOX if isinstance(record, Mailbox) else DOMAIN
    return (desk or operator()).get(page(kind, "card", record.pk), headers=headers)


def sentences(response: Any) -> list[tuple[str, str]]:
    """What a card says of the state of its record: of which kind, and in which words."""
    return [(sentence.kind, sentence.words) for sentence in response.context["sentences"]]


def replies(response: Any) -> dict[str, Any]:
    """The words to copy, by language."""
    return {words.language: words for words in response.context["ready"]}
