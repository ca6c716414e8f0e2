"""What people do to sign in, as tests need it: a browser on the portal, letters, codes of an authenticator app."""

from __future__ import annotations

import re
import time

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core import mail
from django.urls import reverse

from accounts.models import User
from tests import build
from tests.admin.desk import Desk as Browser

PASSWORD = "a long password"
CONTACT = "office@customer.example"
CONFIRM = "/accounts/login/code/confirm/"


def ask_for_code(browser: Browser, email: str = CONTACT):
    return browser.post(reverse("account_request_login_code"), {"email": email})


def code_in_letter() -> str:
    """The code in the newest letter."""
    letter = mail.outbox[-1]
    return re.search(r"^([\d-]+)$", letter.body, re.MULTILINE).group(1)


def sign_in_with_code(browser: Browser, email: str = CONTACT):
    ask_for_code(browser, email)
    return browser.post(reverse("account_confirm_login_code"), {"code": code_in_letter()})


def sign_in_with_password(browser: Browser, login: str, password: str = PASSWORD, **more: str):
    return browser.post(reverse("account_login"), {"login": login, "password": password, **more})


def operator() -> User:
    return build.operator()


def with_app(user: User) -> str:
    """Give ``user`` an authenticator app and recovery codes; returns the app's secret."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return secret


def totp(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))
