"""Lists at the desk: a file is read, shown row by row as what it would do, and saved as one change set."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from accounts import throttle
from accounts.models import ChangeSet, Customer
from mailsettings import changes, imports
from mailsettings.imports import Form, Kind, Preview, State, checking, listing, pending, writing
from mailsettings.imports.values import Wrong, domain_name
from mailsettings.models import Domain, Mailbox

from . import roles, scope
from .batches import MOST
from .forms import AboutThisChange, refusals
from .reverting import with_revert_link

SHOWN = 200
MOST_CHECKS_IN_AN_HOUR = 60
# What a form adds around its file.
AROUND = 64 * 1024
FORMS = [
    ("", _("recognise it")),
    (Form.SHEET, _("a table: CSV or XLSX")),
    (Form.CPANEL_MAILBOXES, _("cPanel, mailboxes: uapi Email list_pops --output=json")),
    (Form.CPANEL_DOMAINS, _("cPanel, domains: /etc/userdomains")),
    (Form.DIRECTADMIN, _("DirectAdmin, mailboxes of a domain: /etc/virtual/…/passwd")),
]
LISTS = {Kind.MAILBOXES: "admin:mailsettings_mailbox_changelist", Kind.DOMAINS: "admin:mailsettings_domain_changelist"}
NEEDED = [(action, model) for action in ("add", "change") for model in (Customer, Domain, Mailbox)]


def may_import(user: Any) -> bool:
    """Whether ``user`` may add and change what a list can hold."""
    return all(roles.may(user, action, model) for action, model in NEEDED)


def may_remove_missing(user: Any, found: Preview) -> bool:
    """Whether ``user`` may remove what a list does not have. Mailboxes go with their domain."""
    needed = (Mailbox,) if found.kind is Kind.MAILBOXES else (Domain, Mailbox)
    return all(roles.may(user, "delete", model) for model in needed)


class InMemory(MemoryFileUploadHandler):
    """Keeps an upload in memory alone: there may be passwords in it, and no disk may see them."""

    # The names are Django's.
    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, *args: Any, **kwargs: Any) -> None:  # noqa: N803
        self.activated = content_length <= imports.DESK.size + AROUND


class UploadForm(forms.Form):
    """A file, what it is, and what holds for rows that do not say it themselves."""

    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,
        help_text=_("CSV, XLSX or a list of a control panel, at most 10 MB. Columns of passwords are not kept."),
    )
    form = forms.ChoiceField(label=_("What it is"), choices=FORMS, required=False)
    domain = forms.CharField(
        label=_("Domain"),
        required=False,
        max_length=300,
        help_text=_("Only where the file holds mailboxes and does not tell their domain."),
        widget=forms.TextInput(attrs={"class": "vTextField", "autocomplete": "off", "spellcheck": "false"}),
    )
    customer = forms.CharField(
        label=_("Customer’s number"),
        required=False,
        max_length=64,
        help_text=_("For new domains whose rows name no customer."),
        widget=forms.TextInput(attrs={"class": "vTextField", "autocomplete": "off"}),
    )
    create_customers = forms.BooleanField(
        label=_("Add customers whose numbers are not known yet"),
        required=False,
        help_text=_("Those whose names stand in the file are added in any case."),
    )

    def __init__(self, user: Any, too_large: bool, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.user = user
        self.too_large = too_large
        if too_large:
            self.fields["file"].required = False

    def clean_domain(self) -> str:
        try:
            return domain_name(text) if (text := self.cleaned_data["domain"].strip()) else ""
        except Wrong as error:
            raise forms.ValidationError(str(error)) from error

    def clean_customer(self) -> str:
        ref: str = self.cleaned_data["customer"].strip()
        return ref

    def clean(self) -> None:
        given = self.cleaned_data
        ref = given.get("customer")
        if ref and not given["create_customers"] and not scope.visible(Customer, self.user).filter(ref=ref).exists():
            self.add_error("customer", _("You have no customer with this number."))
        if self.too_large:
            self.add_error("file", _("The file is larger than 10 MB. Divide it."))
        if not self.errors:
            self._read()

    def _read(self) -> None:
        given = self.cleaned_data
        try:
            form = Form(given["form"]) if given["form"] else None
            self.table = imports.read(given["file"].read(), imports.DESK, form, given["domain"])
        except imports.DomainNeeded as error:
            self.add_error("domain", str(error))
        except imports.BadFile as error:
            self.add_error("file", str(error))
        else:
            self.options = imports.Options(given["customer"], given["create_customers"])
            if not self.table.rows:
                self.add_error("file", _("There are headings in this file and no rows below them."))


class SaveForm(AboutThisChange):
    """Why a list is saved, and whether what it does not have is removed."""

    remove_missing = forms.BooleanField(required=False)
    confirmed = forms.IntegerField(
        label=_("How many will be removed"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    fingerprint = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, found: Preview, may_remove: bool, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["reason"].required = True
        self.found = found
        if not (found.missing and may_remove):
            del self.fields["remove_missing"], self.fields["confirmed"]
            return
        self.fields["remove_missing"].label = _removal(found)
        if found.braked:
            self.fields["confirmed"].help_text = _too_much(found)
        else:
            del self.fields["confirmed"]

    def clean(self) -> None:
        given = self.cleaned_data
        asked = "confirmed" in self.fields and given.get("remove_missing") and "confirmed" not in self.errors
        if asked and given.get("confirmed") != len(self.found.missing):
            domains = _("Type the number of domains that will be removed.")
            mailboxes = _("Type the number of mailboxes that will be removed.")
            self.add_error("confirmed", domains if self.found.kind is Kind.DOMAINS else mailboxes)


def _removal(found: Preview) -> str:
    count = len(found.missing)
    if found.kind is Kind.MAILBOXES:
        words = ngettext(
            "Also remove %(count)d mailbox that the file does not have",
            "Also remove %(count)d mailboxes that the file does not have",
            count,
        )
        return words % {"count": count}
    words = ngettext(
        "Also remove %(count)d domain that the file does not have; mailboxes that go with it: %(mailboxes)d",
        "Also remove %(count)d domains that the file does not have; mailboxes that go with them: %(mailboxes)d",
        count,
    )
    return words % {"count": count, "mailboxes": sum(gone.mailboxes for gone in found.missing)}


def _too_much(found: Preview) -> str:
    if found.kind is Kind.MAILBOXES:
        return gettext("More than a fifth of a domain’s mailboxes would go. Type their number to confirm it.")
    return gettext("More than a fifth of a customer’s domains would go. Type the number of domains to confirm it.")


class Importing:
    """Views of the desk for lists. What somebody brought is theirs alone, for half an hour."""

    def import_urls(self) -> list[Any]:
        view = self.admin_view
        return [
            path("import/", view(self.import_view), name="import"),
            path("import/<uuid:number>/", view(self.preview_view), name="import_preview"),
            path("import/<uuid:number>/report.csv", view(self.report_view), name="import_report"),
        ]

    # The handler has to be in its place before the token is looked for in what was posted.
    @method_decorator(csrf_exempt)
    def import_view(self, request: HttpRequest) -> HttpResponse:
        handler = InMemory(request)
        request.upload_handlers = [handler]
        return self._import_view(request, handler)

    @method_decorator(csrf_protect)
    def _import_view(self, request: HttpRequest, handler: InMemory) -> HttpResponse:
        if not may_import(request.user):
            raise PermissionDenied
        if request.method != "POST":
            form = UploadForm(request.user, False)
        else:
            posted, files = request.POST, request.FILES
            form = UploadForm(request.user, not handler.activated, posted, files)
            if form.is_valid():
                number = pending.keep(form.table, form.options, request.user)
                return HttpResponseRedirect(reverse("admin:import_preview", args=[number]))
        context = {**self.each_context(request), "title": _("Import a list"), "form": form}
        return TemplateResponse(request, "admin/import.html", context)

    @method_decorator(never_cache)
    def preview_view(self, request: HttpRequest, number: uuid.UUID) -> HttpResponse:
        found = self._preview(request, number)
        if found is None:
            return self._gone(request)
        if request.method == "POST" and "discard" in request.POST:
            pending.discard(request.user)
            messages.info(request, gettext("The file was discarded. Nothing was changed."))
            return HttpResponseRedirect(reverse("admin:import"))
        if request.method == "POST" and "check_mx" in request.POST:
            return self._check_mx(request, number, found)
        may_remove = may_remove_missing(request.user, found) and found.removed_rows <= MOST
        fingerprint = found.fingerprint()
        stale = request.method == "POST" and request.POST.get("fingerprint") != fingerprint
        if request.method == "POST" and not stale:
            form = SaveForm(found, may_remove, request.POST)
            if form.is_valid():
                return self._save(request, found, form)
        else:
            kept = {name: request.POST.get(name, "") for name in ("reason", "ticket")}
            form = SaveForm(found, may_remove, initial=kept | {"fingerprint": fingerprint})
        context = self._context(request, number, found, form, stale)
        return TemplateResponse(request, "admin/import_preview.html", context)

    def _check_mx(self, request: HttpRequest, number: uuid.UUID, found: Preview) -> HttpResponse:
        """Ask the DNS about new domains, and show the same preview with what it said."""
        target = f"user {request.user.pk}"
        if not throttle.allowed(request, "import-mx", MOST_CHECKS_IN_AN_HOUR, 3600, target=target):
            messages.error(request, gettext("That was too often. Try again in an hour."))
        else:
            pending.remember_mx(number, request.user, imports.check_mx(found.mx_unasked))
        return HttpResponseRedirect(request.path)

    @method_decorator(never_cache)
    def report_view(self, request: HttpRequest, number: uuid.UUID) -> HttpResponse:
        """Every row of the preview as CSV."""
        found = self._preview(request, number)
        if found is None:
            return self._gone(request)
        return attachment(writing.as_csv(list(listing.report(found))), "import.csv", writing.CSV_TYPE)

    def _preview(self, request: HttpRequest, number: uuid.UUID) -> Preview | None:
        if not may_import(request.user):
            raise PermissionDenied
        kept = pending.find(number, request.user)
        return imports.preview(kept[0], request.user, kept[1]) if kept else None

    def _gone(self, request: HttpRequest) -> HttpResponse:
        words = gettext(
            "This preview is gone: it was saved, another file was chosen since, or half an hour is over. Choose the"
            " file again."
        )
        messages.warning(request, words)
        return HttpResponseRedirect(reverse("admin:import"))

    def _context(
        self, request: HttpRequest, number: uuid.UUID, found: Preview, form: SaveForm, stale: bool
    ) -> dict[str, Any]:
        titles = listing.titles()
        counts = [(titles[state], count) for state, count in found.counts.items()]
        counts += [(title, len(some)) for title, some in listing.brought(found)]
        return {
            **self.each_context(request),
            "title": _("Preview of an import"),
            "found": found,
            "form": form,
            "stale": stale,
            "counts": counts,
            "sections": list(_sections(found)),
            "warnings": list(_warnings(found, request.user)),
            "mx": listing.mx(found),
            "most_checked": checking.MOST,
            "report_url": reverse("admin:import_report", args=[number]),
        }

    def _save(self, request: HttpRequest, found: Preview, form: SaveForm) -> HttpResponse:
        given = form.cleaned_data
        change_set = ChangeSet(
            source=ChangeSet.Source.IMPORT,
            actor=request.user,
            reason=given["reason"].strip(),
            ticket=given["ticket"].strip(),
        )
        try:
            saved = imports.apply(
                found, change_set, remove_missing=given.get("remove_missing", False), confirmed=given.get("confirmed")
            )
        except changes.Refused as refused:
            for refusal in refusals(refused.problems, request.user)[:5]:
                messages.error(request, refusal.message)
            return HttpResponseRedirect(request.path)
        pending.discard(request.user)
        if saved is None:
            messages.info(request, gettext("There was nothing to save."))
        else:
            messages.success(request, with_revert_link(gettext("The list was saved."), saved))
        return HttpResponseRedirect(reverse(LISTS[found.kind]))


def _warnings(found: Preview, user: Any) -> Iterator[str]:
    """What takes too long for a page of the desk, and who can do it in its place."""
    written, removed = len(found.plan.rows), found.removed_rows if may_remove_missing(user, found) else 0
    if removed > MOST:
        words = gettext(
            "Removing what the file does not have would write more than %(most)d rows, which takes too long for a page."
            " Whoever runs this site can do it: manage.py import --remove-missing"
        )
        yield words % {"most": MOST}
        removed = 0
    if written > MOST:
        words = gettext(
            "Saving writes more than %(most)d rows. That cannot be taken back here, only by whoever runs this site:"
            " manage.py revert"
        )
        yield words % {"most": MOST}
    elif written + removed > MOST:
        words = gettext(
            "Saving, with the removal, writes more than %(most)d rows. That cannot be taken back here, only by whoever"
            " runs this site: manage.py revert"
        )
        yield words % {"most": MOST}


def _sections(found: Preview) -> Iterator[dict[str, Any]]:
    """The tables of a preview: what is wrong, what comes along beside the rows, and then row by row."""
    titles = listing.titles()
    named = gettext("Domain") if found.kind is Kind.DOMAINS else gettext("Address")
    yield from _section(State.BAD, titles[State.BAD], named, found.of(State.BAD))
    for title, some in listing.brought(found):
        yield from _section("brought", title, gettext("Name"), some)
    for state in (State.NEW, State.CHANGED, State.MISSING, State.UNCHANGED):
        yield from _section(state, titles[state], named, found.of(state))


def _section(state: str, title: str, named: str, lines: Sequence[Any]) -> Iterator[dict[str, Any]]:
    if lines:
        more = max(len(lines) - SHOWN, 0)
        yield {
            "state": state, "title": title, "named": named, "count": len(lines), "lines": lines[:SHOWN], "more": more,
        }  # fmt: skip


def attachment(pieces: Any, name: str, content_type: str) -> StreamingHttpResponse:
    """A file to save, made while it is sent. No cache keeps it."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store, private"}
    return StreamingHttpResponse(pieces, content_type=content_type, headers=headers)
