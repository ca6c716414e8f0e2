"""What staff type into a search field, as the rows that it leads to.

Every source is a range of an index that begins with the reader's scope, and is read up to a limit: a search costs the
same in a small directory and in a large one, and says so where it stopped. Everything compares folded text.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from accounts.fields import begins
from accounts.models import Change, ChangeSet, Customer, SearchWord, User
from mailsettings.core.addresses import parse_typed
from mailsettings.core.errors import InvalidInput
from mailsettings.core.finding import Terms, terms, whole
from mailsettings.core.names import TO_LATIN, display_name, normalise_name
from mailsettings.models import DiscoveryName, Domain, DomainName, Mailbox, MailServer, ServiceEndpoint

from . import scope

# How many rows a list is searched for, and how many words are read to find those that have several of them.
LISTED = 500
READ = 5000


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
    for spelling in _spellings(text):
        found |= Q(**{f"{column}__icontains": spelling})
    return found


def _spellings(text: str) -> list[str]:
    return list(dict.fromkeys((text, text.lower(), text.upper(), text.capitalize())))


# --- Words ------------------------------------------------------------------------------------------------------------


def by_words(model: type[Model], user: Any, wanted: Terms, hits: Hits) -> None:
    """The rows of ``model`` in the scope of ``user`` that have all of the ``wanted`` words."""
    if not wanted:
        return
    kind, keys = model._meta.model_name, scope.brand_keys(user)
    each = [SearchWord.objects.beginning(kind, keys, term) for term in wanted]
    if len(each) == 1:
        hits.take(each[0], "object_pk")
        return
    # The rarest word is read, and its rows are asked for the others.
    sizes = [words[:READ].count() for words in each]
    rarest = sizes.index(min(sizes))
    hits.more |= sizes[rarest] == READ
    rows = SearchWord.objects.filter(pk__in=each[rarest].values("pk")[:READ])
    for number, term in enumerate(wanted):
        if number != rarest:
            rows = rows.filter(Exists(_words_of(kind, term, "object_pk")))
    hits.take(rows, "object_pk")


def _words_of(kind: str, term: tuple[str, ...], pk: str) -> QuerySet[SearchWord]:
    return SearchWord.objects.filter(begins("word", *term), kind=kind, object_pk=OuterRef(pk))


def having_words(model: type[Model], wanted: Terms) -> Q:
    """The condition that a row has all of the ``wanted`` words: for rows that are few already."""
    found = Q() if wanted else Q(pk__in=[])
    for term in wanted:
        found &= Q(Exists(_words_of(model._meta.model_name, term, "pk")))
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


def named_domains(user: Any, text: str, hits: Hits) -> None:
    """Domains with a name in any spelling, above the host name ``text``, or that begins like ``text``."""
    text = text.strip().strip("@.")
    if name := name_of(text):
        above = with_parents(name)
        rows = DomainName.objects.visible_to(user).filter(name__in=above).values_list("name", "domain_id")
        nearest = sorted(rows, key=lambda row: above.index(row[0]))
        hits.add(domain for _name, domain in nearest)
    if beginning := whole(display_name(name) if name else text):
        names = Hits(hits.limit)
        by_words(DomainName, user, [tuple(dict.fromkeys((beginning, name or beginning)))], names)
        hits.more |= names.more
        found = DomainName.objects.filter(pk__in=list(names.pks)).values_list("domain_id", "name")
        hits.add(domain for domain, _name in sorted(found, key=lambda row: (len(row[1]), row[1])))


# --- Kinds of records -------------------------------------------------------------------------------------------------


def domains(user: Any, text: str, limit: int = LISTED) -> Hits:
    """Domains by name in any spelling, by a host name of their own, or by what is known of their customer."""
    hits = Hits(limit)
    named_domains(user, text.rpartition("@")[2], hits)
    visible = Domain.objects.visible_to(user)
    if name := name_of(text):
        hits.take(visible.filter(endpoints__hostname=name))
    owners = Hits(limit)
    by_words(Customer, user, terms(text), owners)
    if owners:
        hits.more |= owners.more
        hits.take(visible.filter(customer__in=list(owners.pks)))
    return hits


def customers(user: Any, text: str, limit: int = LISTED) -> Hits:
    """Customers who have every word of ``text``, or a domain like it."""
    hits, named = Hits(limit), Hits(limit)
    by_words(Customer, user, terms(text), hits)
    named_domains(user, text, named)
    if named:
        hits.more |= named.more
        hits.take(Domain.objects.filter(pk__in=list(named.pks)), "customer_id")
    return hits


def mailboxes(user: Any, text: str, limit: int = LISTED) -> Hits:
    """Mailboxes by address, by the beginning of either side of ``@``, by their words, or by their domain."""
    hits = Hits(limit)
    rows = Mailbox.objects.visible_to(user)
    before, at, after = text.strip().rpartition("@")
    if at and after.strip():
        rows = rows.filter(_local_part(before)) if before.strip() else rows
        _in_domains(user, after, rows, hits)
    else:
        hits.take(rows.filter(_local_part(before or text), brand_key__in=scope.brand_keys(user)))
    by_words(Mailbox, user, terms(text), hits)
    if not at:
        _in_domains(user, text, rows, hits)
    return hits


def _local_part(text: str) -> Q:
    return begins("local_part", text.strip().lower().translate(TO_LATIN))


def _in_domains(user: Any, text: str, rows: QuerySet[Mailbox], hits: Hits) -> None:
    named = Hits(hits.limit)
    named_domains(user, text, named)
    if named:
        hits.more |= named.more
        hits.take(rows.filter(domain__in=list(named.pks)))


def mailboxes_among(rows: QuerySet[Mailbox], text: str) -> QuerySet[Mailbox]:
    """Those of ``rows``, such as the mailboxes of one domain, whose address or words begin like ``text``."""
    before = text.strip().rpartition("@")[0] or text.strip().rstrip("@")
    return rows.filter(_local_part(before) | having_words(Mailbox, terms(text)))


def servers(user: Any, text: str, limit: int = LISTED) -> Hits:
    """Servers by the words of their name, or by the beginning of any of their host names."""
    hits = Hits(limit)
    visible = MailServer.objects.visible_to(user)
    by_words(MailServer, user, terms(text), hits)
    host = name_of(text) or text.strip().lower()
    by_words(MailServer, user, [(host,)], hits)
    for model in (ServiceEndpoint, DiscoveryName):
        column = "hostname" if model is ServiceEndpoint else "name"
        hosts = model.objects.filter(begins(column, host), server__in=visible.values("pk"))
        hits.take(hosts.distinct(), "server_id")
    return hits


def change_sets(user: Any, text: str, limit: int = LISTED) -> Hits:
    """Change sets by ticket, by words of their reason, or by the beginning of the name of a record in them."""
    hits = Hits(limit)
    by_words(ChangeSet, user, terms(text), hits)
    by_words(ChangeSet, user, [(whole(text),)], hits)
    spellings = [*_spellings(text), *([display_name(name)] if (name := name_of(text)) and "@" not in text else [])]
    named = Change.objects.filter(begins("object_name", *spellings)).order_by()
    sets = list(named.values_list("change_set_id", flat=True)[: READ + 1])
    hits.more |= len(sets) > READ
    hits.take(ChangeSet.objects.visible_to(user).filter(pk__in=set(sets[:READ])))
    return hits


def users(text: str, limit: int = LISTED) -> Hits:
    """Users who have each word of ``text`` at the beginning of their user name, their name or their e-mail address."""
    hits = Hits(limit)
    rows = User.objects.all()
    for word in text.split()[:4]:
        found = Q()
        for column in ("username", "first_name", "last_name", "email"):
            found |= begins(column, *_spellings(word))
        rows = rows.filter(found)
    hits.take(rows)
    return hits
