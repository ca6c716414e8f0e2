"""What a replay is made of: each request with its answer, and the settings with which the program ends.

The readers here and beside take nothing from ``mailsettings.formats``: who checks an answer must not ask its writer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from django.utils.translation import gettext as _

from mailsettings.core.endpoints import Authentication, Protocol, Security

HOST_NAME = re.compile(r"(?=.{1,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}\Z", re.IGNORECASE)


class Rejected(Exception):
    """The program drops the whole answer; says why, in the reader's language."""


class Outcome(Enum):
    ANSWERED = "answered"
    RECORD = "record"
    NOT_ASKED = "not asked"
    NO_SUCH_HOST = "no such host"


@dataclass(frozen=True, slots=True)
class Exchange:
    """One step of a program: what it asks (``GET https://…``, ``SRV _imaps._tcp.…``), why, and what came of it.

    ``status``, ``content_type`` and ``size`` (bytes) are those of an HTTP answer. ``says`` is what it says, in short.
    """

    request: str
    note: str
    outcome: Outcome
    says: str = ""
    status: int = 0
    content_type: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class Server:
    """What a program has in its fields for one protocol.

    ``securities`` are tried in this order; empty means an unprotected connection. ``user_name`` and ``authentication``
    are None where the program asks the user, or finds out by itself. ``written`` is the user name as it stands in an
    answer, where the program may make another of it; ``says_authentication`` tells whether an answer of this kind has
    words for every way to log in.
    """

    protocol: Protocol
    host: str
    port: int
    securities: tuple[Security, ...]
    user_name: str | None
    authentication: Authentication | str | None = Authentication.PASSWORD
    written: str = ""
    says_authentication: bool = True


@dataclass(frozen=True, slots=True)
class Ended:
    """How it ends: ``servers`` from ``source`` (the first of a protocol is the one used), or ``reason`` for nothing.

    ``then`` is what happens next: what the program guesses, what it asks its user.
    """

    servers: tuple[Server, ...] = ()
    source: str = ""
    reason: str = ""
    then: tuple[str, ...] = ()


def with_both_ways(servers: Sequence[Server]) -> tuple[Server, ...]:
    """The same servers; raises Rejected unless one of them is for incoming and one for outgoing mail."""
    if {server.protocol is Protocol.SMTP for server in servers} != {True, False}:
        raise Rejected(_("a server for incoming or outgoing mail is missing"))
    return tuple(servers)


def filled(text: str, address: str) -> str:
    """``text`` with the address that the user typed in place of autoconfig's placeholders."""
    local_part, _at, domain = address.rpartition("@")
    for name, value in (("EMAILADDRESS", address), ("EMAILLOCALPART", local_part), ("EMAILDOMAIN", domain)):
        text = text.replace(f"%{name}%", value)
    return text


def port_in(text: str) -> int | None:
    """The port that ``text`` is, as strict readers see it; None for anything else."""
    if not re.fullmatch(r"[0-9]{1,5}", text, re.ASCII):
        return None
    return int(text) if 1 <= int(text) <= 65535 else None
