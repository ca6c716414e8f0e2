"""Pages for what went wrong. They ask the database as little as they can: it may be what went wrong."""

from __future__ import annotations

from typing import Any

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _, override

from mailsettings.core.text import LANGUAGES

from .face import language, page
from .programs import programs


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return _plain(request, 400, _("This request cannot be understood"))


def forbidden(request: HttpRequest, exception: Any = None, reason: str = "") -> HttpResponse:
    return _plain(request, 403, _("This is not for you"))


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """404 with the field and the ways on."""
    with override(_language(request)):
        try:
            return page(
                request, "pages/not_found.html", title=_("There is no such page"),
                programs=programs(request, language()), status=404,
            )  # fmt: skip
        except DatabaseError:
            return _plain(request, 404, _("There is no such page"))


def server_error(request: HttpRequest) -> HttpResponse:
    return _plain(request, 500, _("Something broke on our side"))


def _plain(request: HttpRequest, status: int, title: Any) -> HttpResponse:
    code = _language(request)
    with override(code):
        return render(request, "pages/plain_error.html", {"title": title, "status": status, "language": code}, status=status)


def _language(request: HttpRequest) -> str:
    """The language in the path; the current one elsewhere."""
    in_path = request.path[1:3]
    return in_path if in_path in LANGUAGES else language()
