"""People who sign in as the customer: their names, addresses, second factors and sessions.

Whoever is somebody else too, such as support of a brand, stays and is only signed out.
"""

from __future__ import annotations

from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.auth import SESSION_KEY
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from mailsettings.core.batches import batches

from .. import Holding, Reach, columns
from ..log import stand_in


def _export(reach: Reach) -> list[dict[str, Any]]:
    every = (User.objects.filter(pk__in=pks).order_by("pk") for pks in batches(sorted(reach.users)))
    return [_user(user) for some in every for user in some]


def _user(user: User) -> dict[str, Any]:
    return columns(user) | {
        "memberships": [columns(membership) for membership in user.memberships.all()],
        "addresses": [columns(address) for address in user.emailaddress_set.all()],
        # What a factor holds is a secret of the user, and no reading matter.
        "second_factors": [columns(factor, "data") for factor in user.authenticator_set.all()],
        "sessions": [columns(session, "session_key", "data") for session in user.usersession_set.all()],
    }


def _erase(reach: Reach, _values: frozenset[str]) -> None:
    _end_sessions(reach.users)
    about = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(User))
    for pk in reach.leaving:
        about.filter(object_id=str(pk)).update(object_repr=stand_in(pk), change_message="")
    for pks in batches(reach.leaving):
        User.objects.filter(pk__in=pks).delete()


def _end_sessions(users: frozenset[int]) -> None:
    """End every session of these users. The key of a user is inside of the session, so each has to be opened."""
    if not users:
        return
    numbers = {str(pk) for pk in users}
    theirs = [row.pk for row in Session.objects.iterator() if str(row.get_decoded().get(SESSION_KEY)) in numbers]
    for some in batches(theirs):
        Session.objects.filter(pk__in=some).delete()
    for pks in batches(users):
        UserSession.objects.filter(user__in=pks).delete()


HOLDING = Holding("users", _("people who sign in as the customer"), _export, lambda reach: len(reach.users), _erase)
