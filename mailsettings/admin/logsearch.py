"""Searching the change log: by record, person, ticket, reason, source and date.

What is typed may be an address, so it is posted, and no log keeps it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.timezone import make_aware
from django.utils.translation import gettext_lazy as _

from accounts.models import Brand, Change, ChangeSet, Customer, User
from mailsettings.core.addresses import parse_typed
from mailsettings.core.errors import InvalidInput
from mailsettings.core.names import display_name
from mailsettings.models import Domain, Mailbox, MailServer

from . import scope
from .search import any_case

PER_PAGE = 50


# Days beyond these cannot be told in every time zone.
FIRST_DAY, LAST_DAY = date(1970, 1, 2), date(9999, 12, 30)


def _day(label: Any) -> forms.DateField:
    between = [MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)]
    picker = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=picker, validators=between)


class LogSearchForm(forms.Form):
    """What a change set is looked for by. Everything that is filled in must be true of it."""

    record = forms.CharField(
        label=_("Record"),
        max_length=300,
        required=False,
        help_text=_("An address, a domain, a customer’s reference or name, a server: the beginning is enough."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    actor = forms.ModelChoiceField(label=_("Who"), queryset=User.objects.none(), required=False)
    ticket = forms.CharField(label=_("Ticket"), max_length=100, required=False)
    reason = forms.CharField(label=_("Words of the reason"), max_length=200, required=False)
    source = forms.ChoiceField(label=_("Source"), choices=[("", "—"), *ChangeSet.Source.choices], required=False)
    since = _day(_("From"))
    until = _day(_("Until"))
    before = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**63 - 1)

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.user = user
        if user.sees_everything:
            self.fields["actor"].queryset = User.objects.filter(is_staff=True).order_by("username")
        else:
            # Everybody else reads what they did themselves.
            del self.fields["actor"]

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if not self.errors and not any(value for name, value in values.items() if name != "before"):
            raise forms.ValidationError(_("Fill in at least one field."), code="empty")
        if values.get("since") and values.get("until") and values["until"] < values["since"]:
            self.add_error("until", _("This is before the first day."))
        return values

    def found(self) -> QuerySet[ChangeSet]:
        """The change sets that a valid form asks for, newest first."""
        values = self.cleaned_data
        rows = ChangeSet.objects.visible_to(self.user).order_by("-pk")
        for name in ("actor", "source"):
            if values.get(name):
                rows = rows.filter(**{name: values[name]})
        if ticket := values["ticket"].strip():
            rows = rows.filter(ticket__in={ticket, ticket.upper(), ticket.lower()})
        for word in values["reason"].split()[:5]:
            rows = rows.filter(any_case("reason", word))
        if values["since"]:
            rows = rows.filter(at__gte=_midnight(values["since"]))
        if values["until"]:
            rows = rows.filter(at__lt=_midnight(values["until"] + timedelta(days=1)))
        if record := values["record"].replace("\0", "").strip():
            rows = rows.filter(pk__in=Change.objects.filter(_about(record)).order_by().values("change_set"))
        return rows.filter(pk__lt=values["before"]) if values["before"] else rows


def _midnight(day: date) -> datetime:
    return make_aware(datetime.combine(day, time.min))


def _about(text: str) -> Q:
    """Changes of records with a name that begins like ``text``, or of one that is here and is known by it."""
    found = Q()
    for spelling in _spellings(text):
        found |= Q(object_name__startswith=spelling)
    for model, pk in _records(text):
        found |= Q(model=model._meta.label_lower, object_pk=pk)
    return found


def _spellings(text: str) -> list[str]:
    """How the log may have written what was typed: as it is, in small letters, and a name in its own letters."""
    spellings = [text, text.lower(), text.capitalize()]
    try:
        typed = parse_typed(text)
    except InvalidInput:
        return list(dict.fromkeys(spellings))
    name = display_name(typed.domain)
    spellings.append(typed.address.display if typed.address else name)
    return list(dict.fromkeys(spellings))


def _records(text: str) -> Iterator[tuple[type[Model], int]]:
    """Records that are here and known by exactly this: under another name in the log, perhaps."""
    exact: list[tuple[type[Model], Q]] = [
        (Customer, Q(ref__in={text, text.lower(), text.upper()})),
        (MailServer, Q(name=text)),
        (Brand, Q(slug=text.lower()) | Q(name=text)),
    ]
    try:
        typed = parse_typed(text)
    except InvalidInput:
        pass
    else:
        if typed.address:
            exact.append((Mailbox, Q(local_part=typed.address.local_part, domain__names__name=typed.domain)))
        else:
            exact.append((Domain, Q(names__name=typed.domain)))
    for model, condition in exact:
        yield from ((model, pk) for pk in model._default_manager.filter(condition).values_list("pk", flat=True)[:20])


class LogSearch:
    """The view of the change log's desk that searches it."""

    change_list_template = "admin/change_log.html"

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.find_view)
        return [path("find/", view, name="accounts_changeset_find"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        form = {"log_search": LogSearchForm(request.user)}
        return super().changelist_view(request, form | (extra_context or {}))

    def find_view(self, request: HttpRequest) -> HttpResponse:
        """The change sets that a posted form asks for, a page at a time; without one the form alone."""
        form = LogSearchForm(request.user, request.POST if request.method == "POST" else None)
        rows = list(self.summarised(form.found())[: PER_PAGE + 1]) if form.is_valid() else []
        page = rows[:PER_PAGE]
        context = {
            **self.admin_site.each_context(request),
            "title": _("Search the change log"),
            "opts": self.opts,
            "log_search": form,
            "searched": form.is_bound and form.is_valid(),
            "rows": [(row, scope.change_url(row), self.records(row)) for row in page],
            "older": page[-1].pk if len(rows) > PER_PAGE else None,
            "sent": [(field.name, field.value() or "") for field in form if field.name != "before"],
        }
        return TemplateResponse(request, "admin/log_found.html", context)
