"""The words by which staff find records, whatever kind they are of."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _

from mailsettings.core.finding import MAX_WORD


class SearchWordQuerySet(models.QuerySet["SearchWord"]):
    def beginning(self, kind: str, brand_keys: Iterable[int], text: str) -> SearchWordQuerySet:
        """The words of one kind of records, in the scope of some brands, that begin like ``text``.

        One text at a time: of several ranges SQLite makes one that holds every word of the scope.
        """
        return self.filter(kind=kind, brand_key__in=sorted(brand_keys), word__begins=text)


class SearchWord(models.Model):
    """One word of one record. ``mailsettings.changes`` writes it with the record.

    The record is named by its kind and primary key, so this knows no model of another app. ``brand_key`` is the
    record's, so that one look into the index finds a word within a scope.
    """

    kind = models.CharField(_("kind of record"), max_length=20)
    brand_key = models.BigIntegerField(default=0)
    word = models.CharField(_("word"), max_length=MAX_WORD)
    object_pk = models.BigIntegerField(_("number"))

    objects = SearchWordQuerySet.as_manager()

    class Meta:
        verbose_name = _("search word")
        verbose_name_plural = _("search words")
        constraints = [models.UniqueConstraint(fields=["kind", "object_pk", "word"], name="search_word_once")]
        indexes = [
            # The operator classes are PostgreSQL's: without them LIKE uses an index under the C collation only.
            models.Index(
                fields=["kind", "brand_key", "word", "object_pk"],
                opclasses=["varchar_pattern_ops", "int8_ops", "varchar_pattern_ops", "int8_ops"],
                name="search_word_found",
            )
        ]

    def __str__(self) -> str:
        return self.word
