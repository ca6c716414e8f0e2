"""What the snippets in PHP share: a string, and PHPMailer's words for the connection security."""

from __future__ import annotations

from ..core.endpoints import Endpoint, Protocol, Security
from .snippet import escaped

# PHPMailer, ``SMTPSecure``, and so WordPress. With either of the two it refuses to log in without TLS. Which way to log
# in it finds out by itself, CRAM-MD5 first.
SMTP_SECURE = {Security.TLS: "ssl", Security.STARTTLS: "tls"}
SPECIAL = "'\\"


def expresses(endpoint: Endpoint) -> bool:
    """Whether there are words for ``endpoint``: for SMTP of each security there are, whatever its authentication."""
    return endpoint.protocol is Protocol.SMTP and endpoint.security in SMTP_SECURE


def quoted(text: str) -> str:
    """PHP manual, "Single quoted": a backslash before single quotes and backslashes, and nothing else is special."""
    return f"'{escaped(text, SPECIAL)}'"
