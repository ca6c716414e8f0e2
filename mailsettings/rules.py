"""Rules that span several rows of a plan, or a plan and what is stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import Brand, BrandHost, Change, Customer, Membership, Recorded

from .core.batches import batches
from .core.errors import InvalidInput
from .core.names import display_name, normalise_name
from .core.settings import LoginPolicy, MtaSts
from .core.user_names import misread
from .models import DiscoveryName, Domain, DomainName, Mailbox, MailServer, ServiceEndpoint

if TYPE_CHECKING:
    from .changes import Plan, Row

Action = Change.Action
# Rows that keep their owner from being removed: owner, user, the column that points, and the words.
IN_USE: tuple[tuple[type[models.Model], type[models.Model], str, Promise], ...] = (
    (Brand, Customer, "brand", _("Customers use this brand. Give them another one first.")),
    (Brand, MailServer, "brand", _("Mail servers belong to this brand. Give them another one first.")),
    (Customer, Domain, "customer", _("This customer has domains. Remove them or give them to another customer first.")),
    (MailServer, Domain, "server", _("Domains use this mail server. Move them to another one first.")),
)
# Rows that exist only as parts of another row and go with it: owner, part, the column that points.
PARTS: tuple[tuple[type[Recorded], type[Recorded], str], ...] = (
    (Brand, BrandHost, "brand"),
    (Brand, Membership, "brand"),
    (Customer, Membership, "customer"),
    (MailServer, DiscoveryName, "server"),
    (MailServer, ServiceEndpoint, "server"),
    (Domain, ServiceEndpoint, "domain"),
    (Domain, DomainName, "domain"),
    (Domain, Mailbox, "domain"),
)
CONTACT_INSIDE = _(
    "The contact address lies in a domain of this customer. When that domain’s mail does not work, neither codes nor "
    "links reach them. Ask for a second address, at another provider, and record that one here."
)
NO_MX = _(
    "MTA-STS has no effect here: the mail server has no MX names, so there is no policy to publish. Enter them on the "
    "page of the mail server."
)

MISREAD = _(
    "Thunderbird reads this user name as “{read}”: it takes it for a number, or for true or false. Choose another user "
    "name, or tell the reader to correct it in Thunderbird."
)

WAITING_PRIMARY = _("This name is not confirmed yet, so it cannot be the primary one of a domain that is served.")
NEW_WAIT = _(
    "New names wait for confirmation, and nobody gets an answer for them before: %(names)s. Once the MX records point "
    "at the mail server, press “Check MX and confirm” on the card of the domain, or ask the hoster’s staff."
)
# Names that a sentence holds; a list may bring thousands.
NAMED = 10
SHOWS_WAITING = _("The primary name waits for confirmation, and this one would show it. Confirm both, or that first.")


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """Why a plan is refused. ``row`` and ``field`` say where.

    ``users``, apart from those that are ``leaving`` with the plan, are the rows that are in the way. More may leave
    than a query can name, so they are told apart here.
    """

    message: Any
    code: str = "refused"
    row: Row | None = None
    field: str = ""
    users: models.QuerySet | None = None
    leaving: Collection[int] = frozenset()

    def staying(self, users: models.QuerySet, most: int) -> list[Any]:
        """The first ``most`` of ``users``, which are some of this problem's, that are in the way."""
        if not self.leaving:
            return list(users[:most])
        return list(islice((user for user in users.iterator() if user.pk not in self.leaving), most))


@dataclass(frozen=True, slots=True)
class Unique:
    """Columns whose values one row alone may have, among the rows that meet a condition. ``source`` has the words."""

    columns: tuple[str, ...]
    condition: models.Q
    source: models.Field | models.UniqueConstraint

    def of(self, instance: models.Model, instead: Mapping[str, Any] | None = None) -> tuple[Any, ...] | None:
        """What no other row may have while ``instance`` is there; None where any may.

        ``instead`` holds values that count in place of those of ``instance``.
        """
        held = {f.attname: getattr(instance, f.attname) for f in instance._meta.concrete_fields} | dict(instead or {})
        for name, wanted in self.condition.children:
            column, asks_for_null, _rest = name.partition("__isnull")
            value = held[instance._meta.get_field(column).attname]
            if ((value is None) if asks_for_null else value) != wanted:
                return None
        key = tuple(held[column] for column in self.columns)
        return None if None in key else key

    @property
    def message(self) -> str:
        """Why a second row is refused."""
        if isinstance(self.source, models.UniqueConstraint):
            return self.source.get_violation_error_message()
        names = {"model_name": self.source.model._meta.verbose_name, "field_label": self.source.verbose_name}
        return str(self.source.error_messages["unique"]) % names


