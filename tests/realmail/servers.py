"""A real Dovecot and a real Postfix on loopback ports of their own, everything of theirs in one temporary folder.

``running()`` starts both in the foreground and stops them at the end. Nothing in /etc and no service of the system is
touched. Postfix's master and Dovecot's login processes change users, so they start as root, or by ``sudo -n``.
"""

from __future__ import annotations

import imaplib
import os
import random
import shutil
import smtplib
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from mailsettings.core.endpoints import INCOMING, Protocol, Security

DOMAIN = "firma.example"
PASSWORD = "correct horse 7$\"'`battery"
# Whose mail it is, and what they log in with: Olena's user name is her own, the others follow the pattern.
LOGINS = {f"jane@{DOMAIN}": f"jane@{DOMAIN}", f"ivan@{DOMAIN}": f"ivan@{DOMAIN}", f"olena@{DOMAIN}": "olena-7"}
HOST_LABELS = {Protocol.IMAP: "imap", Protocol.POP3: "pop", Protocol.SMTP: "smtp"}
HOSTS = tuple(f"{label}.{DOMAIN}" for label in HOST_LABELS.values())
# Where the hoster of these servers answers for all its domains, and the name of its MX.
HOSTER_DISCOVERY, HOSTER_MX = "autoconfig.hoster.example", "mx1.hoster.example"
WEB_HOSTS = (f"autoconfig.{DOMAIN}", f"autodiscover.{DOMAIN}", HOSTER_DISCOVERY)
OWNER = "mail"
SYSTEM_PATH = f"{os.environ['PATH']}:/usr/local/sbin:/usr/sbin:/sbin"
# Where the programs find the servers. Dovecot takes a connection that stays on one address for secure without TLS, so
# this is not 127.0.0.1, which loopback connections come from and where the tests themselves read.
ADDRESS = "127.0.0.2"
PATIENCE = 20.0

DOVECOT_CONF = """\
protocols = imap pop3
listen = {address}, 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
ssl = required
ssl_cert = <{folder}/server.pem
ssl_key = <{folder}/server.key
auth_mechanisms = plain login
auth_failure_delay = 0
first_valid_uid = 1
mail_location = maildir:~/Maildir
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/users
}}
userdb {{
  driver = passwd-file
  args = username_format=%u {folder}/users
}}
namespace inbox {{
  inbox = yes
}}
service auth {{
  unix_listener {folder}/postfix-auth {{
    mode = 0666
  }}
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  inet_listener imap {{
    port = {imap_starttls}
  }}
  inet_listener imaps {{
    port = {imap_tls}
    ssl = yes
  }}
}}
service pop3-login {{
  inet_listener pop3 {{
    port = {pop3_starttls}
  }}
  inet_listener pop3s {{
    port = {pop3_tls}
    ssl = yes
  }}
}}
"""
MAIN_CF = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/postfix.log
maillog_file_prefixes = {folder}
inet_interfaces = loopback-only
inet_protocols = ipv4
myhostname = smtp.{domain}
mydestination =
alias_maps =
alias_database =
default_transport = error:mail for elsewhere stays here
relay_transport = error:mail for elsewhere stays here
local_transport = error:there are no local users here
virtual_mailbox_domains = {domain}
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = texthash:{folder}/mailboxes
virtual_minimum_uid = 1
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
smtpd_error_sleep_time = 0
smtpd_tls_chain_files = {folder}/server.key, {folder}/server.pem
smtpd_tls_auth_only = yes
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = {folder}/postfix-auth
smtpd_sender_login_maps = texthash:{folder}/senders
smtpd_sender_restrictions = reject_sender_login_mismatch
smtpd_relay_restrictions = reject_unauth_destination, permit_sasl_authenticated, reject
"""
MASTER_CF = """\
{address}:{smtp_tls} inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes
{address}:{smtp_starttls} inet n - n - - smtpd
  -o smtpd_tls_security_level=encrypt
127.0.0.1:{smtp_tls} inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes
127.0.0.1:{smtp_starttls} inet n - n - - smtpd
  -o smtpd_tls_security_level=encrypt
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
tlsmgr unix - - n 1000? 1 tlsmgr
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


