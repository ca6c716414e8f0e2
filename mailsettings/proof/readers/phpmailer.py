"""Lines of PHP for PHPMailer. Source: PHPMailer's class properties and PHP's single-quoted strings."""

from __future__ import annotations

import re

from ..quoting import filled, lines, php_literal, same_sender
from ..reading import Published, Unreadable, sending
from ..reading import whole_number as port
from ..vocabulary import ENCRYPTED, PASSWORD, STARTTLS, TLS, UNPROTECTED

ASSIGNMENT = re.compile(r"\s*\$mail->(\w+)\s*=\s*(.+);\s*\Z")
CALL = re.compile(r"\s*\$mail->setFrom\((.+)\);\s*\Z")
SECURITY = {
    "PHPMailer::ENCRYPTION_SMTPS": TLS,
    "ssl": TLS,
    "PHPMailer::ENCRYPTION_STARTTLS": STARTTLS,
    "tls": STARTTLS,
}
METHODS = {"PLAIN": PASSWORD, "LOGIN": PASSWORD, "CRAM-MD5": ENCRYPTED}


def read(document: bytes, address: str) -> tuple[Published, ...]:
    """The server that the object sends through."""
    text = lines(document)
    values = {found.group(1): php_literal(found.group(2)) for line in text if (found := ASSIGNMENT.match(line))}
    for line in text:
        if sender := CALL.match(line):
            same_sender(php_literal(sender.group(1)), address)
    if "Host" not in values:
        raise Unreadable("no Host")
    method = values.get("AuthType")
    return (
        Published(
            protocol="smtp",
            hostname=values["Host"],
            port=port(values.get("Port", "25")),
            security=SECURITY.get(values.get("SMTPSecure", ""), UNPROTECTED),
            user_name=filled(values.get("Username"), address),
            authentication=(METHODS.get(method, method) if method else None)
            if values.get("SMTPAuth") == "true"
            else "none",
        ),
    )


# Without AuthType it takes what the server offers.
READER = sending("phpmailer.txt", read)