@cache
def uniques(model: type[models.Model]) -> tuple[Unique, ...]:
    """Everything that must be unique among the rows of a model, but its primary key.

    Conditions are read here, so they may only compare a column with a value or ask whether it is null.
    """
    fields = [f for f in model._meta.concrete_fields if f.unique and not f.primary_key]
    constraints = [c for c in model._meta.constraints if isinstance(c, models.UniqueConstraint)]
    return (
        *(Unique((f.attname,), models.Q(), f) for f in fields),
        *(
            Unique(tuple(model._meta.get_field(name).attname for name in c.fields), c.condition or models.Q(), c)
            for c in constraints
        ),
    )


def taken(plan: Plan) -> Iterator[Problem]:
    """Rows whose unique values another row has that the plan leaves alone. The database would name the first only."""
    for model in {row.model: None for row in plan.rows}:
        for unique in uniques(model):
            yield from _taken(plan, model, unique)


def _taken(plan: Plan, model: type[models.Model], unique: Unique) -> Iterator[Problem]:
    wanted: dict[tuple[Any, ...], Row] = {}
    leaving = set()
    for row in plan.of(model):
        key = None if row.action == Action.REMOVE else unique.of(row.instance)
        if row.action != Action.ADD:
            if row.action == Action.CHANGE and key == unique.of(row.instance, row.before):
                continue
            leaving.add(row.instance.pk)
        if key is not None:
            wanted[key] = row
    for keys in batches(wanted):
        columns = {f"{column}__in": {key[at] for key in keys} for at, column in enumerate(unique.columns)}
        rows = model._default_manager.filter(unique.condition, **columns)
        for pk, *values in rows.values_list("pk", *unique.columns):
            row = wanted.get(tuple(values))
            if row is not None and pk not in leaving and pk != row.instance.pk:
                users = model._default_manager.filter(pk=pk)
                yield Problem(unique.message, "unique", row, field_of(model, unique.columns[-1]), users)


def field_of(model: type[models.Model], column: str) -> str:
    """The name of the field whose column this is."""
    return next(f.name for f in model._meta.concrete_fields if f.attname == column)


def check(plan: Plan) -> list[Problem]:
    """Every rule that ``plan`` breaks."""
    every = (
        _in_use, _new_parts, _missing_owners, _primary_names, _confirmed_primaries, _repeated_names, _own_logins,
    )  # fmt: skip
    return [problem for rule in every for problem in rule(plan)]


def warnings(plan: Plan) -> list[Problem]:
    """What staff should know about a plan that was applied, though it is not refused for that."""
    return [*_contacts_inside(plan), *_policies_without_mx(plan), *_misread_logins(plan)]


def _contacts_inside(plan: Plan) -> Iterator[Problem]:
    touched = _touched(plan, Customer, "email")
    inside = contacts_inside([row.instance for row in touched])
    for row in touched:
        if row.instance.pk in inside:
            yield Problem(CONTACT_INSIDE, "contact_inside", row, "email")


def _policies_without_mx(plan: Plan) -> Iterator[Problem]:
    """Senders find no MTA-STS policy where it could name no server that takes mail."""
    touched = [row for row in _touched(plan, Domain, "mta_sts", "server_id") if row.instance.mta_sts != MtaSts.OFF]
    servers = _pointed_at([row.instance for row in touched], Domain._meta.get_field("server"))
    for row, server in zip(touched, servers, strict=True):
        if server and not server.mx:
            yield Problem(NO_MX, "no_mx", row, "mta_sts")


