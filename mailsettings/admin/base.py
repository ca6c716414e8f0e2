"""What every desk does alike: its role and scope, and saving through a plan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import AdminTextInputWidget, RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet, URLField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from accounts.fields import NameField
from accounts.models import ChangeSet, Recorded
from mailsettings import changes, rules
from mailsettings.models.fields import HostPatternField

from . import deletion, gone, history, meanwhile, paging, roles, scope
from .fields import LinesField, NameFormField, SearchedSelect
from .forms import MainForm, RecordForm, Refusal, refusals
from .lists import LONGEST_SEARCH, SEARCHED, DeskList, searched_query
from .removal import AboutRemoval, Incomplete, remove_selected
from .reverting import with_revert_link
from .search import Hits, Search

NAMES = {"form_class": NameFormField, "widget": AdminTextInputWidget}
ABOUT = _("About this change")
# The class of fieldsets that stand below the parts of a record.
AFTER = "after-parts"


class Fields:
    """Form fields of a desk or of its inlines: choices within the scope, lists and names as people write them."""

    formfield_overrides = {NameField: NAMES, HostPatternField: NAMES, URLField: {"assume_scheme": "https"}}
    line_fields: ClassVar[dict[str, tuple[type[LinesField], Any]]] = {}

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.line_fields:
            form_class, help_text = self.line_fields[db_field.name]
            return form_class(label=capfirst(db_field.verbose_name), help_text=help_text, required=False)
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            # Another record is changed and removed on its own page, where everything about it can be seen.
            field.widget.can_change_related = field.widget.can_delete_related = False
        return field

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs.setdefault("queryset", scope.visible(db_field.remote_field.model, request.user))
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", SearchedSelect(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class Parts(Fields, admin.TabularInline):
    """Rows that exist only as parts of a record. Who may change the record may change them."""

    form = RecordForm
    formset = meanwhile.MetFormSet
    extra = 0

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*super().get_fields(request, obj), *(["version"] if self._may_edit(request, obj) else [])]

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        formset.form.refused = refused_of(request)
        formset.take_theirs = formset.form.take_theirs = takes_theirs(request)
        return formset

    def _may_edit(self, request: HttpRequest, obj: Any) -> bool:
        return roles.may(request.user, "change" if obj else "add", self.parent_model)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return roles.may(request.user, "view", self.parent_model)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may_edit(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may_edit(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may_edit(request, obj)


class Desk(Fields, admin.ModelAdmin):
    """Records of one kind: role, scope, search."""

    list_per_page = 50
    list_max_show_all = 0
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    paginator = paging.OneAhead
    # The one order of the list: indexed columns, the last of them unique. Empty for short tables, in Django's ordering.
    order: tuple[str, ...] = ()
    # What the rows of a list may belong to, by the column that says so: whoever sees the owner sees all of its rows.
    owners: ClassVar[dict[str, type[Model]]] = {}
    # Fieldsets that only a stored record has.
    stored_fieldsets: Sequence[Any] = ()

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return roles.may(request.user, "view", self.model)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return roles.may(request.user, "add", self.model)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return roles.may(request.user, "change", self.model)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return roles.may(request.user, "delete", self.model)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return roles.may(request.user, "view", self.model)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return scope.narrowed(scope.named(super().get_queryset(request)), request.user)

    def not_here(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The answer about a record that does not exist or lies out of scope: Django's own words for both."""
        message = _("%(name)s with ID “%(key)s” doesn’t exist. Perhaps it was deleted?")
        names = {"name": self.opts.verbose_name, "key": unquote(object_id)}
        self.message_user(request, message % names, messages.WARNING)
        return HttpResponseRedirect(reverse("admin:index"))

    def change_set(self, request: HttpRequest, about: Any) -> ChangeSet:
        """Who, why and for which ticket; ``about`` holds what the page asked."""
        return ChangeSet(
            source=ChangeSet.Source.ADMIN,
            actor=request.user,
            reason=about.get("reason", "").strip()[:500],
            ticket=about.get("ticket", "").strip()[:100],
        )

    def about(self, record: Any) -> str:
        """What a search result says beside the name of a record."""
        return ""

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if request.method == "POST" and SEARCHED in request.POST:
            return HttpResponseRedirect(f"{request.path}?{searched_query(request)}")
        title = {"title": capfirst(self.opts.verbose_name_plural)}
        return super().changelist_view(request, title | (extra_context or {}))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[DeskList]:
        return DeskList

    def get_sortable_by(self, request: HttpRequest) -> Sequence[str]:
        # Any other order would read and sort the whole table.
        return () if self.order else super().get_sortable_by(request)

    def get_ordering(self, request: HttpRequest) -> Sequence[Any]:
        return self.order or super().get_ordering(request)

    def response_action(self, request: HttpRequest, queryset: QuerySet) -> Any:
        known = self.get_actions(request)
        asked = [known[name][0] for name in request.POST.getlist("action") if name in known]
        if not (asked and all(getattr(function, "shows_first", False) for function in asked)):
            # The action is for the rows that were ticked on a page: nobody has seen the others.
            request.POST = request.POST.copy()
            request.POST["select_across"] = "0"
        return super().response_action(request, queryset)

    def hits(self, found: Search) -> Hits:
        """The records of this kind that a search leads to."""
        raise NotImplementedError

    def search(self, request: HttpRequest, rows: QuerySet, text: str) -> QuerySet:
        """Those of ``rows`` that ``text`` leads to; it is not empty."""
        hits = self.hits(Search(request.user, text))
        request.search_stopped = hits.more
        return rows.filter(pk__in=list(hits.pks))

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        text = search_term.replace("\0", "").strip()[:LONGEST_SEARCH]
        return (self.search(request, queryset, text) if text else queryset), False


