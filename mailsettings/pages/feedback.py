"""“Did it work?” at the end of a guide: a form without cookies, which only adds one to a count."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts import throttle
from mailsettings import feedback, personal
from mailsettings.core.endpoints import Protocol
from mailsettings.core.errors import InvalidInput
from mailsettings.core.names import normalise_name
from mailsettings.guides import Guide, guides

from .errors import bad_request, not_found
from .place import Place
from .values import Words

MOST_IN_AN_HOUR = 20
ANSWERS: dict[str, Words] = {
    "yes": _("Yes"),
    "no": _("No"),
    "different": _("Mine looks different"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """The question as a page shows it: unanswered, or what was answered and whether the step was named too."""

    answers: list[tuple[str, Words]]
    answered: str = ""
    step_known: bool = False


def asked(request: HttpRequest) -> Asked:
    """What the query of a guide's page says of an answer that was just given."""
    answered = request.GET.get("answered", "")
    return Asked(list(ANSWERS.items()), answered if answered in ANSWERS else "", "step" in request.GET)


# It adds one to a count that nobody owns, so a forged request gains nothing; a token would set a cookie on readers.
@csrf_exempt
@require_POST
def answer(request: HttpRequest, guide_id: str) -> HttpResponse:
    """``/{lang}/guides/{guide}/answer/``: count the answer, and lead back to the page that it came from."""
    guide, given = guides().get(guide_id), request.POST.get("answer", "")
    if guide is None:
        return not_found(request)
    if given not in ANSWERS:
        return bad_request(request)
    # The step is asked for after the answer was counted, so that only the step is counted then. What worked has none.
    follows = given != "yes" and "step" in request.POST
    step = request.POST["step"] if follows and request.POST["step"] in anchors(guide) else ""
    if bool(step) is follows and throttle.allowed(request, "answer", MOST_IN_AN_HOUR, 3600):
        feedback.count(guide.id, guide.checked, given, step)
    query = _view(request, guide) | {"answered": given} | ({"step": "named"} if follows else {})
    return HttpResponseRedirect(f"{_page(request, guide)}?{urlencode(query)}#answered", status=303)


def anchors(guide: Guide) -> frozenset[str]:
    """The anchors of every step that the guide has in any of its variants."""
    parts = [(section, f"{entry.id}-{section.id}") for entry in guide.entries for section in entry.ways]
    parts += [(section, f"after-{section.id}") for section in guide.after]
    parts += [(section, section.id) for section in (guide.test, guide.removal) if section]
    return frozenset(f"{anchor}-{step.id}" for section, anchor in parts for step in section.steps)


def _page(request: HttpRequest, guide: Guide) -> str:
    """The page of the guide that the answer came from: below a personal link, with a domain, or without."""
    token = request.POST.get("token", "")
    if personal.TOKEN.match(token):
        return Place("", token).guide(guide.id)
    try:
        domain = normalise_name(request.POST.get("domain", ""))
    except InvalidInput:
        return reverse("pages:guide_alone", kwargs={"guide_id": guide.id})
    return reverse("pages:guide", kwargs={"domain": domain, "guide_id": guide.id})


def _view(request: HttpRequest, guide: Guide) -> dict[str, str]:
    """What the reader had chosen on that page, as far as the guide has it."""
    known = {"entry": {entry.id for entry in guide.entries}, "protocol": {str(protocol) for protocol in Protocol}}
    return {name: value for name, values in known.items() if (value := request.POST.get(name, "")) in values}
