"""Lines of PHP for PHPMailer. Source: PHPMailer's class properties and PHP's single-quoted strings."""

from __future__ import annotations

import re

from ...core.endpoints import Protocol
from ..quoting import filled, lines, same_sender
from ..reading import (
    ENCRYPTED,
    PASSWORD,
    STARTTLS,
    TLS,
    UNPROTECTED,
    Field,
    Published,
    Reader,
    Unreadable,
    Without,
)
from ..reading import whole_number as port

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
    values = {found.group(1): literal(found.group(2)) for line in text if (found := ASSIGNMENT.match(line))}
    for line in text:
        if sender := CALL.match(line):
            same_sender(literal(sender.group(1)), address)
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


def literal(text: str) -> str:
    """A single-quoted string of PHP without its quotes: a backslash stands before a quote and before a backslash."""
    quoted = re.fullmatch(r"'((?:[^'\\]|\\.)*)'", text.strip(), re.DOTALL)
    return re.sub(r"\\([\\'])", r"\1", quoted.group(1)) if quoted else text.strip()


READER = Reader(
    file_name="phpmailer.txt",
    read=read,
    # Without AuthType it takes what the server offers.
    cannot_express=frozenset({Field.AUTHENTICATION}),
    protocols=(Protocol.SMTP,),
    needs=((Protocol.SMTP,),),
    without_address=Without.PATTERN,
)
