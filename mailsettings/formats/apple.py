"""Apple configuration profile (``.mobileconfig``) with one mail account, for iPhone, iPad, Mac and Vision.

Source: apple/device-management, ``TopLevel``, ``CommonPayloadKeys`` and ``com.apple.mail.managed``. No password is ever
in it; whoever sends it signs it. What it leaves out (the address, the user name) the device asks for while installing.
"""

from __future__ import annotations

import plistlib
from hashlib import sha1
from uuid import NAMESPACE_URL, uuid5

from ..core.endpoints import Authentication, Endpoint, Protocol, Security
from ..core.errors import CannotExpress
from ..core.settings import Ask, MailSettings
from ..core.text import LANGUAGES, Text
from . import ConfigFormat, names
from .xml import one_line

ACCOUNT_TYPE = {Protocol.IMAP: "EmailTypeIMAP", Protocol.POP3: "EmailTypePOP"}
AUTHENTICATION = {
    Authentication.PASSWORD: "EmailAuthPassword",
    Authentication.PASSWORD_ENCRYPTED: "EmailAuthCRAMMD5",
}
# There is no key for STARTTLS: with UseSSL the device finds out by the port and the greeting which of the two it is.
# Without it, it may send the password unprotected.
USE_SSL = {Security.TLS: True, Security.STARTTLS: True}

# Never to be changed: an installed profile is replaced only by one with the same identifier.
_NAMESPACE = uuid5(NAMESPACE_URL, "urn:skrynka:apple-profile").bytes

_TITLE = Text(uk="Пошта {whose} ({protocol})", en="Mail for {whose} ({protocol})")
_ADDS_MAILBOX = Text(
    uk="Профіль додає на пристрій поштову скриньку {whose}.",
    en="This profile adds the mailbox {whose} to your device.",
)
_ADDS_ANY_MAILBOX = Text(
    uk="Профіль додає на пристрій вашу поштову скриньку в домені {whose}.",
    en="This profile adds your mailbox at {whose} to your device.",
)
_ASKS = {
    (False, False): Text(
        uk="Пароля в профілі немає: під час встановлення пристрій запитає його у вас.",
        en="It contains no password: the device asks you for it during installation.",
    ),
    (True, False): Text(
        uk="Пароля в профілі немає: під час встановлення пристрій запитає адресу та пароль.",
        en="It contains no password: the device asks for your address and password during installation.",
    ),
    (False, True): Text(
        uk="Пароля в профілі немає: під час встановлення пристрій запитає ім’я користувача та пароль.",
        en="It contains no password: the device asks for your user name and password during installation.",
    ),
    (True, True): Text(
        uk="Пароля в профілі немає: під час встановлення пристрій запитає адресу, ім’я користувача та пароль.",
        en="It contains no password: the device asks for your address, user name and password during installation.",
    ),
}
_NAME_IN_LETTER = Text(
    uk="Ваше ім’я користувача вказано в листі від нас.",
    en="Your user name is in our letter to you.",
)
_REMOVAL = Text(
    uk="Якщо видалити профіль, з пристрою зникнуть обліковий запис і всі його листи.",
    en="If you delete the profile, the account and all its mail disappear from the device.",
)
_WHAT_STAYS = {
    Protocol.IMAP: Text(
        uk="На сервері листи залишаться.",
        en="Your mail on the server stays.",
    ),
    Protocol.POP3: Text(
        uk="Увага: POP3 зберігає надіслані листи лише на цьому пристрої. Разом із профілем вони зникнуть назавжди, як і"
        " листи, яких уже немає на сервері.",
        en="Careful: POP3 keeps sent mail on this device only. It is lost for good with the profile, and so is mail"
        " that is no longer on the server.",
    ),
}


def expresses(endpoint: Endpoint) -> bool:
    """Whether there are words for ``endpoint``: for each security and authentication there are."""
    return endpoint.security in USE_SSL and endpoint.authentication in AUTHENTICATION


def render(settings: MailSettings, ask: Ask) -> bytes:
    """The profile as an XML property list.

    IMAP, unless ``ask.protocol`` is POP3 or only POP3 is switched on. Raises CannotExpress when the protocol asked for,
    or SMTP, has no endpoint, and for a generic answer: a profile belongs to a domain.
    """
    incoming = settings.incoming(ask.protocol, expresses)
    outgoing = settings.first(Protocol.SMTP, expresses)
    if settings.generic or incoming is None or outgoing is None:
        raise CannotExpress("a profile needs a domain, an incoming and an outgoing server")
    identifier = _identifier(settings, incoming.protocol, ask)
    title = _title(settings, incoming.protocol, ask)
    # PayloadScope: on a Mac the mail payload belongs to a user. No TargetDeviceType, since one file serves all devices.
    profile: dict[str, object] = {
        "PayloadType": "Configuration",
        "PayloadVersion": 1,
        "PayloadIdentifier": identifier,
        "PayloadUUID": _uuid(f"{identifier}|profile"),
        "PayloadDisplayName": title,
        "PayloadDescription": _description(settings, incoming, ask, ask.language),
        "PayloadScope": "User",
        "ConsentText": {
            "default": _description(settings, incoming, ask, ask.language),
            **{language: _description(settings, incoming, ask, language) for language in LANGUAGES},
        },
        "PayloadContent": [
            {
                "PayloadType": "com.apple.mail.managed",
                "PayloadVersion": 1,
                "PayloadIdentifier": f"{identifier}.account",
                "PayloadUUID": _uuid(f"{identifier}|account"),
                "PayloadDisplayName": title,
                **_account(settings, incoming, outgoing, ask),
            }
        ],
    }
    if organization := one_line(settings.brand.name):
        profile["PayloadOrganization"] = organization
    return plistlib.dumps(profile, fmt=plistlib.FMT_XML, sort_keys=True)


