"""MailSettings as a page shows them: every value with its label, ready to be copied, and nothing left to decide."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from mailsettings.core.addresses import Address
from mailsettings.core.endpoints import (
    INCOMING,
    REGISTERED_PORTS,
    Authentication,
    Endpoint,
    Protocol,
    Security,
    expand_user_name,
)
from mailsettings.core.settings import MailSettings

Words = str | Promise

# The field's own words for each kind of protection (RFC 8314); programs' other words are in their guides.
SECURITY_WORDS = {Security.TLS: "SSL/TLS", Security.STARTTLS: "STARTTLS"}
PROTOCOL_WORDS = {Protocol.IMAP: "IMAP", Protocol.POP3: "POP3", Protocol.SMTP: "SMTP"}
AUTHENTICATION_WORDS: dict[Authentication, Words] = {
    Authentication.PASSWORD: _("normal password"),
    Authentication.PASSWORD_ENCRYPTED: _("encrypted password (CRAM-MD5)"),
}


def pieces(text: str) -> list[str]:
    """A name or an address in pieces, between which a line may break: after each dot and at sign."""
    return re.findall(r"[^.@]*[.@]|[^.@]+", text)


@dataclass(frozen=True, slots=True)
class Value:
    """Something to be typed as it stands. ``copy`` is the accessible name of the button that copies it."""

    text: str
    copy: Words

    @property
    def pieces(self) -> list[str]:
        return pieces(self.text)


@dataclass(frozen=True, slots=True)
class Server:
    """One endpoint as a block of the page.

    ``stamp`` reads port and security aloud as one. ``when`` says when to use it in place of the recommended one.
    ``user_name`` is None where it is not shown here, ``authentication`` empty where it is the ordinary one, or the
    same as at the recommended endpoint.
    """

    title: Words
    protocol: str
    host: Value
    port: Value
    security: str
    stamp: Words
    user_name: Value | None = None
    authentication: Words = ""
    when: Words = ""


@dataclass(frozen=True, slots=True)
class SetupValues:
    """The blocks of a setup page, in the order of reading.

    ``pop3`` are the POP3 servers beside IMAP; where only POP3 is switched on it is ``incoming`` and ``only_pop3``.
    ``private`` and ``needs_address`` say what stands in place of the user names.
    """

    incoming: Server | None
    outgoing: Server | None
    alternatives: tuple[Server, ...]
    pop3: tuple[Server, ...]
    only_pop3: bool
    private: bool
    needs_address: bool
    idn: bool


def setup_values(settings: MailSettings, address: Address | None) -> SetupValues:
    """What the setup page of a domain shows, for one address or for none."""
    main = next(iter(settings.incoming_protocols), None)
    incoming = servers(settings, main, address) if main else ()
    outgoing = servers(settings, Protocol.SMTP, address)
    beside = main is Protocol.IMAP
    return SetupValues(
        incoming=incoming[0] if incoming else None,
        outgoing=outgoing[0] if outgoing else None,
        alternatives=incoming[1:] + outgoing[1:],
        pop3=servers(settings, Protocol.POP3, address) if beside else (),
        only_pop3=main is Protocol.POP3,
        private=settings.user_name_is_private,
        needs_address=not (settings.user_name_is_private or address or settings.login),
        idn=settings.domain != settings.domain_display,
    )


def switched_off(settings: MailSettings) -> list[str]:
    """The protocols by which one exact mailbox cannot be read."""
    return [PROTOCOL_WORDS[protocol] for protocol in INCOMING if not settings.of(protocol)]


# Stands for any name before the @, where a user name is made of it.
EXAMPLE = "name"


@dataclass(frozen=True, slots=True)
class UserNamePattern:
    """How user names are made: of the ``whole_address``, or as ``name`` is made of ``address``.

    ``protocols`` name those it is for, where there is another for others.
    """

    protocols: str
    whole_address: bool
    name: str
    address: str


def user_name_pattern(endpoint: Endpoint, domain: str, protocols: str = "") -> UserNamePattern:
    """How the user names at ``endpoint`` are made for mailboxes of the domain with this primary name."""
    name = expand_user_name(endpoint.username, EXAMPLE, domain)
    return UserNamePattern(protocols, endpoint.username == "{address}", name, f"{EXAMPLE}@{domain}")


def user_name_patterns(settings: MailSettings) -> list[UserNamePattern]:
    """How the user names of a domain are made: once, or for each protocol where they differ."""
    found: dict[str, list[Endpoint]] = {}
    for protocol in (*settings.incoming_protocols, Protocol.SMTP):
        if endpoint := settings.first(protocol):
            found.setdefault(endpoint.username, []).append(endpoint)
    return [
        user_name_pattern(
            alike[0],
            settings.domain,
            ", ".join(PROTOCOL_WORDS[one.protocol] for one in alike) if len(found) > 1 else "",
        )
        for alike in found.values()
    ]


def servers(settings: MailSettings, protocol: Protocol, address: Address | None) -> tuple[Server, ...]:
    """The endpoints of one protocol as blocks: the recommended one, then the others with when to use each."""
    endpoints = settings.of(protocol)
    if not endpoints:
        return ()
    recommended, *others = endpoints
    return (
        server_block(settings, recommended, address),
        *(_alternative(settings, endpoint, recommended, address) for endpoint in others),
    )


def server_block(settings: MailSettings, endpoint: Endpoint, address: Address | None) -> Server:
    """One endpoint by itself, with everything that there is to say of it."""
    protocol = PROTOCOL_WORDS[endpoint.protocol]
    user_name = settings.user_name(endpoint, address)
    return Server(
        title=_("Incoming mail") if endpoint.protocol in INCOMING else _("Outgoing mail"),
        protocol=protocol,
        host=Value(endpoint.hostname, format_lazy(_("Copy the {protocol} server"), protocol=protocol)),
        port=Value(str(endpoint.port), format_lazy(_("Copy the {protocol} port"), protocol=protocol)),
        security=SECURITY_WORDS[endpoint.security],
        stamp=_stamp(endpoint),
        user_name=Value(user_name, format_lazy(_("Copy the {protocol} user name"), protocol=protocol))
        if user_name
        else None,
        authentication=_unusual_authentication(endpoint),
    )


def _alternative(settings: MailSettings, endpoint: Endpoint, recommended: Endpoint, address: Address | None) -> Server:
    """A further endpoint; user name and authentication only where they are others than the recommended endpoint's."""
    user_name = settings.user_name(endpoint, address)
    differs = user_name != settings.user_name(recommended, address)
    other_authentication = endpoint.authentication is not recommended.authentication
    return Server(
        title=_("Incoming mail") if endpoint.protocol in INCOMING else _("Outgoing mail"),
        protocol=PROTOCOL_WORDS[endpoint.protocol],
        host=_value(endpoint.hostname),
        port=_value(str(endpoint.port)),
        security=SECURITY_WORDS[endpoint.security],
        stamp=_stamp(endpoint),
        user_name=_value(user_name) if user_name and differs else None,
        authentication=AUTHENTICATION_WORDS[endpoint.authentication] if other_authentication else "",
        when=_when(endpoint, recommended),
    )


