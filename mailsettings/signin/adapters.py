"""What django-allauth asks of this site."""

from __future__ import annotations

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib import admin
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import post, second_factor
from mailsettings import letters, lookup

WRONG_PASSWORD = _("This user name or address and this password do not belong together.")


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This sign-in is switched off. Write to support."),
        "email_password_mismatch": WRONG_PASSWORD,
        "username_password_mismatch": WRONG_PASSWORD,
        "enter_current_password": _("This is not your current password."),
        "incorrect_password": _("This is not your password."),
        "incorrect_code": _("This code is not right. Check the digits, or ask for a new code."),
        "invalid_login": WRONG_PASSWORD,
        "invalid_password_reset": _("This code is not good any more. Ask for a new one."),
        "too_many_login_attempts": _("That was too often. Wait a few minutes, then try again."),
        "rate_limited": _("That was too often. Wait a few minutes, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Staff begin at the desk, which asks for the second factor; everybody else at what is theirs."""
        if admin.site.is_staff(request.user):
            return reverse("admin:index")
        return reverse("pages:mine")

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that ``portal.hosts`` found out from the proxies, or a stand-in for what is no address."""
        try:
            return str(ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")))
        except ValueError:
            return "0.0.0.0"  # noqa: S104 - no address to listen at, but the one that says "unknown"

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whoever signed in a moment ago need not do so again."""
        return not second_factor.fresh(allauth_context.request)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Who has a second factor confirms with it: the password alone must not lead to a second second factor."""
        methods = super().get_reauthentication_methods(user)
        words = {
            "reauthenticate": _("With your password"),
            "mfa_reauthenticate": _("With a code from the app, or a recovery code"),
            "mfa_reauthenticate:webauthn": _("With a passkey"),
        }
        factors = [method for method in methods if method["id"] != "reauthenticate"]
        return [method | {"description": words[method["id"]]} for method in factors or methods]

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        post.send(self.make_letter(template_prefix, email, context))

    def make_letter(self, template_prefix: str, email: str, context: dict[str, Any]) -> EmailMessage:
        """A letter as ``send_mail`` sends it."""
        brand = lookup.default_brand()
        shared = {
            "brand": brand,
            "site": settings.SITE_URL,
            "host": urlsplit(settings.SITE_URL).netloc,
            "minutes": settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60,
        }
        letter = self.render_mail(template_prefix, email, shared | context)
        letters.from_brand(letter, brand)
        return letter


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This code is not right. Wait for the next one, and check the clock of your phone."),
        "incorrect_recovery_code": _("This recovery code is not right, or it was used before. Take another one."),
        "cannot_generate_recovery_codes": _("Set up a passkey or an app first."),
    }

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """A passkey belongs to the canonical origin, whichever host was asked."""
        return {"id": urlsplit(settings.SITE_URL).hostname or "", "name": settings.SITE_NAME}

    def generate_authenticator_name(self, user: Any, type: str) -> str:
        count = user.authenticator_set.filter(type=type).count() + 1
        return gettext("Passkey %(number)d") % {"number": count}

    def build_totp_svg(self, url: str) -> str:
        """Nothing: the page draws the code itself, since the strict policy shows no picture from a data URL."""
        return ""
