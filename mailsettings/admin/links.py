"""Personal links at the desk: make one, see what became of the others, revoke.

Whoever may see a domain or a mailbox may send its customer a link to it: the link shows no more than the desk does.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.text import format_lazy
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext, override
from django.utils.translation import gettext_lazy as _

from accounts import throttle
from accounts.models import Customer
from accounts.models.brands import LANGUAGE_CHOICES
from mailsettings import letters, lookup, personal
from mailsettings.guides import guides
from mailsettings.models import Domain, Mailbox, PersonalLink
from mailsettings.pages.sheets import sheets_page, sheets_with_links

LISTED = 50
# What one member of staff may make: two for each ticket of a busy hour, and no more for whoever has got hold of a desk.
MOST_IN_AN_HOUR = 240
# For one record in ten minutes: each takes the place of the one before, so more would only help whoever guesses.
MOST_CODES = 10
LASTS = [("day", _("1 day")), ("week", _("1 week")), ("month", _("1 month"))]
OTHER = "other"
TEXT = forms.TextInput(attrs={"class": "vTextField"})


def _guide_choices() -> list[tuple[str, Any]]:
    language = (get_language() or "uk")[:2]
    return [("", _("All settings")), *((guide.id, guide.title.in_language(language)) for guide in guides().values())]


class LinkForm(forms.Form):
    """What a new link is to be."""

    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGE_CHOICES)
    guide = forms.ChoiceField(label=_("Opens at"), choices=_guide_choices, required=False)
    lasts = forms.ChoiceField(label=_("Works for"), choices=LASTS, initial="week")
    reason = forms.CharField(
        label=_("Reason"), max_length=500, required=False, widget=TEXT,
        help_text=_("Colleagues will see it in the list of links."),
    )  # fmt: skip

    recipient = forms.ChoiceField(label=_("Letter to"), required=False, widget=forms.RadioSelect)
    other = forms.EmailField(
        label=_("Another address"), required=False, widget=forms.EmailInput(attrs={"class": "vTextField"}),
        help_text=_("Needs a reason, which the list of links shows. Of the address only a part is kept."),
    )  # fmt: skip
    anyway = forms.BooleanField(label=_("Send anyway"), required=False)

    def __init__(self, record: Domain | Mailbox, *args: Any, **kwargs: Any) -> None:
        initial = {"language": customer_of(record).language}
        super().__init__(*args, initial=initial, label_suffix="", **kwargs)
        self.record = record
        self.contacts = letters.contacts_of(record)
        chosen = self.fields["recipient"]
        chosen.choices = [*((contact.kind, _contact_words(contact)) for contact in self.contacts), (OTHER, OTHER_WORDS)]
        chosen.initial = chosen.choices[0][0]

    def clean(self) -> None:
        super().clean()
        if self.data.get("do") != "send":
            return
        recorded = {contact.kind: contact.address for contact in self.contacts}
        chosen, other = self.cleaned_data.get("recipient"), self.cleaned_data.get("other", "")
        if not chosen and "recipient" not in self.errors:
            self.add_error("recipient", _("Choose who gets the letter."))
        elif chosen == OTHER and "other" not in self.errors:
            self._check_other(other)
        self.cleaned_data["to"] = recorded.get(chosen, other)

    def _check_other(self, other: str) -> None:
        """An address that is not recorded needs a reason, and a second thought where it cannot be read."""
        if not other:
            self.add_error("other", _("Write the address that the letter goes to."))
        elif not self.cleaned_data.get("reason"):
            self.add_error("reason", _("This address is not recorded: say why the letter goes there."))
        elif letters.inside_own_domains(other, customer_of(self.record)) and not self.cleaned_data.get("anyway"):
            self.add_error(
                "other",
                _(
                    "This address lies in the customer’s own domains. If its mail does not work, nobody reads the "
                    "letter. If it does, tick “Send anyway”."
                ),
            )

    def make(self, way: PersonalLink.Way, by: Any) -> tuple[PersonalLink, str]:
        """A link as the form says, and its token."""
        said = {name: self.cleaned_data[name] for name in ("language", "guide", "lasts", "reason")}
        return personal.make(self.record, way, by=by, **said)


class Links:
    """A page of a domain's or a mailbox's desk. What it makes is shown in the answer to the POST, and never again."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.links_view)
        return [path("<path:object_id>/links/", view, name=_url_name(self.model)), *super().get_urls()]

    def links_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The links to one record, and forms to make and to revoke them."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        record = self.get_object(request, object_id)
        if record is None:
            return self.not_here(request, object_id)
        act = ACTS.get(request.POST.get("do", "")) if request.method == "POST" else None
        return act(self, request, record) if act else self._links_page(request, record, LinkForm(record))

    def _too_many(self, request: HttpRequest, record: Domain | Mailbox, form: LinkForm) -> HttpResponse | None:
        """The answer to whoever has made too many, with what they typed; None while one more may be made."""
        if throttle.allowed(request, "make-link", MOST_IN_AN_HOUR, 3600, target=f"user {request.user.pk}"):
            return None
        self.message_user(request, _("That was too often. Try again in an hour."), messages.ERROR)
        return self._links_page(request, record, form, status=429)

    def copy_link(self, request: HttpRequest, record: Domain | Mailbox) -> HttpResponse:
        """A new link, shown with words for a messenger in the customer's language."""
        form = LinkForm(record, request.POST)
        if not form.is_valid():
            return self._links_page(request, record, form)
        if refused := self._too_many(request, record, form):
            return refused
        link, token = form.make(PersonalLink.Way.COPY, request.user)
        url = personal.url(record, link, token)
        return self._links_page(request, record, LinkForm(record), made=_made(link, url))

    def send_link(self, request: HttpRequest, record: Domain | Mailbox) -> HttpResponse:
        """A letter with a new link; its link is shown to nobody else."""
        form = LinkForm(record, request.POST)
        if not form.is_valid():
            return self._links_page(request, record, form)
        if refused := self._too_many(request, record, form):
            return refused
        link, token = form.make(PersonalLink.Way.LETTER, request.user)
        try:
            letters.send(link, token, form.cleaned_data["to"])
        except letters.NotSent:
            form.add_error(None, _("The mail server did not take the letter. Nothing was sent. Try again in a minute."))
            return self._links_page(request, record, form)
        sent = _("The letter was sent to %(recipient)s.") % {"recipient": form.cleaned_data["to"]}
        self.message_user(request, sent, messages.SUCCESS)
        return HttpResponseRedirect(links_url(record))

    def make_code(self, request: HttpRequest, record: Domain | Mailbox) -> HttpResponse:
        """Eight digits to read out on the phone, shown once. They open a link that lasts a day."""
        if refused := self._too_many(request, record, LinkForm(record)):
            return refused
        target = f"{type(record).__name__} {record.pk}"
        if not throttle.allowed(request, "make-code", MOST_CODES, 600, target=target):
            self.message_user(request, _("Too many codes for this record. Send a link instead."), messages.ERROR)
            return self._links_page(request, record, LinkForm(record), status=429)
        code = personal.make_code(record, language=customer_of(record).language, by=request.user)
        start = f"{_origin(record)}/"
        return self._links_page(request, record, LinkForm(record), code=code, start=start)

    def print_sheet(self, request: HttpRequest, record: Domain | Mailbox) -> HttpResponse:
        """The sheet of a mailbox as its customer would print it, in their language, with a new link on it."""
        settings = personal.settings_of(record)
        if not isinstance(record, Mailbox) or settings is None or not personal.has_paper_link(settings):
            self.message_user(request, _("There is no sheet with a link for this record."), messages.ERROR)
            return HttpResponseRedirect(links_url(record))
        if refused := self._too_many(request, record, LinkForm(record)):
            return refused
        with override(customer_of(record).language):
            made = sheets_with_links([record], request.user)
            back = {"setup_path": links_url(record), "back_words": _("Personal links"), "other_languages": []}
            return sheets_page(request, settings, made, **back)

    def revoke_link(self, request: HttpRequest, record: Domain | Mailbox) -> HttpResponse:
        number = request.POST.get("link", "")
        links = PersonalLink.objects.visible_to(request.user).of(record)
        link = links.filter(pk=number).first() if number.isdecimal() and len(number) < 19 else None
        if link is None:
            self.message_user(request, _("There is no such link to this record."), messages.ERROR)
        else:
            personal.revoke(link, request.user, request.POST.get("reason", "").strip()[:500])
            self.message_user(request, _("The link no longer works."), messages.SUCCESS)
        return HttpResponseRedirect(links_url(record))

    def _links_page(
        self, request: HttpRequest, record: Domain | Mailbox, form: LinkForm, status: int = 200, **context: Any
    ) -> HttpResponse:
        links = (
            PersonalLink.objects.visible_to(request.user)
            .of(record)
            .with_record()
            .select_related("created_by", "revoked_by")
        )
        settings = personal.settings_of(record)
        shared = {
            **self.admin_site.each_context(request),
            "title": _("Personal links"),
            "subtitle": str(record),
            "opts": self.opts,
            "original": record,
            "form": form,
            "links": links.working_first()[:LISTED],
            "has_paper_link": settings is not None and personal.has_paper_link(settings),
        }
        response = TemplateResponse(request, "admin/links.html", shared | context, status=status)
        response["Cache-Control"] = "private, no-store"
        if status == 429:
            response["Retry-After"] = "3600"
        return response


