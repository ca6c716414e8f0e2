"""Who signs in with a password."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from accounts.models import User

from .contacts import user_with


class PasswordBackend(ModelBackend):
    """A user name or an e-mail address, and a password; exactly one hash is computed whatever was typed.

    allauth's own backend computes one for a stranger and two for somebody whose address is known.
    """

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        email: str | None = None,
        **_others: Any,
    ) -> User | None:
        name = username or email
        if not name or not password:
            return None
        user = user_with(name)
        if user is None:
            User().set_password(password)
            return None
        return user if user.check_password(password) and self.user_can_authenticate(user) else None
