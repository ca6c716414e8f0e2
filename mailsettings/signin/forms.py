"""allauth's forms where they look for people in another way than this site."""

from __future__ import annotations

import struct
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import RequestLoginCodeForm
from allauth.account.forms import ResetPasswordForm as AllauthResetPasswordForm
from allauth.core import context, ratelimit
from allauth.mfa import app_settings as mfa_settings
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.base.forms import AuthenticateForm as AllauthAuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as AllauthReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django.core.cache import cache
from django.core.exceptions import ValidationError

from .contacts import known_at, users_at

STUMBLES = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, struct.error)
# Longer than a code of an authenticator app is good for.
ONCE = 120


class RequestCodeForm(RequestLoginCodeForm):
    """A code for a user's address or a customer's recorded one; strangers get the same answer, and no letter."""

    def clean_email(self) -> str:
        email = self.cleaned_data["email"]
        adapter = get_adapter()
        if not ratelimit.consume(context.request, action="request_login_code", key=email):
            raise adapter.validation_error("too_many_login_attempts")
        known = known_at(email)
        self._user, self.is_known = known.user, known.is_known
        if not self.is_known:
            # Making the letter takes its time too.
            adapter.make_letter("account/email/login_code", email, {"code": adapter.generate_login_code()})
        return email


class ResetPasswordForm(AllauthResetPasswordForm):
    """A new password for the only user with this address."""

    def clean_email(self) -> str:
        email = self.cleaned_data["email"]
        # Not by user name, though it may look like an address: the code goes to what was typed.
        users = list(users_at(email).filter(is_active=True)[:2])
        self.users = users if len(users) == 1 else []
        if not self.users:
            adapter = get_adapter()
            code = adapter.generate_password_reset_code()
            adapter.make_letter("account/email/password_reset_code", email, {"code": code})
        return email


class OnceOnly:
    """A code of an authenticator app is good once (RFC 6238, section 5.2), however far the clocks are apart."""

    def clean_code(self) -> str:
        code = super().clean_code()
        # Spaces and hyphens make no other code of it.
        bare = "".join(filter(str.isalnum, code))
        if not cache.add(f"second-factor:{self.authenticator.pk}:{bare}", 1, timeout=ONCE):
            raise get_adapter().validation_error("incorrect_code")
        return code


class Parsed:
    """What a browser says of a passkey may be anything at all, and the library stumbles over some of it."""

    def clean_credential(self) -> Authenticator:
        try:
            return super().clean_credential()
        except STUMBLES as error:
            raise get_adapter().validation_error("incorrect_code") from error


class LoginPasskeyForm(Parsed, LoginWebAuthnForm):
    pass


class AuthenticatePasskeyForm(Parsed, AuthenticateWebAuthnForm):
    pass


class ReauthenticatePasskeyForm(Parsed, ReauthenticateWebAuthnForm):
    pass


class AddPasskeyForm(AddWebAuthnForm):
    def clean(self) -> dict[str, Any]:
        try:
            return super().clean()
        except STUMBLES as error:
            raise get_adapter().validation_error("incorrect_code") from error


class OfEitherKind:
    """A code of the app or a recovery code: what is wrong with one has another cure than with the other."""

    def clean_code(self) -> str:
        try:
            return super().clean_code()
        except ValidationError as error:
            typed = [sign for sign in self.data.get("code", "") if sign.isalnum()]
            if error.code == "incorrect_code" and len(typed) == mfa_settings.RECOVERY_CODE_DIGITS:
                raise get_mfa_adapter().validation_error("incorrect_recovery_code") from error
            raise


class AuthenticateForm(OfEitherKind, OnceOnly, AllauthAuthenticateForm):
    pass


class ReauthenticateForm(OfEitherKind, OnceOnly, AllauthReauthenticateForm):
    pass
