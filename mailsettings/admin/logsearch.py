"""Searching the change log: by record, person, ticket, reason, source and date.

What is typed may be an address, so it is posted, and no log keeps it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Exists, Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.timezone import make_aware
from django.utils.translation import gettext_lazy as _

from accounts.models import Brand, Change, ChangeSet, Customer, SearchWord, User
from mailsettings.core.addresses import parse_typed
from mailsettings.core.errors import InvalidInput
from mailsettings.core.finding import terms
from mailsettings.core.names import display_name
from mailsettings.models import Domain, Mailbox, MailServer

from . import history, paging, scope
from .search import READ, spellings, words_of

PER_PAGE = 50
# The fields that say where a page begins, and not what is looked for.
PLACES = ("before", "after")
KIND = ChangeSet._meta.model_name

# Days beyond these cannot be told in every time zone.
FIRST_DAY, LAST_DAY = date(1970, 1, 2), date(9999, 12, 30)


def _day(label: Any) -> forms.DateField:
    between = [MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)]
    picker = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=picker, validators=between)


@dataclass(frozen=True, slots=True)
class Found:
    """A page of change sets, and whether there are records of such a name that were not looked at.

    ``newer`` and ``older`` are the numbers beside which the next pages begin. ``backwards``: the page was reached from
    an older one.
    """

    rows: list[ChangeSet]
    newer: int | None = None
    older: int | None = None
    unfinished: bool = False
    backwards: bool = False
    only_first: bool = False


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
    # Only what is older than the one number, or newer than the other.
    before = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**63 - 1)
    after = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=0, max_value=2**63 - 1)

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.user = user
        if user.sees_everything:
            # Written so that SQLite finds them in an index, as the lists of the desk do.
            self.fields["actor"].queryset = User.objects.filter(is_staff__in=[True]).order_by("username")
        else:
            # Everybody else reads what they did themselves.
            del self.fields["actor"]

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if not self.errors and not any(value for name, value in values.items() if name not in PLACES):
            raise forms.ValidationError(_("Fill in at least one field."), code="empty")
        if values.get("since") and values.get("until") and values["until"] < values["since"]:
            self.add_error("until", _("This is before the first day."))
        return values

    def page(self) -> Found:
        """A page of the change sets that a valid form asks for."""
        values = self.cleaned_data
        looked = Looked(ChangeSet.objects.visible_to(self.user).select_related("actor"))
        if not self.user.sees_everything:
            looked.conditions += 1
        for name in ("actor", "source"):
            if values.get(name):
                looked.narrow(Q(**{name: values[name]}))
        looked.rows = looked.rows.filter(_between(values["since"], values["until"]))
        if ticket := values["ticket"].strip():
            spelt = Q(ticket__in={ticket, ticket.upper(), ticket.lower()})
            looked.among([ChangeSet.objects.filter(spelt)], "pk", spelt)
        for term in terms(values["reason"]):
            words = [SearchWord.objects.beginning(KIND, [0], text) for text in term]
            looked.among(words, "object_pk", Q(Exists(words_of(KIND, term, "pk"))))
        if record := values["record"].replace("\0", "").strip():
            looked.about(record)
        backwards = values["after"] is not None
        cursor = paging.Cursor(values["after"] if backwards else values["before"], backwards)
        part = paging.part_of(looked.rows, ("-pk",), cursor, PER_PAGE, conditions=looked.conditions)
        newer, older = _beside(part, cursor)
        return Found(part.object_list, newer, older, part.unfinished, backwards, looked.only_first)


def _beside(part: paging.Part, cursor: paging.Cursor) -> tuple[int | None, int | None]:
    """Where the newer and the older page begin. An empty one leads back to the one that it was reached from."""
    newer, older = part.before, part.after
    if not part.object_list and cursor.key is not None:
        if cursor.backwards:
            older = cursor.key + 1
        else:
            newer = cursor.key - 1
    return newer, older


@dataclass(slots=True)
class Looked:
    """Change sets that are looked through, newest first, and how many conditions they have that no index answers.

    What few change sets meet is read beforehand, and nothing else is looked through then. ``only_first`` where so many
    records have such a name that only some of them were read.
    """

    rows: QuerySet[ChangeSet]
    conditions: int = 0
    few: bool = False
    only_first: bool = False

    def narrow(self, condition: Q) -> None:
        self.rows = self.rows.filter(condition)
        self.conditions += not self.few

    def among(self, found: Sequence[QuerySet], column: str, condition: Q) -> None:
        """Narrow to the change sets in ``column`` of some rows, or, where these are many, by ``condition``."""
        keys: set[int] = set()
        for rows in found:
            some = rows.order_by().values_list(column, flat=True).distinct()[: READ + 1]
            keys.update(some)
        if len(keys) > READ:
            self.rows = self.rows.filter(condition)
            # Met by many and yet perhaps by none of the newest: looked through in ranges.
            self.conditions += 0 if self.few else 2
        else:
            self._take(keys)

    def about(self, text: str) -> None:
        """Narrow to changes of records with a name that begins like ``text``, or of one that is known by it."""
        keys: set[int] = set()
        for spelling in _spelt(text):
            named = Change.objects.filter(object_name__begins=spelling).order_by()
            some = list(named.values_list("change_set_id", flat=True)[: READ + 1])
            self.only_first |= len(some) > READ
            keys.update(some)
        for model, pk in _records(text):
            parts = [inline.model for inline in admin.site.get_model_admin(model).inlines]
            changed = Change.objects.filter(history.about(model, pk, parts)).order_by()
            keys.update(changed.values_list("change_set_id", flat=True).distinct())
        self._take(keys)

    def _take(self, keys: set[int]) -> None:
        self.rows = self.rows.filter(pk__in=keys)
        self.few, self.conditions = True, 0


def _between(since: date | None, until: date | None) -> Q:
    """The change sets of some days. They are numbered in the order of their times, so a day is a range of numbers."""
    found = Q()
    if since:
        later = ChangeSet.objects.filter(at__gte=_midnight(since)).order_by("at")
        first = later.values_list("pk", flat=True).first()
        found &= Q(pk__in=[]) if first is None else Q(pk__gte=first)
    if until:
        earlier = ChangeSet.objects.filter(at__lt=_midnight(until + timedelta(days=1))).order_by("-at")
        last = earlier.values_list("pk", flat=True).first()
        found &= Q(pk__in=[]) if last is None else Q(pk__lte=last)
    return found


def _midnight(day: date) -> datetime:
    return make_aware(datetime.combine(day, time.min))


def _spelt(text: str) -> list[str]:
    """How the log may have written what was typed: in its usual spellings, and a name in its own letters."""
    found = spellings(text)
    try:
        typed = parse_typed(text)
    except InvalidInput:
        return found
    return list(dict.fromkeys([*found, typed.address.display if typed.address else display_name(typed.domain)]))


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
        found = form.page() if form.is_valid() else Found([])
        context = {
            **self.admin_site.each_context(request),
            "title": _("Search the change log"),
            "opts": self.opts,
            "log_search": form,
            "searched": form.is_bound and form.is_valid(),
            "rows": [(row, scope.change_url(row), self.records(row)) for row in found.rows],
            "found": found,
            "sent": [(field.name, field.value() or "") for field in form if field.name not in PLACES],
        }
        return TemplateResponse(request, "admin/log_found.html", context)
