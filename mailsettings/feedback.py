"""“Did it work?”: the one place that counts answers.

They are no part of the directory: nobody plans, logs or reverts them, and no page depends on them. So they are counted
here and not by ``changes``, and the revision stays where it is.
"""

from __future__ import annotations

from datetime import date

from django.db.models import F

from .models import GuideAnswer


def count(guide: str, checked: date, answer: str, step: str = "") -> None:
    """Count one answer about this version of a guide, or about one ``step`` of it."""
    row, _created = GuideAnswer.objects.get_or_create(guide=guide, checked=checked, step=step, answer=answer)
    GuideAnswer.objects.filter(pk=row.pk).update(count=F("count") + 1)