def _value(text: str) -> Value:
    return Value(text, format_lazy(_("Copy {value}"), value=text))


def _stamp(endpoint: Endpoint) -> Words:
    words = _("port {port}, connection security {security}")
    return format_lazy(words, port=endpoint.port, security=SECURITY_WORDS[endpoint.security])


def _unusual_authentication(endpoint: Endpoint) -> Words:
    usual = endpoint.authentication is Authentication.PASSWORD
    return "" if usual else AUTHENTICATION_WORDS[endpoint.authentication]


def _when(endpoint: Endpoint, recommended: Endpoint) -> Words:
    """When the reader needs a further endpoint of a protocol."""
    if endpoint.port != recommended.port:
        return format_lazy(_("If port {port} is blocked"), port=recommended.port)
    return format_lazy(_("If {host} does not answer"), host=recommended.hostname)


@dataclass(frozen=True, slots=True)
class Setting:
    """What a setting id means to a reader: its label, and the words for its value where that is not known.

    ``typed`` tells whether it is typed as it stands, so that it is worth copying; the others are chosen from a list.
    """

    label: Words
    unknown: Words
    typed: bool = True


SETTINGS = {
    "address": Setting(_("Mail address"), _("your mail address")),
    "domain": Setting(_("Domain"), _("your domain")),
    "user_name": Setting(_("User name"), _("your user name")),
    "incoming.protocol": Setting(_("Protocol"), _("IMAP or POP3"), typed=False),
    "incoming.hostname": Setting(_("Incoming mail server"), _("the incoming mail server")),
    "incoming.port": Setting(_("Port of the incoming server"), _("the port of the incoming server")),
    "incoming.security": Setting(
        _("Connection security of the incoming server"),
        _("the connection security of the incoming server"),
        typed=False,
    ),
    "incoming.user_name": Setting(_("User name for incoming mail"), _("your user name")),
    "incoming.authentication": Setting(
        _("Authentication for incoming mail"), _("the authentication for incoming mail"), typed=False
    ),
    "outgoing.hostname": Setting(_("Outgoing mail server"), _("the outgoing mail server")),
    "outgoing.port": Setting(_("Port of the outgoing server"), _("the port of the outgoing server")),
    "outgoing.security": Setting(
        _("Connection security of the outgoing server"),
        _("the connection security of the outgoing server"),
        typed=False,
    ),
    "outgoing.user_name": Setting(_("User name for outgoing mail"), _("your user name")),
    "outgoing.authentication": Setting(
        _("Authentication for outgoing mail"), _("the authentication for outgoing mail"), typed=False
    ),
}
PRIVATE_USER_NAME = _("the user name from our letter")


def setting_values(
    settings: MailSettings, address: Address | None, incoming: Endpoint | None, outgoing: Endpoint | None
) -> dict[str, Words]:
    """The values behind setting ids, for these two endpoints; what is not known is absent."""
    found: dict[str, Words | None] = {"domain": settings.domain, "address": str(address) if address else None}
    for side, endpoint in (("incoming", incoming), ("outgoing", outgoing)):
        if endpoint:
            found |= {
                f"{side}.protocol": PROTOCOL_WORDS[endpoint.protocol],
                f"{side}.hostname": endpoint.hostname,
                f"{side}.port": str(endpoint.port),
                f"{side}.security": SECURITY_WORDS[endpoint.security],
                f"{side}.authentication": AUTHENTICATION_WORDS[endpoint.authentication],
                f"{side}.user_name": settings.user_name(endpoint, address),
            }
    found["user_name"] = found.get("incoming.user_name") or found.get("outgoing.user_name")
    return {setting: value for setting, value in found.items() if value}


def main_values(settings: MailSettings, address: Address | None) -> dict[str, Words]:
    """The values behind setting ids for the endpoints that the setup page recommends."""
    main = next(iter(settings.incoming_protocols), None)
    return setting_values(settings, address, settings.first(main) if main else None, settings.first(Protocol.SMTP))


def registered_ports() -> list[tuple[str, int, str]]:
    """Protocol, port and security of every registered pair, for the table of mail basics."""
    return [
        (PROTOCOL_WORDS[protocol], port, SECURITY_WORDS[security])
        for (protocol, port), security in REGISTERED_PORTS.items()
    ]
