"""Personal links that stopped working LINK_DAYS ago. Until then staff see who got one and whether it was opened."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..models import PersonalLink
from . import Job, delete_some


def _remove(most: int) -> int:
    if not settings.LINK_DAYS:
        return 0
    start = timezone.now() - timedelta(days=settings.LINK_DAYS)
    return delete_some(PersonalLink.objects.filter(Q(expires_at__lt=start) | Q(revoked_at__lt=start)), most)


JOB = Job("links", _("personal links that work no longer"), _remove, "LINK_DAYS")