def _misread_logins(plan: Plan) -> Iterator[Problem]:
    """Own user names that programs are told, and of which Thunderbird makes another one."""
    misread_as = {row: misread(row.instance.login, row.instance.local_part) for row in _touched(plan, Mailbox, "login")}
    rows = [row for row, read in misread_as.items() if read]
    domains = _pointed_at([row.instance for row in rows], Mailbox._meta.get_field("domain"))
    for row, domain in zip(rows, domains, strict=True):
        if domain and domain.logins == LoginPolicy.PUBLISHED:
            yield Problem(format_lazy(MISREAD, read=misread_as[row]), "misread_login", row, "login")


def _touched(plan: Plan, model: type[Recorded], *columns: str) -> list[Row]:
    """The rows of a model that the plan adds, or in which it changes one of these columns."""
    rows = plan.of(model, Action.ADD, Action.CHANGE)
    return [row for row in rows if row.action == Action.ADD or not row.before.keys().isdisjoint(columns)]


def about_waiting(plan: Plan) -> str:
    """What whoever adds names is told where some of them wait for confirmation; empty where none does."""
    rows = [row for row in plan.of(DomainName, Action.ADD) if not row.instance.is_confirmed]
    names = ", ".join(display_name(row.instance.name) for row in rows[:NAMED])
    return str(NEW_WAIT) % {"names": f"{names}, …" if len(rows) > NAMED else names} if rows else ""


def contacts_inside(customers: Iterable[Customer]) -> set[int]:
    """The keys of those customers whose contact address lies in a domain of their own."""
    found: set[int] = set()
    for some in batches(customers):
        names = {customer.pk: _domain_of(customer.email) for customer in some}
        rows = DomainName.objects.filter(name__in=set(names.values())).values_list("domain__customer", "name")
        found |= {pk for pk, name in rows if names.get(pk) == name}
    return found


def _domain_of(email: str) -> str:
    """The domain of an address as domains are stored; empty where there is none."""
    try:
        return normalise_name(email.rpartition("@")[2])
    except InvalidInput:
        return ""


def users_of(instance: models.Model) -> Iterator[tuple[models.QuerySet, Promise]]:
    """The rows that keep ``instance`` from being removed, with the words for it."""
    for owner, user, column, message in IN_USE:
        if isinstance(instance, owner):
            users = user._default_manager.filter(**{column: instance})
            if users.exists():
                yield users, message


def _in_use(plan: Plan) -> Iterator[Problem]:
    for owner, user, column, message in IN_USE:
        removed = {row.instance.pk: row for row in plan.of(owner, Action.REMOVE)}
        if not removed:
            continue
        attname = user._meta.get_field(column).attname
        leaving = {row.instance.pk for row in plan.of(user, Action.REMOVE)}
        leaving |= {row.instance.pk for row in plan.of(user, Action.CHANGE) if attname in row.before}
        arriving = {
            getattr(row.instance, attname)
            for row in plan.of(user, Action.ADD, Action.CHANGE)
            if row.action == Action.ADD or attname in row.before
        }
        used = arriving | _used(user, attname, removed, leaving)
        for pk, row in removed.items():
            if pk in used:
                users = user._default_manager.filter(**{column: pk})
                yield Problem(message, "in_use", row, users=users, leaving=leaving)


def _used(user: type[models.Model], attname: str, owners: Iterable[int], leaving: set[int]) -> set[int]:
    """Those of ``owners`` that rows point at which are not leaving, with one query for each batch."""
    used: set[int] = set()
    for pks in batches(owners):
        rows = user._default_manager.filter(**{f"{attname}__in": pks}).order_by()
        if leaving:
            used |= {owner for pk, owner in rows.values_list("pk", attname) if pk not in leaving}
        else:
            used |= set(rows.values_list(attname, flat=True).distinct())
    return used


def _new_parts(plan: Plan) -> Iterator[Problem]:
    """An owner is not removed while somebody has given it a part that the plan does not know."""
    for owner, part, column in PARTS:
        removed = {row.instance.pk: row for row in plan.of(owner, Action.REMOVE)}
        known = {row.instance.pk for row in plan.of(part, Action.REMOVE)}
        for pks in batches(removed):
            for pk, owner_pk in part._default_manager.filter(**{f"{column}__in": pks}).values_list(
                "pk", f"{column}_id"
            ):
                if pk not in known:
                    yield Problem(_("Somebody added to this in the meantime."), "stale", removed[owner_pk])