class PlannedDesk(Desk):
    """A desk whose saves and removals are plans. What a plan is refused for comes back beside its field."""

    delete_confirmation_template = "admin/delete_record.html"
    delete_selected_confirmation_template = "admin/delete_records.html"
    # Whether every save and removal here has to say why.
    reason_required = False

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        fieldsets = list(super().get_fieldsets(request, obj))
        if obj:
            fieldsets += self.stored_fieldsets
        if self.has_change_permission(request, obj) if obj else self.has_add_permission(request):
            fieldsets.append((ABOUT, {"fields": self._about_fields(), "classes": [AFTER]}))
        return fieldsets

    def _about_fields(self) -> list[str]:
        return ["reason", "ticket", *(["version"] if issubclass(self.model, Recorded) else [])]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.refused = refused_of(request)
        form.held = getattr(request, "held", False)
        form.take_theirs = takes_theirs(request)
        form.reason_required = self.reason_required
        return form

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.held = request.method == "POST" and self.hold(request)
        try:
            return super().changeform_view(request, *args, **kwargs)
        except changes.Refused as refused:
            # Nothing was written. The same page is made again, and now its forms know what is wrong.
            request.refused = refusals(refused.problems, request.user)
            return super().changeform_view(request, *args, **kwargs)

    def hold(self, request: HttpRequest) -> bool:
        """Whether a posted form is to come back with what was entered, and nothing is to be written."""
        return takes_theirs(request)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST":
            formsets = [inline.formset for inline in context["inline_admin_formsets"]]
            context["meanwhile"] = meanwhile.tell(context["adminform"].form, formsets, request.user)
            context["took_theirs"] = takes_theirs(request)
            if meanwhile.alone([context["adminform"].form, *(row for part in formsets for row in part)], formsets):
                # The page says so at its top, with everything about it: no box has to say it once more.
                context["errors"] = ()
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not isinstance(obj, Recorded):
            super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Sequence[Any], change: bool) -> None:
        form.save_m2m()
        plan = changes.Plan()
        if isinstance(form.instance, Recorded):
            put(plan, form)
        for formset in formsets:
            formset.save(commit=False)
            written = {*map(id, formset.new_objects), *(id(instance) for instance, _fields in formset.changed_objects)}
            for part in formset.forms:
                if id(part.instance) in written:
                    put(plan, part)
            for out in formset.deleted_forms:
                if out.before is not None:
                    # The form has put into the instance what was typed into the row before it was removed.
                    plan.remove(type(out.instance)(pk=out.instance.pk, **out.before))
        self.consider(request, plan)
        request.written = changes.apply(plan, self.change_set(request, form.cleaned_data))
        for warning in rules.warnings(plan):
            self.message_user(request, warning.message, messages.WARNING)
        if waiting := rules.about_waiting(plan):
            self.message_user(request, waiting, messages.WARNING)

    def consider(self, request: HttpRequest, plan: changes.Plan) -> None:
        """Look at a plan before it is written; raise to keep it from being written."""

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Django's, with the removal of a selection that asks for a reason in place of its own."""
        actions = super().get_actions(request)
        if "delete_selected" in actions:
            _function, name, description = actions["delete_selected"]
            actions["delete_selected"] = (remove_selected, name, description)
        return actions

    def about_removal(self, request: HttpRequest, several: bool) -> AboutRemoval:
        """The form that asks why something is removed: filled in once the removal is confirmed."""
        form = AboutRemoval(request.POST if "post" in request.POST else None)
        form.fields["reason"].required = several or self.reason_required
        return form

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        about = self.about_removal(request, several=False)
        if not (about.is_valid() and about.has_seen(deletion.digest(self.model, [obj]))):
            raise Incomplete(about)
        self.remove(request, [obj], about.cleaned_data)

    def remove(self, request: HttpRequest, rows: Sequence[Any], about: Any) -> None:
        """Remove records as one change set."""
        plan = changes.Plan()
        plan.remove_all(rows)
        request.written = changes.apply(plan, self.change_set(request, about))

    def selected(self, request: HttpRequest) -> list[tuple[str, str]]:
        """What a page between an action and its end sends along, so that it is about the same rows."""
        keys = [(ACTION_CHECKBOX_NAME, key) for key in request.POST.getlist(ACTION_CHECKBOX_NAME)]
        every = request.POST.get("select_across") == "1"
        return [*(keys[:1] if every else keys), ("select_across", "1" if every else "0")]

    def message_user(self, request: HttpRequest, message: Any, level: Any = messages.INFO, *args: Any) -> None:
        """Django's; what says that something was written says how to take it back."""
        if level == messages.SUCCESS:
            message = with_revert_link(message, getattr(request, "written", None))
        super().message_user(request, message, level, *args)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, Any, Any, Any]:
        return deletion.describe(self.model, objs, request.user)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        about = {"about": self.about_removal(request, several=False)}
        try:
            return super().delete_view(request, object_id, about | (extra_context or {}))
        except Incomplete as incomplete:
            # Nothing was removed: the same question again, with what is missing.
            request.POST = QueryDict()
            return super().delete_view(request, object_id, {"about": incomplete.about} | (extra_context or {}))
        except changes.Refused as refused:
            back = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[unquote(object_id)])
            return self._say_refused(request, refused, back)

    def render_delete_form(self, request: HttpRequest, context: Any) -> HttpResponse:
        seen = "" if context["protected"] else deletion.digest(self.model, [context["object"]])
        return super().render_delete_form(request, context | {"seen": seen})

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        try:
            return super().changelist_view(request, extra_context)
        except changes.Refused as refused:
            return self._say_refused(request, refused, request.get_full_path())

    def _say_refused(self, request: HttpRequest, refused: changes.Refused, back: str) -> HttpResponse:
        for refusal in refusals(refused.problems, request.user):
            self.message_user(request, refusal.message, messages.ERROR)
        return HttpResponseRedirect(back)


