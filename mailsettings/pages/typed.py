"""The address that somebody typed: a signed cookie for an hour, never a path or a query."""

from __future__ import annotations

from django.conf import settings as django_settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from mailsettings import lookup
from mailsettings.core.addresses import Address, parse_address
from mailsettings.core.errors import InvalidInput
from mailsettings.core.settings import MailSettings

COOKIE = "address"
SALT = "skrynka typed address"
HOUR = 3600


def shown_again(text: str, longest: int) -> str:
    """What somebody typed, as far as a page can hold it: cut to ``longest``, without NUL and halves of pairs."""
    return text[:longest].replace("\0", "").encode(errors="replace").decode()


def remember(response: HttpResponse, address: Address) -> None:
    """Let the browser carry the address for an hour."""
    response.set_signed_cookie(
        COOKIE, str(address), salt=SALT, max_age=HOUR, httponly=True, samesite="Lax",
        secure=django_settings.SERVED_OVER_TLS,
    )  # fmt: skip


def forget(response: HttpResponse) -> None:
    response.delete_cookie(COOKIE, samesite="Lax")


def address_of(request: HttpRequest) -> Address | None:
    """The address that this browser carries; None without one, or with one that was not signed here."""
    text = request.get_signed_cookie(COOKIE, default="", salt=SALT, max_age=HOUR)
    try:
        return parse_address(text) if text else None
    except InvalidInput:
        return None


def carried(request: HttpRequest) -> tuple[Address | None, MailSettings | None]:
    """The address that this browser carries and its settings, looked up once for each request."""
    if not hasattr(request, "carried"):
        address = address_of(request)
        request.carried = (address, lookup.for_address(address) if address else None)
    return request.carried


def settings_for(request: HttpRequest, settings: MailSettings) -> tuple[MailSettings, Address | None]:
    """``settings`` of a domain with this browser's address, where it is one of that domain; else without any."""
    address, own = carried(request)
    return (own, address) if own and own.domain == settings.domain else (settings, None)


def keep_private(response: HttpResponse) -> None:
    """A page that may show an address is for this browser only, and only for now."""
    response["Cache-Control"] = "private, no-store"
    patch_vary_headers(response, ["Cookie"])
