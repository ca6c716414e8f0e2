"""Whom a ticket names: customers and mailboxes that have every word of a name in it, each word whole."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, Model, OuterRef

from accounts.models import Customer, SearchWord
from mailsettings.models import Mailbox

from . import roles, scope

KINDS: tuple[type[Model], ...] = (Customer, Mailbox)
# Among how many rows that have the rarest word of a name the others are looked for.
READ = 300


class Namesakes:
    """The records within the scope of one person that have a name. Every read is a bounded range of one index."""

    def __init__(self, user: Any) -> None:
        self.user = user
        self.models = {model._meta.model_name: model for model in KINDS if roles.may(user, "view", model)}
        self._words = SearchWord.objects.filter(kind__in=self.models, brand_key__in=sorted(user.brand_keys))
        self._sizes: dict[str, int] = {}

    def of(self, name: tuple[str, ...], most: int) -> list[Model]:
        """At most ``most`` records that have all words of ``name``; none where one word alone is so common."""
        # A word that nobody has, such as the first one of a sentence, ends it.
        if not all(self._size(word) for word in name):
            return []
        rarest = min(name, key=self._size)
        if len(name) == 1 and self._size(rarest) > most:
            return []
        rows = SearchWord.objects.filter(pk__in=self._words.filter(word=rarest).values("pk")[:READ])
        for word in name:
            if word != rarest:
                same = SearchWord.objects.filter(kind=OuterRef("kind"), object_pk=OuterRef("object_pk"), word=word)
                rows = rows.filter(Exists(same))
        return self._records(list(rows.order_by().values_list("kind", "object_pk")[:most]))

    def _size(self, word: str) -> int:
        """How many records have ``word``, counted up to READ."""
        if word not in self._sizes:
            self._sizes[word] = self._words.filter(word=word).order_by()[:READ].count()
        return self._sizes[word]

    def _records(self, keys: list[tuple[str, int]]) -> list[Model]:
        found: list[Model] = []
        for kind, model in self.models.items():
            if pks := [pk for own, pk in keys if own == kind]:
                rows = scope.visible(model, self.user)
                if model is Mailbox:
                    rows = rows.select_related("domain__customer")
                found += rows.in_bulk(pks).values()
        return found
