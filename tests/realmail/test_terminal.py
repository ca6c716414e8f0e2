"""The site's lines for programs in a terminal, taken by those programs."""

import mailbox
import shlex
from pathlib import Path

import pytest

from mailsettings.core.endpoints import Protocol

from .servers import PASSWORD

# A word by which the guide's lines for a program are told from its other lines.
WORDS = {"mbsync": "IMAPAccount", "msmtp": "tls_starttls", "neomutt": "set folder", "fetchmail": "poll "}
# fetchmail(1), exit codes.
NO_MAIL = 1


@pytest.fixture(params=["guide", "file"])
def lines(request, customer):
    """What the site gives for a program: on the guide's page, and as a file."""

    def of(program: str, protocol: Protocol = Protocol.IMAP) -> str:
        if request.param == "file":
            return customer.file(f"{program}.txt", protocol)
        return customer.lines("command-line", WORDS[program], protocol)

    return of


def subjects(maildir: Path) -> list[str]:
    return [letter["Subject"] for letter in mailbox.Maildir(maildir, create=False)]


class TestMbsync:
    @pytest.fixture
    def config(self, customer, lines) -> str:
        (customer.home / "Mail").mkdir()
        # Before isync 1.5 the word was SSLType, and Debian 12 has 1.4.4.
        return str(customer.write("mbsyncrc", lines("mbsync").replace("TLSType", "SSLType")))

    def test_fetches_mail(self, customer, servers, subject, config):
        servers.deliver(str(customer.address), subject)

        customer.run("mbsync", "-c", config, "mailbox", package="isync")

        assert subject in subjects(customer.home / "Mail" / "INBOX")

    def test_refuses_a_certificate_of_nobody_known(self, customer, config):
        result = customer.try_to_run("mbsync", "-c", config, "mailbox", package="isync", SSL_CERT_FILE="/dev/null")

        assert result.returncode != 0
        assert "certificate" in result.stderr


class TestMsmtp:
    @pytest.fixture
    def config(self, customer, lines) -> str:
        return str(customer.write("msmtprc", lines("msmtp")))

    def test_sends(self, customer, servers, subject, config):
        customer.run(
            "msmtp", "-C", config, f"--tls-trust-file={servers.ca}", str(customer.address),
            text=f"Subject: {subject}\n\nHello.\n",
        )  # fmt: skip

        assert servers.arrived(str(customer.address), subject)

    def test_refuses_a_certificate_of_nobody_known(self, customer, config):
        result = customer.try_to_run("msmtp", "-C", config, str(customer.address), text="Subject: no\n\n")

        assert result.returncode != 0
        assert "certificate" in result.stderr


class TestNeomutt:
    @pytest.fixture
    def config(self, customer, servers, lines) -> str:
        trust = f"set ssl_ca_certificates_file = {servers.ca}\n"
        return str(customer.write("neomuttrc", lines("neomutt") + trust))

    def test_sends(self, customer, servers, subject, config):
        customer.run("neomutt", "-F", config, "-s", subject, "--", str(customer.address), text="Hello.\n")

        assert servers.arrived(str(customer.address), subject)

    def test_refuses_a_certificate_of_nobody_known(self, customer, lines):
        config = str(customer.write("neomuttrc", lines("neomutt")))

        result = customer.try_to_run("neomutt", "-F", config, "-s", "no", "--", str(customer.address), text="Hello.\n")

        assert result.returncode != 0

    def test_reads_mail(self, customer, servers, subject, config):
        """In the terminal of script(1), with keys pressed for it."""
        servers.deliver(str(customer.address), subject)
        keys = f'<limit>~s "{subject}"<enter><pipe-message>cat > {customer.home}/read<enter><exit>'
        command = shlex.join(["neomutt", "-F", config, "-e", f"set wait_key = no; push '{keys}'"])

        customer.run("script", "-q", "-e", "-c", command, "/dev/null", package="bsdutils", TERM="xterm")

        assert f"Subject: {subject}" in (customer.home / "read").read_text()


class TestFetchmail:
    @pytest.fixture
    def config(self, customer, lines) -> str:
        # Where its file holds no password, fetchmail takes it from here before it asks.
        endpoint = customer.endpoint(Protocol.POP3)
        login = f"machine {endpoint.hostname} login {customer.user_name(endpoint)} password {shlex.quote(PASSWORD)}\n"
        customer.write(".netrc", login)
        return str(customer.write("fetchmailrc", lines("fetchmail", Protocol.POP3)))

    def fetch(self, customer, config):
        # A file of our own in place of procmail, which delivers to /var/mail.
        deliver = f"sh -c 'cat >> {customer.home}/fetched'"
        return customer.try_to_run(
            "fetchmail", "--fetchmailrc", config, "--pidfile", f"{customer.home}/pid", "--mda", deliver
        )

    def test_fetches_mail_and_leaves_it_on_the_server(self, customer, servers, subject, config):
        servers.deliver(str(customer.address), subject)

        result = self.fetch(customer, config)

        assert result.returncode == 0, result.stderr
        assert f"Subject: {subject}" in (customer.home / "fetched").read_text()
        assert servers.arrived(str(customer.address), subject)

    def test_fetches_no_letter_twice(self, customer, servers, subject, config):
        servers.deliver(str(customer.address), subject)
        self.fetch(customer, config)
        fetched = (customer.home / "fetched").read_text()

        result = self.fetch(customer, config)

        assert result.returncode == NO_MAIL, result.stderr
        assert (customer.home / "fetched").read_text() == fetched

    def test_refuses_a_certificate_of_nobody_known(self, customer, config):
        result = customer.try_to_run("fetchmail", "--fetchmailrc", config, SSL_CERT_FILE="/dev/null")

        assert result.returncode not in (0, NO_MAIL)
        assert "certificate" in result.stderr
