"""The pages of ``/accounts/``: which there are, what each is called, and the face that they share with all others."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, NamedTuple

from allauth.account import views as account
from allauth.mfa.base import views as factor
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as passkeys
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from mailsettings.pages.face import shared_context
from mailsettings.pages.values import Words

from . import views


class Page(NamedTuple):
    route: str
    view: Callable[..., HttpResponse]
    name: str
    title: Words


# What is not here does not exist: no registration, no addresses to manage, no social networks.
PAGES = (
    Page("", views.front, "account_front", ""),
    Page("login/", views.Login.as_view(), "account_login", _("Sign in")),
    Page("login/code/", views.RequestCode.as_view(), "account_request_login_code", _("A code by mail")),
    Page("login/code/confirm/", views.ConfirmCode.as_view(), "account_confirm_login_code", _("Enter the code")),
    Page("logout/", account.logout, "account_logout", _("Sign out")),
    Page("inactive/", account.account_inactive, "account_inactive", _("This sign-in is switched off")),
    Page("reauthenticate/", account.reauthenticate, "account_reauthenticate", _("Confirm that it is you")),
    Page("password/change/", account.password_change, "account_change_password", _("Change the password")),
    Page("password/set/", account.password_set, "account_set_password", _("Set a password")),
    Page("password/reset/", account.password_reset, "account_reset_password", _("A new password")),
    Page("password/reset/confirm/", account.confirm_password_reset_code, "account_confirm_password_reset_code",
         _("Enter the code")),
    Page("password/reset/complete/", account.complete_password_reset, "account_complete_password_reset",
         _("A new password")),
    Page("password/reset/done/", account.password_reset_from_key_done, "account_password_reset_completed",
         _("The password is changed")),
    Page("2fa/", factor.index, "mfa_index", _("How you sign in")),
    Page("2fa/authenticate/", factor.authenticate, "mfa_authenticate", _("The second step")),
    Page("2fa/reauthenticate/", factor.reauthenticate, "mfa_reauthenticate", _("Confirm that it is you")),
    Page("2fa/totp/activate/", views.Activate.as_view(), "mfa_activate_totp", _("Set up an authenticator app")),
    Page("2fa/totp/deactivate/", app.deactivate_totp, "mfa_deactivate_totp", _("Remove the authenticator app")),
    Page("2fa/recovery-codes/", codes.view_recovery_codes, "mfa_view_recovery_codes", _("Recovery codes")),
    Page("2fa/recovery-codes/generate/", codes.generate_recovery_codes, "mfa_generate_recovery_codes",
         _("New recovery codes")),
    Page("2fa/recovery-codes/download/", codes.download_recovery_codes, "mfa_download_recovery_codes", ""),
    Page("2fa/webauthn/", passkeys.list_webauthn, "mfa_list_webauthn", _("Passkeys")),
    Page("2fa/webauthn/add/", passkeys.add_webauthn, "mfa_add_webauthn", _("Add a passkey")),
    Page("2fa/webauthn/login/", passkeys.login_webauthn, "mfa_login_webauthn", ""),
    Page("2fa/webauthn/reauthenticate/", passkeys.reauthenticate_webauthn, "mfa_reauthenticate_webauthn",
         _("Confirm that it is you")),
    Page("2fa/webauthn/keys/<int:pk>/remove/", passkeys.remove_webauthn, "mfa_remove_webauthn", _("Remove a passkey")),
    Page("2fa/webauthn/keys/<int:pk>/edit/", passkeys.edit_webauthn, "mfa_edit_webauthn", _("Rename a passkey")),
    Page("sessions/", views.Sessions.as_view(), "usersessions_list", _("Where you are signed in")),
)  # fmt: skip
TITLES = {page.name: page.title for page in PAGES}
ROOT = "/accounts/"


# Codes of what a form says to whoever tried too often, and how long that lasts.
TOO_OFTEN = {"too_many_login_attempts", "rate_limited"}
SECONDS = 300


def urls() -> list[URLPattern]:
    return [path(page.route, never_cache(_with_status(page.view)), name=page.name) for page in PAGES]


def _with_status(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """``view`` with the status that its form deserves: 422 for what cannot be taken, 429 for what was too often."""

    @wraps(view)
    def answered(request: HttpRequest, **path_parts: Any) -> HttpResponse:
        response = view(request, **path_parts)
        codes = _faults(getattr(response, "context_data", None) or {}) if request.method == "POST" else set()
        if codes and response.status_code == 200:
            response.status_code = 429 if codes & TOO_OFTEN else 422
        if response.status_code == 429:
            response["Retry-After"] = str(SECONDS)
        return response

    return answered


def _faults(context: dict[str, Any]) -> set[str]:
    forms = [context[name] for name in ("form", "webauthn_form") if context.get(name) is not None]
    return {error.code or "" for form in forms for errors in form.errors.as_data().values() for error in errors}


def face_of_sign_in(request: HttpRequest) -> dict[str, Any]:
    """A context processor: for the pages of ``/accounts/`` what ``face.page`` gives all others."""
    if not request.path.startswith(ROOT) or not (match := request.resolver_match):
        return {}
    shared = shared_context(request, title=TITLES.get(match.url_name, ""))
    return {
        **shared,
        "sign_in_url": "" if request.user.is_authenticated else shared["sign_in_url"],
        "desk_path": reverse("admin:index") if admin.site.is_staff(request.user) else "",
    }
