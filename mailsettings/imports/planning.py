"""Rows of a table -> a preview with its plan, in the scope of whoever brought the file. A bad row stops no other."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Brand, BrandHost, Customer, Recorded
from mailsettings import changes
from mailsettings.core.batches import batches
from mailsettings.core.endpoints import expand_user_name
from mailsettings.core.names import display_name
from mailsettings.directory import stored
from mailsettings.directory.stored import Known
from mailsettings.models import Domain, DomainName, Mailbox, MailServer, ServiceEndpoint

from . import values
from .preview import Difference, Line, Missing, Preview, Problem, State
from .table import Cell, Kind, Row, Table
from .values import Wrong

MxOf = Callable[[str], Sequence[str] | None]


class Everyone:
    """Whoever runs a command: sees everything."""

    sees_everything = True


@dataclass(frozen=True, slots=True)
class Options:
    """What holds for the whole file: the customer of rows that name none, and whether unknown numbers become customers.

    A customer whose name stands in the file is created in any case. ``mx`` is what the DNS said about domains: the host
    names of their MX records, None where it did not answer.
    """

    customer: str = ""
    create_customers: bool = False
    mx: dict[str, list[str] | None] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Owner:
    """A customer or a domain that rows need. ``rows`` are those of the plan where it is new."""

    record: Any
    rows: list[changes.Row] = field(default_factory=list)
    needs: Owner | None = None

    @property
    def is_new(self) -> bool:
        return self.record.pk is None


@dataclass(slots=True, eq=False)
class Item:
    """A row of the file on its way into the plan."""

    row: Row
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    rows: list[changes.Row] = field(default_factory=list)
    owners: list[Owner] = field(default_factory=list)
    name: str = ""
    domain: Domain | None = None
    is_new: bool = False

    def bad(self, column: str, message: str) -> None:
        self.problems.append(Problem(column, message))

    @property
    def where(self) -> str:
        return str(self.row.number)

    def line(self, foreign_mx: dict[int, tuple[str, ...]], mx_unknown: dict[int, str]) -> Line:
        if self.problems:
            return Line(self.row.number, self.name, State.BAD, problems=list(dict.fromkeys(self.problems)))
        state = State.NEW if self.is_new else State.CHANGED if self.rows else State.UNCHANGED
        key = id(self.domain)
        found = Line(self.row.number, self.name, state, self.differences)
        found.foreign_mx, found.mx_unknown = foreign_mx.get(key, ()), mx_unknown.get(key, "")
        return found


def preview(table: Table, user: Any, options: Options | None = None, mx_of: MxOf | None = None) -> Preview:
    """What an import of ``table`` by ``user`` would do. Writes nothing.

    ``mx_of`` gives the names that a domain's MX records are known to hold, None where they are not known; without it
    ``options.mx`` does.
    """
    return _Planner(table, user, options or Options(), mx_of).run()


class _Planner:
    def __init__(self, table: Table, user: Any, options: Options, mx_of: MxOf | None) -> None:
        self.table = table
        self.user = user
        self.options = options
        self.mx_of = mx_of or (options.mx.get if options.mx else None)
        self.items = [Item(row) for row in table.rows]
        self.notes = list(table.notes)
        self.known: dict[str, Known] = {}
        self.visible: set[int] = set()
        self.customers: dict[str, Customer | None] = {}
        self.new_customers: dict[str, Owner] = {}
        self.new_domains: dict[str, Owner] = {}
        self.servers = {server.name.casefold(): server for server in MailServer.objects.visible_to(user)}
        self.brands = {brand.slug: brand for brand in Brand.objects.visible_to(user)}
        self.own_endpoints: dict[int, list[ServiceEndpoint]] = {}
        self.server_endpoints: dict[int, list[ServiceEndpoint]] = defaultdict(list)

    def run(self) -> Preview:
        for item in self.items:
            self._read(item)
        self._load()
        if self.table.kind is Kind.MAILBOXES:
            self._mailboxes()
        else:
            self._domains()
        plan = self._checked_plan()
        foreign, unasked = self._foreign_mx(), self._mx_unasked()
        unknown = self._mx_unknown(unasked)
        lines = [item.line(foreign, unknown) for item in self.items]
        found = Preview(self.table.kind, lines, plan, self.notes)
        found.mx_checked = self.mx_of is not None
        found.mx_unasked = [domain.primary_name for domain in unasked.values()]
        if self.table.kind is Kind.MAILBOXES:
            self._missing(found)
        return found

    # --- Reading and loading ------------------------------------------------------------------------------------------

    def _read(self, item: Item) -> None:
        readers = values.MAILBOX if self.table.kind is Kind.MAILBOXES else values.DOMAIN
        for column, message in item.row.faults.items():
            item.bad(column, message)
        for column, text in item.row.cells.items():
            try:
                item.values[column] = readers[column](text)
            except Wrong as error:
                item.bad(column, str(error))
        self._name(item)

    def _name(self, item: Item) -> None:
        """Find out which domain a row is about, and what people call the row."""
        cells = item.row.cells
        if self.table.kind is Kind.DOMAINS:
            item.name = display_name(item.values.get("domain", cells.get("domain", "")))
            if "domain" not in cells and not item.problems:
                item.bad("domain", _("The name of the domain is missing."))
            return
        local_part, domain = item.values.get("address", ("", ""))
        beside = item.values.get("domain", "")
        item.name = cells.get("address", "")
        if domain and beside and domain != beside:
            item.bad("domain", _("The address is at another domain than this column says."))
            return
        domain = domain or beside
        if "address" not in cells and "address" not in item.row.faults:
            item.bad("address", _("The address is missing."))
        elif local_part and not domain and "domain" not in item.row.faults and "domain" not in cells:
            item.bad("address", _("There is no domain: write the whole address, or fill in the column of domains."))
        if local_part and domain:
            item.values["local_part"], item.values["domain"] = local_part, domain
            item.name = f"{local_part}@{display_name(domain)}"

    def _load(self) -> None:
        names = {item.values["domain"] for item in self.items if "domain" in item.values}
        names |= {name for item in self.items for name in item.values.get("aliases", ())}
        found = stored.domains(names, ())
        self.known = {name: one for one in found.values() for name in one.names}
        servers = MailServer.objects.in_bulk({one.domain.server_id for one in found.values()})
        for one in found.values():
            one.domain.server = servers[one.domain.server_id]
        for some in batches(found):
            self.visible.update(Domain.objects.visible_to(self.user).filter(pk__in=some).values_list("pk", flat=True))
        refs = {item.values.get("customer_ref", self.options.customer) for item in self.items} - {""}
        for some_refs in batches(refs):
            seen = {customer.ref: customer for customer in
                    Customer.objects.visible_to(self.user).filter(ref__in=some_refs)}  # fmt: skip
            there = Customer.objects.filter(ref__in=some_refs).values_list("ref", flat=True)
            # One that lies out of scope is None, so that it is neither used nor added a second time.
            self.customers |= {ref: seen.get(ref) for ref in there}

    # --- Domains and customers that rows need -------------------------------------------------------------------------

    def _customer(self, item: Item) -> Customer | None:
        """The customer that a row names, stored or new. None: it names none, or a wrong one, which is told."""
        ref = item.values.get("customer_ref", self.options.customer)
        if not ref:
            return None
        if customer := self.customers.get(ref):
            return customer
        if ref not in self.new_customers and not self._add_customer(item, ref):
            return None
        owner = self.new_customers[ref]
        item.owners.append(owner)
        found: Customer = owner.record
        return found

    def _no_customer(self) -> str:
        if self.user.sees_everything:
            return _("There is no customer with this number. To add one, fill in the column of customers’ names.")
        return _(
            "None of your customers has this number. To add one, fill in the column of customers’ names. If that does"
            " not help, ask an operator."
        )

    def _add_customer(self, item: Item, ref: str) -> bool:
        given = item.values
        if ref in self.customers or not (given.get("customer_name") or self.options.create_customers):
            item.bad("customer_ref", self._no_customer())
            return False
        brand = self._brand(item)
        if brand is None and not (self.user.sees_everything or self.user.works_for_default_brand):
            if "brand" not in given:
                item.bad("brand", _("A new customer needs a brand: fill in this column."))
            return False
        customer = Customer(
            ref=ref,
            name=given.get("customer_name", ""),
            email=given.get("customer_email", ""),
            phone=given.get("customer_phone", ""),
            brand=brand,
        )
        self.new_customers[ref] = Owner(customer, [_adding(customer, item.where)])
        return True

    def _brand(self, item: Item) -> Brand | None:
        slug = item.values.get("brand")
        if slug is None:
            own = list(self.brands.values())
            scoped = not (self.user.sees_everything or self.user.works_for_default_brand)
            return own[0] if scoped and len(own) == 1 else None
        if slug not in self.brands:
            item.bad("brand", _("There is no such brand among yours. Write its short name."))
        return self.brands.get(slug)

    def _server(self, item: Item) -> MailServer | None:
        """The server for a new domain; None is told."""
        if name := item.values.get("server"):
            server = self.servers.get(name.casefold())
            if server is None:
                item.bad("server", _("There is no such mail server. Write its name as in the list of servers."))
            return server
        usual = next((server for server in self.servers.values() if server.is_default), None)
        if usual is None and len(self.servers) == 1:
            usual = next(iter(self.servers.values()))
        if usual is None:
            item.bad("server", _("A new domain needs a mail server: fill in this column."))
        return usual

    def _not_yours(self) -> str:
        if self.user.sees_everything:
            return _("This domain is not here. To add it, the row needs the number of its customer.")
        # The same words for a domain of somebody else and for one that nobody has.
        return _(
            "This domain is not among yours. If it is new, the row needs the number of one of your customers; if it"
            " should be yours, ask an operator."
        )

    def _new_domain(self, item: Item, column: str) -> Owner | None:
        """A domain that is not stored, planned once for all rows that need it; None is told."""
        name = item.values["domain"]
        customer = self._customer(item)
        if item.problems:
            return None
        if owner := self.new_domains.get(name):
            if customer and customer is not owner.record.customer:
                item.bad("customer_ref", _("Rows of this new domain name different customers."))
                return None
            item.owners.append(owner)
            return owner
        if customer is None:
            item.bad(column, self._not_yours())
            return None
        server = self._server(item)
        if server is None:
            return None
        domain = Domain(customer=customer, server=server)
        domain.primary_name_value = name
        primary = DomainName(domain=domain, name=name, is_primary=True)
        owner = Owner(domain, [_adding(domain, item.where), _adding(primary, item.where)])
        owner.needs = self.new_customers.get(customer.ref)
        self.new_domains[name] = owner
        item.owners.append(owner)
        return owner

    def _stored_domain(self, item: Item) -> Known | None:
        known = self.known.get(item.values["domain"])
        return known if known and known.domain.pk in self.visible else None

    # --- Mailboxes ----------------------------------------------------------------------------------------------------

    def _mailboxes(self) -> None:
        readable = [item for item in self.items if "local_part" in item.values]
        for item in sorted(readable, key=lambda item: "customer_ref" not in item.values):
            self._find_domain(item)
        self._refuse_repeated(readable, lambda item: (id(item.domain), item.values["local_part"]))
        self._load_endpoints()
        rows = stored.mailboxes(
            ((item.domain.pk, item.values["local_part"]) for item in readable if item.domain and item.domain.pk), ()
        )
        for item in readable:
            if item.domain and not item.problems:
                self._mailbox(item, item.domain, rows[item.domain.pk] if item.domain.pk else {})

    def _find_domain(self, item: Item) -> None:
        column = "domain" if "domain" in item.row.cells else "address"
        if known := self._stored_domain(item):
            item.domain = known.domain
            self._compare_owners(item, known.domain)
        elif item.values["domain"] in self.known:
            item.bad(column, self._not_yours())
        elif not item.problems and (owner := self._new_domain(item, column)):
            item.domain = owner.record

    def _compare_owners(self, item: Item, domain: Domain) -> None:
        """Mailboxes come with their domain's customer and server, which a list of mailboxes does not change."""
        if item.values.get("customer_ref", domain.customer.ref) != domain.customer.ref:
            item.bad("customer_ref", _("This domain has another customer. A list of domains can change that."))
        if item.values.get("server", domain.server.name).casefold() != domain.server.name.casefold():
            item.bad("server", _("This domain is on another mail server. A list of domains can change that."))

    def _refuse_repeated(self, items: Iterable[Item], key: Callable[[Item], Any]) -> None:
        by_key = defaultdict(list)
        for item in items:
            if item.domain is not None:
                by_key[key(item)].append(item)
        column = "address" if self.table.kind is Kind.MAILBOXES else "domain"
        for some in by_key.values():
            numbers = ", ".join(item.where for item in some)
            for item in some if len(some) > 1 else ():
                item.bad(column, _("This is in the file more than once: rows %(rows)s. Leave one.") % {"rows": numbers})

    def _mailbox(self, item: Item, domain: Domain, rows: dict[str, Mailbox]) -> None:
        given = {name: item.values[name] for name in values.MAILBOX_FIELDS if name in item.values}
        local_part = item.values["local_part"]
        if given.get("login") and self._follows_pattern(given["login"], local_part, domain):
            given["login"] = ""
        mailbox = rows.get(local_part)
        if mailbox is None:
            mailbox = Mailbox(domain=domain, local_part=local_part, **given)
            self._add(item, mailbox, given)
        else:
            # Rules and names look at the domain that is loaded already.
            mailbox.domain = domain
            self._change(item, mailbox, given)

    def _load_endpoints(self) -> None:
        if not any("login" in item.values for item in self.items):
            return
        for endpoint in ServiceEndpoint.objects.filter(domain=None):
            self.server_endpoints[endpoint.server_id].append(endpoint)
        self.own_endpoints = stored.endpoints({known.domain.pk for known in self.known.values()})

    def _follows_pattern(self, login: str, local_part: str, domain: Domain) -> bool:
        """Whether programs would get this user name anyway, by every pattern of the domain."""
        own = self.own_endpoints.get(domain.pk, [])
        replaced = {endpoint.protocol for endpoint in own}
        of_server = [one for one in self.server_endpoints[domain.server_id] if one.protocol not in replaced]
        patterns = {endpoint.username for endpoint in (*own, *of_server)}
        return {expand_user_name(pattern, local_part, domain.primary_name) for pattern in patterns} == {login}

    # --- Domains ------------------------------------------------------------------------------------------------------

    def _domains(self) -> None:
        readable = [item for item in self.items if "domain" in item.values]
        known = {}
        for item in readable:
            if found := self._stored_domain(item):
                known[id(item)] = found
                item.domain = found.domain
            elif item.values["domain"] in self.known:
                item.bad("domain", self._not_yours())
            elif not item.problems and (owner := self._new_domain(item, "domain")):
                item.domain = owner.record
        self._refuse_repeated(readable, lambda item: id(item.domain))
        for item in readable:
            if item.domain and not item.problems:
                self._domain(item, item.domain, known.get(id(item)))

    def _domain(self, item: Item, domain: Domain, known: Known | None) -> None:
        given = {name: item.values[name] for name in values.DOMAIN_FIELDS if name in item.values}
        if known is None:
            for name, value in given.items():
                setattr(domain, name, value)
            owners = {"customer": domain.customer, "server": domain.server}
            item.is_new = True
            item.differences += _filled_in(Domain, owners | given)
        else:
            customer = self._customer(item) if "customer_ref" in item.values else None
            stays = item.values.get("server", domain.server.name).casefold() == domain.server.name.casefold()
            server = None if stays else self._server(item)
            owners = {name: one for name, one in (("customer", customer), ("server", server)) if one is not None}
            if not item.problems:
                self._change(item, domain, given | owners)
        self._aliases(item, domain, known)

    def _aliases(self, item: Item, domain: Domain, known: Known | None) -> None:
        own = known.names if known else {}
        new = [name for name in item.values.get("aliases", ()) if name not in own and name != item.values["domain"]]
        for name in new:
            if name in self.known:
                sentence = _("%(name)s cannot be a name of this domain: it is taken, or not yours to add.")
                item.bad("aliases", sentence % {"name": display_name(name)})
        if new and not item.problems:
            before = sorted(name for name, row in own.items() if not row.is_primary)
            # An alias would show the primary name, so it waits where that does.
            served = known.is_confirmed if known else True
            names = [DomainName(domain=domain, name=name, is_confirmed=served) for name in new]
            item.rows += [_adding(name, item.where) for name in names]
            item.differences.append(Difference(Domain, "aliases", before if known else None, [*before, *new]))

    # --- The plan -----------------------------------------------------------------------------------------------------

    def _add(self, item: Item, instance: Recorded, given: dict[str, Any]) -> None:
        item.is_new = True
        item.differences += _filled_in(type(instance), given)
        item.rows.append(_adding(instance, item.where))

    def _change(self, item: Item, instance: Recorded, given: dict[str, Any]) -> None:
        before = changes.snapshot(instance)
        new_owner = set()
        for name, value in given.items():
            old = getattr(instance, name)
            if old == value or (isinstance(old, str) and _as_read(old) == value):
                continue
            item.differences.append(Difference(type(instance), name, _plain(old), _plain(value)))
            setattr(instance, name, value)
            if isinstance(value, Recorded) and value.pk is None:
                new_owner.add(f"{name}_id")
        differing = {name: old for name, old in before.items() if name in new_owner or old != getattr(instance, name)}
        if differing:
            item.rows.append(changes.Row(changes.Action.CHANGE, instance, differing, item.where))

    def _checked_plan(self) -> changes.Plan:
        """The plan of good rows. What a plan would be refused for makes rows bad, until nothing is left to refuse."""
        while True:
            plan = self._plan()
            problems = changes.check(plan)
            if not problems:
                return plan
            blamed = self._blame(problems)
            if not blamed:
                raise changes.Refused(problems)

    def _plan(self) -> changes.Plan:
        owners: dict[int, Owner] = {}
        rows: list[changes.Row] = []
        for item in self.items:
            if item.problems:
                continue
            for owner in item.owners:
                for one in filter(None, (owner.needs, owner)):
                    owners.setdefault(id(one), one)
            rows += item.rows
        return changes.Plan([row for owner in owners.values() for row in owner.rows] + rows)

    def _blame(self, problems: Sequence[changes.Problem]) -> bool:
        """Make the rows bad that problems are about; whether there were any."""
        items: dict[int, list[Item]] = defaultdict(list)
        for item in self.items:
            if not item.problems:
                for row in item.rows:
                    items[id(row)].append(item)
                for owner in item.owners:
                    for one in filter(None, (owner.needs, owner)):
                        for row in one.rows:
                            items[id(row)].append(item)
        found = False
        for problem in problems:
            for item in items.get(id(problem.row), ()):
                item.bad(_column_of(problem), str(problem.message))
                found = True
        return found

    # --- Beside the plan ----------------------------------------------------------------------------------------------

    def _foreign_mx(self) -> dict[int, tuple[str, ...]]:
        """The MX names of domains whose mail goes elsewhere, as far as they are known."""
        found: dict[int, tuple[str, ...]] = {}
        if self.mx_of is None:
            return found
        for key, domain in self._good_domains().items():
            expected = self._expected_mx(domain)
            names = self.mx_of(domain.primary_name) if expected else None
            if names is not None and not expected & set(names):
                found[key] = tuple(names) or ("—",)
        return found

    def _mx_unasked(self) -> dict[int, Domain]:
        """New domains about which the DNS could be asked, and was not."""
        return {
            key: domain
            for key, domain in self._good_domains().items()
            if domain.pk is None and domain.primary_name not in self.options.mx and self._expected_mx(domain)
        }

    def _mx_unknown(self, unasked: dict[int, Domain]) -> dict[int, str]:
        """Why nothing is known about the MX of a domain: nobody asked, or the DNS did not answer."""
        if not self.options.mx:
            return {}
        silent = {name for name, hosts in self.options.mx.items() if hosts is None}
        words = _("The DNS did not answer about its MX.")
        found = {key: words for key, one in self._good_domains().items() if one.primary_name in silent}
        return found | dict.fromkeys(unasked, _("Its MX was not checked."))

    def _good_domains(self) -> dict[int, Domain]:
        return {id(item.domain): item.domain for item in self.items if item.domain and not item.problems}

    def _expected_mx(self, domain: Domain) -> set[str]:
        """Host names that the MX records of a domain may name: its server's, and those of its brand."""
        return {*domain.server.mx, *self.brand_hosts[domain.customer.brand_id]} if domain.server.mx else set()

    @cached_property
    def brand_hosts(self) -> dict[int | None, list[str]]:
        """The host names of each brand, and those of the default one for customers without a brand."""
        found: dict[int | None, list[str]] = defaultdict(list)
        for brand, is_default, name in BrandHost.objects.values_list("brand", "brand__is_default", "name"):
            found[brand].append(name)
            if is_default:
                found[None].append(name)
        return found

    def _missing(self, found: Preview) -> None:
        """Stored mailboxes of the domains in the file that the file does not have."""
        if any("local_part" not in item.values for item in self.items):
            self.notes.append(_("Some addresses could not be read, so nothing is offered for removal."))
            return
        domains = {item.domain.pk: item.domain for item in self.items if item.domain and item.domain.pk}
        for item in self.items:
            if item.problems and item.domain:
                domains.pop(item.domain.pk, None)
        named = {(item.domain.pk, item.values["local_part"]) for item in self.items if item.domain}
        rows = Mailbox.objects.order_by("pk")
        if not any("kind" in item.values for item in self.items):
            # Lists of mailboxes leave forwarders out.
            rows = rows.filter(kind=Mailbox.Kind.MAILBOX)
        total: Counter[int] = Counter()
        for some in batches(domains):
            for pk, domain, local_part in rows.filter(domain__in=some).values_list("pk", "domain_id", "local_part"):
                total[domain] += 1
                if (domain, local_part) not in named:
                    name = f"{local_part}@{display_name(domains[domain].primary_name)}"
                    found.missing.append(Missing(pk, domain, name))
        found.stored = dict(total)


