"""Answers to “Did it work?” about old versions of guides. Those about the version that is shown stay, however old."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..guides import guides
from ..models import GuideAnswer
from . import Job, delete_some


def _remove(most: int) -> int:
    if not settings.ANSWER_DAYS:
        return 0
    shown = Q()
    for guide in guides().values():
        shown |= Q(guide=guide.id, checked=guide.checked)
    start = timezone.localdate() - timedelta(days=settings.ANSWER_DAYS)
    return delete_some(GuideAnswer.objects.filter(checked__lt=start).exclude(shown), most)


JOB = Job("guide-answers", _("answers to “Did it work?” about old versions of instructions"), _remove, "ANSWER_DAYS")
