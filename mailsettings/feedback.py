"""“Did it work?”: the one place that counts answers.

They are no part of the directory: nobody plans, logs or reverts them, and no page depends on them. So they are counted
here and not by ``changes``, and the revision stays where it is.
"""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import F

from .models import GuideAnswer


def count(guide: str, checked: date, answer: str, step: str = "") -> None:
    """Count one answer about this version of a guide, or about one ``step`` of it.

    Whoever counts at the same moment is counted too: of two that add the row one finds it there (``get_or_create``
    looks again after an IntegrityError), and the database does the sum.
    """
    key = {"guide": guide, "checked": checked, "step": step, "answer": answer}
    with transaction.atomic():
        _row, created = GuideAnswer.objects.get_or_create(**key, defaults={"count": 1})
        if not created:
            GuideAnswer.objects.filter(**key).update(count=F("count") + 1)
