"""The customers and domains that rows of a file need: stored ones in the scope of whoever brought it, or new ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Brand, Customer
from mailsettings.core.batches import batches
from mailsettings.directory import stored
from mailsettings.directory.stored import Known
from mailsettings.models import Domain, DomainName, MailServer

from .items import Item, Options, Owner, adding
from .values import as_read

# Columns that tell about a customer, beside the brand, and their fields.
ABOUT = {"customer_name": "name", "customer_email": "email", "customer_phone": "phone"}


class Owners:
    """``known`` are the stored domains by each name in the file, in whatever scope.

    What a row cannot have is told to it; two rows that need the same new record get the same one.
    """

    def __init__(self, items: Sequence[Item], user: Any, options: Options) -> None:
        self.user = user
        self.options = options
        self.new_customers: dict[str, Owner] = {}
        self.new_domains: dict[str, Owner] = {}
        self.servers = {server.name.casefold(): server for server in MailServer.objects.visible_to(user)}
        self.brands = {brand.slug: brand for brand in Brand.objects.visible_to(user)}
        self.known = self._known(items)
        self.visible = self._visible()
        self.customers = self._customers(items)

    def _known(self, items: Sequence[Item]) -> dict[str, Known]:
        names = {item.values["domain"] for item in items if "domain" in item.values}
        names |= {name for item in items for name in item.values.get("aliases", ())}
        found = stored.domains(names, ())
        servers = MailServer.objects.in_bulk({one.domain.server_id for one in found.values()})
        for one in found.values():
            one.domain.server = servers[one.domain.server_id]
        return {name: one for one in found.values() for name in one.names}

    def _visible(self) -> set[int]:
        """Which of the known domains are in scope."""
        pks = {one.domain.pk for one in self.known.values()}
        rows = Domain.objects.visible_to(self.user)
        return {pk for some in batches(pks) for pk in rows.filter(pk__in=some).values_list("pk", flat=True)}

    def _customers(self, items: Sequence[Item]) -> dict[str, Customer | None]:
        """Stored customers by the numbers in the file.

        One that lies out of scope is None, so that it is neither used nor added a second time.
        """
        refs = {item.values.get("customer_ref", self.options.customer) for item in items} - {""}
        found: dict[str, Customer | None] = {}
        for some in batches(refs):
            seen = {row.ref: row for row in Customer.objects.visible_to(self.user).filter(ref__in=some)}
            there = Customer.objects.filter(ref__in=some).values_list("ref", flat=True)
            found |= {ref: seen.get(ref) for ref in there}
        return found

    def customer(self, item: Item) -> Customer | None:
        """The customer that a row names, stored or new. None: it names none, or a wrong one, which is told."""
        ref = item.values.get("customer_ref", self.options.customer)
        if not ref:
            return None
        if customer := self.customers.get(ref):
            return customer
        if ref in self.new_customers:
            self._fill_in(item, self.new_customers[ref].record)
        elif not self._add_customer(item, ref):
            return None
        owner = self.new_customers[ref]
        item.owners.append(owner)
        found: Customer = owner.record
        return found

    def has_other_data(self, item: Item, customer: Customer) -> bool:
        """Whether a row says something else about a stored customer than what is stored."""
        given = item.values
        if customer.pk is None:
            return False
        if any(given.get(column) not in (None, "", as_read(getattr(customer, name))) for column, name in ABOUT.items()):
            return True
        brand = self.brands.get(given.get("brand", ""))
        is_usual = brand is not None and brand.is_default and customer.brand_id is None
        return "brand" in given and not is_usual and (brand is None or brand.pk != customer.brand_id)

    def _fill_in(self, item: Item, customer: Customer) -> None:
        """Add to a new customer what a further row tells about it, unless the rows contradict each other."""
        given = {name: (column, item.values.get(column)) for column, name in ABOUT.items()}
        if "brand" in item.values:
            given["brand"] = ("brand", self._brand(item))
        told = {name: (column, value) for name, (column, value) in given.items() if value}
        for name, (column, value) in told.items():
            if getattr(customer, name) not in (None, "", value):
                item.bad(column, _("Rows of this new customer say different things here. Write the same in each."))
        for name, (_column, value) in told.items() if not item.problems else ():
            setattr(customer, name, value)

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
        self.new_customers[ref] = Owner(customer, [adding(customer, item.where)])
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

    def server(self, item: Item) -> MailServer | None:
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

    def find_domain(self, item: Item, column: str) -> Known | None:
        """Let a row have its domain, stored or new, and give what is stored of it; what is in the way is told."""
        known = self.known.get(item.values["domain"])
        if known and known.domain.pk in self.visible:
            item.domain = known.domain
            return known
        if known:
            item.bad(column, self._not_yours())
        elif not item.problems and (owner := self._new_domain(item, column)):
            item.domain = owner.record
        return None

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
        customer = self.customer(item)
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
        server = self.server(item)
        if server is None:
            return None
        domain = Domain(customer=customer, server=server)
        domain.primary_name_value = name
        primary = DomainName(domain=domain, name=name, is_primary=True)
        owner = Owner(domain, [adding(domain, item.where), adding(primary, item.where)])
        owner.needs = self.new_customers.get(customer.ref)
        self.new_domains[name] = owner
        item.owners.append(owner)
        return owner
