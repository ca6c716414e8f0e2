"""Mailboxes: addresses with a store, and forwarders, which have none. Passwords are never here."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Recorded
from mailsettings.core import finding
from mailsettings.core import settings as core
from mailsettings.core.addresses import Address

from .domains import Domain, primary_name
from .fields import ChoiceField, LocalPartField, UserNameField

# RFC 5321 dot-string as a check constraint; ``mailsettings.core.addresses`` gives people the reasons.
LOCAL_PART_PATTERN = r"^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$"


class MailboxQuerySet(models.QuerySet["Mailbox"]):
    def visible_to(self, user) -> MailboxQuerySet:
        """The mailboxes of the customers that ``user`` may see."""
        return self if user.sees_everything else self.filter(user.scope("domain__customer"))

    def owned_by(self, user) -> MailboxQuerySet:
        """The mailboxes of the customers that ``user`` is, whatever else they may see."""
        return self.filter(domain__customer__in=user.customer_ids)

    def with_address(self) -> MailboxQuerySet:
        """Each row with its domain's primary name, so that showing the address asks nothing more."""
        return self.annotate(domain_name_value=primary_name("domain_id"))


class Mailbox(Recorded):
    class Kind(models.TextChoices):
        MAILBOX = core.MailboxKind.MAILBOX, _("mailbox")
        FORWARDER = core.MailboxKind.FORWARDER, _("forwarder: an address without a mailbox")

    class Status(models.TextChoices):
        ACTIVE = core.Status.ACTIVE, _("active")
        SUSPENDED = core.Status.SUSPENDED, _("suspended")

    domain = models.ForeignKey(
        Domain, models.CASCADE, db_index=False, related_name="mailboxes", verbose_name=_("domain")
    )
    local_part = LocalPartField(_("before @"), max_length=64)
    name = models.CharField(
        pgettext_lazy("of a person", "name"),
        max_length=200,
        blank=True,
        help_text=_("Who reads it. Shown as the sender’s name."),
    )
    kind = ChoiceField(_("kind"), choices=Kind.choices, default=Kind.MAILBOX)
    status = ChoiceField(_("status"), choices=Status.choices, default=Status.ACTIVE)
    login = UserNameField(
        _("own user name"), max_length=255, blank=True,
        help_text=_("Only when it differs from the pattern. Empty: the pattern’s."),
    )  # fmt: skip
    imap = models.BooleanField(_("IMAP"), default=True)
    pop3 = models.BooleanField(_("POP3"), default=True)
    recovery = models.CharField(
        _("recovery contact"),
        max_length=254,
        blank=True,
        help_text=_("An e-mail address or a phone outside this domain."),
    )
    source = models.CharField(_("synchronised from"), max_length=50, blank=True, editable=False)
    synchronised_at = models.DateTimeField(_("synchronised"), null=True, blank=True, editable=False)
    # Computed from ``login``, and the brand of the domain: a list that is filtered by either reads only what it shows.
    has_login = models.BooleanField(_("own user name"), editable=False, default=False)
    brand_key = models.BigIntegerField(editable=False, default=0)

    unlogged = frozenset({"has_login", "brand_key"})
    searched = frozenset({"local_part", "name", "login", "recovery"})
    objects = MailboxQuerySet.as_manager()

    class Meta:
        verbose_name = _("mailbox")
        verbose_name_plural = _("mailboxes")
        ordering = ["id"]
        # One for each filter of the list, in the order of the list, and one for the beginnings of addresses in a scope.
        indexes = [
            models.Index(fields=["domain", "id"], name="mailbox_by_domain"),
            models.Index(fields=["brand_key", "id"], name="mailbox_by_brand"),
            models.Index(fields=["status", "id"], name="mailbox_by_status"),
            models.Index(fields=["kind", "id"], name="mailbox_by_kind"),
            models.Index(fields=["has_login", "id"], name="mailbox_by_own_login"),
            models.Index(
                fields=["brand_key", "local_part"],
                opclasses=["int8_ops", "varchar_pattern_ops"],
                name="mailbox_by_local_part",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["domain", "local_part"],
                name="mailbox_once",
                violation_error_message=_("This address is here already."),
            ),
            models.CheckConstraint(
                condition=Q(local_part__regex=LOCAL_PART_PATTERN), name="mailbox_local_part_is_valid"
            ),
            models.CheckConstraint(condition=Q(kind__in=list(core.MailboxKind)), name="mailbox_kind_known"),
            models.CheckConstraint(condition=Q(status__in=["active", "suspended"]), name="mailbox_status_known"),
        ]

    def __str__(self) -> str:
        return self.address.display

    @property
    def address(self) -> Address:
        """The address at the domain's primary name."""
        if not hasattr(self, "domain_name_value"):
            self.domain_name_value = self.domain.primary_name
        return Address(self.local_part, self.domain_name_value or "")

    def derive(self) -> None:
        self.has_login = bool(self.login)

    def search_words(self) -> set[str]:
        return finding.mailbox_words(self.local_part, self.name, self.login, self.recovery)
