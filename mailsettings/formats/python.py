"""What the snippets in Python share: a string, and the words of Django's SMTP backend for the connection security."""

from __future__ import annotations

from ..core.endpoints import Endpoint, Protocol, Security
from .snippet import escaped

# With either it refuses to log in without TLS. Which way to log in it finds out by itself, CRAM-MD5 first (smtplib).
USE = {Security.TLS: "use_ssl", Security.STARTTLS: "use_tls"}
SPECIAL = '"\\'


def expresses(endpoint: Endpoint) -> bool:
    """Whether there are words for ``endpoint``: for SMTP of each security there are, whatever its authentication."""
    return endpoint.protocol is Protocol.SMTP and endpoint.security in USE


def quoted(text: str) -> str:
    """Python reference, "String and Bytes literals": a backslash before double quotes and backslashes."""
    return f'"{escaped(text, SPECIAL)}"'
