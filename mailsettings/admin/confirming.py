"""“Check MX and confirm”: a waiting domain is served once its MX records point at its server. Nobody has to vouch."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext

from accounts import throttle
from mailsettings import changes, confirmation
from mailsettings.core.names import display_name
from mailsettings.models import Domain
from mailsettings.mx import Finding

from .forms import refusals

MOST_IN_TEN_MINUTES = 30


class Confirming:
    """A view of a domain's desk, for whoever may change the domain: a reseller too, for their own."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.confirm_view)
        return [path("<path:object_id>/confirm/", view, name="mailsettings_domain_confirm"), *super().get_urls()]

    def confirm_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask the DNS, confirm what it bears out, and say so on the domain's card."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        domain = self.get_object(request, object_id)
        if domain is None:
            raise Http404
        if request.method == "POST":
            target = f"user {request.user.pk}"
            if throttle.allowed(request, "confirm-mx", MOST_IN_TEN_MINUTES, 600, target=target):
                self._confirm(request, domain)
            else:
                messages.error(request, gettext("That was too often. Try again in ten minutes."))
        return HttpResponseRedirect(reverse("admin:mailsettings_domain_card", args=[domain.pk]))

    def _confirm(self, request: HttpRequest, domain: Domain) -> None:
        try:
            found = confirmation.confirm(domain, request.user)
        except changes.Refused as refused:
            for refusal in refusals(refused.problems, request.user):
                messages.error(request, refusal.message)
            return
        if found.confirmed:
            names = ", ".join(map(display_name, found.confirmed))
            words = gettext("Confirmed by its MX records: %(names)s. It is served from now on.") % {"names": names}
            messages.success(request, words)
        for finding in found.waiting:
            messages.error(request, _not_confirmed(finding, domain.server.mx))
        if not (found.confirmed or found.waiting):
            messages.info(request, gettext("No name of this domain waits for confirmation."))


def confirm_url(domain: Domain) -> str:
    """Where a waiting domain is confirmed by its MX records."""
    return reverse("admin:mailsettings_domain_confirm", args=[domain.pk])


def _not_confirmed(finding: Finding, expected: list[str]) -> str:
    """What was found and what it should be, for whoever sets the records."""
    said = [gettext("Not confirmed: %(name)s.") % {"name": display_name(finding.answer.name)}]
    said.append(confirmation.in_words(finding))
    names = [host.name for host in finding.answer.hosts]
    if any(name not in said[1] for name in names):
        said.append(gettext("Found: %(names)s.") % {"names": ", ".join(names)})
    if expected:
        said.append(gettext("Its MX records must name: %(names)s.") % {"names": ", ".join(expected)})
    return " ".join(said)
