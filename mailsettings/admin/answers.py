"""What readers answered to “Did it work?”: counts for every guide, version and step. Nobody edits them."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from mailsettings.models import GuideAnswer

from .base import Desk
from .search import any_case


@admin.register(GuideAnswer)
class GuideAnswerDesk(Desk):
    list_display = ("guide", "checked", "step", "answer", "count")
    list_display_links = None
    list_filter = ("answer", "guide")
    search_fields = ("guide", "step")
    search_help_text = _("An instruction or a step.")
    actions = None

    def search(self, rows: QuerySet, text: str) -> QuerySet:
        return rows.filter(any_case("guide", text) | any_case("step", text))
