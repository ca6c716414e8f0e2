"""allauth's views where a page of this site needs more than they give."""

from __future__ import annotations

from typing import Any

from allauth.account import views as account
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.internal.stagekit import get_pending_stage
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.usersessions.models import UserSession
from allauth.usersessions.views import ListUserSessionsView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from mailsettings.formats.qr import qr_code

from . import contacts
from .browsers import browser_words


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """``/accounts/``: how somebody signs in, once they have; else the sign-in."""
    return redirect("mfa_index" if request.user.is_authenticated else "account_login")


class Login(account.LoginView):
    """Three ways in on one page. Who comes for the desk finds the password first."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {"for_the_desk": (context["redirect_field_value"] or "").startswith("/admin/")}


class RequestCode(account.RequestLoginCodeView):
    """A code for whoever is known. A customer's contact who is no user yet is made none by asking.

    Otherwise a known address would be told by the time that takes, and strangers could fill the change log.
    """

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        if form.is_known and form._user is None:
            process = LoginCodeVerificationProcess(get_pending_stage(self.request))
            code = process.generate_code()
            get_adapter().send_mail("account/email/login_code", process.state["email"], {"code": code})
            process.persist()
        return response


class ConfirmCode(account.ConfirmLoginCodeView):
    """The right code makes a customer's contact a user, and opens every customer who records the address."""

    def form_valid(self, form: Any) -> HttpResponse:
        # There is none where another contact was recorded, or the sign-in switched off, since the letter left.
        self._process._user = contacts.person_at(self._process.state["email"])
        if self._process.user is None:
            form.add_error("code", get_adapter().validation_error("incorrect_code"))
            return self.form_invalid(form)
        return super().form_valid(form)


class Activate(ActivateTOTPView):
    """An authenticator app: its key as a code to scan, drawn in the page, and as letters to type."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        secret = context["form"].secret
        groups = [secret[start : start + 4] for start in range(0, len(secret), 4)]
        return context | {"qr": qr_code(context["totp_url"]), "secret_groups": groups}


class Sessions(ListUserSessionsView):
    """Where somebody is signed in: one of those, or all but this one, can be ended."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {"rows": [(session, browser_words(session.user_agent)) for session in context["sessions"]]}

    def form_valid(self, form: Any) -> HttpResponse:
        chosen = self.request.POST.get("session", "")
        if not chosen:
            return super().form_valid(form)
        if chosen.isdecimal() and len(chosen) < 19:
            for session in UserSession.objects.filter(user=self.request.user, pk=int(chosen)):
                session.end()
        return HttpResponseRedirect(self.get_success_url())
