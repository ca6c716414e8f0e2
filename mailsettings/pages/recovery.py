"""The form by which a customer has a personal link sent to their recovery contact."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts import throttle
from mailsettings import recovery

from . import typed
from .errors import too_many
from .face import language
from .setup import served_or_answer, setup_path

CLIENT_TRIES, TARGET_TRIES, HOUR = 10, 3, 3600
ADVICE = _("Letters to a contact are sent at most three times an hour. Look into spam, or write to support.")


# The address comes from a cookie that other sites' forms do not bring along (SameSite), so there is nothing to forge.
@csrf_exempt
@require_POST
def send_link(request: HttpRequest, domain: str) -> HttpResponse:
    """``/{lang}/d/{domain}/send-link/``: one answer for every address, be there such a mailbox or not."""
    found = served_or_answer(request, domain)
    if isinstance(found, HttpResponse):
        return found
    _settings, address = typed.settings_for(request, found)
    path = setup_path(found.domain)
    if address is None:
        return HttpResponseRedirect(path, status=303)
    target = f"{address.local_part}@{found.domain}"
    # Whoever has had their tries shall not use up those of the address.
    if not (
        throttle.allowed(request, "recovery", CLIENT_TRIES, HOUR)
        and throttle.allowed(request, "recovery-of", TARGET_TRIES, HOUR, target=target)
    ):
        return too_many(request, HOUR, ADVICE)
    recovery.ask(address, language())
    return HttpResponseRedirect(f"{path}?letter=asked#letter", status=303)
