"""The card: one page about a domain or a mailbox, from which a ticket is answered."""

from __future__ import annotations

from itertools import islice
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from mailsettings import lookup, personal, proof, replay
from mailsettings.core.addresses import Address
from mailsettings.core.settings import MailboxKind, MailSettings, Status
from mailsettings.models import Domain, Mailbox, MailServer, PersonalLink
from mailsettings.pages.values import pieces

from . import effective, history, paging, replies, roles, scope, standing
from .confirming import confirm_url
from .examine import examination_urls
from .links import customer_of, links_url
from .mail_exchange import asked

LINKS = 4
ENTRIES = 3
CHANGES = 6
DIFFERENCES = 5
# What a domain's replay asks for where nobody types another address: programs get the same answer for every one.
ANYBODY = "info"


class Card:
    """A page of a domain's or a mailbox's desk. Opening it asks nobody outside this site; a POST asks the DNS."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.card_view)
        return [path("<path:object_id>/card/", view, name=_url_name(self.model)), *super().get_urls()]

    def card_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Everything that a reply needs, and the buttons that send it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        record = self.get_object(request, object_id)
        if record is None:
            raise Http404
        domain = _domain_of(record)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": record,
            "title": str(record),
            "domain": domain,
            "mailbox": record if isinstance(record, Mailbox) else None,
            "broken": _broken(record, domain),
            "change_url": scope.change_url(record),
            "history_url": reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_history", args=[record.pk]),
            "may_change": self.has_change_permission(request, record),
            **_standing(record, domain, request.user),
            **_settings(record, domain, request.user),
            **_links(record, request.user),
            **_changes(record, [inline.model for inline in self.inlines], request.user),
            **_examined(record, domain),
            **(asked(domain) if request.method == "POST" and request.POST.get("do") == "mx" else {}),
        }
        response = TemplateResponse(request, "admin/card.html", context)
        response["Cache-Control"] = "private, no-store"
        return response


def card_url(record: Model) -> str:
    """The card of a domain or a mailbox."""
    return reverse(f"admin:{_url_name(type(record))}", args=[record.pk])


def first_url(record: Model) -> str:
    """Where somebody who looked for a record is led: to its card if it has one, to its page on the desk otherwise."""
    return card_url(record) if isinstance(record, Domain | Mailbox) else scope.change_url(record)


def first_link(record: Model) -> SafeString:
    """A record's name, leading to where it is read first."""
    return format_html('<a href="{}">{}</a>', first_url(record), str(record))


def customer_view(name: str) -> str:
    """The page that customers of a domain see, in the reader's language."""
    return f"/{(get_language() or 'uk')[:2]}/d/{name}/"


def _url_name(model: Any) -> str:
    return f"{model._meta.app_label}_{model._meta.model_name}_card"


def _domain_of(record: Domain | Mailbox) -> Domain:
    if isinstance(record, Domain):
        return record
    domain = record.domain
    domain.primary_name_value = record.address.domain
    return domain


def _broken(record: Domain | Mailbox, domain: Domain) -> dict[str, list[str]]:
    """Addresses and names that may be wider than a phone, in pieces between which they may be broken."""
    recovery = record.recovery if isinstance(record, Mailbox) else ""
    return {"name": pieces(str(record)), "email": pieces(domain.customer.email), "recovery": pieces(recovery)}


def _standing(record: Domain | Mailbox, domain: Domain, user: Any) -> dict[str, Any]:
    """Whose it is, where it is, and how it stands."""
    waiting = standing.waiting_names(domain)
    if isinstance(record, Mailbox):
        sentences = standing.of_mailbox(record, domain, waiting)
    else:
        sentences = standing.of_domain(domain, waiting)
    customer = domain.customer
    shown = scope.visible(MailServer, user).filter(pk=domain.server_id).exists()
    return {
        "sentences": sentences,
        "confirm_url": confirm_url(domain) if waiting and roles.may(user, "change", Domain) else "",
        "customer": customer,
        "customer_url": scope.change_url(customer),
        "brand": customer.brand or gettext("default"),
        "server": domain.server,
        "server_url": scope.change_url(domain.server) if shown and roles.may(user, "view", MailServer) else "",
        "domain_url": card_url(domain) if isinstance(record, Mailbox) else "",
        "mailboxes_url": reverse("admin:mailsettings_mailbox_changelist", query={"domain__id__exact": domain.pk}),
    }


