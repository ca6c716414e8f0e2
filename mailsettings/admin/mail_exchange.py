"""Where the mail of a domain goes, asked of the DNS at the desk when somebody presses the button."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from mailsettings import confirmation
from mailsettings.confirmation import MOST_NAMES, in_words
from mailsettings.core.names import display_name
from mailsettings.models import Domain
from mailsettings.mx import Finding, Outcome

TITLE = _("Where does its mail go?")
# Which colour an outcome has.
KINDS = {Outcome.HERE: "good", Outcome.PARTLY: "warn", Outcome.UNKNOWN: "warn", Outcome.NO_ANSWER: "warn"}


class MailExchange:
    """A view of a domain's desk. Whoever may see the domain may ask: the DNS is public, and nothing is stored."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.mx_view)
        return [path("<path:object_id>/mx/", view, name="mailsettings_domain_mx"), *super().get_urls()]

    def mx_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The button, and what the DNS says once it was pressed: the primary name first, then every alias."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        domain = self.get_object(request, object_id)
        if domain is None:
            return self.not_here(request, object_id)
        found = asked(domain) if request.method == "POST" else {}
        context = {
            **self.admin_site.each_context(request),
            "title": TITLE,
            "opts": self.opts,
            "original": domain,
            "expected": domain.server.mx,
            "server": domain.server,
            **found,
        }
        return TemplateResponse(request, "admin/mail_exchange.html", context)


def mx_url(domain: Domain) -> str:
    """Where the DNS is asked about a domain."""
    return reverse("admin:mailsettings_domain_mx", args=[domain.pk])


def asked(domain: Domain) -> dict[str, Any]:
    """What the DNS says now about the names of a domain, ``rows``, and whether it has ``more`` of them."""
    names = list(domain.names.order_by("-is_primary", "id").values_list("name", flat=True)[: MOST_NAMES + 1])
    found = confirmation.findings(names[:MOST_NAMES], confirmation.expected(domain))
    return {"rows": [_row(finding) for finding in found], "more": len(names) > MOST_NAMES}


def _row(finding: Finding) -> dict[str, Any]:
    return {
        "name": display_name(finding.answer.name),
        "kind": KINDS.get(finding.outcome, "bad"),
        "words": in_words(finding),
        "hosts": finding.answer.hosts,
    }
