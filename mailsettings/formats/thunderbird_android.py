"""What Thunderbird for Android and K-9 Mail need to know of one account, whichever way they read it.

Source: thunderbird-android, SettingsFileParser and QrCodePayloadAdapter. The programs ask for the password and for
nothing else, so that without an address or its user name there is nothing to write.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..core.addresses import Address
from ..core.endpoints import Endpoint, Protocol
from ..core.errors import CannotExpress
from ..core.settings import Ask, MailSettings
from .xml import one_line


@dataclass(frozen=True, slots=True)
class Login:
    """A server, and the user name there."""

    endpoint: Endpoint
    user_name: str


@dataclass(frozen=True, slots=True)
class Account:
    """One account. ``name`` is that of its owner, empty where it is not known."""

    address: Address
    name: str
    incoming: Login
    outgoing: Login


def expresses(_endpoint: Endpoint) -> bool:
    """Whether there are words for an endpoint: for each protocol, security and authentication there are."""
    return True


def account(settings: MailSettings, ask: Ask) -> Account:
    """The account of ``ask.address``: IMAP, unless ``ask.protocol`` is POP3 or only POP3 is switched on.

    Raises CannotExpress without an address, where user names are private, and when the protocol asked for, or SMTP, has
    no endpoint.
    """
    incoming = settings.incoming(ask.protocol)
    outgoing = settings.first(Protocol.SMTP)
    if ask.address is None or incoming is None or outgoing is None:
        raise CannotExpress("an account needs an address, an incoming and an outgoing server")
    return Account(
        ask.address,
        one_line(settings.mailbox.name) if settings.mailbox else "",
        _login(settings, incoming, ask.address),
        _login(settings, outgoing, ask.address),
    )


def _login(settings: MailSettings, endpoint: Endpoint, address: Address) -> Login:
    user_name = settings.user_name(endpoint, address)
    if user_name is None:
        raise CannotExpress("an account needs a user name")
    return Login(endpoint, user_name)
