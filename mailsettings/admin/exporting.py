"""A filtered list of the desk as a file."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect, QueryDict
from django.urls import path, reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext

from mailsettings.imports import Kind, writing

from .importing import attachment, may_import

WAYS = {"csv": (writing.as_csv, writing.CSV_TYPE), "xlsx": (writing.as_xlsx, writing.XLSX_TYPE)}


class Export:
    """A desk whose list can be saved as CSV or XLSX, and filled from one. ``kind`` says what its rows are."""

    kind: Kind

    def get_urls(self) -> list[Any]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_export"
        return [path("export/", self.admin_site.admin_view(self.export_view), name=name), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        lists = {
            "import_url": reverse("admin:import") if may_import(request.user) else "",
            "export_url": reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_export"),
        }
        return super().changelist_view(request, lists | (extra_context or {}))

    def export_view(self, request: HttpRequest) -> HttpResponse:
        """The rows that the list shows, all of its pages.

        What it is filtered by comes in the body, since there may be an address in it.
        """
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_view_permission(request):
            raise PermissionDenied
        way = request.POST.get("way", "")
        pieces, content_type = WAYS.get(way, WAYS["csv"])
        request.GET = QueryDict(request.POST.get("filters", "").removeprefix("?"))
        back = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        if any("\0" in value for values in request.GET.lists() for value in (values[0], *values[1])):
            # No text of a database holds it, and PostgreSQL would say so only while the file is sent.
            return HttpResponseRedirect(back)
        try:
            rows = self.get_changelist_instance(request).queryset
        except IncorrectLookupParameters:
            return HttpResponseRedirect(back)
        most = writing.MOST_IN_SHEET
        if way == "xlsx" and rows.order_by("pk")[most : most + 1].exists():
            messages.error(
                request, gettext("There are more rows than a sheet can hold. Choose CSV, or filter the list.")
            )
            return HttpResponseRedirect(back)
        name = f"{self.kind}-{localdate():%Y-%m-%d}.{way if way in WAYS else 'csv'}"
        return attachment(pieces(writing.table(self.kind, rows)), name, content_type)
