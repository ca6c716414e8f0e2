"""Values for a printer or a scanner, as a person types them at the device: a label, a colon and the value."""

from __future__ import annotations

from ...core.endpoints import Protocol
from ..quoting import filled, lines, same_sender
from ..reading import Field, Published, Reader, Unreadable, Without
from ..reading import whole_number as port
from ..vocabulary import ENCRYPTED, PASSWORD, STARTTLS, TLS

SENDER = "sender"
LABELS = {
    "Сервер SMTP": Field.HOSTNAME,
    "SMTP server": Field.HOSTNAME,
    "Порт": Field.PORT,
    "Port": Field.PORT,
    "Захист з’єднання": Field.SECURITY,
    "Connection security": Field.SECURITY,
    "Автентифікація": Field.AUTHENTICATION,
    "Authentication": Field.AUTHENTICATION,
    "Ім’я користувача": Field.USER_NAME,
    "User name": Field.USER_NAME,
    "Адреса відправника": SENDER,
    "Sender’s address": SENDER,
}
# The first word is the device's, what is in brackets other makes'.
SECURITY = {"SSL/TLS": TLS, "STARTTLS": STARTTLS}
AUTHENTICATION = {"SMTP AUTH": PASSWORD, "SMTP AUTH (CRAM-MD5)": ENCRYPTED}


def read(document: bytes, address: str) -> tuple[Published, ...]:
    """The one server."""
    pairs = [line.partition(": ") for line in lines(document)]
    values = {LABELS[label]: value for label, _colon, value in pairs if label in LABELS}
    if Field.HOSTNAME not in values or SENDER not in values:
        raise Unreadable("no server or no sender")
    same_sender(values[SENDER], address)
    security, authentication = values.get(Field.SECURITY, ""), values.get(Field.AUTHENTICATION, "")
    return (
        Published(
            protocol="smtp",
            hostname=values[Field.HOSTNAME],
            port=port(values.get(Field.PORT, "")),
            security=SECURITY.get(security.partition(" ")[0], security),
            user_name=filled(values.get(Field.USER_NAME), address),
            authentication=AUTHENTICATION.get(authentication, authentication),
        ),
    )


READER = Reader(
    file_name="printer.txt",
    read=read,
    protocols=(Protocol.SMTP,),
    needs=((Protocol.SMTP,),),
    without_address=Without.PATTERN,
)
