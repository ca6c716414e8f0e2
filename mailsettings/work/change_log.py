"""Change sets that are older than LOG_DAYS, and what Django's own log says about users.

Records keep their values; those that were written last by such a change set forget which one it was.
"""

from datetime import timedelta

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import ChangeSet, SearchWord

from . import Job, delete_some


def _remove(most: int) -> int:
    if not settings.LOG_DAYS:
        return 0
    start = timezone.now() - timedelta(days=settings.LOG_DAYS)
    old = list(ChangeSet.objects.filter(at__lt=start).order_by("pk").values_list("pk", flat=True)[:most])
    SearchWord.objects.filter(kind=ChangeSet._meta.model_name, object_pk__in=old).delete()
    removed = delete_some(ChangeSet.objects.filter(pk__in=old), most)
    return removed + delete_some(LogEntry.objects.filter(action_time__lt=start), most - removed)


JOB = Job("change-log", _("change sets, with what they changed and who made them"), _remove, "LOG_DAYS")
