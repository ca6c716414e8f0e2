"""Lines of Laravel's ``.env``. Source: Laravel's ``config/mail.php``, Symfony Mailer's schemes, vlucas/phpdotenv."""

from __future__ import annotations

import re

from ..quoting import filled, lines, same_sender, split
from ..reading import Published, Unreadable, sending
from ..reading import whole_number as port
from ..vocabulary import STARTTLS, TLS, UNPROTECTED

LINE = re.compile(r"\s*(\w+)\s*=\s*(.*?)\s*\Z")
# MAIL_SCHEME since 11, MAIL_ENCRYPTION before.
SCHEMES = {"smtps": TLS, "smtp": STARTTLS}
ENCRYPTION = {"ssl": TLS, "tls": STARTTLS}


def read(document: bytes, address: str) -> tuple[Published, ...]:
    """The mailer ``smtp``. What MAIL_URL says comes before the other variables."""
    found = (LINE.match(line) for line in lines(document) if not line.lstrip().startswith("#"))
    values = {line.group(1): _value(line.group(2)) for line in found if line}
    if values.get("MAIL_MAILER") != "smtp" or "MAIL_HOST" not in values:
        raise Unreadable("no mailer smtp with a host")
    same_sender(values.get("MAIL_FROM_ADDRESS"), address)
    url = split(values.get("MAIL_URL", ""))
    return (
        Published(
            protocol="smtp",
            hostname=url.hostname or values["MAIL_HOST"],
            port=port(str(url.port or values.get("MAIL_PORT", "2525"))),
            security=_security(values, "require_tls=true" in url.query.split("&")),
            user_name=filled(values.get("MAIL_USERNAME"), address),
        ),
    )


def _security(values: dict[str, str], required: bool) -> str:
    scheme, encryption = values.get("MAIL_SCHEME"), values.get("MAIL_ENCRYPTION")
    meanings = {SCHEMES.get(scheme, scheme)} if scheme else set()
    meanings |= {ENCRYPTION.get(encryption, encryption)} if encryption else set()
    if len(meanings) > 1:
        raise Unreadable("scheme and encryption say different things")
    meaning = next(iter(meanings), UNPROTECTED)
    # Unless it is required, a server without STARTTLS gets the password in the open.
    return UNPROTECTED if meaning == STARTTLS and not required else meaning


def _value(text: str) -> str:
    """Within double quotes a backslash stands before a quote, a backslash and a dollar; ``${NAME}`` is a variable."""
    if text[:1] == text[-1:] == "'" and len(text) > 1:
        return text[1:-1]
    quoted = text[:1] == text[-1:] == '"' and len(text) > 1
    bare = text[1:-1] if quoted else re.split(r"\s+#", text, maxsplit=1)[0]
    literal = re.sub(r"\\.", "", bare) if quoted else bare
    plain = re.sub(r"\\([\"\\$])", r"\1", bare) if quoted else bare
    return f"<computed: {plain}>" if "${" in literal else plain


READER = sending("laravel.txt", read)
