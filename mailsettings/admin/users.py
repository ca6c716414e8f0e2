"""The desk for people who sign in, and their roles."""

from __future__ import annotations

from typing import Any

from allauth.account.admin import EmailAddress
from allauth.mfa.admin import Authenticator
from allauth.usersessions.admin import UserSession
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import second_factor
from accounts.models import Membership, User

from . import search
from .base import Parts, PlannedDesk
from .filters import YesNoFilter
from .forms import AboutThisChange, PlannedForm

# Roles say what people may do here; Django's groups and permissions say nothing. What allauth keeps about somebody is
# theirs to see and change; here it can only be taken from them as a whole.
admin.site.unregister([Group, EmailAddress, Authenticator, UserSession])


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
    readonly_fields = ("last_login", "date_joined", "second_factor")
    actions = ("forget_second_factor",)
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": ("last_name", "first_name", "email", "language")}),
        (_("Access"), {"fields": ("is_active", "is_staff", "is_superuser", "second_factor")}),
        (_("Dates"), {"fields": (("last_login", "date_joined"),)}),
    )
    add_fieldsets = (
        (None, {"fields": ("username", "usable_password", "password1", "password2"), "classes": ["wide"]}),
        (_("Person"), {"fields": ("last_name", "first_name", "email", "language")}),
        (_("Access"), {"fields": ("is_staff",)}),
    )

    def hits(self, found: search.Search) -> search.Hits:
        return found.users

    @admin.display(description=_("second factor"))
    def second_factor(self, user: User) -> str:
        words = {"totp": _("authenticator app"), "webauthn": _("passkey")}
        return ", ".join(str(words[factor]) for factor in sorted(second_factor.factors(user))) or str(_("none"))

    @admin.action(description=_("Remove the second factor and sign out everywhere"), permissions=["change"])
    def forget_second_factor(self, request: HttpRequest, queryset: QuerySet) -> None:
        """For somebody who lost the phone and the recovery codes; they set up a new one when they sign in."""
        for user in queryset:
            second_factor.forget(user)
            self.log_change(request, user, gettext("Removed the second factor."))
        self.message_user(request, _("They set up a new second factor when they sign in."), messages.SUCCESS)
