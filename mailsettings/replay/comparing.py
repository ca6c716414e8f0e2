"""What a program ends with, beside what is published for the address: agreement or difference, value by value."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from django.utils.translation import gettext as _

from mailsettings.core.addresses import Address
from mailsettings.core.endpoints import Authentication, Endpoint, Protocol, Security
from mailsettings.core.settings import MailSettings

from .reading import Server

SECURITY = {Security.TLS: "SSL/TLS", Security.STARTTLS: "STARTTLS"}


class Verdict(Enum):
    AGREES = "agrees"
    DIFFERS = "differs"
    # The answer says what it can, but it has no words for this value, or the program reads others in them.
    CANNOT_EXPRESS = "cannot express"
    # The program has no value of its own: it guesses, finds out, or asks its user.
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Value:
    """One value: its label, what the program has, what is published, and how the two stand to each other."""

    label: str
    program: str
    published: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Comparison:
    """One protocol's values; ``note`` says what is unusual, or why there are none."""

    protocol: Protocol
    values: tuple[Value, ...] = ()
    note: str = ""

    @property
    def differs(self) -> bool:
        return any(value.verdict is Verdict.DIFFERS for value in self.values)


def compare(
    servers: tuple[Server, ...], settings: MailSettings | None, address: Address, speaks: tuple[Protocol, ...]
) -> tuple[Comparison, ...]:
    """One Comparison for each protocol that the program has or that is published; servers after the first count too."""
    published = settings if settings and settings.served else None
    found = []
    for protocol in Protocol:
        had = [server for server in servers if server.protocol is protocol]
        endpoints = published.of(protocol) if published else ()
        if had:
            found += [_compared(server, published, address) for server in had]
        elif endpoints:
            found.append(Comparison(protocol, note=_nothing_note(protocol, servers, speaks)))
    return tuple(found)


def _nothing_note(protocol: Protocol, servers: tuple[Server, ...], speaks: tuple[Protocol, ...]) -> str:
    if protocol not in speaks:
        return _("the program does not set this up")
    if servers:
        return _("nothing came: the program goes without it")
    return _("nothing came: the program would guess")


def _compared(server: Server, settings: MailSettings | None, address: Address) -> Comparison:
    endpoint = _meant(server, settings)
    if settings is None or endpoint is None:
        wrong = tuple(Value(label, text, "", Verdict.DIFFERS) for label, text in _shown(server))
        return Comparison(server.protocol, wrong, _("nothing of this protocol is published for this address"))
    user_name, note = _user_name(server, endpoint, settings, address)
    values = (
        _value(_("Server"), server.host, endpoint.hostname),
        _value(_("Port"), str(server.port), str(endpoint.port)),
        _security(server, endpoint),
        user_name,
        _authentication(server, endpoint),
    )
    return Comparison(server.protocol, values, note)


def _meant(server: Server, settings: MailSettings | None) -> Endpoint | None:
    """The published endpoint that ``server`` is, or else the recommended one."""
    endpoints = settings.of(server.protocol) if settings else ()
    same = [item for item in endpoints if (item.hostname, item.port) == (server.host, server.port)]
    return next(iter(same or endpoints), None)


def _shown(server: Server) -> list[tuple[str, str]]:
    return [
        (_("Server"), server.host),
        (_("Port"), str(server.port)),
        (_("Connection security"), _securities(server)),
        (_("User name"), server.user_name or _("asked from the user")),
    ]


def _value(label: str, program: str, published: str) -> Value:
    return Value(label, program, published, Verdict.AGREES if program == published else Verdict.DIFFERS)


def _securities(server: Server) -> str:
    tried = [SECURITY[security] for security in server.securities]
    if not tried:
        return _("unprotected")
    return _("%(first)s, then %(second)s") % {"first": tried[0], "second": tried[1]} if len(tried) > 1 else tried[0]


def _security(server: Server, endpoint: Endpoint) -> Value:
    """A program that tries both ends with the one that works."""
    verdict = Verdict.AGREES if endpoint.security in server.securities else Verdict.DIFFERS
    return Value(_("Connection security"), _securities(server), SECURITY[endpoint.security], verdict)


def _user_name(server: Server, endpoint: Endpoint, settings: MailSettings, address: Address) -> tuple[Value, str]:
    label, had = _("User name"), server.user_name
    if settings.user_name_is_private:
        pattern = settings.user_name_by_pattern(endpoint, address)
        verdict = Verdict.OPEN if had in (None, pattern) else Verdict.DIFFERS
        note = _("the user name is private: the customer types the one from the letter")
        return Value(label, had or _("asked from the user"), _("private"), verdict), note
    published = settings.user_name(endpoint, address) or ""
    if had is None:
        return Value(label, _("asked from the user"), published, Verdict.OPEN), ""
    if had != published and server.written == published:
        return Value(label, had, published, Verdict.CANNOT_EXPRESS), _(
            "the program makes another value of this user name"
        )
    return _value(label, had, published), ""


def _authentication(server: Server, endpoint: Endpoint) -> Value:
    label = _("Authentication")
    words: dict[Authentication | str | None, str] = {
        Authentication.PASSWORD: _("password"),
        Authentication.PASSWORD_ENCRYPTED: _("encrypted password"),
        None: _("finds out by itself"),
    }
    had = words.get(server.authentication, str(server.authentication))
    if server.authentication is None:
        return Value(label, had, words[endpoint.authentication], Verdict.OPEN)
    unsaid = (Authentication.PASSWORD, Authentication.PASSWORD_ENCRYPTED)
    if not server.says_authentication and (server.authentication, endpoint.authentication) == unsaid:
        return Value(label, had, words[endpoint.authentication], Verdict.CANNOT_EXPRESS)
    return _value(label, had, words[endpoint.authentication])
