"""What is published about a domain, examined at the desk: the proof that all of it agrees, and what a program sees."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from accounts.messages import MESSAGES
from mailsettings import proof, replay
from mailsettings.core.addresses import Address, parse_address
from mailsettings.core.errors import InvalidInput
from mailsettings.models import Domain, Mailbox
from mailsettings.proof.compare import VERDICT_WORDS
from mailsettings.replay import telling


class ReplayForm(forms.Form):
    """A program, and an address of the domain: whole, or only what stands before the @."""

    program = forms.ChoiceField(
        label=_("Program"), choices=lambda: [(found.id, found.title) for found in replay.programs().values()]
    )
    address = forms.CharField(
        label=_("Address"),
        max_length=320,
        help_text=_("Any address of this domain. Programs get the same answer whether the mailbox exists or not."),
        widget=forms.TextInput(attrs={"class": "vTextField", "autocomplete": "off", "spellcheck": "false"}),
    )
    without_dns = forms.BooleanField(
        label=_("The domain has no DNS records for discovery"),
        required=False,
        help_text=_("Its zone holds the MX records alone, so there is no autoconfig or autodiscover host name."),
    )

    def __init__(self, domain: Domain, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.domain = domain

    def clean_address(self) -> Address:
        text = self.cleaned_data["address"].strip()
        try:
            address = parse_address(text if "@" in text else f"{text}@{self.domain.primary_name}", forgive=True)
        except InvalidInput as error:
            raise forms.ValidationError(MESSAGES[error.code] % {"part": error.part}) from error
        if not self.domain.names.filter(name=address.domain).exists():
            raise forms.ValidationError(
                _("This address belongs to another domain. Open that one, or type an address of %(domain)s.")
                % {"domain": self.domain}
            )
        return address


class Examination:
    """Views of a domain's desk. Whoever may see the domain may examine it: nothing is changed."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("<path:object_id>/proof/", view(self.proof_view), name="mailsettings_domain_proof"),
            path("<path:object_id>/replay/", view(self.replay_view), name="mailsettings_domain_replay"),
            *super().get_urls(),
        ]

    def proof_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The table of agreement: one line a value, sources with a difference first."""
        domain = self._domain(request, object_id)
        if domain is None:
            return self.not_here(request, object_id)
        found = proof.prove(domain.primary_name)
        if found is None:
            return self.not_here(request, object_id)
        context = {
            "title": _("Does everything agree?"),
            "found": found,
            "sources": _by_source(found),
            "counts": [(words, found.counts[verdict]) for verdict, words in VERDICT_WORDS.items()],
        }
        return self._examined(request, "admin/proof.html", domain, context)

    def replay_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The requests of one program in its order. The address comes by POST, so that no log keeps it."""
        domain = self._domain(request, object_id)
        if domain is None:
            return self.not_here(request, object_id)
        context: dict[str, Any] = {"title": _("What does a program see?")}
        form = ReplayForm(domain, request.POST or None, initial=self._initial(request, domain))
        if request.method == "POST" and form.is_valid():
            address = form.cleaned_data["address"]
            resolves = {"resolves": replay.without_dns(address)} if form.cleaned_data["without_dns"] else {}
            seen = replay.replay(form.cleaned_data["program"], address, **resolves)
            context |= {
                "replay": seen,
                "exchanges": telling.exchange_rows(seen),
                "values": telling.value_rows(seen),
                "conclusion": telling.conclusion(seen),
            }
        return self._examined(request, "admin/replay.html", domain, context | {"form": form})

    def _initial(self, request: HttpRequest, domain: Domain) -> dict[str, str]:
        """The address of a mailbox whose page led here, if it is one of this domain."""
        number = request.GET.get("mailbox", "")
        mailbox = Mailbox.objects.filter(domain=domain, pk=number).first() if number.isdecimal() else None
        return {"address": str(mailbox)} if mailbox else {}

    def _domain(self, request: HttpRequest, object_id: str) -> Domain | None:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return self.get_object(request, object_id)

    def _examined(self, request: HttpRequest, template: str, domain: Domain, context: dict[str, Any]) -> HttpResponse:
        shared = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": domain,
        }
        return TemplateResponse(request, template, shared | context)


def _by_source(found: proof.Proof) -> list[tuple[str, list[proof.Row]]]:
    """The rows of each source, those with a difference first."""
    sources = [(source, list(rows)) for source, rows in groupby(found.rows, lambda row: str(row.source))]
    return sorted(sources, key=lambda source: all(row.verdict is not proof.Verdict.DIFFERS for row in source[1]))


def examination_urls(domain: Domain, mailbox: Mailbox | None = None) -> dict[str, str]:
    """Where a domain is examined, for the links of a page."""
    of_mailbox = f"?mailbox={mailbox.pk}" if mailbox else ""
    return {
        "proof_url": reverse("admin:mailsettings_domain_proof", args=[domain.pk]),
        "replay_url": reverse("admin:mailsettings_domain_replay", args=[domain.pk]) + of_mailbox,
    }
