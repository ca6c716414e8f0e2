"""Sessions whose time is over."""

from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from . import Job, delete_some


def _remove(most: int) -> int:
    return delete_some(Session.objects.filter(expire_date__lt=timezone.now()), most)


# The days are already in each session's own end: Django writes it with SESSION_COOKIE_AGE.
JOB = Job("sessions", _("sessions whose time is over"), _remove, "SESSION_DAYS")
