"""The change log: change sets, the rows that they changed, and the revision that every one of them raises.

Rows are named by model label and primary key, so the log knows no model of another app. ``mailsettings.changes`` writes
it.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _


class ExactEncoder(DjangoJSONEncoder):
    """Django's JSON, with the microseconds that it would cut off: what is logged must be restored exactly."""

    def default(self, value: object) -> object:
        return value.isoformat() if isinstance(value, datetime) else super().default(value)


class ChangeSetQuerySet(models.QuerySet["ChangeSet"]):
    def visible_to(self, user) -> ChangeSetQuerySet:
        """All of them for operators; for everybody else the ones they made themselves."""
        return self if user.sees_everything else self.filter(actor=user)


class ChangeSet(models.Model):
    """Who changed something, when, why, for which ticket, and by which way in."""

    class Source(models.TextChoices):
        ADMIN = "admin", _("admin")
        DIRECTORY = "directory", _("directory file")
        IMPORT = "import", _("import of a list")
        DEMO = "demo", _("demo data")
        REVERT = "revert", _("revert")
        SIGN_IN = "sign-in", _("sign-in")
        ERASURE = "erasure", _("erasing of personal data")
        COMMAND = "command", _("command on the server")

    at = models.DateTimeField(_("time"), auto_now_add=True, db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        db_index=False,
        null=True,
        blank=True,
        related_name="change_sets",
        verbose_name=_("who"),
    )
    source = models.CharField(_("source"), max_length=20, choices=Source.choices)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    ticket = models.CharField(_("ticket"), max_length=100, blank=True, db_index=True)
    reverts = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="reverted_by", verbose_name=_("reverts")
    )

    # What it is about, written with its changes: counting them again for every line of a list would read them all.
    first_record = models.CharField(_("record"), max_length=400, blank=True, editable=False)
    number_of_changes = models.PositiveIntegerField(_("number of changes"), default=0, editable=False)

    objects = ChangeSetQuerySet.as_manager()

    class Meta:
        verbose_name = _("change set")
        verbose_name_plural = _("change log")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["source", "id"], name="change_set_by_source"),
            models.Index(fields=["actor", "id"], name="change_set_by_actor"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def is_erasure(self) -> bool:
        """Whether it erased personal data, so that nobody may revert it."""
        return self.source == self.Source.ERASURE


class Change(models.Model):
    """One row added, changed or removed. ``before`` and ``after`` hold the fields that differ, by column name.

    A row that is a part of a record names that one too, and the one that it was taken from, for the record's history.
    """

    class Action(models.TextChoices):
        ADD = "add", _("added")
        CHANGE = "change", _("changed")
        REMOVE = "remove", _("removed")

    change_set = models.ForeignKey(
        ChangeSet, models.CASCADE, db_index=False, related_name="changes", verbose_name=_("change set")
    )
    action = models.CharField(_("action"), max_length=10, choices=Action.choices)
    model = models.CharField(_("kind of record"), max_length=100)
    object_pk = models.BigIntegerField(_("number"))
    object_name = models.CharField(_("record"), max_length=400)
    before = models.JSONField(_("before"), default=dict, encoder=ExactEncoder)
    after = models.JSONField(_("after"), default=dict, encoder=ExactEncoder)
    owner_model = models.CharField(max_length=100, blank=True, default="")
    owner_pk = models.BigIntegerField(null=True)
    former_owner_pk = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["model", "object_pk"], name="change_by_object"),
            models.Index(fields=["change_set", "id"], name="change_by_set"),
            models.Index(fields=["object_name"], opclasses=["varchar_pattern_ops"], name="change_by_name"),
            models.Index(
                fields=["owner_model", "owner_pk"], condition=models.Q(owner_pk__isnull=False), name="change_by_owner"
            ),
            models.Index(
                fields=["owner_model", "former_owner_pk"],
                condition=models.Q(former_owner_pk__isnull=False),
                name="change_by_former_owner",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()}: {self.object_name}"


class Recorded(models.Model):
    """A row whose every change is in the log; ``changed_in`` is the change set that wrote it last."""

    changed_in = models.ForeignKey(
        ChangeSet, models.SET_NULL, null=True, editable=False, related_name="+", verbose_name=_("last change")
    )

    # Columns that the log leaves out: derived ones, and what must not be kept twice.
    unlogged: frozenset[str] = frozenset()
    # The columns that ``search_words`` reads.
    searched: frozenset[str] = frozenset()

    class Meta:
        abstract = True

    def derive(self) -> None:
        """Fill columns that are computed from others. Called before validation, for single rows and batches alike."""

    def search_words(self) -> set[str]:
        """The words by which staff find the row; see ``mailsettings.core.finding``."""
        return set()


class Revision(models.Model):
    """One row: a number that every change set raises, so that each worker knows when to forget what it remembers."""

    number = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="revision_is_one_row")]

    def __str__(self) -> str:
        return str(self.number)
