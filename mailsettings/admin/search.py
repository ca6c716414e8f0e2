"""What staff type into a search field, as the rows that it leads to.

Every source is a range of an index that begins with the reader's scope, and is read up to a limit: a search costs the
same in a small directory and in a large one, and says so where it stopped. Everything compares folded text.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils.functional import cached_property

from accounts.fields import begins
from accounts.models import Change, ChangeSet, Customer, SearchWord, User
from mailsettings.core.addresses import parse_typed
from mailsettings.core.errors import InvalidInput
from mailsettings.core.finding import Terms, readings, terms, tidy, whole
from mailsettings.core.names import TO_LATIN, display_name, normalise_name
from mailsettings.models import DiscoveryName, Domain, DomainName, Mailbox, MailServer, ServiceEndpoint

from .finder_hosts import WebHosts

# How many rows a list is searched for, and how many words are read to find those that have several of them.
LISTED = 200
READ = 2000


@dataclass(slots=True)
class Hits:
    """Primary keys, the best first; ``more`` where the search stopped before the end."""

    limit: int = LISTED
    pks: dict[Any, None] = field(default_factory=dict)
    more: bool = False

    def __bool__(self) -> bool:
        return bool(self.pks)

    def add(self, pks: Iterable[Any]) -> None:
        for pk in pks:
            if pk in self.pks:
                continue
            if len(self.pks) == self.limit:
                self.more = True
                return
            self.pks[pk] = None

    def take_over(self, other: Hits) -> None:
        self.add(other.pks)
        self.more |= other.more

    def take(self, rows: QuerySet, column: str = "pk") -> None:
        """The values of ``column`` in ``rows``, which are read in whatever order costs least."""
        found = list(rows.order_by().values_list(column, flat=True)[: self.limit + 1])
        self.more |= len(found) > self.limit
        self.add(found)


def any_case(column: str, text: str) -> Q:
    """``column`` holds ``text`` in one of its usual spellings. For short tables only: every row is read.

    SQLite folds ASCII only, so the other spellings are listed.
    """
    found = Q()
    for spelling in spellings(text):
        found |= Q(**{f"{column}__icontains": spelling})
    return found


def spellings(text: str) -> list[str]:
    """A text as it was typed, and as people usually write it."""
    return list(dict.fromkeys((text, text.lower(), text.upper(), text.capitalize())))


# --- Words ------------------------------------------------------------------------------------------------------------


def by_words(model: type[Model], keys: Iterable[int], wanted: Terms, hits: Hits, among: QuerySet | None = None) -> None:
    """The rows of ``model`` that have all of the ``wanted`` words.

    The scope is one of the brand ``keys``, or, for kinds whose words have none, the rows ``among`` which they are.
    """
    if not wanted:
        return
    kind = model._meta.model_name
    every = SearchWord.objects if among is None else SearchWord.objects.filter(object_pk__in=among.values("pk"))
    if len(wanted) == 1:
        for text in wanted[0]:
            hits.take(every.beginning(kind, keys, text), "object_pk")
        return
    # The rarest word is read, and its rows are asked for the others. Only a phone has alternatives, and stands alone.
    each = [every.beginning(kind, keys, term[0]) for term in wanted]
    sizes = [words[:READ].count() for words in each]
    rarest = sizes.index(min(sizes))
    hits.more |= sizes[rarest] == READ
    rows = SearchWord.objects.filter(pk__in=each[rarest].values("pk")[:READ])
    for number, term in enumerate(wanted):
        if number != rarest:
            rows = rows.filter(Exists(words_of(kind, term, "object_pk")))
    hits.take(rows, "object_pk")


def words_of(kind: str, term: tuple[str, ...], pk: str) -> QuerySet[SearchWord]:
    """The words like ``term`` of the row whose key is the column ``pk`` of an outer query."""
    return SearchWord.objects.filter(begins("word", *term), kind=kind, object_pk=OuterRef(pk))


def having_words(model: type[Model], wanted: Terms) -> Q:
    """The condition that a row has all of the ``wanted`` words: for rows that are few already."""
    found = Q() if wanted else Q(pk__in=[])
    for term in wanted:
        found &= Q(Exists(words_of(model._meta.model_name, term, "pk")))
    return found


# --- Names ------------------------------------------------------------------------------------------------------------


def name_of(text: str) -> str:
    """The domain or host name that ``text`` spells, in A-labels; empty where it is none, or only its beginning."""
    for read in (lambda: parse_typed(text).domain, lambda: normalise_name(text.strip().strip("@."), forgive=True)):
        try:
            return read()
        except InvalidInput:
            continue
    return ""


def with_parents(name: str) -> list[str]:
    """A name, and the names that it lies below, the nearest first. One label alone is no domain."""
    labels = name.split(".")
    return [".".join(labels[start:]) for start in range(len(labels) - 1)]


# --- One search -------------------------------------------------------------------------------------------------------


class Search:
    """Where ``text`` leads in the scope of ``user``: at most ``limit`` records of each kind, read when asked for."""

    def __init__(self, user: Any, text: str, limit: int = LISTED) -> None:
        self.user = user
        self.text = tidy(text)
        self.limit = limit
        self.name = name_of(self.text)
        self.terms = terms(self.text)

    def _by_words(self, model: type[Model], wanted: Terms) -> Hits:
        hits = Hits(self.limit)
        by_words(model, self.user.brand_keys, wanted, hits)
        return hits

    @cached_property
    def named(self) -> Hits:
        """Domains with a name in any spelling, above the host name of the text, or that begins like it."""
        hits = Hits(self.limit)
        text = self.text.rpartition("@")[2].strip().strip("@.")
        if name := name_of(text):
            above = with_parents(name)
            rows = DomainName.objects.visible_to(self.user).filter(name__in=above).values_list("name", "domain_id")
            nearest = sorted(rows, key=lambda row: above.index(row[0]))
            hits.add(domain for _name, domain in nearest)
        if beginning := whole(display_name(name) if name else text):
            names = self._by_words(DomainName, [tuple(dict.fromkeys((beginning, name or beginning)))])
            hits.more |= names.more
            found = DomainName.objects.filter(pk__in=list(names.pks)).values_list("domain_id", "name")
            hits.add(domain for domain, _name in sorted(found, key=lambda row: (len(row[1]), row[1])))
        return hits

    @cached_property
    def owners(self) -> Hits:
        """Customers who have every word of the text."""
        return self._by_words(Customer, self.terms)

    @cached_property
    def domains(self) -> Hits:
        """Domains by name in any spelling, by a host name of their own, or by what is known of their customer."""
        hits = Hits(self.limit)
        hits.take_over(self.named)
        visible = Domain.objects.visible_to(self.user)
        if self.name:
            hits.take(visible.filter(endpoints__hostname=self.name))
        if self.owners:
            hits.more |= self.owners.more
            hits.take(visible.filter(customer__in=list(self.owners.pks)))
        return hits

    @cached_property
    def customers(self) -> Hits:
        """Customers who have every word of the text, or a domain like it."""
        hits = Hits(self.limit)
        hits.take_over(self.owners)
        if self.named:
            hits.more |= self.named.more
            hits.take(Domain.objects.filter(pk__in=list(self.named.pks)), "customer_id")
        return hits

    @cached_property
    def mailboxes(self) -> Hits:
        """Mailboxes by address, by the beginning of either side of ``@``, by their words, or by their domain."""
        hits = Hits(self.limit)
        rows = Mailbox.objects.visible_to(self.user)
        before, at, after = self.text.strip().rpartition("@")
        if at and after.strip():
            self._in_domains(rows.filter(_local_part(before)) if before.strip() else rows, hits)
        else:
            hits.take(rows.filter(_local_part(before or self.text), brand_key__in=sorted(self.user.brand_keys)))
        for wanted in readings(self.text):
            hits.take_over(self._by_words(Mailbox, wanted))
        if not at:
            self._in_domains(rows, hits)
        return hits

    def _in_domains(self, rows: QuerySet[Mailbox], hits: Hits) -> None:
        if self.named:
            hits.more |= self.named.more
            hits.take(rows.filter(domain__in=list(self.named.pks)))

    @cached_property
    def servers(self) -> Hits:
        """Servers by the words of their name, or by the beginning of any of their host names."""
        hits = Hits(self.limit)
        host = self.name or self.text.strip().lower()
        visible = MailServer.objects.visible_to(self.user).values("pk")
        for wanted in (self.terms, [(host,)]):
            by_words(MailServer, [0], wanted, hits, visible)
        for rows in (
            ServiceEndpoint.objects.filter(hostname__begins=host, server__in=visible),
            DiscoveryName.objects.filter(name__begins=host, server__in=visible),
        ):
            hits.take(rows.distinct(), "server_id")
        if " " not in host:
            hits.add(WebHosts(self.user).beginning(host))
        return hits

    @cached_property
    def change_sets(self) -> Hits:
        """Change sets by ticket, by words of their reason, or by the beginning of the name of a record in them."""
        hits = Hits(self.limit)
        own = None if self.user.sees_everything else ChangeSet.objects.visible_to(self.user)
        for wanted in (self.terms, [(whole(self.text),)]):
            by_words(ChangeSet, [0], wanted, hits, own)
        shown = display_name(self.name) if self.name and "@" not in self.text else self.text
        sets: list[int] = []
        for spelling in dict.fromkeys((*spellings(self.text), shown)):
            named = Change.objects.filter(object_name__begins=spelling).order_by()
            sets += named.values_list("change_set_id", flat=True)[: READ + 1]
        hits.more |= len(sets) > READ
        hits.take(ChangeSet.objects.visible_to(self.user).filter(pk__in=set(sets)))
        return hits

    @cached_property
    def users(self) -> Hits:
        """Users with each word of the text at the beginning of their user name, their name or their e-mail address."""
        hits = Hits(self.limit)
        rows = User.objects.all()
        for word in self.text.split()[:4]:
            found = Q()
            for column in ("username", "first_name", "last_name", "email"):
                found |= begins(column, *spellings(word))
            rows = rows.filter(found)
        hits.take(rows)
        return hits


def _local_part(text: str) -> Q:
    return begins("local_part", text.strip().lower().translate(TO_LATIN))


def mailboxes_among(rows: QuerySet[Mailbox], text: str) -> QuerySet[Mailbox]:
    """Those of ``rows``, such as the mailboxes of one domain, whose address or words begin like ``text``."""
    text = tidy(text)
    before = text.strip().rpartition("@")[0] or text.strip().rstrip("@")
    found = _local_part(before)
    for wanted in readings(text):
        found |= having_words(Mailbox, wanted)
    return rows.filter(found)
