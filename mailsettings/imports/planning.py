"""Rows of a table -> a preview with its plan, in the scope of whoever brought the file. A bad row stops no other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Customer, Recorded
from mailsettings import changes, rules
from mailsettings.core.names import display_name
from mailsettings.directory import stored
from mailsettings.directory.stored import Known
from mailsettings.models import Domain, DomainName, Mailbox

from . import brought, values
from .exchange import Exchange, MxOf
from .items import Item, Options, Owner, adding, item_of
from .logins import Logins
from .missing import find_missing_domains, find_missing_mailboxes
from .owners import Owners
from .preview import Difference, Preview
from .table import Kind, Table


def preview(table: Table, user: Any, options: Options | None = None, mx_of: MxOf | None = None) -> Preview:
    """What an import of ``table`` by ``user`` would do. Writes nothing.

    ``mx_of`` gives what is known about a domain's MX records, None where nothing is; without it ``options.mx`` does.
    """
    return _Planner(table, user, options or Options(), mx_of).run()


class _Planner:
    def __init__(self, table: Table, user: Any, options: Options, mx_of: MxOf | None) -> None:
        self.table = table
        self.user = user
        self.items = [item_of(row, table.kind) for row in table.rows]
        self.owners = Owners(self.items, user, options)
        self.exchange = Exchange(self.items, options, mx_of)

    def run(self) -> Preview:
        if self.table.kind is Kind.MAILBOXES:
            self._mailboxes()
        else:
            self._domains()
        plan = self._checked_plan()
        foreign, unasked = self.exchange.foreign(), self.exchange.unasked()
        unknown = self.exchange.unknown(unasked)
        lines = [item.line(foreign, unknown) for item in self.items]
        found = Preview(self.table.kind, lines, plan, list(self.table.notes))
        found.new_customers = brought.new_customers(plan)
        found.notes += self._about_customers()
        # Saving makes names wait; whoever looks at the preview should know it before.
        rules.hold_back(plan, self.user)
        if waiting := rules.about_waiting(plan):
            found.notes.append(waiting)
        found.mx_checked = self.exchange.mx_of is not None
        found.mx_unasked = [domain.primary_name for domain in unasked.values()]
        if self.table.kind is Kind.MAILBOXES:
            found.new_domains = brought.new_domains(plan)
            find_missing_mailboxes(self.items, found)
        else:
            find_missing_domains(self.items, self.owners, found)
        return found

    def _about_customers(self) -> Iterator[str]:
        """That what rows say about stored customers is not written, where it is something else."""
        good = [item for item in self.items if item.domain and not item.problems]
        if count := sum(self.owners.has_other_data(item, item.domain.customer) for item in good if item.domain):
            words = ngettext(
                "%(count)d row has other data of an existing customer: name, e-mail, phone or brand. A list does not"
                " change customers, so theirs stay as they are.",
                "%(count)d rows have other data of existing customers: name, e-mail, phone or brand. A list does not"
                " change customers, so theirs stay as they are.",
                count,
            )
            yield words % {"count": count}

    # --- Mailboxes ----------------------------------------------------------------------------------------------------

    def _mailboxes(self) -> None:
        readable = [item for item in self.items if "local_part" in item.values]
        # A new domain comes with the customer that some of its rows may name.
        for item in sorted(readable, key=lambda item: "customer_ref" not in item.values):
            if known := self.owners.find_domain(item, "domain" if "domain" in item.row.cells else "address"):
                self._compare_owners(item, known.domain)
        self._refuse_repeated(readable, lambda item: (id(item.domain), item.values["local_part"]))
        written_out = any("login" in item.values for item in self.items)
        logins = Logins({known.domain.pk for known in self.owners.known.values()}) if written_out else None
        rows = stored.mailboxes(
            ((item.domain.pk, item.values["local_part"]) for item in readable if item.domain and item.domain.pk), ()
        )
        for item in readable:
            if item.domain and not item.problems:
                self._mailbox(item, item.domain, rows[item.domain.pk] if item.domain.pk else {}, logins)

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

    def _mailbox(self, item: Item, domain: Domain, rows: dict[str, Mailbox], logins: Logins | None) -> None:
        given = {name: item.values[name] for name in values.MAILBOX_FIELDS if name in item.values}
        local_part = item.values["local_part"]
        if logins and given.get("login") and logins.follow_pattern(given["login"], local_part, domain):
            given["login"] = ""
        mailbox = rows.get(local_part)
        if mailbox is None:
            mailbox = Mailbox(domain=domain, local_part=local_part, **given)
            self._add(item, mailbox, given)
        else:
            # Rules and names look at the domain that is loaded already.
            mailbox.domain = domain
            self._change(item, mailbox, given)

    # --- Domains ------------------------------------------------------------------------------------------------------

    def _domains(self) -> None:
        readable = [item for item in self.items if "domain" in item.values]
        known = {id(item): self.owners.find_domain(item, "domain") for item in readable}
        self._refuse_repeated(readable, lambda item: id(item.domain))
        for item in readable:
            if item.domain and not item.problems:
                self._domain(item, item.domain, known[id(item)])

    def _domain(self, item: Item, domain: Domain, known: Known | None) -> None:
        given = {name: item.values[name] for name in values.DOMAIN_FIELDS if name in item.values}
        if known is None:
            for name, value in given.items():
                setattr(domain, name, value)
            owners = {"customer": domain.customer, "server": domain.server}
            item.is_new = True
            item.differences += _filled_in(Domain, owners | given)
        else:
            customer = self.owners.customer(item) if "customer_ref" in item.values else None
            stays = item.values.get("server", domain.server.name).casefold() == domain.server.name.casefold()
            server = None if stays else self.owners.server(item)
            owners = {name: one for name, one in (("customer", customer), ("server", server)) if one is not None}
            if not item.problems:
                self._change(item, domain, given | owners)
        self._aliases(item, domain, known)

    def _aliases(self, item: Item, domain: Domain, known: Known | None) -> None:
        own = known.names if known else {}
        new = [name for name in item.values.get("aliases", ()) if name not in own and name != item.values["domain"]]
        for name in new:
            if name in self.owners.known:
                sentence = _("%(name)s cannot be a name of this domain: it is taken, or not yours to add.")
                item.bad("aliases", sentence % {"name": display_name(name)})
        if new and not item.problems:
            before = sorted(name for name, row in own.items() if not row.is_primary)
            # An alias would show the primary name, so it waits where that does.
            served = known.is_confirmed if known else True
            names = [DomainName(domain=domain, name=name, is_confirmed=served) for name in new]
            item.rows += [adding(name, item.where) for name in names]
            item.differences.append(Difference(Domain, "aliases", before if known else None, [*before, *new]))

    # --- The plan -----------------------------------------------------------------------------------------------------

    def _add(self, item: Item, instance: Recorded, given: dict[str, Any]) -> None:
        item.is_new = True
        item.differences += _filled_in(type(instance), given)
        item.rows.append(adding(instance, item.where))

    def _change(self, item: Item, instance: Recorded, given: dict[str, Any]) -> None:
        before = changes.snapshot(instance)
        new_owner = set()
        for name, value in given.items():
            old = getattr(instance, name)
            if old == value or (isinstance(old, str) and values.as_read(old) == value):
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
