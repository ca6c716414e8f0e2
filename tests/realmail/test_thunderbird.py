"""A real Thunderbird asks the site, and goes by what it says."""

from urllib.parse import urlsplit

import pytest

from mailsettings.core.endpoints import INCOMING, Protocol, Security
from tests import build

from . import thunderbird
from .customers import Customer
from .servers import DOMAIN, LOGINS, PASSWORD

# nsMsgSocketType and nsMsgAuthMethod: MailNewsTypes2.idl.
SOCKET_TYPE = {Security.TLS: 3, Security.STARTTLS: 2}
PASSWORD_CLEARTEXT = 3
TWENTY_YEARS = 20 * 365


@pytest.fixture(scope="module")
def program(live_server, tmp_path_factory, servers):
    folder = tmp_path_factory.mktemp("thunderbird")
    with thunderbird.running(folder, urlsplit(live_server.url).port) as running:
        running.trust(servers.ca)
        yield running


def published(customer: Customer, protocol: Protocol) -> dict:
    """The recommended endpoint in Thunderbird's words."""
    endpoint = customer.endpoint(protocol)
    return {
        "type": protocol.value,
        "hostname": endpoint.hostname,
        "port": endpoint.port,
        "socketType": SOCKET_TYPE[endpoint.security],
        "auth": PASSWORD_CLEARTEXT,
        "username": customer.user_name(endpoint),
    }


@pytest.mark.django_db(transaction=True)
class TestThunderbird:
    @pytest.mark.parametrize("local_part", [address.partition("@")[0] for address in LOGINS])
    def test_finds_what_the_site_publishes(self, program, customers, local_part):
        customer = customers[local_part]

        found = program.find(str(customer.address))

        expected = [published(customer, protocol) for protocol in (*INCOMING, Protocol.SMTP)]
        servers = [found["incoming"], *found["incomingAlternatives"], found["outgoing"]]
        assert [{key: server[key] for key in expected[0]} for server in servers] == expected
        assert found["outgoingAlternatives"] == []
        assert (found["subSource"], found["domains"]) == ("xml-from-isp-http", [DOMAIN])

    def test_leaves_pop3_mail_on_the_server_for_decades(self, program, jane):
        found = program.find(str(jane.address))

        pop3 = next(server for server in found["incomingAlternatives"] if server["type"] == "pop3")
        assert pop3["leaveMessagesOnServer"] is True
        assert pop3["daysToLeaveMessagesOnServer"] > TWENTY_YEARS

    @pytest.mark.parametrize("protocol", INCOMING)
    def test_logs_in_and_sends_with_what_it_found(self, program, servers, olena, subject, protocol):
        program.use(str(olena.address), protocol.value, PASSWORD, f"Subject: {subject}\r\n\r\nHello.\r\n")

        servers.arrived(str(olena.address), subject)

    def test_does_not_log_in_with_a_wrong_password(self, program, jane):
        with pytest.raises(thunderbird.ThunderbirdError):
            program.use(str(jane.address), "imap", "wrong", "")

    @pytest.mark.parametrize("address", ["jane@suspended.example", "jane@elsewhere.example", "jane@unknown.example"])
    def test_finds_nothing_for_a_domain_that_is_not_served(self, program, address):
        build.domain("suspended.example", status="suspended")
        build.domain("elsewhere.example", status="external")

        assert program.find(address) is None

    def test_finds_the_primary_name_of_an_alias(self, program):
        build.domain("firma.com.ua", aliases=["firma.example"])

        found = program.find("jane@firma.example")

        assert found["incoming"]["hostname"] == "imap.firma.com.ua"
        assert found["incoming"]["username"] == "jane@firma.com.ua"
