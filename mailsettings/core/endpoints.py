"""Service endpoints: protocol, host, port, connection security, authentication and the user name's pattern."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from .errors import InvalidInput
from .names import normalise_name


class Protocol(StrEnum):
    IMAP = "imap"
    POP3 = "pop3"
    SMTP = "smtp"


INCOMING = (Protocol.IMAP, Protocol.POP3)


class Security(StrEnum):
    """How a connection is protected. There is no value for an unprotected one."""

    TLS = "tls"
    STARTTLS = "starttls"


class Authentication(StrEnum):
    PASSWORD = "password"
    PASSWORD_ENCRYPTED = "password-encrypted"


# What the registered ports mean: RFC 8314 §3 and §7.3 (implicit TLS), RFC 9051, RFC 2595 and RFC 6409 (STARTTLS).
REGISTERED_PORTS: dict[tuple[Protocol, int], Security] = {
    (Protocol.IMAP, 993): Security.TLS,
    (Protocol.IMAP, 143): Security.STARTTLS,
    (Protocol.POP3, 995): Security.TLS,
    (Protocol.POP3, 110): Security.STARTTLS,
    (Protocol.SMTP, 465): Security.TLS,
    (Protocol.SMTP, 587): Security.STARTTLS,
}
RELAY_PORT = 25

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_USER_NAME_PARTS = frozenset({"address", "local_part", "domain"})
MAX_USER_NAME = 255


class OriginKind(StrEnum):
    SERVER = "server"
    DOMAIN = "domain"
    MAILBOX = "mailbox"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value comes from: the kind of record, its name, and the change set that last wrote it."""

    kind: OriginKind
    name: str
    change_set: int | None = None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One address at which a mail server speaks one protocol.

    ``username`` is a pattern; ``hostname`` is one too until ``at`` a domain.
    """

    protocol: Protocol
    hostname: str
    port: int
    security: Security
    authentication: Authentication = Authentication.PASSWORD
    username: str = "{address}"
    origin: Origin | None = None

    def at(self, domain: str) -> Endpoint:
        """The endpoint for the domain of this name (A-labels)."""
        hostname = expand_host(self.hostname, domain)
        return self if hostname == self.hostname else replace(self, hostname=hostname)


def check_port(protocol: str, port: int, security: str) -> None:
    """Raise InvalidInput for a port that cannot be right: out of range, 25, or registered for the other security."""
    if not 1 <= port <= 65535:
        raise InvalidInput("port_range", str(port))
    if protocol == Protocol.SMTP and port == RELAY_PORT:
        raise InvalidInput("port_25")
    for (known_protocol, known_port), known_security in REGISTERED_PORTS.items():
        if port == known_port:
            if protocol != known_protocol:
                raise InvalidInput("port_of_other_protocol", str(port))
            if security != known_security:
                raise InvalidInput(
                    "port_security_tls" if known_security is Security.TLS else "port_security_starttls", str(port)
                )


def normalise_host_pattern(text: str, *, may_have_domain: bool = True) -> str:
    """A host name, or a pattern with ``{domain}`` as whole trailing labels, in lower-case A-labels.

    ``imap.{domain}`` and ``{domain}`` are patterns, ``{domain}.hoster.example`` too. Raises InvalidInput.
    """
    pattern = text.strip().lower()
    unknown = [part for part in _PLACEHOLDER.findall(pattern) if part != "domain"]
    if unknown or (not may_have_domain and "{" in pattern):
        raise InvalidInput("unknown_placeholder", (unknown or ["domain"])[0])
    if pattern.count("{domain}") > 1:
        raise InvalidInput("placeholder_twice", "domain")
    before, found, after = pattern.partition("{domain}")
    if not found:
        return normalise_name(pattern)
    if (before and not before.endswith(".")) or (after and not after.startswith(".")):
        raise InvalidInput("placeholder_within_label", pattern)
    # A stand-in of the shortest ordinary shape; what is expanded later is checked again by its own length.
    stand_in = "domain.example"
    normal = normalise_name(f"{before}{stand_in}{after}")
    return normal.replace(stand_in, "{domain}", 1)


def expand_host(pattern: str, domain: str) -> str:
    """``pattern`` with the domain's primary name (A-labels) in it."""
    return pattern.replace("{domain}", domain)


def check_user_name_pattern(text: str) -> str:
    """A user name's pattern, stripped; raises InvalidInput unless it names the mailbox and only known placeholders."""
    pattern = text.strip()
    if len(pattern) > MAX_USER_NAME:
        raise InvalidInput("too_long")
    parts = _PLACEHOLDER.findall(pattern)
    for part in parts:
        if part not in _USER_NAME_PARTS:
            raise InvalidInput("unknown_placeholder", part)
    rest = _PLACEHOLDER.sub("", pattern)
    if "{" in rest or "}" in rest:
        raise InvalidInput("unbalanced_braces", pattern)
    if not {"address", "local_part"} & set(parts):
        raise InvalidInput("pattern_without_mailbox")
    check_user_name(rest or "x")
    return pattern


def check_user_name(text: str) -> str:
    """A literal user name; raises InvalidInput where a character could not be typed or sent as part of a login."""
    if len(text) > MAX_USER_NAME:
        raise InvalidInput("too_long")
    if any(not c.isprintable() or c.isspace() for c in text):
        raise InvalidInput("bad_character")
    return text


def expand_user_name(pattern: str, local_part: str, domain: str) -> str:
    """``pattern`` for the mailbox ``local_part`` of the domain whose primary name is ``domain``."""
    values = {"address": f"{local_part}@{domain}", "local_part": local_part, "domain": domain}
    return _PLACEHOLDER.sub(lambda match: values[match.group(1)], pattern)