def _missing_owners(plan: Plan) -> Iterator[Problem]:
    """Every row points at rows that are there, or that the same plan adds."""
    pointing: dict[tuple[type[models.Model], str], list[Row]] = defaultdict(list)
    for row in plan.rows:
        for f in row.model._meta.concrete_fields if row.action != Action.REMOVE else ():
            if f.is_relation and f.name != "changed_in" and (row.action == Action.ADD or f.attname in row.before):
                pointing[row.model, f.name].append(row)
    added = {id(row.instance) for row in plan.rows if row.action == Action.ADD}
    for (model, name), rows in pointing.items():
        f = model._meta.get_field(name)
        new = [row for row in rows if not (f.is_cached(row.instance) and id(getattr(row.instance, name)) in added)]
        there: set[int] = set()
        for pks in batches({getattr(row.instance, f.attname) for row in new} - {None}):
            there |= set(f.related_model._default_manager.filter(pk__in=pks).values_list("pk", flat=True))
        for row in new:
            pk = getattr(row.instance, f.attname)
            if pk not in there and not (pk is None and f.null):
                yield Problem(_("Choose one that exists."), "missing", row, name)


def _names_by_domain(plan: Plan) -> dict[int, list[Row]]:
    """The domain names of a plan by the key of their domain, or by a negative number where that has none yet."""
    rows = defaultdict(list)
    for row in plan.of(DomainName):
        pk = row.instance.domain_id
        # Only an owner that is not stored is asked for itself: a stored one may be gone by now.
        rows[pk if pk is not None else -id(row.instance.domain)].append(row)
    return rows


def _primary_names(plan: Plan) -> Iterator[Problem]:
    """Each domain that the plan touches must end with exactly one primary name."""
    rows = _names_by_domain(plan)
    removed = {row.instance.pk for row in plan.of(Domain, Action.REMOVE)}
    touched = {key: None for key in rows if key not in removed}
    new = plan.of(Domain, Action.ADD)
    touched.update({row.instance.pk if row.instance.pk is not None else -id(row.instance): row for row in new})
    stored = _stored_names(touched, is_primary=True)
    for key, row in touched.items():
        primaries = set(stored[key])
        for name in rows[key]:
            primaries.discard(name.instance.pk)
        primaries |= {id(name) for name in rows[key] if name.action != Action.REMOVE and name.instance.is_primary}
        if len(primaries) != 1:
            blamed = row or rows[key][0]
            yield Problem(_("A domain needs exactly one primary name."), "primary_name", blamed, "is_primary")


def _confirmed_primaries(plan: Plan) -> Iterator[Problem]:
    """A primary name that waits for confirmation would be shown by every confirmed alias name of it."""
    rows = _names_by_domain(plan)
    waiting = _stored_names(rows, is_primary=True, is_confirmed=False)
    confirmed = _stored_names(rows, is_confirmed=True)
    for key, of_domain in rows.items():
        planned = {row.instance.pk for row in of_domain}
        staying = [row for row in of_domain if row.action != Action.REMOVE]
        primary = next((row for row in staying if row.instance.is_primary and not row.instance.is_confirmed), None)
        if primary is None and not waiting[key] - planned:
            continue
        shown = [row for row in staying if row.instance.is_confirmed]
        served = [row for row in shown if row.action == Action.ADD or "is_confirmed" in row.before]
        for row in served:
            yield Problem(SHOWS_WAITING, "not_confirmed", row, "is_confirmed")
        if primary and not served and (shown or confirmed[key] - planned):
            yield Problem(WAITING_PRIMARY, "not_confirmed", primary, "is_primary")


