"""Domains of a file -> rows of a plan: which stored domain an entry means, its names, endpoints and mailboxes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import Customer
from mailsettings.core.names import display_name
from mailsettings.models import Domain, DomainName

from . import stored
from .parts import plan_endpoints
from .reading import Entry
from .schema import DOMAIN, MAILBOX
from .stored import Known
from .work import Work


@dataclass(slots=True, eq=False)
class Claim:
    """An entry, the customer in whose list it stands, and the stored domain that it means, if any."""

    entry: Entry
    customer: Customer
    # The customer's own reference could not be read, so nothing can be said about whose domains these were.
    stranger: bool
    known: Known | None = None

    @property
    def name(self) -> str | None:
        return None if self.entry.identity is None else str(self.entry.identity)

    @property
    def aliases(self) -> list[str]:
        listed = self.entry.parts.get("aliases")
        return [str(alias.identity) for alias in listed.entries if alias.identity] if listed else []

    def may_mean(self, known: Known) -> bool:
        """Another customer's domain is taken over by its primary name only, never by one of its aliases."""
        own = self.stranger or known.domain.customer_id == self.customer.pk
        return own or known.primary in (self.name, *self.aliases)


def plan_domains(work: Work, customers: Sequence[tuple[Entry, Customer]], removed: dict[int, str]) -> None:
    """The domains of these customers; customers in ``removed`` (key and JSON path) go with all that they have."""
    claims = [
        Claim(entry, customer, customer_entry.identity is None)
        for customer_entry, customer in customers
        if (listed := customer_entry.parts.get("domains"))
        for entry in listed.entries
    ]
    emptied = removed | {
        customer.pk: listed.path
        for entry, customer in customers
        if (listed := entry.parts.get("domains")) and work.prunes(listed) and customer.pk
    }
    names = [name for claim in claims if claim.name for name in (claim.name, *claim.aliases)]
    known = stored.domains(names, emptied)
    by_name = {name: one for one in known.values() for name in one.names}
    claimed = _claim(claims, by_name)
    gone = [one for pk, one in known.items() if pk not in claimed and one.domain.customer_id in emptied]
    taken = by_name.keys() - _leaving(work, claimed.values(), gone)
    planned = []
    for claim in claims:
        domain = _domain(work, claim)
        if claim.name:
            _names(work, claim, domain, {name: by_name[name] for name in taken & {claim.name, *claim.aliases}})
        planned.append((claim.entry, domain))
    _domain_endpoints(work, planned)
    _mailboxes(work, planned)
    by_path: dict[str, list[Domain]] = defaultdict(list)
    for one in gone:
        by_path[emptied[one.domain.customer_id]].append(one.domain)
    for path, some in by_path.items():
        work.plan.remove_all(some, path)


def _claim(claims: Sequence[Claim], by_name: dict[str, Known]) -> dict[int, Claim]:
    """Give each entry the stored domain that it means, the surest sign first, and each domain to one entry."""
    claimed: dict[int, Claim] = {}
    for by_alias, to_primary in ((False, True), (False, False), (True, True), (True, False)):
        for claim in claims:
            if claim.known or not claim.name:
                continue
            for name in claim.aliases if by_alias else [claim.name]:
                known = by_name.get(name)
                if known is None or known.domain.pk in claimed or (to_primary and known.primary != name):
                    continue
                if claim.may_mean(known):
                    claim.known = known
                    claimed[known.domain.pk] = claim
                    break
    return claimed


def _leaving(work: Work, claimed: Iterable[Claim], gone: Iterable[Known]) -> set[str]:
    """Names that the plan takes from stored domains, so that others may get them."""
    leaving = {name for one in gone for name in one.names}
    for claim in claimed:
        if claim.known and work.prunes(claim.entry.parts.get("aliases")):
            leaving |= claim.known.names.keys() - {claim.name, *claim.aliases}
    return leaving


