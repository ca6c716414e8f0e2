"""A real Thunderbird asks the site, and goes by what it says."""

from urllib.parse import urlsplit

import pytest

from mailsettings import lookup
from mailsettings.core.addresses import parse_address
from mailsettings.core.endpoints import INCOMING, Protocol, Security
from tests import build

from . import thunderbird, tls
from .servers import DOMAIN, HOSTER_DISCOVERY, HOSTER_MX, LOGINS, PASSWORD

# nsMsgSocketType and nsMsgAuthMethod: MailNewsTypes2.idl.
SOCKET_TYPE = {Security.TLS: 3, Security.STARTTLS: 2}
PASSWORD_CLEARTEXT = 3
TWENTY_YEARS = 20 * 365
COMPARED = ("type", "hostname", "port", "socketType", "auth", "username")
# Of these ports Thunderbird knows the security, which Autodiscover does not tell apart.
ON_STARTTLS_PORTS = (
    ("imap", "imap.{domain}", 143, "starttls"),
    ("pop3", "pop.{domain}", 110, "starttls"),
    ("smtp", "smtp.{domain}", 587, "starttls"),
)


@pytest.fixture(scope="module")
def started(tmp_path_factory, servers):
    with thunderbird.running(tmp_path_factory.mktemp("thunderbird")) as running:
        running.trust(servers.ca)
        yield running


@pytest.fixture(scope="module")
def https(live_server, servers):
    with tls.in_front_of(urlsplit(live_server.url).port, servers.folder) as port:
        yield port


@pytest.fixture
def program(started, live_server, https):
    """Thunderbird on a web where the site is at every name, over http and over https."""
    started.reach(urlsplit(live_server.url).port, https)
    return started


def published(address: str) -> list[tuple]:
    """The recommended endpoints in Thunderbird's words, in its order."""
    parsed = parse_address(address)
    settings = lookup.for_address(parsed)
    endpoints = [settings.first(protocol) for protocol in (*INCOMING, Protocol.SMTP)]
    return [
        (endpoint.protocol.value, endpoint.hostname, endpoint.port, SOCKET_TYPE[endpoint.security], PASSWORD_CLEARTEXT,
         settings.user_name(endpoint, parsed))
        for endpoint in endpoints
    ]  # fmt: skip


def read(found: dict) -> list[tuple]:
    """The same of what Thunderbird found; nothing but these servers."""
    assert found["outgoingAlternatives"] == []
    servers = [found["incoming"], *found["incomingAlternatives"], found["outgoing"]]
    return [tuple(server[key] for key in COMPARED) for server in servers]


@pytest.mark.django_db(transaction=True)
class TestThunderbird:
    @pytest.mark.parametrize("address", LOGINS)
    def test_finds_what_the_site_publishes(self, program, customers, address):
        found = program.find(address)

        assert read(found) == published(address)
        assert (found["subSource"], found["domains"]) == ("xml-from-isp-https", [DOMAIN])

    def test_finds_it_over_plain_http_where_there_is_no_certificate(self, program, live_server, jane):
        program.reach(urlsplit(live_server.url).port)

        found = program.find(str(jane.address))

        assert read(found) == published(str(jane.address))
        assert found["subSource"] == "xml-from-isp-http"

    @pytest.mark.parametrize("say_address", [True, False], ids=["address", "generic"])
    def test_finds_it_at_the_hosters_name_by_the_mx(self, program, https, say_address):
        server = build.server(discovery_names=[HOSTER_DISCOVERY])
        build.domain("unreachable.example", server=server)
        # Only the hoster's name has a certificate, and nobody answers over http.
        program.reach(https=https, mx=HOSTER_MX, say_address=say_address)

        found = program.find("jane@unreachable.example")

        assert read(found) == published("jane@unreachable.example")

    @pytest.mark.parametrize("endpoints", [build.ENDPOINTS, ON_STARTTLS_PORTS], ids=["tls", "starttls"])
    def test_reads_the_same_in_autodiscover(self, program, endpoints):
        build.domain(DOMAIN, server=build.server(endpoints=endpoints))

        found = program.autodiscover(f"jane@{DOMAIN}")

        assert read(found) == published(f"jane@{DOMAIN}")

    def test_leaves_pop3_mail_on_the_server_for_decades(self, program):
        build.domain(DOMAIN)

        found = program.find(f"jane@{DOMAIN}")

        pop3 = next(server for server in found["incomingAlternatives"] if server["type"] == "pop3")
        assert pop3["leaveMessagesOnServer"] is True
        assert pop3["daysToLeaveMessagesOnServer"] > TWENTY_YEARS

    @pytest.mark.parametrize("protocol", INCOMING)
    def test_logs_in_and_sends_with_what_it_found(self, program, servers, customer, subject, protocol):
        address = str(customer.address)

        program.use(address, protocol.value, PASSWORD, f"Subject: {subject}\r\n\r\nHello.\r\n")

        assert servers.arrived(address, subject)

    def test_does_not_log_in_with_a_wrong_password(self, program, jane):
        with pytest.raises(thunderbird.ThunderbirdError, match="Unable to log in"):
            program.use(str(jane.address), "imap", "wrong", "")

    @pytest.mark.parametrize("name", ["suspended.example", "elsewhere.example", "unknown.example"])
    def test_finds_nothing_for_a_domain_that_is_not_served(self, program, name):
        build.domain("suspended.example", status="suspended")
        build.domain("elsewhere.example", status="external")

        assert program.find(f"jane@{name}") is None

    def test_finds_the_primary_name_of_an_alias(self, program):
        build.domain("firma.com.ua", aliases=[DOMAIN])

        found = program.find(f"jane@{DOMAIN}")

        assert read(found) == published(f"jane@{DOMAIN}")
        assert found["incoming"]["username"] == "jane@firma.com.ua"
