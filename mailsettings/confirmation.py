"""Names that wait for confirmation, confirmed by the DNS: whoever can set a domain's MX records is in charge of it.

What the DNS says about a name has its one judgement, ``mx.compare``, and its words here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from accounts.models import BrandHost, ChangeSet

from . import changes, mx
from .core.names import display_name
from .models import Domain, DomainName
from .mx import Answer, Finding, Outcome, State

# Names that one press asks about; most domains have fewer. Two rounds of questions, each as long as the DNS may take.
MOST_NAMES = 16
SECONDS = 2 * mx.SECONDS + 1


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The names (A-labels) that were confirmed, and what the DNS says about those that wait on."""

    confirmed: tuple[str, ...]
    waiting: tuple[Finding, ...]


BrandHosts = Mapping[int | None, Sequence[str]]


def expected(domain: Domain, hosts: BrandHosts | None = None) -> tuple[str, ...]:
    """Host names that the MX records of a domain may name: its server's, and those of the brand that it is seen under.

    Neither can be entered by a reseller. Nothing where the server's are not known: there is nothing to compare then.
    ``hosts`` are those of every brand, for whoever asks about many domains.
    """
    if not domain.server.mx:
        return ()
    brand_id = domain.customer.brand_id
    if hosts is None:
        of_brand = Q(brand__is_default=True) if brand_id is None else Q(brand=brand_id)
        hosts = brand_hosts(BrandHost.objects.filter(of_brand))
    return tuple(dict.fromkeys([*domain.server.mx, *hosts.get(brand_id, ())]))


def brand_hosts(rows: QuerySet[BrandHost]) -> BrandHosts:
    """Host names by the key of their brand, and those of the default one under None, for customers without a brand."""
    found: dict[int | None, list[str]] = defaultdict(list)
    for brand, is_default, name in rows.order_by("id").values_list("brand", "brand__is_default", "name"):
        found[brand].append(name)
        if is_default:
            found[None].append(name)
    return found


def findings(names: Sequence[str], server_names: Sequence[str]) -> list[Finding]:
    """What the DNS says about each name beside ``server_names``, in the order of ``names``."""
    answers = mx.mx_of_all(names, SECONDS)
    return [mx.compare(answers.get(name) or Answer(name, State.NO_ANSWER), server_names) for name in names]


def confirm(domain: Domain, actor: Any) -> Confirmation:
    """Ask the DNS about the waiting names of a domain, and confirm those whose MX records all lead here.

    Aliases of a primary name that waits on wait as well: they would show it. Raises changes.Refused.
    """
    names = list(domain.names.filter(is_confirmed=False).order_by("-is_primary", "id")[:MOST_NAMES])
    found = findings([name.name for name in names], expected(domain))
    here = {finding.answer.name for finding in found if finding.outcome is Outcome.HERE}
    held = any(name.is_primary and name.name not in here for name in names)
    plan = changes.Plan()
    for name in names if not held else ():
        if name.name in here:
            _confirm(plan, name)
    changes.apply(plan, ChangeSet(source=ChangeSet.Source.ADMIN, actor=actor, reason=_reason(found)), confirmed=True)
    waiting = tuple(finding for finding in found if finding.outcome is not Outcome.HERE)
    return Confirmation(tuple(row.instance.name for row in plan.of(DomainName)), waiting)


def _confirm(plan: changes.Plan, name: DomainName) -> None:
    before = changes.snapshot(name)
    name.is_confirmed = True
    plan.change(name, before)


def _reason(found: Sequence[Finding]) -> str:
    """What the change log says: the records that confirmed the names."""
    records = [
        f"{display_name(finding.answer.name)} → {', '.join(host.name for host in finding.answer.hosts)}"
        for finding in found
        if finding.outcome is Outcome.HERE
    ]
    return (gettext("Confirmed by MX records: %(records)s") % {"records": "; ".join(records)})[:500]


# --- What the DNS said, in words --------------------------------------------------------------------------------------


def in_words(finding: Finding) -> str:
    """What the DNS said about a name, as a sentence or two for whoever answers a ticket."""
    if finding.outcome is Outcome.ELSEWHERE:
        return _elsewhere(finding)
    if finding.outcome is Outcome.PARTLY:
        return _partly(finding)
    return {
        Outcome.HERE: gettext("Its mail comes to this server."),
        Outcome.UNKNOWN: gettext(
            "The MX names of its mail server are not entered here, so there is nothing to compare."
        ),
        Outcome.NONE: gettext(
            "It has no MX record. Senders then try the address of the domain itself, where mostly only a web site is."
        ),
        Outcome.NULL: gettext("It says that it accepts no mail (null MX)."),
        Outcome.NO_DOMAIN: gettext("This domain does not exist in the DNS: it was never registered, or has expired."),
        Outcome.NO_ANSWER: gettext("The DNS does not answer. Try again; if that stays so, the domain’s DNS is broken."),
    }[finding.outcome]


def _elsewhere(finding: Finding) -> str:
    if providers := finding.answer.providers:
        return gettext("Its mail is at %(name)s.") % {"name": ", ".join(providers)}
    return gettext("Its mail is elsewhere: %(name)s.") % {"name": finding.answer.hosts[0].name}


def _partly(finding: Finding) -> str:
    both = gettext("Partly: some MX records lead to this server, some elsewhere.")
    return f"{both} {who_is_first(finding)}"


def who_is_first(finding: Finding) -> str:
    """Which server senders try first where some MX records lead here and some elsewhere."""
    if finding.first_is_ours:
        return gettext("Senders try this server first.")
    return gettext("Senders try the other server first, so mail arrives there.")