ACTS = {
    "copy": Links.copy_link, "send": Links.send_link, "code": Links.make_code, "paper": Links.print_sheet,
    "revoke": Links.revoke_link,
}  # fmt: skip


OTHER_WORDS = _("another address")
CONTACT_WORDS = {"recovery": _("recovery contact: {address}"), "customer": _("the customer: {address}")}
INSIDE = _("{contact} (in the customer’s own domains: ask for another contact)")


def _contact_words(contact: letters.Contact) -> Any:
    words = format_lazy(CONTACT_WORDS[contact.kind], address=contact.address)
    return format_lazy(INSIDE, contact=words) if contact.inside else words


def customer_of(record: Domain | Mailbox) -> Customer:
    return record.domain.customer if isinstance(record, Mailbox) else record.customer


def links_url(record: Domain | Mailbox) -> str:
    """Where the links to a record are, for the tools of its page."""
    return reverse(f"admin:{_url_name(type(record))}", args=[record.pk])


def _url_name(model: Any) -> str:
    return f"{model._meta.app_label}_{model._meta.model_name}_links"


def _origin(record: Domain | Mailbox) -> str:
    """Where the customer finds the field for the code: the brand's own host, or the site."""
    settings = personal.settings_of(record)
    return (settings.brand if settings else lookup.default_brand()).origin


def _made(link: PersonalLink, url: str) -> dict[str, str]:
    return {"url": url, "text": _message(link, url), "language": link.language}


def _message(link: PersonalLink, url: str) -> str:
    """What to paste into a chat with the customer."""
    with override(link.language):
        if personal.opens_settings(link):
            words = gettext(
                "Here are your mail settings with step-by-step instructions:\n%(url)s\nThe link works until %(time)s. "
                "Please do not pass it on. Nobody will ask you for the password there."
            )
        else:
            words = gettext(
                "Here is how your mail stands now, and what to do:\n%(url)s\nThe link works until %(time)s. "
                "Please do not pass it on. Nobody will ask you for the password there."
            )
        return words % {"url": url, "time": date_format(localtime(link.expires_at), "DATETIME_FORMAT")}
