"""The desk for mail servers, and the endpoints that servers and domains have alike."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.models import Brand
from mailsettings.changes import Plan, Refused, check
from mailsettings.core.endpoints import REGISTERED_PORTS, Protocol, Security
from mailsettings.models import DiscoveryName, MailServer, ServiceEndpoint

from . import impact, search
from .base import AFTER, Parts, RecordDesk
from .customers import BrandFilter, list_link
from .fields import DkimField, HostNamesField
from .forms import RecordForm
from .impact import Impact
from .meanwhile import MetFormSet

# What a new server usually offers, in the order in which programs should try: RFC 8314 prefers TLS from the first byte.
USUAL = (
    (Protocol.IMAP, Security.TLS),
    (Protocol.POP3, Security.TLS),
    (Protocol.SMTP, Security.TLS),
    (Protocol.SMTP, Security.STARTTLS),
)


class EndpointForm(RecordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "position" not in self.fields:
            return
        self.fields["position"].required = False
        if self.before is None and "position" not in (kwargs.get("initial") or {}):
            self.initial["position"] = None


class EndpointFormSet(MetFormSet):
    """Endpoints in their order. One without a place in it comes last."""

    def clean(self) -> None:
        super().clean()
        kept = [form for form in self.forms if form.has_changed() or form.before]
        last = max((form.instance.position or 0 for form in kept), default=0)
        for form in kept:
            if form.instance.position is None:
                last += 1
                form.instance.position = last


class EndpointParts(Parts):
    model = ServiceEndpoint
    form = EndpointForm
    formset = EndpointFormSet
    fields = ("position", "protocol", "hostname", "port", "security", "authentication", "username")


class DiscoveryNameParts(Parts):
    model = DiscoveryName
    fields = ("name",)


class ServerEndpointParts(EndpointParts):
    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return 0 if obj else len(USUAL)


class Unconfirmed(Exception):
    """A change for many domains was not confirmed: nothing was written."""

    def __init__(self, impact: Impact) -> None:
        super().__init__()
        self.impact = impact


class Confirmation(forms.Form):
    """The number of domains, typed by whoever has read what changes for them."""

    confirmed = forms.CharField(
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "vIntegerField"}),
    )

    def __init__(self, impact: Impact, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.impact = impact
        self.fields["confirmed"].label = _("Type the number of domains, %(number)d, to confirm") % {
            "number": impact.domains
        }

    def clean_confirmed(self) -> str:
        typed = "".join(self.cleaned_data["confirmed"].split())
        if typed != str(self.impact.domains):
            raise forms.ValidationError(
                _("This is not the number of domains. Type %(number)d.") % {"number": self.impact.domains}
            )
        return typed


class ServerBrandFilter(BrandFilter):
    path = "brand"

    def narrow(self, queryset: QuerySet, pk: int) -> QuerySet:
        # A server without a brand is the operator's own, so it stands with the default brand.
        default = Brand.objects.filter(pk=pk, is_default=True).exists()
        return queryset.filter(Q(brand=pk) | Q(brand=None) if default else Q(brand=pk))


@admin.register(MailServer)
class ServerDesk(RecordDesk):
    reason_required = True
    inlines = (ServerEndpointParts, DiscoveryNameParts)
    list_display = ("name", "brand", "is_default", "webmail_url", "last_change")
    list_filter = (ServerBrandFilter,)
    list_select_related = ("brand", "changed_in")
    order = ("name",)
    search_fields = ("name",)
    search_help_text = _("A name, or a part of a host name: an endpoint’s, an MX or a discovery name.")
    readonly_fields = ("domains",)
    line_fields = {
        "mx": (HostNamesField, _("One a line, the preferred one first: mx1.hoster.example")),
        "dns_dkim": (DkimField, _("One a line, the selector first: mail v=DKIM1; k=rsa; p=…")),
    }
    fieldsets = (
        (None, {"fields": ("name", "brand", "is_default")}),
        (_("Addresses for customers"), {"fields": ("webmail_url", "panel_url")}),
        (
            _("DNS records of its domains"),
            {"fields": ("mx", "dns_spf", "dns_dkim", "dns_dmarc", "dns_tls_rpt"), "classes": ["dns"]},
        ),
    )
    stored_fieldsets = ((_("Domains"), {"fields": ("domains",), "classes": [AFTER]}),)

    def hits(self, found: search.Search) -> search.Hits:
        return found.servers

    def get_formset_kwargs(self, request: HttpRequest, obj: Any, inline: Any, prefix: str) -> dict[str, Any]:
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        if isinstance(inline, ServerEndpointParts) and obj._state.adding and request.method == "GET":
            kwargs["initial"] = usual_endpoints()
        return kwargs

    def hold(self, request: HttpRequest) -> bool:
        return "_back" in request.POST or super().hold(request)

    def consider(self, request: HttpRequest, plan: Plan) -> None:
        """Let a change for many domains through once their number was typed."""
        impacts = [found for found in impact.of_plan(plan, request.user) if found.needs_confirmation]
        if not impacts:
            return
        if problems := check(plan):
            raise Refused(problems)
        if not Confirmation(impacts[0], request.POST).is_valid():
            raise Unconfirmed(impacts[0])

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().changeform_view(request, *args, **kwargs)
        except Unconfirmed as unconfirmed:
            return self._ask_to_confirm(request, unconfirmed.impact)

    def _ask_to_confirm(self, request: HttpRequest, found: Impact) -> HttpResponse:
        """The page that shows what changes for how many domains, and sends everything that was entered again."""
        own = {"csrfmiddlewaretoken", "confirmed"}
        entered = [(name, value) for name, values in request.POST.lists() if name not in own for value in values]
        context = {
            **self.admin_site.each_context(request),
            "title": _("Confirm the change"),
            "subtitle": str(found.server),
            "opts": self.opts,
            "original": found.server,
            "impact": found,
            "form": Confirmation(found, request.POST if "confirmed" in request.POST else None),
            "entered": entered,
        }
        return TemplateResponse(request, "admin/server_confirmation.html", context)

    @admin.display(description=_("domains"))
    def domains(self, server: MailServer) -> SafeString:
        return list_link("mailsettings_domain", "server", server)


def usual_endpoints() -> list[dict[str, Any]]:
    """Values for the endpoints of a new server, without host names: nobody can guess those."""
    ports = {(protocol, security): port for (protocol, port), security in REGISTERED_PORTS.items()}
    return [
        {"position": position, "protocol": protocol, "security": security, "port": ports[protocol, security]}
        for position, (protocol, security) in enumerate(USUAL, 1)
    ]
