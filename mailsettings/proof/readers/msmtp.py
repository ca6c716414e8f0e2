"""msmtp's configuration. Source: msmtp(1), version 1.8: one command a line, its argument the rest of the line."""

from __future__ import annotations

from collections.abc import Sequence

from ..quoting import filled, lines, same_sender
from ..reading import Published, Unreadable, sending
from ..reading import whole_number as port
from ..vocabulary import ENCRYPTED, PASSWORD, STARTTLS, TLS, UNPROTECTED

METHODS = {"plain": PASSWORD, "login": PASSWORD, "cram-md5": ENCRYPTED, "on": None}


def read(document: bytes, address: str) -> tuple[Published, ...]:
    """The account that is the default."""
    accounts: dict[str, dict[str, str]] = {}
    account: dict[str, str] = {}
    default = ""
    for line in map(str.strip, lines(document)):
        command, _space, argument = line.partition(" ")
        argument = _unquoted(argument.strip())
        if command == "account":
            name, _colon, parent = (part.strip() for part in argument.partition(":"))
            default = parent if name == "default" else default
            account = accounts.setdefault(name, {})
        elif command and not command.startswith("#"):
            account[command] = argument
    chosen = accounts.get(default)
    if not chosen:
        raise Unreadable("no default account")
    same_sender(chosen.get("from"), address)
    return (_server(chosen, address),)


def _server(account: dict[str, str], address: str) -> Published:
    starttls = account.get("tls_starttls", "on") == "on"
    security = (STARTTLS if starttls else TLS) if account.get("tls") == "on" else UNPROTECTED
    method = account.get("auth", "off")
    return Published(
        protocol="smtp",
        hostname=account.get("host"),
        port=port(account.get("port", "25")),
        security=security,
        user_name=filled(account.get("user"), address),
        authentication=METHODS.get(method, method),
    )


def _unquoted(argument: str) -> str:
    """Quotes around the whole of it are taken off; there are no escapes."""
    return argument[1:-1] if len(argument) > 1 and argument[0] == argument[-1] == '"' else argument


def _cannot_hold(servers: Sequence[Published], address: str) -> bool:
    """Whether the sender would be a pattern, or a line longer than the buffer of 500 bytes."""
    return bool({"?", "*"} & set(address)) or len(f'user "{servers[0].user_name}"'.encode()) > 499


# ``auth on`` takes what the server offers.
READER = sending("msmtp.txt", read, refuses=_cannot_hold)