def _settings(record: Domain | Mailbox, domain: Domain, user: Any) -> dict[str, Any]:
    """The effective values, the words that carry them, and the pages that show them."""
    settings = personal.settings_of(record) if domain.primary_name else None
    if settings is None:
        return {"settings": None}
    address = personal.address_of(record)
    language = customer_of(record).language
    fragment = f"#{address}" if address else ""
    sheets = f"/{language}/d/{settings.domain}/sheets/"
    public = _public(settings)
    dns = f"{customer_view(settings.domain)}dns/" if isinstance(record, Domain) and settings.served else ""
    return {
        "settings": settings,
        "effective": effective.table(settings, user, address),
        "ready": replies.ready(settings, address, language) if public else [],
        "hides_user_name": replies.hides_user_name(settings),
        "customer_view": f"{customer_view(settings.domain)}{fragment}" if public else "",
        "untold": _untold(settings, address) if address else "",
        "has_paper_link": personal.has_paper_link(settings),
        "sheets_url": sheets if public and personal.can_be_set_up(settings) else "",
        "dns_url": dns,
        "address": address,
    }


def _public(settings: MailSettings) -> bool:
    """Whether the domain has a page: a mailbox's exact settings are there before anybody confirmed its domain."""
    return settings.mailbox is None or lookup.for_domain(settings.domain) is not None


def _untold(settings: MailSettings, address: Address) -> str:
    """What a mailbox has otherwise than its customer sees on the public page, which knows the domain alone."""
    shown, box = lookup.for_address(address), settings.mailbox
    if box is None or shown is None or not shown.served:
        return ""
    if box.kind is MailboxKind.FORWARDER:
        facts = [gettext("that it is a forwarder")]
    elif box.status is Status.SUSPENDED:
        facts = [gettext("that the mailbox is suspended")]
    else:
        off = [effective.PROTOCOLS[one] for one in shown.incoming_protocols if not settings.of(one)]
        facts = [gettext("that %(protocol)s is off") % {"protocol": label} for label in off]
        if shown.user_name_is_private or shown.login != settings.login:
            facts.append(gettext("the user name"))
    words = gettext("“View as customer” shows the public page. It does not tell: %(what)s. A personal link does.")
    return words % {"what": ", ".join(facts)} if facts else ""


def _links(record: Domain | Mailbox, user: Any) -> dict[str, Any]:
    links = PersonalLink.objects.visible_to(user).of(record).with_record().select_related("created_by", "revoked_by")
    return {"links": links[:LINKS], "links_url": links_url(record), "language": customer_of(record).language}


def _changes(record: Domain | Mailbox, parts: list[type[Model]], user: Any) -> dict[str, Any]:
    """The newest entries of the history, each with its first changes."""
    found = history.page_of(record, parts, paging.Cursor(), user)
    entries = [
        {"change_set": entry.change_set, "open": entry.open, "changes": list(islice(entry.changes, CHANGES)),
         "more": max(len(entry.changes) - CHANGES, 0)}
        for entry in found.object_list[:ENTRIES]
    ]  # fmt: skip
    return {"entries": entries}


def _examined(record: Domain | Mailbox, domain: Domain) -> dict[str, Any]:
    """Whether everything but the guides agrees, and what a replay needs. The proof asks this site from within."""
    mailbox = record if isinstance(record, Mailbox) else None
    found = proof.prove(domain.primary_name, with_guides=False) if domain.primary_name else None
    return {
        **examination_urls(domain),
        "proof": found,
        "expected": domain.server.mx,
        "differences": found.differences[:DIFFERENCES] if found else (),
        "programs": [(program.id, program.title) for program in replay.programs().values()],
        "replay_address": str(mailbox) if mailbox else f"{ANYBODY}@{domain}",
    }
