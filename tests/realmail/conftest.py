"""Real mail servers for the tests of this folder, and customers of a domain that the site says is on them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailsettings.core.endpoints import Security
from tests import build

from .customers import Customer
from .servers import DOMAIN, LOGINS, MailServers, running


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(item.fspath).parent == Path(__file__).parent:
            item.add_marker(pytest.mark.realmail)


@pytest.fixture(scope="session")
def servers() -> Iterator[MailServers]:
    with running() as servers:
        yield servers


@pytest.fixture(params=Security, ids=[security.value for security in Security])
def security(request) -> Security:
    """The connection security that the site recommends for everything."""
    return request.param


@pytest.fixture
def customers(db, servers, security, tmp_path) -> dict[str, Customer]:
    """The customers by their local part, whose site publishes the servers with ``security`` first."""
    server = build.server(endpoints=servers.endpoints(first=security))
    boxes = [
        {"local_part": address.partition("@")[0], "login": "" if login == address else login}
        for address, login in LOGINS.items()
    ]
    build.domain(DOMAIN, mailboxes=boxes, logins="published", server=server)
    return {
        local_part: Customer.at(servers, address, tmp_path / local_part)
        for address in LOGINS
        for local_part in [address.partition("@")[0]]
    }


@pytest.fixture
def subject(request) -> str:
    """A subject that no letter of another test has."""
    return " ".join(re.findall("[a-zA-Z0-9]+", request.node.nodeid.partition("::")[2]))


@pytest.fixture(params=["jane", "olena"])
def customer(request, customers) -> Customer:
    """Somebody whose user name is their address, and somebody whose is not."""
    return customers[request.param]


@pytest.fixture
def jane(customers) -> Customer:
    """Whose user name is her address."""
    return customers["jane"]


@pytest.fixture
def olena(customers) -> Customer:
    """Whose user name is her own."""
    return customers["olena"]
