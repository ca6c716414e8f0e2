"""Sessions whose time is over, and from where and with which browser somebody was signed in."""

from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from . import Job, delete_some

# Whoever signs in is noted down before the session is stored.
JUST_SIGNED_IN = timedelta(hours=1)


def _remove(most: int) -> int:
    now = timezone.now()
    removed = delete_some(Session.objects.filter(expire_date__lt=now), most)
    over = UserSession.objects.filter(created_at__lt=now - JUST_SIGNED_IN)
    over = over.exclude(session_key__in=Session.objects.values("session_key"))
    return removed + delete_some(over, most - removed)


# The days are already in each session's own end: Django writes it with SESSION_COOKIE_AGE.
JOB = Job("sessions", _("sessions whose time is over"), _remove, "SESSION_DAYS")
