"""Customers of the hoster, and the people who sign in."""

from __future__ import annotations

from functools import cached_property

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from mailsettings.core import finding

from .brands import LANGUAGE_CHOICES, Brand
from .log import Recorded


class CustomerQuerySet(models.QuerySet["Customer"]):
    def visible_to(self, user) -> CustomerQuerySet:
        """The customers of the brands that ``user`` works for; else the ones that ``user`` is."""
        return self if user.sees_everything else self.filter(user.scope("pk"))


class Customer(Recorded):
    ref = models.CharField(
        _("reference"), max_length=64, unique=True, help_text=_("The customer’s number in billing. Never changes.")
    )
    name = models.CharField(_("name"), max_length=200, blank=True)
    brand = models.ForeignKey(
        Brand,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="customers",
        verbose_name=_("brand"),
        help_text=_("Empty: the default brand."),
    )
    email = models.EmailField(_("e-mail"), blank=True, help_text=_("Where links and letters to this customer go."))
    phone = models.CharField(_("phone"), max_length=50, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGE_CHOICES, default="uk")
    # The brand under which it is seen, with 0 for the default one however it is said. ``mailsettings.changes`` keeps
    # this column in step, here, in domains and in mailboxes: a scope is then one column of the index of a list.
    brand_key = models.BigIntegerField(editable=False, default=0)

    unlogged = frozenset({"brand_key"})
    searched = frozenset({"ref", "name", "email", "phone"})
    objects = CustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        ordering = ["ref"]
        indexes = [
            models.Index(Lower("email"), name="customer_by_email"),
            models.Index(fields=["brand_key", "ref"], name="customer_by_brand"),
            models.Index(fields=["language", "ref"], name="customer_by_language"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(ref=""), name="customer_ref_not_empty"),
            models.CheckConstraint(condition=Q(language__in=["uk", "en"]), name="customer_language_known"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.ref})" if self.name else self.ref

    def search_words(self) -> set[str]:
        return finding.customer_words(self.ref, self.name, self.email, self.phone)


class User(AbstractUser):
    """Somebody who signs in. What they may see comes from their memberships."""

    language = models.CharField(_("language"), max_length=2, choices=LANGUAGE_CHOICES, default="uk")

    class Meta(AbstractUser.Meta):
        verbose_name = _("user")
        verbose_name_plural = _("users")
        indexes = [
            models.Index(Lower("email"), name="user_by_email"),
            models.Index(fields=["first_name"], opclasses=["varchar_pattern_ops"], name="user_by_first_name"),
            models.Index(fields=["last_name"], opclasses=["varchar_pattern_ops"], name="user_by_last_name"),
            models.Index(fields=["email"], opclasses=["varchar_pattern_ops"], name="user_by_email_start"),
            models.Index(fields=["is_staff", "username"], name="user_by_staff"),
            models.Index(fields=["is_active", "username"], name="user_by_active"),
        ]

    @cached_property
    def roles(self) -> tuple[tuple[str, int | None, int | None], ...]:
        """Role, brand and customer of each membership."""
        return tuple(self.memberships.values_list("role", "brand_id", "customer_id"))

    @property
    def sees_everything(self) -> bool:
        """Whether this is an operator: no scope narrows what they see."""
        return self.is_active and (
            self.is_superuser or any(role == Membership.Role.OPERATOR for role, *_ in self.roles)
        )

    @property
    def brand_ids(self) -> frozenset[int]:
        """Brands whose customers this person looks after."""
        return frozenset(
            brand
            for role, brand, _ in self.roles
            if brand and role in (Membership.Role.SUPPORT, Membership.Role.RESELLER)
        )

    @property
    def customer_ids(self) -> frozenset[int]:
        """Customers as which this person signs in."""
        return frozenset(customer for _, _, customer in self.roles if customer)

    @property
    def works_for_default_brand(self) -> bool:
        return 0 in self.brand_keys

    @cached_property
    def brand_keys(self) -> frozenset[int]:
        """The ``brand_key`` of everything that this person looks after; every one for an operator."""
        if self.sees_everything:
            return frozenset([0, *Brand.objects.filter(is_default=False).order_by().values_list("pk", flat=True)])
        default = set(Brand.objects.filter(pk__in=self.brand_ids, is_default=True).values_list("pk", flat=True))
        return frozenset(0 if pk in default else pk for pk in self.brand_ids)

    def scope(self, customer: str, brand_key: str = "brand_key") -> Q:
        """The rows that this person may see; the names lead from a row to its customer and to its ``brand_key``.

        Whoever works for a brand sees that brand's: with what they may do there, their own customer's records in
        another brand would be open to changes.
        """
        if self.brand_keys:
            return Q(**{f"{brand_key}__in": sorted(self.brand_keys)})
        return Q(**{f"{customer}__in": self.customer_ids}) if self.customer_ids else Q(pk__in=[])

    @property
    def support_brand_ids(self) -> frozenset[int]:
        """Brands whose customers this person looks after as the hoster's staff."""
        return frozenset(brand for role, brand, _ in self.roles if brand and role == Membership.Role.SUPPORT)

    @property
    def is_support(self) -> bool:
        """Whether this person looks after customers of some brand as the hoster's staff."""
        return bool(self.support_brand_ids)

    @property
    def is_reseller(self) -> bool:
        """Whether this person looks after customers of some brand as its own business."""
        return any(role == Membership.Role.RESELLER for role, *_ in self.roles)

    def vouches_for(self, brand_id: int | None) -> bool:
        """Whether this person's word suffices that a domain belongs to a customer of this brand (None: the default)."""
        if self.sees_everything:
            return True
        if brand_id is None:
            return Brand.objects.filter(pk__in=self.support_brand_ids, is_default=True).exists()
        return brand_id in self.support_brand_ids


class Membership(Recorded):
    """What one person may see and do: everything, one brand's customers, or one customer's own records."""

    class Role(models.TextChoices):
        OPERATOR = "operator", _("operator")
        SUPPORT = "support", _("support of a brand")
        RESELLER = "reseller", _("reseller")
        CUSTOMER = "customer", _("customer")

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships", verbose_name=_("user"))
    role = models.CharField(_("role"), max_length=10, choices=Role.choices)
    brand = models.ForeignKey(
        Brand, models.CASCADE, null=True, blank=True, related_name="memberships", verbose_name=_("brand")
    )
    customer = models.ForeignKey(
        Customer, models.CASCADE, null=True, blank=True, related_name="memberships", verbose_name=_("customer")
    )

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        indexes = [models.Index(fields=["role", "user"], name="membership_by_role")]
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(role="operator", brand=None, customer=None)
                    | Q(role__in=["support", "reseller"], brand__isnull=False, customer=None)
                    | Q(role="customer", brand=None, customer__isnull=False)
                ),
                name="membership_scope_fits_role",
                violation_error_message=_(
                    "An operator has no brand and no customer; support and resellers have a brand; "
                    "a customer has a customer."
                ),
            ),
            models.UniqueConstraint(
                fields=["user", "role"],
                condition=Q(role="operator"),
                name="membership_operator_once",
                violation_error_message=_("This person has this role already."),
            ),
            models.UniqueConstraint(
                fields=["user", "role", "brand"],
                condition=Q(brand__isnull=False),
                name="membership_brand_once",
                violation_error_message=_("This person has this role already."),
            ),
            models.UniqueConstraint(
                fields=["user", "customer"],
                condition=Q(customer__isnull=False),
                name="membership_customer_once",
                violation_error_message=_("This person has this role already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"
