"""Pages below ``/{lang}/s/{token}/``: the exact truth about one mailbox or one domain, for whoever has the link.

Nothing of these pages is kept by this site, by browsers or on the way, and titles name nobody, so that a link's preview
in a messenger shows no address.

**Opened** is counted by an act of a person: the page's own script posts to ``seen/`` at the first touch, click, key or
turn of the wheel. Previews, mail scanners and prefetching browsers fetch pages, some even run scripts, but none of them
touches anything. A reader without scripts is not counted: too few rather than too many.

A wrong token is counted against its client. A right one is let in however many wrong ones came from the same address,
since whole companies share one: with more than 142 bits a token cannot be guessed, so a refusal would only hurt them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from accounts import throttle
from mailsettings import personal
from mailsettings.core.addresses import Address
from mailsettings.core.settings import MailboxKind, MailSettings, Status
from mailsettings.models import Mailbox, PersonalLink

from .errors import not_found, too_many
from .face import language, other_languages, page, seen_here
from .guide import guide_of, guide_page, guides_page
from .place import Place
from .setup import NOT_SERVED, personal_setup_page, setup_path
from .values import Value, pieces, switched_off, user_name_patterns

TITLE = _("Your mail settings")
# One visit is counted once, however many of its pages are touched.
VISIT_SECONDS = 1800
SHOWN_NAMES = 100


@dataclass(frozen=True, slots=True)
class Opened:
    """What a working link opens."""

    link: PersonalLink
    settings: MailSettings
    address: Address | None
    place: Place

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """What every page below a link needs."""
        return {
            "link": self.link,
            "seen_path": f"{self.place.setup}seen/",
            "other_languages": _in_other_languages(request),
        }


def _in_other_languages(request: HttpRequest) -> list[dict[str, str]]:
    """Links to the same page in other languages. They remember nothing: the token would stand in a query."""
    return [other | {"switch": other["path"]} for other in other_languages(request.path, language())]


@require_safe
def personal_setup(request: HttpRequest, token: str) -> HttpResponse:
    """``/{lang}/s/{token}/``: the values, or why there are none and what to do."""
    found = opened_or_answer(request, token)
    if isinstance(found, HttpResponse):
        return found
    context = found.context(request) | {"title": TITLE}
    if personal.can_be_set_up(found.settings):
        context |= {"switched_off": switched_off(found.settings)} if found.address else _user_names(found)
        return secret(personal_setup_page(request, found.settings, found.address, found.place, **context))
    return secret(_state(request, found, context))


@require_safe
def personal_guides(request: HttpRequest, token: str) -> HttpResponse:
    """``/{lang}/s/{token}/guides/``: every program that can use these settings."""
    found = usable_or_answer(request, token)
    if isinstance(found, HttpResponse):
        return found
    context = found.context(request) | {"title": _("Instructions")}
    return secret(guides_page(request, found.settings, found.place, **context))


@require_safe
def personal_guide(request: HttpRequest, token: str, guide_id: str) -> HttpResponse:
    """``/{lang}/s/{token}/{guide}/``: with the values of what the link opens."""
    found = usable_or_answer(request, token)
    if isinstance(found, HttpResponse):
        return found
    try:
        wanted = guide_of(guide_id)
    except Http404:
        return secret(not_found(request))
    return secret(guide_page(request, wanted, found.settings, found.address, found.place, **found.context(request)))


# It only adds one to a count, and a page that sends no referrer sends no origin by which a token could be checked.
@csrf_exempt
@require_POST
def seen(request: HttpRequest, token: str) -> HttpResponse:
    """``/{lang}/s/{token}/seen/``: a person touched the page."""
    found = opened_or_answer(request, token)
    if isinstance(found, HttpResponse):
        return found
    visitor = f"{found.link.pk} {request.META.get('REMOTE_ADDR', '')}"
    if throttle.allowed(request, "seen", 1, VISIT_SECONDS, target=visitor):
        personal.count_opened(found.link)
    return secret(HttpResponse(status=204))


def opened_or_answer(request: HttpRequest, token: str) -> Opened | HttpResponse:
    """What the link opens, or the answer in place of its page: 404, or 410 for one that is over."""
    link = personal.find(token)
    settings = seen_here(request, personal.settings_of(link.record)) if link and link.record else None
    if link is None or link.record is None or settings is None:
        if not personal.may_be_wrong(request):
            return secret(too_many(request, personal.WRONG_SECONDS, LINK_ADVICE))
        return secret(not_found(request))
    if not link.works:
        return secret(_over(request, settings))
    return Opened(link, settings, personal.address_of(link.record), Place(settings.domain, token))


LINK_ADVICE = _("Open the link as it stands in the message, or ask support for a new one. Then try again later.")


def usable_or_answer(request: HttpRequest, token: str) -> Opened | HttpResponse:
    """What the link opens if it can be set up now; else its first page, which says why not."""
    found = opened_or_answer(request, token)
    if isinstance(found, HttpResponse) or personal.can_be_set_up(found.settings):
        return found
    return secret(HttpResponseRedirect(found.place.setup))


def secret(response: HttpResponse) -> HttpResponse:
    """Nobody but the reader may learn of the page or of its address."""
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    patch_vary_headers(response, ["Cookie"])
    return response


def _over(request: HttpRequest, settings: MailSettings) -> HttpResponse:
    """An expired or revoked link leads to what everybody may see, and names neither mailbox nor address."""
    title, path = _("This link no longer works"), setup_path(settings.domain)
    shown = {"setup_path": path, "other_languages": _in_other_languages(request)}
    return page(request, "pages/link_over.html", title=title, settings=settings, status=410, **shown)


def _state(request: HttpRequest, found: Opened, context: dict[str, Any]) -> HttpResponse:
    """Why there is nothing to set up: the domain's state first, then the mailbox's, then its kind."""
    settings, box = found.settings, found.settings.mailbox
    if not settings.served:
        return page(request, NOT_SERVED[settings.status], settings=settings, place=found.place, **context)
    suspended = box is not None and box.status is Status.SUSPENDED
    template = "pages/mailbox_suspended.html" if suspended else "pages/forwarder.html"
    is_mailbox = box is not None and box.kind is MailboxKind.MAILBOX
    return page(
        request,
        template,
        settings=settings,
        place=found.place,
        kicker=_("Mailbox") if is_mailbox else _("Forwarder"),
        whom=pieces(found.address.display if found.address else settings.domain_display),
        **context,
    )


def _user_names(found: Opened) -> dict[str, Any]:
    """The user names of a domain, which its link shows whatever the public sees: those of their own, and the others.

    Where user names are public and all follow the pattern, the rows of the servers say so already.
    """
    boxes = Mailbox.objects.filter(domain=found.link.domain).exclude(login="").with_address().order_by("local_part")
    some = list(boxes[: SHOWN_NAMES + 1])
    names = [(str(box), Value(box.login, _("Copy {value}").format(value=box.login))) for box in some[:SHOWN_NAMES]]
    said = names or found.settings.user_name_is_private
    return {
        "own_names": names,
        "more_names": len(some) > SHOWN_NAMES,
        "other_names": user_name_patterns(found.settings) if said else [],
    }
