"""Mail domains and their names."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from accounts.fields import NAME_PATTERN, NameField
from accounts.models import Customer, Recorded
from mailsettings.core import finding
from mailsettings.core import settings as core
from mailsettings.core.names import display_name

from .fields import ChoiceField, refuse_public_suffix
from .servers import MailServer


def primary_name(domain_ref: str) -> Subquery:
    """The primary name of the domain that ``domain_ref`` points at, for annotations."""
    return Subquery(DomainName.objects.filter(domain=OuterRef(domain_ref), is_primary=True).values("name")[:1])


class DomainQuerySet(models.QuerySet["Domain"]):
    def visible_to(self, user) -> DomainQuerySet:
        """The domains of the customers that ``user`` may see."""
        return self if user.sees_everything else self.filter(user.scope("customer"))

    def owned_by(self, user) -> DomainQuerySet:
        """The domains of the customers that ``user`` is, whatever else they may see."""
        return self.filter(customer__in=user.customer_ids)

    def served(self) -> DomainQuerySet:
        """Domains whose settings are given to mail programs."""
        return self.filter(status=core.Status.ACTIVE)

    def waiting(self) -> DomainQuerySet:
        """Domains with a name that nobody confirmed yet."""
        return self.filter(pk__in=DomainName.objects.filter(is_confirmed=False).values("domain"))

    def with_name(self) -> DomainQuerySet:
        """Each row with its primary name, so that showing it asks nothing more."""
        return self.annotate(primary_name_value=primary_name("pk"))


class Domain(Recorded):
    class Status(models.TextChoices):
        ACTIVE = core.Status.ACTIVE, _("active")
        SUSPENDED = core.Status.SUSPENDED, _("suspended")
        EXTERNAL = core.Status.EXTERNAL, _("external: its mail is elsewhere")

    class Logins(models.TextChoices):
        PATTERN = core.LoginPolicy.PATTERN, _("all follow the pattern")
        PUBLISHED = core.LoginPolicy.PUBLISHED, _("own user names are shown publicly")
        PRIVATE = core.LoginPolicy.PRIVATE, _("user names are not public")

    class MtaSts(models.TextChoices):
        OFF = core.MtaSts.OFF, _("off")
        TESTING = core.MtaSts.TESTING, _("testing")
        ENFORCE = core.MtaSts.ENFORCE, _("enforced")

    customer = models.ForeignKey(
        Customer, models.PROTECT, db_index=False, related_name="domains", verbose_name=_("customer")
    )
    server = models.ForeignKey(
        MailServer, models.PROTECT, db_index=False, related_name="domains", verbose_name=_("mail server")
    )
    status = ChoiceField(
        _("status"), choices=Status.choices, default=Status.ACTIVE,
        help_text=_("Only active domains are answered to mail programs."),
    )  # fmt: skip
    logins = ChoiceField(
        _("user names"), choices=Logins.choices, default=Logins.PATTERN,
        help_text=_(
            "“Shown publicly”: anybody who asks for an address learns its own user name, and so that it exists. "
            "“Not public”: pages and files leave the user name out for every address alike."
        ),
    )  # fmt: skip
    imap = models.BooleanField(_("IMAP"), default=True)
    pop3 = models.BooleanField(_("POP3"), default=True)
    mta_sts = ChoiceField(_("MTA-STS"), choices=MtaSts.choices, default=MtaSts.OFF)
    # The customer's, so that lists within a scope need no join.
    brand_key = models.BigIntegerField(editable=False, default=0)

    unlogged = frozenset({"brand_key"})
    objects = DomainQuerySet.as_manager()

    class Meta:
        verbose_name = _("domain")
        verbose_name_plural = _("domains")
        ordering = ["id"]
        # One for each filter of the list, in the order of the list.
        indexes = [
            models.Index(fields=["customer", "id"], name="domain_by_customer"),
            models.Index(fields=["server", "id"], name="domain_by_server"),
            models.Index(fields=["brand_key", "id"], name="domain_by_brand"),
            models.Index(fields=["status", "id"], name="domain_by_status"),
            models.Index(fields=["logins", "id"], name="domain_by_logins"),
            models.Index(fields=["mta_sts", "id"], name="domain_by_mta_sts"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=list(core.Status)), name="domain_status_known"),
            models.CheckConstraint(condition=Q(logins__in=list(core.LoginPolicy)), name="domain_logins_known"),
            models.CheckConstraint(condition=Q(mta_sts__in=list(core.MtaSts)), name="domain_mta_sts_known"),
        ]

    def __str__(self) -> str:
        return display_name(self.primary_name) or str(_("domain without a name"))

    @property
    def primary_name(self) -> str:
        """The primary name in A-labels; from the annotation of ``with_name``, or asked for once."""
        if not hasattr(self, "primary_name_value"):
            names = self.names.filter(is_primary=True) if self.pk else DomainName.objects.none()
            self.primary_name_value = names.values_list("name", flat=True).first()
        return self.primary_name_value or ""


class DomainNameQuerySet(models.QuerySet["DomainName"]):
    def visible_to(self, user) -> DomainNameQuerySet:
        return self if user.sees_everything else self.filter(user.scope("domain__customer", "domain__brand_key"))


class DomainName(Recorded):
    """A name of a domain: its primary one, or an alias. A name belongs to one domain whatever its spelling."""

    domain = models.ForeignKey(Domain, models.CASCADE, related_name="names", verbose_name=_("domain"))
    name = NameField(
        _("domain name"),
        unique=True,
        help_text=_("firma.com.ua or пошта.укр: capitals and a trailing dot do not matter."),
        error_messages={"unique": _("This domain name is here already.")},
    )
    is_primary = models.BooleanField(
        _("primary"),
        default=False,
        help_text=_("Host names and user names are made with this one. The others are aliases."),
    )

    is_confirmed = models.BooleanField(
        _("confirmed"),
        default=True,
        help_text=_("Only a confirmed name is answered to anybody. What a reseller adds waits for it."),
    )

    searched = frozenset({"name"})
    objects = DomainNameQuerySet.as_manager()

    class Meta:
        verbose_name = _("domain name")
        verbose_name_plural = _("domain names")
        ordering = ["-is_primary", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["domain"],
                condition=Q(is_primary=True),
                name="one_primary_name",
                violation_error_message=_("A domain has one primary name."),
            ),
            models.CheckConstraint(condition=Q(name__regex=NAME_PATTERN), name="domain_name_is_name"),
        ]
        indexes = [models.Index(fields=["domain"], condition=Q(is_confirmed=False), name="domain_name_waiting")]

    def __str__(self) -> str:
        return display_name(self.name)

    def search_words(self) -> set[str]:
        return finding.domain_name_words(self.name)

    def clean(self) -> None:
        if self.name:
            try:
                refuse_public_suffix(self.name)
            except ValidationError as error:
                raise ValidationError({"name": error}) from error
