"""A customer's personal data at the desk: all of it in one file, and the erasing of it. For operators only."""

from __future__ import annotations

import logging
import shlex
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from accounts.models import ChangeSet, Customer
from mailsettings import changes, privacy
from mailsettings.models import Domain

from . import roles, scope
from .batches import MOST
from .forms import refusals

logger = logging.getLogger(__name__)
SHOWN_DOMAINS = 20
TEXT = forms.TextInput(attrs={"class": "vTextField", "autocomplete": "off", "spellcheck": "false"})


class ErasureForm(forms.Form):
    """What is asked before somebody is erased: what becomes of the domains, why, and the reference once more."""

    domains = forms.ChoiceField(
        label=_("Domains"),
        widget=forms.RadioSelect,
        choices=[
            (privacy.Domains.SUSPEND, _("Suspend them; mailboxes keep their addresses, without names and contacts")),
            (
                privacy.Domains.REMOVE,
                _("Remove them with all of their mailboxes; the log keeps stand-ins for the names"),
            ),
        ],
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=TEXT,
        help_text=_("Stays in the change log. Name the request, not the person."),
    )  # fmt: skip
    ticket = forms.CharField(label=_("Ticket"), max_length=100, required=False, widget=TEXT)
    ref = forms.CharField(label=_("The customer’s reference"), max_length=64, widget=TEXT)

    def __init__(self, customer: Customer, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.customer = customer
        self.fields["ref"].help_text = _("Type %(ref)s, so that nobody else is erased.") % {"ref": customer.ref}

    def clean_ref(self) -> str:
        typed = self.cleaned_data["ref"].strip()
        if typed != self.customer.ref:
            raise forms.ValidationError(_("That is another reference. Nothing was erased."))
        return typed


class PersonalData:
    """Pages of a customer's desk."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("<path:object_id>/personal-data/", view(self.data_view), name="accounts_customer_data"),
            path("<path:object_id>/personal-data/export/", view(self.export_view), name="accounts_customer_export"),
            *super().get_urls(),
        ]

    def data_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """What is stored, a button that exports it, and the form that erases it."""
        customer = self._customer(request, object_id)
        if customer is None:
            return self.not_here(request, object_id)
        counts = privacy.preview(customer).counts
        commands = _commands(customer) if _too_many(counts) else []
        form = ErasureForm(customer, None if commands else request.POST or None)
        if form.is_bound and form.is_valid() and self._erase(request, customer, form):
            return HttpResponseRedirect(scope.change_url(customer))
        domains = Domain.objects.with_name().filter(customer=customer)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Personal data"),
            "opts": self.opts,
            "original": customer,
            "export_url": reverse("admin:accounts_customer_export", args=[customer.pk]),
            "form": form,
            "counts": counts,
            "commands": commands,
            "most": MOST,
            "domains": [str(domain) for domain in domains[:SHOWN_DOMAINS]],
            "more": max(domains.count() - SHOWN_DOMAINS, 0),
        }
        return TemplateResponse(request, "admin/personal_data.html", context)

    def export_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The document as a file. By POST, so that no prefetch or link fetches it."""
        customer = self._customer(request, object_id)
        if customer is None:
            return self.not_here(request, object_id)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if _too_many(privacy.preview(customer).counts):
            self.message_user(request, _("This is too much for a page."), messages.ERROR)
            return HttpResponseRedirect(data_url(customer, request.user))
        logger.info("The personal data of customer %d was exported by user %d", customer.pk, request.user.pk)
        return HttpResponse(
            privacy.as_text(privacy.export(customer)),
            content_type="application/json; charset=utf-8",
            headers={
                "Content-Disposition": f'attachment; filename="customer-{slugify(customer.ref) or customer.pk}.json"',
            },
        )

    def _customer(self, request: HttpRequest, object_id: str) -> Customer | None:
        """The customer, for an operator; None where there is none in the scope of whoever asks."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        customer = self.get_object(request, object_id)
        if customer is not None and not roles.may_erase(request.user):
            raise PermissionDenied
        return customer

    def _erase(self, request: HttpRequest, customer: Customer, form: ErasureForm) -> bool:
        asked = form.cleaned_data
        change_set = ChangeSet(actor=request.user, reason=asked["reason"], ticket=asked["ticket"])
        try:
            privacy.erase(customer, privacy.Domains(asked["domains"]), change_set)
        except changes.Refused as refused:
            for refusal in refusals(refused.problems, request.user):
                form.add_error(None, refusal.message)
            return False
        self.message_user(request, _("The personal data of %(ref)s is erased.") % {"ref": customer.ref})
        return True


def _too_many(counts: Any) -> bool:
    """Whether a page would take too long to read or write all of it."""
    return sum(number for _words, number in counts) > MOST


def _commands(customer: Customer) -> list[str]:
    """What does the same at any size."""
    ref = shlex.quote(customer.ref)
    return [
        f"manage.py export_customer {ref} --output customer.json",
        f"manage.py erase_customer {ref} --domains suspend|remove --reason …",
    ]


def data_url(customer: Customer, user: Any) -> str:
    """Where an operator exports and erases a customer's data; empty for everybody else."""
    return reverse("admin:accounts_customer_data", args=[customer.pk]) if roles.may_erase(user) else ""