@dataclass(frozen=True)
class MailServers:
    """What a test needs to know: the folder with everything, and the port of each protocol and security."""

    folder: Path
    ports: dict[tuple[Protocol, Security], int]

    @property
    def ca(self) -> Path:
        return self.folder / "ca.pem"

    @property
    def environment(self) -> dict[str, str]:
        """For a program that shall find the servers by their names and trust their certificate's issuer."""
        return {
            "PATH": SYSTEM_PATH,
            "LC_ALL": "C.UTF-8",
            "LD_PRELOAD": str(nss_wrapper()),
            "NSS_WRAPPER_HOSTS": str(self.folder / "hosts"),
            "SSL_CERT_FILE": str(self.ca),
        }

    def endpoints(self, first: Security) -> list[tuple[str, str, int, str]]:
        """Rows for ``tests.build.server``, of each protocol the one with this security recommended."""
        order = sorted(Security, key=lambda security: security is not first)
        return [
            (protocol.value, f"{label}.{{domain}}", self.ports[protocol, security], security.value)
            for protocol, label in HOST_LABELS.items()
            for security in order
        ]

    def letters(self, address: str) -> list[Message]:
        """What is in the mailbox of ``address``, read without marking it."""
        context = ssl.create_default_context(cafile=self.ca)
        port = self.ports[Protocol.IMAP, Security.TLS]
        with imaplib.IMAP4_SSL("localhost", port, ssl_context=context, timeout=PATIENCE) as imap:
            imap.login(LOGINS[address], PASSWORD)
            imap.select("INBOX", readonly=True)
            numbers = imap.search(None, "ALL")[1][0].split()
            return [message_from_bytes(imap.fetch(number, "(BODY.PEEK[])")[1][0][1]) for number in numbers]

    def arrived(self, address: str, subject: str) -> Message:
        """The letter with this subject, once it is there."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            found = [letter for letter in self.letters(address) if letter["Subject"] == subject]
            if found:
                return found[0]
            time.sleep(0.1)
        raise AssertionError(f"no letter {subject!r} arrived for {address}\n{self.logs()}")

    def deliver(self, address: str, subject: str) -> None:
        """Put a letter into a mailbox, and wait until it is there."""
        context = ssl.create_default_context(cafile=self.ca)
        port = self.ports[Protocol.SMTP, Security.TLS]
        with smtplib.SMTP_SSL("localhost", port, context=context, timeout=PATIENCE) as smtp:
            smtp.login(LOGINS[address], PASSWORD)
            smtp.sendmail(address, address, f"From: {address}\nTo: {address}\nSubject: {subject}\n\nHello.\n")
        self.arrived(address, subject)

    @property
    def log_files(self) -> tuple[Path, ...]:
        return self.folder / "dovecot.log", self.folder / "postfix.log"

    def logs(self) -> str:
        """The end of what the servers wrote."""
        return "\n".join(log.read_text(errors="replace")[-3000:] for log in self.log_files)


def program(name: str, package: str) -> str:
    """The path of a program; the test fails where it is missing."""
    found = shutil.which(name, path=SYSTEM_PATH)
    if not found:
        pytest.fail(f"{name} is missing, and these tests need it: apt-get install {package}", pytrace=False)
    return found


def nss_wrapper() -> Path:
    """Debian's library that resolves host names from a file of ours."""
    found = sorted(Path("/usr/lib").glob("*/libnss_wrapper.so"))
    if not found:
        pytest.fail("nss_wrapper is missing, and these tests need it: apt-get install libnss-wrapper", pytrace=False)
    return found[0]


def as_root() -> list[str]:
    """What stands before a command that needs root; the test fails where nobody lets us."""
    if os.getuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0:
        return [sudo, "-n"]
    return pytest.fail(
        "Postfix starts only as root: run these tests as root, or let this user run sudo without a password.",
        pytrace=False,
    )


@contextmanager
def running() -> Iterator[MailServers]:
    """Both servers, ready; stopped and removed at the end."""
    dovecot, postfix = program("dovecot", "dovecot-imapd dovecot-pop3d"), program("postfix", "postfix")
    nss_wrapper()
    root = as_root()
    folder = Path(tempfile.mkdtemp(prefix="skrynka-mail-"))
    servers = MailServers(folder, _free_ports())
    try:
        folder.chmod(0o755)
        _certify(folder)
        _configure(servers, root)
        with (
            _process(servers, INCOMING, [*root, dovecot, "-F", "-c", f"{folder}/dovecot.conf"], "run/master.pid"),
            _process(servers, [Protocol.SMTP], [*root, postfix, "-c", f"{folder}/postfix", "start-fg"],
                     "queue/pid/master.pid"),
        ):  # fmt: skip
            yield servers
    finally:
        subprocess.run([*root, "rm", "-rf", str(folder)], check=True)


