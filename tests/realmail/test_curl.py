"""Every endpoint that the site publishes, tried with curl."""

import pytest

from mailsettings.core.endpoints import Protocol, Security

from .servers import LOGINS

LOGIN_DENIED = 67
# For a test to which it is all the same which security the site recommends.
IN_ANY_ORDER = pytest.mark.parametrize("security", [Security.TLS], ids=["any"], indirect=True)
# What makes curl log in and do nothing else.
NOTHING_ELSE = {
    Protocol.IMAP: ["--request", "NOOP"],
    Protocol.POP3: ["--request", "NOOP", "--head"],
    Protocol.SMTP: ["--request", "NOOP"],
}


@IN_ANY_ORDER
@pytest.mark.parametrize("local_part", [address.partition("@")[0] for address in LOGINS])
def test_every_published_endpoint_lets_the_published_user_name_in(customers, local_part):
    customer = customers[local_part]

    tried = [(e, customer.curl(e, *NOTHING_ELSE[e.protocol])) for e in customer.settings.endpoints]

    assert [(e, result.stderr) for e, result in tried if result.returncode] == []
    assert {(e.protocol, e.security) for e, _ in tried} == {(p, s) for p in Protocol for s in Security}


@IN_ANY_ORDER
def test_every_published_endpoint_refuses_a_wrong_password(jane):
    tried = [(e, jane.curl(e, *NOTHING_ELSE[e.protocol], password="wrong")) for e in jane.settings.endpoints]

    assert [(e, result.stderr) for e, result in tried if result.returncode != LOGIN_DENIED] == []


@IN_ANY_ORDER
def test_the_address_does_not_log_in_where_the_user_name_is_another(olena):
    endpoint = olena.endpoint(Protocol.IMAP)
    result = olena.curl(endpoint, "--user", f"{olena.address}:whatever", *NOTHING_ELSE[Protocol.IMAP])

    assert olena.user_name(endpoint) != str(olena.address)
    assert result.returncode == LOGIN_DENIED


def test_a_letter_sent_by_curl_is_found_by_imap(customers, servers, subject):
    jane, ivan = customers["jane"], customers["ivan"]
    letter = f"From: {jane.address}\r\nTo: {ivan.address}\r\nSubject: {subject}\r\n\r\nHello.\r\n"

    sent = jane.curl(
        jane.endpoint(Protocol.SMTP),
        "--mail-from", str(jane.address), "--mail-rcpt", str(ivan.address), "--upload-file", "-", text=letter,
    )  # fmt: skip
    assert sent.returncode == 0, sent.stderr
    servers.arrived(str(ivan.address), subject)
    found = ivan.curl(ivan.endpoint(Protocol.IMAP), path=f"/INBOX?SUBJECT%20%22{subject.replace(' ', '%20')}%22")

    assert found.stdout.split()[:2] == ["*", "SEARCH"]
    assert found.stdout.split()[2:]


@IN_ANY_ORDER
def test_nobody_sends_in_the_name_of_another(customers, servers):
    jane, ivan = customers["jane"], customers["ivan"]

    sent = jane.curl(
        jane.endpoint(Protocol.SMTP),
        "--mail-from", str(ivan.address), "--mail-rcpt", str(ivan.address), "--upload-file", "-", text="\r\n",
    )  # fmt: skip

    assert sent.returncode != 0
    assert "553" in sent.stderr


@IN_ANY_ORDER
def test_no_letter_leaves_for_elsewhere(jane):
    sent = jane.curl(
        jane.endpoint(Protocol.SMTP),
        "--mail-from", str(jane.address), "--mail-rcpt", "anybody@elsewhere.example", "--upload-file", "-",
        text="\r\n",
    )  # fmt: skip

    assert sent.returncode != 0
    assert "554" in sent.stderr


@IN_ANY_ORDER
def test_without_tls_no_password_is_taken(jane):
    unprotected = [endpoint for endpoint in jane.settings.endpoints if endpoint.security is Security.STARTTLS]
    letter = ["--mail-from", str(jane.address), "--mail-rcpt", str(jane.address), "--upload-file", "-"]
    what = NOTHING_ELSE | {Protocol.SMTP: letter}

    tried = [(e, jane.curl(e, *what[e.protocol], "--no-ssl-reqd")) for e in unprotected]

    assert {e.protocol for e, result in tried if result.returncode} == set(Protocol)
