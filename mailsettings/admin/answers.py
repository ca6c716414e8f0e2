"""What readers answered to “Did it work?”: counts for every guide, version and step. Nobody edits them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Case, QuerySet, When
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from mailsettings.models import GuideAnswer

from .base import Desk
from .search import any_case


@admin.register(GuideAnswer)
class GuideAnswerDesk(Desk):
    list_display = ("guide", "checked", "step", "answer", "count", "total")
    list_display_links = None
    list_filter = ("guide", "answer")
    # What most readers stumble over stands first; what worked needs nobody's attention.
    ordering = (Case(When(answer=GuideAnswer.Answer.YES, then=1), default=0).asc(), "-count", "guide", "step")
    search_fields = ("guide", "step")
    search_help_text = _("An instruction or a step.")
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).with_totals()

    @admin.display(description=_("in all"), ordering="total")
    def total(self, row: Any) -> int:
        return row.total

    def search(self, request: HttpRequest, rows: QuerySet, text: str) -> QuerySet:
        return rows.filter(any_case("guide", text) | any_case("step", text))
