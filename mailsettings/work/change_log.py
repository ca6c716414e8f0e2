"""Change sets that are older than LOG_DAYS, and what Django's own log says about users.

Records keep their values; those that were written last by such a change set forget which one it was.
"""

from datetime import timedelta

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import ChangeSet

from . import Job, delete_some


def _remove(most: int) -> int:
    if not settings.LOG_DAYS:
        return 0
    start = timezone.now() - timedelta(days=settings.LOG_DAYS)
    removed = delete_some(ChangeSet.objects.filter(at__lt=start), most)
    return removed + delete_some(LogEntry.objects.filter(action_time__lt=start), most - removed)


JOB = Job("change-log", _("change sets, with what they changed and who made them"), _remove, "LOG_DAYS")
