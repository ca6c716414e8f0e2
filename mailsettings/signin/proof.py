"""Whoever sets up their first second factor has just shown that they have it, so their session is proved by it."""

from __future__ import annotations

from typing import Any

from allauth.mfa.signals import authenticator_added
from django.dispatch import receiver
from django.http import HttpRequest

from accounts import second_factor


@receiver(authenticator_added)
def remember(sender: Any, request: HttpRequest, user: Any, authenticator: Any, **_others: Any) -> None:
    """Note the proof. Who has a second factor already proves themselves with that one before they add another."""
    others = user.authenticator_set.filter(type__in=second_factor.FACTORS).exclude(pk=authenticator.pk)
    if authenticator.type in second_factor.FACTORS and not others.exists():
        second_factor.record(request, user, authenticator)
