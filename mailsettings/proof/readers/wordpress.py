"""Constants of ``wp-config.php`` for the plugin WP Mail SMTP. Source: the plugin's documentation of its constants."""

from __future__ import annotations

import re

from ..quoting import filled, lines, php_literal, same_sender
from ..reading import Published, Unreadable, sending
from ..reading import whole_number as port
from ..vocabulary import STARTTLS, TLS, UNPROTECTED

CONSTANT = re.compile(r"\s*define\(\s*'(\w+)'\s*,\s*(.+?)\s*\);\s*(?://.*)?\Z")
SECURITY = {"ssl": TLS, "tls": STARTTLS}


def read(document: bytes, address: str) -> tuple[Published, ...]:
    """The mailer ``smtp``."""
    values = {
        found.group(1): php_literal(found.group(2)) for line in lines(document) if (found := CONSTANT.match(line))
    }
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


READER = sending("wordpress.txt", read)
