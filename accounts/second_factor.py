"""The second factor of a sign-in: what somebody has, and what this session has proved.

A passkey counts by itself, since it asks its owner for a finger, a face or a PIN. So do a code of an authenticator app
and a recovery code, each after a password or a code by mail.
"""

from __future__ import annotations

import time
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from django.http import HttpRequest

# How long a proof is good for the desk: a working day.
PROOF_LASTS = 12 * 3600
# How long ago somebody may have signed in who changes how they sign in.
FRESH = 5 * 60
FACTORS = ("totp", "webauthn")


def proved(request: HttpRequest) -> bool:
    """Whether this session was proved by a second factor that its owner still has, within ``PROOF_LASTS``."""
    if not hasattr(request, "proved_by_second_factor"):
        records = [record for record in _records(request) if record["method"] == "mfa"]
        pks = [record["id"] for record in records if time.time() - record["at"] < PROOF_LASTS]
        request.proved_by_second_factor = bool(pks) and _authenticators(request.user).filter(pk__in=pks).exists()
    return request.proved_by_second_factor


def factors(user: Any) -> set[str]:
    """The second factors that ``user`` has set up, of FACTORS; recovery codes are no factor of their own."""
    return set(_authenticators(user).filter(type__in=FACTORS).values_list("type", flat=True))


def fresh(request: HttpRequest) -> bool:
    """Whether this session was proved in the last minutes, by a second factor where its owner has one."""
    needs = ("mfa",) if request.user.is_authenticated and factors(request.user) else ()
    records = [record for record in _records(request) if not needs or record["method"] in needs]
    return bool(records) and time.time() - records[-1]["at"] < FRESH


def record(request: HttpRequest, user: Any, authenticator: Any) -> None:
    """Note that this session was proved by ``authenticator`` now."""
    record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)


def forget(user: Any) -> None:
    """Take every second factor and recovery code from somebody who lost them, and end what they are signed in with."""
    from allauth.usersessions.models import UserSession

    _authenticators(user).delete()
    for session in UserSession.objects.filter(user_id=user.pk):
        session.end()


def _records(request: HttpRequest) -> list[dict[str, Any]]:
    return get_authentication_records(request, request.user)


def _authenticators(user: Any) -> Any:
    # The models can be imported only when every app is there.
    from allauth.mfa.models import Authenticator

    return Authenticator.objects.filter(user_id=user.pk)
