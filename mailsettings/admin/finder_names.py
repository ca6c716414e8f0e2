"""Whom a ticket names: customers and mailboxes that have every word of a name in it, each word whole."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from accounts.models import Customer, SearchWord
from mailsettings.models import Mailbox

from . import roles, scope

KINDS: tuple[type[Model], ...] = (Customer, Mailbox)
# How many of the records that have a word are read. Of two words that more have, some namesakes may be missed.
READ = 300
Key = tuple[str, int]


class Namesakes:
    """The records within the scope of one person that have a name. Every read is a bounded range of one index."""

    def __init__(self, user: Any) -> None:
        self.user = user
        self.models = {model._meta.model_name: model for model in KINDS if roles.may(user, "view", model)}
        self._known: dict[str, set[Key]] = {}

    def of(self, name: tuple[str, ...], most: int) -> list[Model]:
        """At most ``most`` records that have all words of ``name``; none where one word alone is so common."""
        # A word that nobody has, such as the first one of a sentence, ends it.
        if not all(self._having(word) for word in name):
            return []
        rarest, *others = sorted(name, key=lambda word: len(self._having(word)))
        found = self._having(rarest)
        if not others and len(found) > most:
            return []
        for word in others:
            found = self._among(found, word)
        return self._records(sorted(found)[:most])

    def _having(self, word: str) -> set[Key]:
        """Kind and key of up to READ records that have ``word``, from the index alone."""
        if word not in self._known:
            rows = SearchWord.objects.filter(
                kind__in=self.models, brand_key__in=sorted(self.user.brand_keys), word=word
            )  # fmt: skip
            self._known[word] = set(rows.order_by().values_list("kind", "object_pk")[:READ])
        return self._known[word]

    def _among(self, found: set[Key], word: str) -> set[Key]:
        """Those of ``found`` that have ``word``; they are asked for only where not all that have it were read."""
        having = self._having(word)
        if len(having) < READ:
            return found & having
        kept: set[Key] = set()
        for kind in self.models:
            pks = [pk for own, pk in found if own == kind]
            rows = SearchWord.objects.filter(kind=kind, object_pk__in=pks, word=word).order_by()
            kept |= {(kind, pk) for pk in rows.values_list("object_pk", flat=True)}
        return kept

    def _records(self, keys: list[Key]) -> list[Model]:
        found: list[Model] = []
        for kind, model in self.models.items():
            if pks := [pk for own, pk in keys if own == kind]:
                rows = scope.visible(model, self.user)
                if model is Mailbox:
                    rows = rows.select_related("domain__customer")
                found += rows.in_bulk(pks).values()
        return found
