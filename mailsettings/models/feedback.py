"""What readers said at the end of guides: counts, and nothing about who said it."""

from __future__ import annotations

from django.db import models
from django.db.models import OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _


class GuideAnswerQuerySet(models.QuerySet["GuideAnswer"]):
    def visible_to(self, user: object) -> GuideAnswerQuerySet:
        """All of them, for any staff: they are about guides, not about customers."""
        return self

    def with_totals(self) -> GuideAnswerQuerySet:
        """Each row with ``total``: how many answered about that version of the guide, whatever they said.

        Rows of steps are left out of it: a step is named after the answer itself was counted.
        """
        of_version = GuideAnswer.objects.filter(guide=OuterRef("guide"), checked=OuterRef("checked"), step="")
        sums = of_version.order_by().values("guide").annotate(sum=Sum("count")).values("sum")
        return self.annotate(total=Coalesce(Subquery(sums), 0))


class GuideAnswer(models.Model):
    """How often one answer was given to “Did it work?” for one version of a guide.

    ``guide`` is its id, ``checked`` the date that tells its versions apart, ``step`` the anchor of the step that the
    reader named, or empty for the answer itself.
    """

    class Answer(models.TextChoices):
        YES = "yes", _("it worked")
        NO = "no", _("it did not work")
        DIFFERENT = "different", _("it looks different")

    guide = models.CharField(_("instruction"), max_length=60)
    checked = models.DateField(_("checked on"))
    step = models.CharField(_("step"), max_length=120, blank=True)
    answer = models.CharField(_("answer"), max_length=10, choices=Answer.choices)
    count = models.PositiveIntegerField(_("times"), default=0)

    objects = GuideAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer to “Did it work?”")
        verbose_name_plural = _("answers to “Did it work?”")
        ordering = ("-count", "guide", "step")
        constraints = (
            models.UniqueConstraint(fields=["guide", "checked", "step", "answer"], name="one_row_per_answer"),
            models.CheckConstraint(condition=models.Q(answer__in=["yes", "no", "different"]), name="known_answer"),
        )

    def __str__(self) -> str:
        return f"{self.guide} {self.step}".strip()