def hold_back(plan: Plan, actor: Any) -> list[Problem]:
    """Make names wait for confirmation that ``actor`` adds for a brand it does not vouch for.

    Without an actor the hoster's own systems are at work. Returns the problems of what only staff may do: confirming a
    name, and giving one that is confirmed another spelling.
    """
    if actor is None or actor.sees_everything:
        return []
    problems = []
    vouched = cache(actor.vouches_for)
    rows = list(plan.of(DomainName, Action.ADD, Action.CHANGE))
    domains = _pointed_at([row.instance for row in rows], DomainName._meta.get_field("domain"))
    customers = _pointed_at(domains, Domain._meta.get_field("customer"))
    for row, customer in zip(rows, customers, strict=True):
        # Without one the domain is gone, as another rule says.
        if customer is None or vouched(customer.brand_id):
            continue
        if row.action == Action.ADD:
            row.instance.is_confirmed = False
        elif "name" in row.before or "domain_id" in row.before:
            words = _("Add the new name and remove the old one: a new name has to be confirmed.")
            problems.append(Problem(words, "not_confirmed", row, "name"))
        elif "is_confirmed" in row.before and row.instance.is_confirmed:
            words = _("Only the hoster’s staff confirms a name, or the MX records of the domain do.")
            problems.append(Problem(words, "not_confirmed", row, "is_confirmed"))
    return problems


def _pointed_at(rows: Sequence[Any], f: models.Field) -> list[Any]:
    """What each row points at by this field, with a query for each batch of those that are not loaded.

    None where that is not there, and for None.
    """
    unknown = {getattr(row, f.attname) for row in rows if row is not None and not f.is_cached(row)}
    found: dict[int, Any] = {}
    for some in batches(unknown):
        found |= f.related_model._default_manager.in_bulk(some)
    return [row and (getattr(row, f.name) if f.is_cached(row) else found.get(getattr(row, f.attname))) for row in rows]


def _stored_names(keys: Iterable[int], **condition: bool) -> dict[int, set[int]]:
    """The stored names of domains that meet a condition, by the key of the domain."""
    found: dict[int, set[int]] = defaultdict(set)
    for some in batches(key for key in keys if key > 0):
        names = DomainName.objects.filter(domain__in=some, **condition)
        for domain, name in names.values_list("domain_id", "pk"):
            found[domain].add(name)
    return found


def _repeated_names(plan: Plan) -> Iterator[Problem]:
    seen: set[str] = set()
    for row in plan.of(DomainName, Action.ADD, Action.CHANGE):
        if row.instance.name in seen:
            yield Problem(_("This domain name is here twice."), "unique", row, "name")
        seen.add(row.instance.name)


def _own_logins(plan: Plan) -> Iterator[Problem]:
    """An own user name under the policy ``pattern`` would be shown by nothing: staff must choose."""
    message = _(
        "This mailbox would have a user name of its own, but the domain says that all follow the pattern. "
        "Choose in the domain whether own user names are shown publicly or kept private."
    )
    policies = {row.instance.pk: row.instance.logins for row in plan.of(Domain) if row.instance.pk}
    for row in plan.of(Mailbox, Action.ADD, Action.CHANGE):
        mailbox = row.instance
        if mailbox.login and (row.action == Action.ADD or "login" in row.before or "domain_id" in row.before):
            policy = policies.get(mailbox.domain_id) or _policy_of(mailbox)
            if policy == LoginPolicy.PATTERN:
                yield Problem(message, "own_login", row, "login")
    moved = {row.instance.pk for row in plan.of(Mailbox)}
    changed = (row for row in plan.of(Domain, Action.CHANGE) if "logins" in row.before)
    following = {row.instance.pk: row for row in changed if row.instance.logins == LoginPolicy.PATTERN}
    for pks in batches(following):
        own = Mailbox.objects.filter(domain__in=pks).exclude(login="").order_by()
        for pk in sorted({domain for domain, mailbox in own.values_list("domain", "pk") if mailbox not in moved}):
            yield Problem(
                _("Some mailboxes of this domain have a user name of their own. Empty those fields first."),
                "own_login", following[pk], "logins",
                Mailbox.objects.filter(domain=pk).exclude(login=""), moved,
            )  # fmt: skip


def _policy_of(mailbox: Mailbox) -> str:
    """The login policy of a mailbox's domain; empty where the domain is not there, which another rule says."""
    if Mailbox._meta.get_field("domain").is_cached(mailbox):
        return mailbox.domain.logins
    return Domain.objects.filter(pk=mailbox.domain_id).values_list("logins", flat=True).first() or ""
