"""The customers and domains that a list adds because its rows need them, told apart from the rows themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from accounts.models import Customer
from mailsettings import changes
from mailsettings.changes import Action
from mailsettings.core.names import display_name
from mailsettings.models import Domain

from . import words


class Brought(NamedTuple):
    """A record that comes with a row: the row's number, the record's name, and its values by columns of ``words``."""

    number: int
    name: str
    facts: tuple[tuple[str, str], ...]

    def about(self) -> Iterator[str]:
        """What there is to say about it."""
        return (f"{words.title(column)}: {value}" for column, value in self.facts)


def new_domains(plan: changes.Plan) -> list[Brought]:
    """The domains that a plan adds, each with its customer and its mail server."""
    return [
        Brought(
            int(row.where),
            display_name(row.instance.primary_name),
            (("customer", str(row.instance.customer)), ("server", row.instance.server.name)),
        )
        for row in plan.of(Domain, Action.ADD)
    ]


def new_customers(plan: changes.Plan) -> list[Brought]:
    """The customers that a plan adds, each with what the file says about them."""
    return [Brought(int(row.where), row.instance.ref, _facts(row.instance)) for row in plan.of(Customer, Action.ADD)]


def _facts(customer: Customer) -> tuple[tuple[str, str], ...]:
    values = {
        "customer_name": customer.name,
        "customer_email": customer.email,
        "customer_phone": customer.phone,
        "brand": customer.brand.name if customer.brand else "",
    }
    return tuple((column, value) for column, value in values.items() if value)
