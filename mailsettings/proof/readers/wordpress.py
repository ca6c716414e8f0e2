"""Constants of ``wp-config.php`` for the plugin WP Mail SMTP. Source: the plugin's documentation of its constants."""

from __future__ import annotations

import re

from ...core.endpoints import Protocol
from ..quoting import filled, lines, same_sender
from ..reading import STARTTLS, TLS, UNPROTECTED, Field, Published, Reader, Unreadable, Without
from ..reading import whole_number as port

CONSTANT = re.compile(r"\s*define\(\s*'(\w+)'\s*,\s*(.+?)\s*\);\s*(?://.*)?\Z")
STRING = re.compile(r"'((?:[^'\\]|\\.)*)'\Z")
SECURITY = {"ssl": TLS, "tls": STARTTLS}


def read(document: bytes, address: str) -> tuple[Published, ...]:
    """The mailer ``smtp``."""
    values = {found.group(1): _value(found.group(2)) for line in lines(document) if (found := CONSTANT.match(line))}
    if values.get("WPMS_MAILER") != "smtp" or values.get("WPMS_ON") != "true" or "WPMS_SMTP_HOST" not in values:
        raise Unreadable("no mailer smtp that is switched on, with a host")
    same_sender(values.get("WPMS_MAIL_FROM"), address)
    return (
        Published(
            protocol="smtp",
            hostname=values["WPMS_SMTP_HOST"],
            port=port(values.get("WPMS_SMTP_PORT", "25")),
            security=SECURITY.get(values.get("WPMS_SSL", ""), UNPROTECTED),
            user_name=filled(values.get("WPMS_SMTP_USER"), address),
            authentication=None if values.get("WPMS_SMTP_AUTH") == "true" else "none",
        ),
    )


def _value(text: str) -> str:
    """A single-quoted string without its quotes, any other value as it is written."""
    string = STRING.match(text)
    return re.sub(r"\\([\\'])", r"\1", string.group(1)) if string else text


READER = Reader(
    file_name="wordpress.txt",
    read=read,
    # It takes what the server offers.
    cannot_express=frozenset({Field.AUTHENTICATION}),
    protocols=(Protocol.SMTP,),
    needs=((Protocol.SMTP,),),
    without_address=Without.PATTERN,
)
