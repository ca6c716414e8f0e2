"""Personal links, and the codes that open one during a phone call. Neither is part of the directory."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Case, Q, When
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer
from accounts.models.brands import LANGUAGE_CHOICES

from .domains import Domain
from .fields import ChoiceField
from .mailboxes import Mailbox


class ScopedQuerySet(models.QuerySet):
    def visible_to(self, user) -> ScopedQuerySet:
        """Those of the domains and mailboxes that ``user`` may see."""
        if user.sees_everything:
            return self
        domains = Domain.objects.visible_to(user)
        return self.filter(Q(domain__in=domains) | Q(mailbox__domain__in=domains))

    def of(self, record: Domain | Mailbox) -> ScopedQuerySet:
        """Those of exactly this domain or mailbox, made while its customer was the one of now."""
        return self.filter(**scope_of(record))

    def with_record(self) -> ScopedQuerySet:
        """With what each opens, in the same question."""
        return self.select_related("domain", "mailbox__domain")


class LinkQuerySet(ScopedQuerySet):
    def working_first(self) -> LinkQuerySet:
        """Those that open something before those that are over, the newest first: a link for paper works for a year."""
        works = Case(When(revoked_at=None, expires_at__gt=now(), then=0), default=1)
        return self.order_by(works, "-id")


class Scoped(models.Model):
    """Something that opens one domain or one mailbox.

    What it opens may be removed, and come back with the same number when that is reverted. So the database keeps no
    constraint on it: without what it opens, the row opens nothing. Nor does it open what another customer has by now.
    """

    domain = models.ForeignKey(
        Domain, models.DO_NOTHING, null=True, blank=True, db_constraint=False, related_name="+",
        verbose_name=_("domain"),
    )  # fmt: skip
    mailbox = models.ForeignKey(
        Mailbox, models.DO_NOTHING, null=True, blank=True, db_constraint=False, related_name="+",
        verbose_name=_("mailbox"),
    )  # fmt: skip
    customer = models.ForeignKey(
        Customer, models.DO_NOTHING, null=True, blank=True, db_constraint=False, db_index=False, related_name="+",
        verbose_name=_("customer"),
    )  # fmt: skip
    digest = models.CharField(max_length=64, unique=True, editable=False)
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGE_CHOICES)
    created_at = models.DateTimeField(_("made"), auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("made by")
    )
    expires_at = models.DateTimeField(_("works until"), db_index=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(domain__isnull=True) ^ Q(mailbox__isnull=True), name="%(class)s_opens_one_record"
            ),
            models.CheckConstraint(condition=Q(language__in=["uk", "en"]), name="%(class)s_language_known"),
        ]

    @property
    def record(self) -> Domain | Mailbox | None:
        """What it opens; None after that was removed. Asks nothing more after ``select_related``."""
        try:
            return self.mailbox if self.mailbox_id else self.domain
        except (Domain.DoesNotExist, Mailbox.DoesNotExist):
            return None

    @property
    def is_of_its_customer(self) -> bool:
        """Whether what it opens still belongs to the customer for whom it was made. Asks no more than ``record``."""
        record = self.record
        return record is not None and scope_of(record)["customer_id"] == self.customer_id


class PersonalLink(Scoped):
    """An address that shows one mailbox or domain exactly. Only the digest of its token is kept.

    ``recipient`` is who a letter went to, with most of the name left out: enough to recognise, too little to write to.
    """

    class Way(models.TextChoices):
        LETTER = "letter", _("letter from support")
        COPY = "copy", _("copied by support")
        CALL = "call", _("code for a call")
        RECOVERY = "recovery", _("asked for by the customer")
        PAPER = "paper", _("printed sheet")
        SIGNED_IN = "signed-in", _("made by the customer")

    way = ChoiceField(_("way"), choices=Way.choices)
    guide = models.CharField(_("instruction"), max_length=60, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    recipient = models.CharField(_("sent to"), max_length=254, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("revoked by"),
    )  # fmt: skip
    revoke_reason = models.CharField(_("why it was revoked"), max_length=500, blank=True)
    opened = models.PositiveIntegerField(_("opened"), default=0)
    opened_at = models.DateTimeField(_("opened last"), null=True, blank=True)
    downloaded = models.PositiveIntegerField(_("files"), default=0)
    downloaded_at = models.DateTimeField(_("last file"), null=True, blank=True)

    objects = LinkQuerySet.as_manager()

    class Meta(Scoped.Meta):
        verbose_name = _("personal link")
        verbose_name_plural = _("personal links")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["domain", "-id"], name="link_by_domain"),
            models.Index(fields=["mailbox", "-id"], name="link_by_mailbox"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def works(self) -> bool:
        return self.revoked_at is None and self.expires_at > now() and self.is_of_its_customer


class CallCode(Scoped):
    """Eight digits that are read out on the phone. They open a personal link once; ``digest`` needs SECRET_KEY."""

    used_at = models.DateTimeField(null=True, blank=True)

    class Meta(Scoped.Meta):
        verbose_name = _("code for a call")
        verbose_name_plural = _("codes for calls")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"#{self.pk}"


def scope_of(record: Domain | Mailbox) -> dict[str, int]:
    """The columns that say what is opened and whose it is, with their values."""
    if isinstance(record, Mailbox):
        return {"mailbox_id": record.pk, "customer_id": record.domain.customer_id}
    return {"domain_id": record.pk, "customer_id": record.customer_id}