class RecordDesk(PlannedDesk):
    """A desk for recorded rows, whose log is the change log and not Django's."""

    form = MainForm

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        record = super().get_object(request, object_id, from_field)
        if record is not None:
            # For fields that show what depends on who reads them.
            record.reader = request.user
        return record

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> HttpResponse:
        """Django's answer to a form about a record that is not there, which would lose what was typed into it.

        Its name is Django's own, but every other place would have to ask for the record once more with each save.
        """
        if request.method == "POST":
            removal = gone.removal_of(self.model, scope.key(unquote(object_id)), request.user)
            if removal is not None:
                return gone.page(self, request, removal)
        return super()._get_obj_does_not_exist_redirect(request, opts, object_id)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:
        """The change log has it."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> None:
        """The change log has it."""

    def log_deletions(self, request: HttpRequest, queryset: Any) -> None:
        """The change log has it."""

    @admin.display(description=_("last change"))
    def last_change(self, record: Recorded) -> Any:
        """A list column: when the row was written last. Needs ``changed_in`` in ``list_select_related``."""
        return date_format(localtime(record.changed_in.at), "SHORT_DATE_FORMAT") if record.changed_in else None

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        record = self.get_object(request, unquote(object_id))
        if record is None:
            return self.not_here(request, object_id)
        if not self.has_view_permission(request, record):
            raise PermissionDenied
        parts = [inline.model for inline in self.inlines]
        page = history.page_of(record, parts, paging.Cursor.of(request.GET), request.user)
        context = {
            **self.admin_site.each_context(request),
            "title": _("History"),
            "subtitle": str(record),
            "opts": self.opts,
            "original": record,
            "page": page,
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/record_history.html", context)


def takes_theirs(request: HttpRequest) -> bool:
    """Whether somebody who was told of a colleague's values wants those in the form in place of their own."""
    return request.method == "POST" and "_theirs" in request.POST


def refused_of(request: HttpRequest) -> Sequence[Refusal]:
    """What the plan of this request was refused for, when the page is made a second time."""
    return getattr(request, "refused", ())


def put(plan: changes.Plan, form: Any) -> None:
    """The row of a valid form, as an addition or a change that problems find back by the form's prefix."""
    where = form.prefix or ""
    if form.before is None:
        plan.add(form.instance, where)
    else:
        plan.change(form.instance, form.before, where)
