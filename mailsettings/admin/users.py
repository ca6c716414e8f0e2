"""The desk for people who sign in, and their roles."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, User

from . import search
from .base import Parts, PlannedDesk
from .forms import AboutThisChange, PlannedForm
from .lists import YesNoFilter

# Roles say what people may do here; Django's groups and permissions say nothing.
admin.site.unregister(Group)


class UserForm(AboutThisChange, PlannedForm, UserChangeForm):
    pass


class NewUserForm(AboutThisChange, PlannedForm, AdminUserCreationForm):
    pass


class MembershipParts(Parts):
    model = Membership
    fields = ("role", "brand", "customer")
    autocomplete_fields = ("customer",)
    verbose_name_plural = _("roles")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("user")


class RoleFilter(admin.SimpleListFilter):
    title = _("role")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return Membership.Role.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        having = Membership.objects.filter(role=self.value())
        if self.value() == Membership.Role.CUSTOMER:
            # Most people are customers: they are met on the way through the list.
            return queryset.filter(Exists(having.filter(user=OuterRef("pk"))))
        return queryset.filter(pk__in=having.values("user")) if self.value() else queryset


@admin.register(User)
class UserDesk(PlannedDesk, UserAdmin):
    form = UserForm
    add_form = NewUserForm
    inlines = (MembershipParts,)
    list_display = ("username", "last_name", "first_name", "email", "is_active", "is_staff", "last_login")
    list_filter = (RoleFilter, ("is_active", YesNoFilter), ("is_staff", YesNoFilter))
    order = ("username",)
    search_fields = ("username", "first_name", "last_name", "email")
    search_help_text = _("A user name, a name or an e-mail address.")
    readonly_fields = ("last_login", "date_joined")
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": ("last_name", "first_name", "email", "language")}),
        (_("Access"), {"fields": ("is_active", "is_staff", "is_superuser")}),
        (_("Dates"), {"fields": (("last_login", "date_joined"),)}),
    )
    add_fieldsets = (
        (None, {"fields": ("username", "usable_password", "password1", "password2"), "classes": ["wide"]}),
        (_("Person"), {"fields": ("last_name", "first_name", "email", "language")}),
        (_("Access"), {"fields": ("is_staff",)}),
    )

    def hits(self, found: search.Search) -> search.Hits:
        return found.users
