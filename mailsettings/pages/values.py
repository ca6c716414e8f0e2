"""MailSettings as a page shows them: every value with its label, ready to be copied, and nothing left to decide."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from mailsettings.core.addresses import Address
from mailsettings.core.endpoints import INCOMING, REGISTERED_PORTS, Authentication, Endpoint, Protocol, Security
from mailsettings.core.names import display_name
from mailsettings.core.settings import MailSettings

Words = str | Promise

# The field's own words for each kind of protection (RFC 8314); programs' other words are in their guides.
SECURITY_WORDS = {Security.TLS: "SSL/TLS", Security.STARTTLS: "STARTTLS"}
PROTOCOL_WORDS = {Protocol.IMAP: "IMAP", Protocol.POP3: "POP3", Protocol.SMTP: "SMTP"}
AUTHENTICATION_WORDS: dict[Authentication, Words] = {
    Authentication.PASSWORD: _("normal password"),
    Authentication.PASSWORD_ENCRYPTED: _("encrypted password (CRAM-MD5)"),
}


class UserNameState(StrEnum):
    """What stands in the place of the user name."""

    SHOWN = "shown"
    NEEDS_ADDRESS = "needs_address"
    PRIVATE = "private"


@dataclass(frozen=True, slots=True)
class Value:
    """One value. ``copy`` says what is copied, for the button's accessible name."""

    label: Words
    text: str
    copy: Words

    @property
    def pieces(self) -> list[str]:
        """The text in pieces between which a line may break: after each dot, hyphen and at sign."""
        pieces = [""]
        for character in self.text:
            pieces[-1] += character
            if character in ".-@":
                pieces.append("")
        return [piece for piece in pieces if piece]


@dataclass(frozen=True, slots=True)
class Server:
    """One endpoint as a block of the page. ``when`` says when to use it instead of the recommended one."""

    protocol: Protocol
    title: Words
    host: Value
    port: Value
    security: str
    authentication: Words
    user_name: Value | None
    user_name_state: UserNameState
    when: Words = ""

    @property
    def needs_words_about_authentication(self) -> bool:
        return self.authentication is not AUTHENTICATION_WORDS[Authentication.PASSWORD]


@dataclass(frozen=True, slots=True)
class SetupValues:
    """The blocks of a setup page, in the order of reading."""

    incoming: Server | None
    outgoing: Server | None
    alternatives: tuple[Server, ...]
    pop3: Server | None
    only_pop3: bool
    user_name_state: UserNameState
    idn: bool


def setup_values(settings: MailSettings, address: Address | None) -> SetupValues:
    """What the setup page of a domain shows, for one address or for none."""
    incoming = next(iter(settings.incoming_protocols), None)
    main = server(settings, settings.first(incoming), address) if incoming else None
    outgoing = server(settings, settings.first(Protocol.SMTP), address)
    pop3 = settings.first(Protocol.POP3) if incoming is Protocol.IMAP else None
    alternatives = [
        server(settings, endpoint, address, settings.first(protocol))
        for protocol in ((incoming,) if incoming else ()) + (Protocol.SMTP,)
        for endpoint in settings.of(protocol)[1:]
    ]
    return SetupValues(
        incoming=main,
        outgoing=outgoing,
        alternatives=tuple(found for found in alternatives if found),
        pop3=server(settings, pop3, address),
        only_pop3=incoming is Protocol.POP3,
        user_name_state=user_name_state(settings, address),
        idn=settings.domain != display_name(settings.domain),
    )


def user_name_state(settings: MailSettings, address: Address | None) -> UserNameState:
    """What stands in the place of the user name, for every address alike."""
    if settings.user_name_is_private:
        return UserNameState.PRIVATE
    return UserNameState.SHOWN if address or settings.login else UserNameState.NEEDS_ADDRESS


def server(
    settings: MailSettings, endpoint: Endpoint | None, address: Address | None, recommended: Endpoint | None = None
) -> Server | None:
    """One endpoint as a block; ``recommended`` is the one that it stands in for."""
    if endpoint is None:
        return None
    protocol = PROTOCOL_WORDS[endpoint.protocol]
    user_name = settings.user_name(endpoint, address)
    return Server(
        protocol=endpoint.protocol,
        title=_("Incoming mail") if endpoint.protocol in INCOMING else _("Outgoing mail"),
        host=Value(_("Server"), endpoint.hostname, format_lazy(_("Copy the {protocol} server"), protocol=protocol)),
        port=Value(_("Port"), str(endpoint.port), format_lazy(_("Copy the {protocol} port"), protocol=protocol)),
        security=SECURITY_WORDS[endpoint.security],
        authentication=AUTHENTICATION_WORDS[endpoint.authentication],
        user_name=Value(_("User name"), user_name, format_lazy(_("Copy the {protocol} user name"), protocol=protocol))
        if user_name
        else None,
        user_name_state=user_name_state(settings, address),
        when=_when(endpoint, recommended) if recommended else "",
    )


def _when(endpoint: Endpoint, recommended: Endpoint) -> Words:
    """When the reader needs a further endpoint of a protocol."""
    if endpoint.port != recommended.port:
        return format_lazy(_("If port {port} is blocked"), port=recommended.port)
    return format_lazy(_("If {host} does not answer"), host=recommended.hostname)


# What each value is called where no domain is known, for guides and articles.
SETTING_WORDS: dict[str, Words] = {
    "address": _("your mail address"),
    "domain": _("your domain"),
    "user_name": _("your user name"),
    "incoming.protocol": _("IMAP or POP3"),
    "incoming.hostname": _("the incoming mail server"),
    "incoming.port": _("its port"),
    "incoming.security": _("its connection security"),
    "incoming.user_name": _("your user name"),
    "incoming.authentication": _("the way to log in"),
    "outgoing.hostname": _("the outgoing mail server"),
    "outgoing.port": _("its port"),
    "outgoing.security": _("its connection security"),
    "outgoing.user_name": _("your user name"),
    "outgoing.authentication": _("the way to log in"),
}
SETTING_LABELS: dict[str, Words] = {
    "address": _("Mail address"),
    "domain": _("Domain"),
    "user_name": _("User name"),
    "incoming.protocol": _("Protocol"),
    "incoming.hostname": _("Incoming mail server"),
    "incoming.port": _("Port of the incoming server"),
    "incoming.security": _("Connection security of the incoming server"),
    "incoming.user_name": _("User name for incoming mail"),
    "incoming.authentication": _("Authentication for incoming mail"),
    "outgoing.hostname": _("Outgoing mail server"),
    "outgoing.port": _("Port of the outgoing server"),
    "outgoing.security": _("Connection security of the outgoing server"),
    "outgoing.user_name": _("User name for outgoing mail"),
    "outgoing.authentication": _("Authentication for outgoing mail"),
}


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


def registered_ports() -> list[tuple[str, int, str]]:
    """Protocol, port and security of every registered pair, for the table of mail basics."""
    return [
        (PROTOCOL_WORDS[protocol], port, SECURITY_WORDS[security])
        for (protocol, port), security in REGISTERED_PORTS.items()
    ]
