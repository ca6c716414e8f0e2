"""Pages for what went wrong. They ask the database as little as they can: it may be what went wrong."""

from __future__ import annotations

import sys
from typing import Any

from django.db import DatabaseError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from mailsettings.core.text import LANGUAGES

from .device import device_of
from .face import language, page
from .programs import FIRST, programs

NOT_FOUND = _("There is no such page")


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return _plain(request, 400, _("This request cannot be understood"), _("Go back, reload the page and try again."))


def forbidden(request: HttpRequest, exception: Any = None, reason: str = "", *, advice: Any = "") -> HttpResponse:
    again = _("Go back, reload the page and try again.")
    return _plain(request, 403, _("This page is not open to you"), advice or again)


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose token is not the browser’s: mostly it was open while somebody signed in or out."""
    advice = _(
        "You have signed in or out since this form was opened, or your browser takes no cookies. Go back, reload the "
        "page and send the form again."
    )
    return _plain(request, 403, _("This form is out of date"), advice)


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """404 with the field and the ways on. What was asked for is not repeated: it may hold an address."""
    with override(_language(request)):
        try:
            return page(
                request,
                "pages/not_found.html",
                title=NOT_FOUND,
                programs=programs(device_of(request), language())[:FIRST],
                status=404,
                path="",
            )
        except DatabaseError:
            return _plain(request, 404, NOT_FOUND, _("Check the address of the page, or begin at the start."))


def too_many(request: HttpRequest, seconds: int, advice: Any = "") -> HttpResponse:
    """429: somebody asked too often, and may again in ``seconds`` (RFC 6585, section 4)."""
    wait = _("Wait a minute, then go back and try again. Nothing is lost.")
    response = _plain(request, 429, _("That was too often"), advice or wait)
    response["Retry-After"] = str(seconds)
    return response


def too_often(request: HttpRequest) -> HttpResponse:
    """429 where whoever counts does not say for how long."""
    return too_many(request, 60)


def server_error(request: HttpRequest) -> HttpResponse:
    """500; 503 where the database does not answer, which mostly passes (RFC 9110, sections 15.6.1 and 15.6.4)."""
    if isinstance(sys.exception(), OperationalError):
        response = _plain(
            request, 503, _("The site is taking a short break"), _("Your mail is not affected. Try again in a minute.")
        )
        response["Retry-After"] = "30"
        return response
    return _plain(
        request, 500, _("Something broke on our side"), _("You did nothing wrong. Try again in a few minutes.")
    )


def _plain(request: HttpRequest, status: int, title: Any, advice: Any) -> HttpResponse:
    """A page that needs no database and no session, with the number by which support finds the request."""
    with override(_language(request)):
        context = {
            "title": title,
            "advice": advice,
            "status": status,
            "number": getattr(request, "id", ""),
            "brand": getattr(request, "brand", None),
            "language": language(),
        }
        return HttpResponse(render_to_string("pages/plain_error.html", context), status=status)


def _language(request: HttpRequest) -> str:
    """The language in the path; the current one elsewhere."""
    in_path = request.path[1:3]
    return in_path if in_path in LANGUAGES else language()
