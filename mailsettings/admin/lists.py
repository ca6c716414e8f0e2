"""The lists of the desk: a page at a time, whatever lies beyond it.

What a list is searched for may be an address, so it is posted, and stands in the list's own addresses (URLs) sealed.
"""

from __future__ import annotations

from typing import Any

from django.contrib.admin.views.main import PAGE_VAR, SEARCH_VAR, ChangeList, ChangeListSearchForm
from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.formats import localize
from django.utils.translation import gettext

from mailsettings import sealing

from . import paging, scope

# What a posted search is known by, and what of it is no part of the list's address.
SEARCHED = "searched"
UNSENT = ("csrfmiddlewaretoken", SEARCHED, SEARCH_VAR, PAGE_VAR, paging.AFTER, paging.BEFORE)
PURPOSE = "skrynka search of a list"
LONGEST_SEARCH = 300


def searched_query(request: HttpRequest) -> str:
    """The query of the list that a posted search asks for: its filters, and the text sealed."""
    query = request.POST.copy()
    for name in UNSENT:
        query.pop(name, None)
    if text := sealed(request.POST.get(SEARCH_VAR, "")):
        query[SEARCH_VAR] = text
    return query.urlencode()


def sealed(text: str) -> str:
    """What a list is searched for, as it stands in the list's address; empty where that is nothing."""
    bare = text.replace("\0", "").strip()[:LONGEST_SEARCH]
    return sealing.seal(bare, PURPOSE) if bare else ""


class OpenedSearchForm(ChangeListSearchForm):
    """What a list is searched for, as somebody typed it; what was typed into the address by hand is taken as well."""

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        text = values.get(SEARCH_VAR) or ""
        opened = sealing.unseal(text, PURPOSE)
        return values | {SEARCH_VAR: text if opened is None else opened}


class DeskList(ChangeList):
    """A list in the one order of its desk, or, where the desk has none, a short one in pages by number."""

    search_form_class = OpenedSearchForm
    model_admin: Any
    unfinished = False

    def get_filters(self, request: HttpRequest) -> Any:
        # Where the page begins is no filter. Django reads the query only once, before this.
        for name in (paging.AFTER, paging.BEFORE):
            self.params.pop(name, None)
            self.filter_params.pop(name, None)
        if text := sealed(self.query):
            self.params[SEARCH_VAR], self.filter_params[SEARCH_VAR] = text, [text]
        specs, has_filters, remaining, duplicates, active = super().get_filters(request)
        self._belong_together(request, remaining)
        self.conditions = len(remaining) + sum(bool(spec.used_parameters) for spec in specs)
        if not self.within_one:
            self.conditions += _conditions_of_scope(request.user)
        return specs, has_filters, remaining, duplicates, active

    def _belong_together(self, request: HttpRequest, remaining: dict[str, Any]) -> None:
        """Whether these are the rows of one owner, such as the mailboxes of a domain.

        Whoever sees the owner sees all of them. The scope is not asked for again then: a database that knows nothing of
        the sizes might read every row of the scope to find those of the owner.
        """
        self.within_one = False
        for column, owner in self.model_admin.owners.items():
            values = remaining.get(f"{column}__id__exact")
            # Django takes several values for a choice between them, so each would have to be asked about.
            if values and len(values) == 1 and str(values[0]).isdecimal():
                visible = scope.visible(owner, request.user).filter(pk=values[0])
                if visible.exists():
                    self.within_one = True
                    self.root_queryset = scope.named(self.model._default_manager.all())
                    return

    def get_ordering(self, request: HttpRequest, queryset: QuerySet) -> list[Any]:
        return list(self.model_admin.order) or super().get_ordering(request, queryset)

    def get_results(self, request: HttpRequest) -> None:
        if order := self.model_admin.order:
            cursor = paging.Cursor.of(request.GET)
            conditions = 0 if self.query else self.conditions
            part = paging.part_of(self.queryset, order, cursor, self.list_per_page, conditions=conditions)
            self.result_list, self.unfinished = part.object_list, part.unfinished
            self.previous_url = part.address(paging.BEFORE, part.before, self.filter_params)
            self.next_url = part.address(paging.AFTER, part.after, self.filter_params)
        else:
            page = paging.OneAhead(self.queryset, self.list_per_page).page(self.page_num)
            self.result_list = page.object_list
            self.previous_url = self._page_url(page, -1) if page.has_previous() else ""
            self.next_url = self._page_url(page, 1) if page.has_next() else ""
        self.only_first = getattr(request, "search_stopped", False)
        self.result_count = len(self.result_list)
        self.full_result_count = None
        self.show_full_result_count = self.can_show_all = self.multi_page = False
        self.show_admin_actions = bool(self.result_list)
        self.offers_all = bool(self.previous_url or self.next_url) and any(
            getattr(function, "shows_first", False)
            for function, *_names in self.model_admin.get_actions(request).values()
        )
        self.paginator = None

    def _page_url(self, page: Page, step: int) -> str:
        return self.get_query_string({PAGE_VAR: page.number + step})

    @property
    def shown(self) -> str:
        """How many rows there are, as far as that is worth counting."""
        if self.conditions > 1 and not self.query:
            return gettext("Shown: %(count)s") % {"count": localize(self.result_count)}
        total = self.queryset.order_by().values("pk")[: paging.COUNTED + 1].count()
        if total == self.result_count:
            return gettext("In all: %(count)s") % {"count": localize(total)}
        words = gettext("Shown: %(count)s of %(total)s")
        if total > paging.COUNTED:
            words, total = gettext("Shown: %(count)s of more than %(total)s"), paging.COUNTED
        return words % {"count": localize(self.result_count), "total": localize(total)}


def _conditions_of_scope(user: Any) -> int:
    """How many values of an indexed column the scope of ``user`` spreads over; nothing narrows an operator's."""
    return 0 if user.sees_everything else len(user.brand_keys)