def personal(settings: MailSettings, ask: Ask) -> tuple[str, ...]:
    """What differs from domain to domain and address to address: the names, and what is derived from them."""
    incoming = settings.incoming(ask.protocol, expresses)
    if incoming is None:
        return ()
    identifier = _identifier(settings, incoming.protocol, ask)
    derived = (_reversed(settings.domain), _uuid(f"{identifier}|profile"), _uuid(f"{identifier}|account"))
    whose = (identifier.rpartition(".")[2],) if ask.address else ()
    return (*names(settings, ask), *derived, *whose)


def _account(settings: MailSettings, incoming: Endpoint, outgoing: Endpoint, ask: Ask) -> dict[str, object]:
    account: dict[str, object] = {
        "EmailAccountType": ACCOUNT_TYPE[incoming.protocol],
        "EmailAccountDescription": one_line(settings.brand.name) or settings.domain_display,
        "OutgoingPasswordSameAsIncomingPassword": True,
        **_server("Incoming", incoming, settings.user_name(incoming, ask.address)),
        **_server("Outgoing", outgoing, settings.user_name(outgoing, ask.address)),
    }
    if ask.address:
        account["EmailAddress"] = str(ask.address)
    if settings.mailbox and (name := one_line(settings.mailbox.name)):
        account["EmailAccountName"] = name
    return account


def _server(side: str, endpoint: Endpoint, user_name: str | None) -> dict[str, object]:
    server: dict[str, object] = {
        f"{side}MailServerHostName": endpoint.hostname,
        f"{side}MailServerPortNumber": endpoint.port,
        f"{side}MailServerUseSSL": USE_SSL[endpoint.security],
        f"{side}MailServerAuthentication": AUTHENTICATION[endpoint.authentication],
    }
    if user_name is not None:
        server[f"{side}MailServerUsername"] = one_line(user_name)
    return server


def _identifier(settings: MailSettings, protocol: Protocol, ask: Ask) -> str:
    """Reverse DNS; the protocol, so that a POP3 profile leaves an IMAP account alone; a hash of the address."""
    whose = _uuid(str(ask.address)).replace("-", "").lower() if ask.address else "any"
    return f"{_reversed(settings.domain)}.mail-settings.{protocol.value}.{whose}"


def _reversed(domain: str) -> str:
    return ".".join(reversed(domain.split(".")))


def _uuid(name: str) -> str:
    """uuid5 of ``name`` (RFC 9562 §5.5) in capitals. Written out, since every answer for an address needs three."""
    digest = sha1(_NAMESPACE + name.encode(), usedforsecurity=False).hexdigest().upper()
    variant = "89AB"[int(digest[16], 16) & 3]
    return f"{digest[:8]}-{digest[8:12]}-5{digest[13:16]}-{variant}{digest[17:20]}-{digest[20:32]}"


def _whose(settings: MailSettings, ask: Ask) -> str:
    return ask.address.display if ask.address else settings.domain_display


def _title(settings: MailSettings, protocol: Protocol, ask: Ask) -> str:
    return _TITLE.in_language(ask.language).format(whose=_whose(settings, ask), protocol=protocol.upper())


def _description(settings: MailSettings, incoming: Endpoint, ask: Ask, language: str) -> str:
    """What the profile does and what deleting it does, in plain words."""
    adds = _ADDS_MAILBOX if ask.address else _ADDS_ANY_MAILBOX
    asks = _ASKS[ask.address is None, settings.user_name(incoming, ask.address) is None]
    letter = (_NAME_IN_LETTER,) if settings.user_name_is_private else ()
    sentences = (adds, asks, *letter, _REMOVAL, _WHAT_STAYS[incoming.protocol])
    return " ".join(text.in_language(language).format(whose=_whose(settings, ask)) for text in sentences)


FORMAT = ConfigFormat(
    file_name="apple.mobileconfig",
    titles=Text(
        uk="Профіль для iPhone, iPad і Mac",
        en="Profile for iPhone, iPad and Mac",
    ),
    content_type="application/x-apple-aspen-config",
    render=render,
    expresses=expresses,
    attachment=True,
    signable=True,
    personal=personal,
)
