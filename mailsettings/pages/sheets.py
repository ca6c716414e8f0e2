"""Several mailboxes of one domain: a list of addresses becomes one printable sheet each. Nothing is stored.

The sheets that a signed-in customer or the desk prints in a domain whose user names are private are others: what they
lead to is a personal link, made for paper and shown this once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.messages import MESSAGES
from mailsettings import lookup, personal
from mailsettings.core.addresses import Address, parse_typed
from mailsettings.core.errors import InvalidInput
from mailsettings.core.settings import MailSettings
from mailsettings.formats.qr import QrCode, qr_code
from mailsettings.formats.settings_page import page_address
from mailsettings.models import Mailbox, PersonalLink

from . import typed
from .face import language, page
from .setup import keep_out_of_search, served_or_answer, setup_path
from .values import SetupValues, Words, pieces, setup_values

MOST = 100
LONGEST = 64 * 1024
# People paste lines, cells of a table, or what they copied from a letter's recipients: Olena <olena@firma.com.ua>.
NAME_AND_ADDRESS = re.compile(r"[^\n,;<>]*+(<[^<>\s]*>)?")
ADDRESS = re.compile(r"[^\s,;]+")


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one sheet shows. ``link`` is the personal link that its code holds, where it does: until ``until``."""

    whom: list[str]
    values: SetupValues
    qr: QrCode
    link: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """An address for which no sheet can be printed, and why."""

    text: str
    words: Words


# It stores nothing and shows its sender what they typed, so there is nothing to forge.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def sheets(request: HttpRequest, domain: str) -> HttpResponse:
    """``/{lang}/d/{domain}/sheets/``: a field for addresses; a POST answers with their sheets."""
    settings = served_or_answer(request, domain, "sheets/")
    if isinstance(settings, HttpResponse):
        return settings
    text = request.POST.get("addresses", "")[:LONGEST] if request.method == "POST" else ""
    addresses, faults = _read(text, settings)
    if request.method == "POST" and not addresses and not faults:
        faults = [Fault("", _("Enter at least one address."))]
    if faults or not addresses:
        return keep_out_of_search(
            page(
                request,
                "pages/sheets_form.html",
                title=_title(settings),
                settings=settings,
                text=typed.shown_again(text, LONGEST),
                faults=faults,
                setup_path=setup_path(settings.domain),
                status=422 if faults else 200,
            )
        )
    made = [sheet_of(settings, lookup.for_address(address) or settings, address) for address in addresses]
    return sheets_page(request, settings, made, setup_path=setup_path(settings.domain))


def sheets_page(
    request: HttpRequest, settings: MailSettings, made: Sequence[Sheet], *, setup_path: str, **context: Any
) -> HttpResponse:
    """The sheets, ready to be printed, with the way back. Nobody keeps the page."""
    shown = {
        "sheets": made,
        "count": ngettext("%(count)d sheet", "%(count)d sheets", len(made)) % {"count": len(made)},
        "page_url": settings.page_url(language()),
        "today": localdate(),
        "until": made[0].until if made else None,
        "setup_path": setup_path,
    }
    response = page(request, "pages/sheets.html", title=_title(settings), settings=settings, **shown | context)
    return keep_out_of_search(response)


def _title(settings: MailSettings) -> str:
    return _("Sheets for mailboxes of %(domain)s") % {"domain": settings.domain_display}


def _read(text: str, settings: MailSettings) -> tuple[list[Address], list[Fault]]:
    """Each address of the text once, in its order, and what is wrong with the others."""
    addresses: dict[Address, None] = {}
    faults: list[Fault] = []
    for written in dict.fromkeys(_written(text)):
        if len(faults) == MOST:
            break
        try:
            addresses[_address(written, settings)] = None
        except InvalidInput as error:
            words = OWN_FAULTS.get(error.code) or MESSAGES[error.code] % {"part": error.part}
            faults.append(Fault(written[:80], words))
    if len(addresses) > MOST:
        faults.append(Fault("", _("At most %(count)d sheets at a time.") % {"count": MOST}))
    return list(addresses), faults[:MOST]


def _written(text: str) -> Iterator[str]:
    """Each address as it stands in the text: in angle brackets behind a name, or by itself.

    No part of the text is read again for every word in it, so a long line costs no more than many short ones.
    """
    at = without_brackets = 0
    while at < len(text):
        if at >= without_brackets:
            found = NAME_AND_ADDRESS.match(text, at)
            if found[1]:
                yield found[1][1:-1]
                at = found.end()
                continue
            without_brackets = found.end() + 1
        address = ADDRESS.match(text, at)
        if address:
            yield address[0]
        at = address.end() if address else at + 1


OWN_FAULTS: dict[str, Words] = {
    "other_domain": _("This address is of another domain."),
    "only_domain": _("This is a domain. Write the address with what stands before “@”."),
}


def _address(written: str, settings: MailSettings) -> Address:
    """The address, which may lack its domain; raises InvalidInput, also for one of another domain."""
    whole = written if "@" in written else f"{written}@{settings.domain}"
    found = parse_typed(whole)
    if found.address is None:
        raise InvalidInput("only_domain", written)
    named = lookup.for_domain(found.domain)
    if named is None or named.domain != settings.domain:
        raise InvalidInput("other_domain", written)
    return found.address


def sheet_of(settings: MailSettings, own: MailSettings, address: Address) -> Sheet:
    """The sheet of one address: what ``own`` settings say, and where those of the domain are kept current."""
    code = qr_code(page_address(settings, language(), address))
    return Sheet(pieces(address.display), setup_values(own, address), code)


def sheets_with_links(mailboxes: Sequence[Mailbox], by: Any) -> list[Sheet]:
    """A sheet for each mailbox that leads to a new link of its own, at its brand and in the page's language."""
    made = personal.make_for_paper(mailboxes, language=language(), by=by)
    return [_sheet_with_link(box, link, token) for box, (link, token) in zip(mailboxes, made, strict=True)]


def _sheet_with_link(mailbox: Mailbox, link: PersonalLink, token: str) -> Sheet:
    settings, address = lookup.for_mailbox(mailbox), mailbox.address
    url = personal.url_at(settings.brand.origin, link, token)
    return Sheet(pieces(address.display), setup_values(settings, address), qr_code(url), url, link.expires_at)
