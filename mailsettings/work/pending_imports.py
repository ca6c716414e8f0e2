"""Rows of files that somebody looked at and did not save."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..imports.pending import KEPT
from ..models import PendingImport
from . import Job, delete_some


def _remove(most: int) -> int:
    return delete_some(PendingImport.objects.filter(at__lt=timezone.now() - KEPT), most)


JOB = Job("pending-imports", _("rows of imports that were looked at and not saved"), _remove)
