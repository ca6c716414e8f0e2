"""What somebody who signed in as a customer has here: domains, mailboxes with their exact settings, sheets to print.

The rows are those of the customers as which they sign in. Staff see everybody's at the desk, which asks for a second
factor; these pages do not, so a role at the desk shows nothing here.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings as django_settings
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import throttle
from mailsettings import lookup, personal
from mailsettings.core.settings import LoginPolicy, MailboxKind, MailSettings, Status
from mailsettings.models import Domain, Mailbox, PersonalLink

from . import typed
from .errors import too_many
from .face import language, page
from .place import Place
from .setup import keep_out_of_search
from .sheets import MOST, sheet_of, sheets_page, sheets_with_links
from .values import pieces, setup_values, switched_off

View = Callable[..., HttpResponse]
PER_PAGE = 50
# Of what somebody looks for: the longest address.
LONGEST = 320
# Each makes as many links as there are sheets on a page.
MOST_IN_AN_HOUR = 20
# Somebody who sets up the programs of a whole office opens one mailbox after another.
MOST_LINKS_IN_AN_HOUR = 60


def for_whoever_signed_in(view: View) -> View:
    """The page is for signed-in readers on the canonical origin; others are sent there."""

    @wraps(view)
    def guarded(request: HttpRequest, **path: Any) -> HttpResponse:
        if request.host_kind != "portal":
            return HttpResponseRedirect(f"{django_settings.SITE_URL}{request.path}")
        if not request.user.is_authenticated:
            response = redirect_to_login(request.path, reverse("account_login"))
        else:
            response = view(request, **path)
        return keep_out_of_search(response)

    return guarded


@require_safe
@for_whoever_signed_in
def domains(request: HttpRequest) -> HttpResponse:
    """``/{lang}/mine/``: the domains, or what to do where there are none."""
    rows = (
        Domain.objects.owned_by(request.user)
        .with_name()
        .annotate(count=Count("mailboxes"))
        .order_by("primary_name_value", "pk")
    )
    return _page(request, "pages/mine.html", title=_("Your domains"), rows=_part(request, rows, PER_PAGE))


@require_http_methods(["GET", "HEAD", "POST"])
@for_whoever_signed_in
def domain(request: HttpRequest, pk: int) -> HttpResponse:
    """``/{lang}/mine/{number}/``: the mailboxes of a domain; a POST finds those whose address begins with a text."""
    found = _domain(request, pk)
    rows = found.mailboxes.with_address().order_by("local_part")
    text = typed.shown_again(request.POST.get("beginning", ""), LONGEST).strip()
    if text:
        rows = rows.filter(local_part__startswith=text.partition("@")[0].lower())
    return _page(
        request,
        "pages/mine_domain.html",
        title=str(found),
        domain=found,
        name=found.primary_name,
        served=found.status == Status.ACTIVE,
        rows=_part(request, rows, PER_PAGE),
        text=text,
        sheet_pages=_sheet_pages(found),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_whoever_signed_in
def mailbox(request: HttpRequest, pk: int) -> HttpResponse:
    """``/{lang}/mine/mailbox/{number}/``: exactly what one mailbox has, as nobody else is told.

    A POST leads to its instructions and files. They lie below a personal link, since the public ones do not know the
    mailbox, and since a phone fetches a profile without the cookies of this sign-in.
    """
    found = Mailbox.objects.owned_by(request.user).with_address().filter(pk=pk).first()
    if found is None:
        raise Http404
    settings = lookup.for_mailbox(found)
    if request.method == "POST" and personal.can_be_set_up(settings):
        return _to_own_link(request, found)
    return _page(
        request,
        "pages/mine_mailbox.html",
        title=found.address.display,
        settings=settings,
        mailbox=found,
        whom=pieces(found.address.display),
        state=_state(settings),
        shown=not _state(settings),
        switched_off=switched_off(settings),
        values=setup_values(settings, found.address),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_whoever_signed_in
def sheets(request: HttpRequest, pk: int) -> HttpResponse:
    """``/{lang}/mine/{number}/sheets/``: one sheet for each mailbox of a domain, MOST at a time.

    Where user names are private, a POST gives each sheet a link of its own, since the public page would not do.
    """
    found = _domain(request, pk)
    settings = lookup.for_domain(found.primary_name)
    if settings is None or not settings.served:
        raise Http404
    part = list(_part(request, _with_store(found).with_address(), MOST))
    back = reverse("pages:mine_domain", kwargs={"pk": pk})
    private = settings.login_policy is LoginPolicy.PRIVATE
    if request.method == "POST" and private:
        if not throttle.allowed(request, "make-sheets", MOST_IN_AN_HOUR, 3600, target=f"user {request.user.pk}"):
            return too_many(request, 3600, _("Print the sheets that you have prepared, and come back in an hour."))
        return sheets_page(request, settings, sheets_with_links(part, request.user), setup_path=back, sign_in_url="")
    made = [sheet_of(settings, lookup.for_mailbox(one), one.address) for one in part]
    may_have_links = private and bool(made)
    return sheets_page(request, settings, made, setup_path=back, may_have_links=may_have_links, sign_in_url="")


def _page(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    """A page for somebody who signed in, so without the way to the sign-in."""
    return page(request, template, sign_in_url="", **context)


def _to_own_link(request: HttpRequest, mailbox: Mailbox) -> HttpResponse:
    """A new link to the mailbox, opened on this host: a browser takes no form on to another one (``form-action``)."""
    if not throttle.allowed(request, "own-link", MOST_LINKS_IN_AN_HOUR, 3600, target=f"user {request.user.pk}"):
        return too_many(request, 3600, _("Instructions that you opened today still work. Or come back in an hour."))
    way = PersonalLink.Way.SIGNED_IN
    _link, token = personal.make(mailbox, way, language=language(), lasts="day", by=request.user)
    return HttpResponseRedirect(Place(mailbox.address.domain, token).setup, status=303)


def _domain(request: HttpRequest, pk: int) -> Domain:
    found = Domain.objects.owned_by(request.user).with_name().filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _with_store(domain: Domain) -> QuerySet[Mailbox]:
    """The mailboxes that somebody sets up in a program: no forwarders, none that are suspended."""
    return domain.mailboxes.filter(kind=MailboxKind.MAILBOX, status=Status.ACTIVE).order_by("local_part")


def _sheet_pages(domain: Domain) -> range:
    """The numbers of the pages of sheets; none where there is nothing to print."""
    count = _with_store(domain).count() if domain.status == Status.ACTIVE else 0
    return range(1, -(-count // MOST) + 1)


def _part(request: HttpRequest, rows: QuerySet, size: int) -> Any:
    return Paginator(rows, size).get_page(request.GET.get("page"))


def _state(settings: MailSettings) -> str:
    """Why the values are of no use now, for the template; empty where they are."""
    if settings.status is not Status.ACTIVE:
        return f"domain-{settings.status.value}"
    facts = settings.mailbox
    if facts and facts.kind is MailboxKind.FORWARDER:
        return "forwarder"
    return "suspended" if facts and facts.status is not Status.ACTIVE else ""