@contextmanager
def _process(servers: MailServers, protocols: Iterable[Protocol], command: list[str], pid_file: str) -> Iterator[None]:
    """A server, ready. Its own process is told to stop, which sudo and Postfix's script hide from us."""
    with (servers.folder / "output").open("a") as output:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd="/")
        try:
            for protocol, security in servers.ports:
                if protocol in protocols:
                    _wait_for(servers.ports[protocol, security], process, servers)
            yield
        finally:
            stop = f"kill -TERM $(cat {servers.folder}/{pid_file} || echo {process.pid})"
            subprocess.run([*as_root(), "sh", "-c", stop], stderr=output, check=False)
            process.wait(PATIENCE)


def _wait_for(port: int, process: subprocess.Popen, servers: MailServers) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            output = (servers.folder / "output").read_text(errors="replace")
            running = process.poll() is None and time.monotonic() < deadline
            assert running, f"the mail servers did not start\n{output}\n{servers.logs()}"
            time.sleep(0.05)


def _free_ports() -> dict[tuple[Protocol, Security], int]:
    """Ports below those that the system gives to connections, so that nothing takes them before the servers do."""
    wanted = [(protocol, security) for protocol in Protocol for security in Security]
    found: list[int] = []
    for port in random.SystemRandom().sample(range(20_000, 32_000), 200):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        found.append(port)
    return dict(zip(wanted, found, strict=False))


def _configure(servers: MailServers, root: list[str]) -> None:
    folder = servers.folder
    uid, gid = (subprocess.check_output(["id", flag, OWNER], text=True).strip() for flag in ("-u", "-g"))
    values = {"folder": folder, "domain": DOMAIN, "address": ADDRESS, "uid": uid, "gid": gid} | {
        f"{protocol.value}_{security.value}": port for (protocol, security), port in servers.ports.items()
    }
    for name in ("postfix", "queue"):
        (folder / name).mkdir()
    for path, text in (
        ("dovecot.conf", DOVECOT_CONF),
        ("postfix/main.cf", MAIN_CF),
        ("postfix/master.cf", MASTER_CF),
    ):
        (folder / path).write_text(text.format_map(values))
    homes = {address: f"{DOMAIN}/{address.partition('@')[0]}" for address in LOGINS}
    # A colon ends a field of passwd-file, and nothing else in it is special.
    (folder / "users").write_text(
        "".join(f"{LOGINS[address]}:{PASSWORD}:{uid}:{gid}::{folder}/mail/{homes[address]}\n" for address in LOGINS)
    )
    (folder / "mailboxes").write_text("".join(f"{address} {home}/Maildir/\n" for address, home in homes.items()))
    (folder / "senders").write_text("".join(f"{address} {login}\n" for address, login in LOGINS.items()))
    (folder / "hosts").write_text("".join(f"{ADDRESS} {host}\n" for host in HOSTS))
    for log in servers.log_files:
        # Made by us, so that we may read what root writes into them.
        log.touch()
        log.chmod(0o666)
    subprocess.run([*root, "install", "-d", "-o", OWNER, "-g", OWNER, str(folder / "mail")], check=True)


def _certify(folder: Path) -> None:
    """A certificate authority of this run, and one certificate for all names, and for our own reading."""
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test CA")])
    now = datetime.now(UTC)

    def builder(subject: x509.Name, public_key) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(public_key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=2))
        )  # fmt: skip

    usage = dict.fromkeys(
        ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "encipher_only",
         "decipher_only"), False,
    )  # fmt: skip
    authority = (
        builder(issuer, ca_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.KeyUsage(digital_signature=False, key_cert_sign=True, crl_sign=True, **usage), critical=True
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(ca_key.public_key()), critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    names = x509.SubjectAlternativeName([x509.DNSName(name) for name in (*HOSTS, *WEB_HOSTS, "localhost")])
    certificate = (
        builder(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOSTS[0])]), key.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(digital_signature=True, key_cert_sign=False, crl_sign=False, **usage), critical=True
        )
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(names, critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    (folder / "ca.pem").write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    (folder / "server.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "server.key").touch(0o600)
    (folder / "server.key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
        )
    )
