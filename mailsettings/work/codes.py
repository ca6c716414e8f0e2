"""Codes for a call whose ten minutes are over."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..models import CallCode
from . import Job, delete_some


def _remove(most: int) -> int:
    return delete_some(CallCode.objects.filter(expires_at__lt=timezone.now()), most)


JOB = Job("codes", _("codes for a call whose time is over"), _remove)
