"""What staff type into a search field, as conditions on rows. Everything compares folded text."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, TextField
from django.db.models.functions import Cast

from mailsettings.core.addresses import parse_typed
from mailsettings.core.errors import InvalidInput
from mailsettings.core.names import TO_LATIN, normalise_name
from mailsettings.models import DiscoveryName, DomainName, ServiceEndpoint


def any_case(field: str, text: str) -> Q:
    """``field`` holds ``text`` in one of its usual spellings. SQLite folds ASCII only, so the others are listed."""
    found = Q()
    for spelling in {text, text.lower(), text.upper(), text.capitalize()}:
        found |= Q(**{f"{field}__icontains": spelling})
    return found


def name_prefix(text: str) -> str:
    """The A-label text with which a name that begins like ``text`` begins; empty where none can.

    A Cyrillic label must be whole, because the beginning of its A-label says nothing about its letters.
    """
    try:
        return parse_typed(text).domain
    except InvalidInput:
        pass
    try:
        return normalise_name(f"{text.strip().strip('@.')}.x", forgive=True).removesuffix(".x")
    except InvalidInput:
        return ""


def domain_names(text: str) -> Q | None:
    """A DomainName that begins like ``text``, or ``text`` is a host name below it. None: nothing can match."""
    prefix = name_prefix(text)
    if not prefix:
        return None
    labels = prefix.split(".")
    parents = [".".join(labels[start:]) for start in range(1, len(labels) - 1)]
    return Q(name__startswith=prefix) | Q(name__in=parents)


def domains(text: str, path: str = "pk") -> Q:
    """Rows whose domain, found by ``path``, has a name like ``text``; no condition where no name can be like it."""
    names = domain_names(text)
    return Q() if names is None else Q(**{f"{path}__in": DomainName.objects.filter(names).values("domain")})


def customers(text: str) -> Q:
    """Customers whose reference, name, e-mail or phone holds every word of ``text``, or who have such a domain."""
    contact = Q()
    for word in text.casefold().split():
        contact &= Q(search_text__contains=word)
    names = domain_names(text)
    if names is None:
        return contact
    return contact | Q(pk__in=DomainName.objects.filter(names).values("domain__customer"))


def domains_and_owners(text: str) -> Q:
    """Domains by name in any spelling, or by what is known of their customer."""
    owner = Q()
    for word in text.casefold().split():
        owner &= Q(customer__search_text__contains=word)
    return owner | domains(text.rpartition("@")[2])


def mailboxes(text: str) -> Q:
    """Mailboxes by address, by the beginning of either side of ``@``, by their name or by their domain."""
    before, at, after = text.strip().rpartition("@")
    if at:
        found = Q(local_part__startswith=before.strip().lower().translate(TO_LATIN)) if before else Q()
        if not after.strip():
            return found
        names = domain_names(after)
        # An address at what cannot be a domain belongs to nobody.
        return Q(pk__in=[]) if names is None else found & domains(after, "domain")
    words = Q()
    for word in text.casefold().split():
        words &= Q(search_text__contains=word)
    return words | domains(text, "domain")


def servers(text: str) -> Q:
    """Servers by name, or by a part of any of their host names."""
    text = text.strip()
    host = text.lower()
    endpoints = ServiceEndpoint.objects.filter(server=OuterRef("pk"), hostname__contains=host)
    answering = DiscoveryName.objects.filter(server=OuterRef("pk"), name__contains=host)
    return any_case("name", text) | Q(Exists(endpoints)) | Q(Exists(answering)) | Q(mx_text__contains=host)


# ``mx`` is JSON, which databases do not search alike.
MX_AS_TEXT = Cast("mx", TextField())