def _adding(instance: Recorded, where: str) -> changes.Row:
    return changes.Row(changes.Action.ADD, instance, where=where)


def _filled_in(model: Any, given: dict[str, Any]) -> list[Difference]:
    """The values of a new row, without those that it would have anyway."""
    found = []
    for name, value in given.items():
        usual = None if isinstance(value, Recorded) else model._meta.get_field(name).get_default()
        if value != usual:
            found.append(Difference(model, name, None, _plain(value)))
    return found


def _plain(value: Any) -> Any:
    """A value as people and files have it: a row that is pointed at by its own name."""
    return str(value) if isinstance(value, Recorded) else value


def _as_read(text: str) -> Cell:
    """What comes back of a stored text that is written into a cell and read again."""
    return values.clean_cell(values.written(text))


_COLUMNS = {"local_part": "address", "ref": "customer_ref", "customer": "customer_ref", "is_primary": "domain"}


def _column_of(problem: changes.Problem) -> str:
    """The column of the file that the field of a problem comes from."""
    model = type(problem.row.instance) if problem.row else None
    if model is DomainName:
        return "domain" if problem.row and problem.row.instance.is_primary else "aliases"
    if model is Customer and problem.field in ("name", "email", "phone"):
        return f"customer_{problem.field}"
    name = _COLUMNS.get(problem.field, problem.field)
    return name if name in values.MAILBOX or name in values.DOMAIN else ""