def _domain(work: Work, claim: Claim) -> Domain:
    values = {name: value for name, value in claim.entry.values.items() if name not in ("name", "server")}
    values |= {"customer": claim.customer, **work.owner(claim.entry, "server", work.servers)}
    if claim.known:
        domain = claim.known.domain
        work.change(domain, values, claim.entry.path)
    else:
        domain = work.add(DOMAIN, claim.entry, values)
    domain.primary_name_value = claim.name or ""
    return domain


def _names(work: Work, claim: Claim, domain: Domain, taken: dict[str, Known]) -> None:
    """The names of one domain; ``taken`` are those that some stored domain has and keeps."""
    own = claim.known.names if claim.known else {}
    listed = claim.entry.parts.get("aliases")
    paths = {claim.name: f"{claim.entry.path}.name"}
    paths |= {str(alias.identity): alias.path for alias in listed.entries if alias.identity} if listed else {}
    waiting = _waiting(work, claim, paths)
    # An alias would show the primary name, so a new one waits where that does.
    served = own[claim.name].is_confirmed if claim.name in own else claim.name not in waiting
    for name, path in paths.items():
        primary = name == claim.name
        if name in own:
            work.change(own[name], {"is_primary": primary}, path)
        elif name in taken:
            other = taken[name].domain
            words = _("%(name)s is a name of %(domain)s already, which belongs to the customer %(customer)s.")
            given = {"name": display_name(name), "domain": display_name(taken[name].primary)}
            work.fault(path, "taken", words % (given | {"customer": other.customer.ref}))
        else:
            confirmed = served and name not in waiting
            work.plan.add(DomainName(domain=domain, name=name, is_primary=primary, is_confirmed=confirmed), path)
    rest = [row for name, row in own.items() if name not in paths]
    if listed and work.prunes(listed):
        work.plan.remove_all(rest, listed.path)
        return
    for row in rest:
        work.change(row, {"is_primary": False}, f"{claim.entry.path}.name")


def _waiting(work: Work, claim: Claim, paths: Iterable[str | None]) -> set[str]:
    """Which of the domain's names wait for confirmation, should they be new."""
    listed = claim.entry.parts.get("waiting")
    entries = [entry for entry in listed.entries if entry.identity] if listed else []
    for entry in entries:
        if entry.identity not in paths:
            words = _("%(name)s is neither the name nor an alias of this domain here.")
            work.fault(entry.path, "unknown_name", words % {"name": display_name(str(entry.identity))})
    return {str(entry.identity) for entry in entries}


def _domain_endpoints(work: Work, planned: Sequence[tuple[Entry, Domain]]) -> None:
    lists = [(listed, domain) for entry, domain in planned if (listed := entry.parts.get("endpoints"))]
    rows = stored.endpoints([domain.pk for _listed, domain in lists if domain.pk])
    for listed, domain in lists:
        plan_endpoints(work, listed, rows[domain.pk] if domain.pk else [], domain=domain)


def _mailboxes(work: Work, planned: Sequence[tuple[Entry, Domain]]) -> None:
    lists = [(listed, domain) for entry, domain in planned if (listed := entry.parts.get("mailboxes"))]
    whole = [domain.pk for listed, domain in lists if domain.pk and work.prunes(listed)]
    named = (
        (domain.pk, str(entry.identity))
        for listed, domain in lists
        if domain.pk and not work.prunes(listed)
        for entry in listed.entries
        if entry.identity
    )
    rows = stored.mailboxes(named, whole)
    for listed, domain in lists:
        own = rows[domain.pk] if domain.pk else {}
        for entry in listed.entries:
            mailbox = own.get(str(entry.identity))
            if mailbox:
                # Rules and names look at the domain as it will be.
                mailbox.domain = domain
                work.change(mailbox, entry.values, entry.path)
            elif entry.identity:
                work.add(MAILBOX, entry, entry.values | {"domain": domain})
        if work.prunes(listed):
            work.plan.remove_all([row for name, row in own.items() if name not in listed.named], listed.path)
