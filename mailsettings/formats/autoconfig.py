"""Mozilla autoconfig, ``config-v1.1.xml``: what Thunderbird, Evolution, FairEmail, Delta Chat and others ask for.

Source: draft-ietf-mailmaint-autoconfig-06, and the readers themselves. One document has to satisfy all of them: IMAP
first and one section per protocol (FairEmail, Geary and Nextcloud take the first of a kind, Evolution the last), no
attribute besides ``type`` on a server (Evolution stops reading), no ``plain`` socket and no incomplete section
(Thunderbird for Android rejects the whole file), no spaces around a value (Evolution does not trim).
"""

from __future__ import annotations

from xml.etree import ElementTree as ET

from ..core.endpoints import INCOMING, Authentication, Endpoint, Protocol, Security
from ..core.errors import CannotExpress
from ..core.settings import Ask, MailSettings
from ..core.text import LANGUAGES, Text
from . import ConfigFormat, names
from .xml import document, leaf, one_line

# socketType, exact and case-sensitive. ``SSL`` is TLS from the first byte, whatever its version.
SOCKET_TYPE = {Security.TLS: "SSL", Security.STARTTLS: "STARTTLS"}
# authentication, most preferred first. Readers without challenge-response need the plain one to be there, and last.
AUTHENTICATION = {
    Authentication.PASSWORD: ("password-cleartext",),
    Authentication.PASSWORD_ENCRYPTED: ("password-encrypted", "password-cleartext"),
}
ADDRESS, LOCAL_PART, DOMAIN = "%EMAILADDRESS%", "%EMAILLOCALPART%", "%EMAILDOMAIN%"
# Longest names a reader has to show (draft, displayName and displayShortName).
MAX_DISPLAY_NAME = 60
MAX_SHORT_NAME = 20
# Thunderbird always deletes POP3 mail by age, after 14 days unless told otherwise (AccountConfig.sys.mjs). 27 years is
# never. 0 is never too (Pop3Client.sys.mjs), but reads as the opposite; a hundred years is everything at once in older
# versions, which subtract from now without a sign (nsPop3Protocol.cpp).
DAYS_ON_SERVER = 9999

_HELP = Text(
    uk="Інструкції та налаштування пошти для вашої програми",
    en="Instructions and mail settings for your program",
)


def expresses(endpoint: Endpoint) -> bool:
    """Whether there are words for ``endpoint``: for each security and authentication there are."""
    return endpoint.security in SOCKET_TYPE and endpoint.authentication in AUTHENTICATION


def render(settings: MailSettings, ask: Ask) -> bytes:
    """The document in UTF-8. Lists every incoming protocol whatever ``ask.protocol`` says: the program chooses.

    Raises CannotExpress without an incoming and an outgoing endpoint.
    """
    incoming = [endpoint for protocol in INCOMING if (endpoint := settings.first(protocol, expresses))]
    outgoing = settings.first(Protocol.SMTP, expresses)
    if not incoming or outgoing is None:
        raise CannotExpress("autoconfig needs an incoming and an outgoing server")
    root = ET.Element("clientConfig", {"version": "1.1"})
    provider = ET.SubElement(root, "emailProvider", {"id": settings.domain or settings.asked})
    for domain in _domains(settings):
        leaf(provider, "domain", domain)
    name = one_line(settings.brand.name)
    # A domain's name is never cut: it would be another domain's.
    domain = settings.domain_display or settings.asked
    leaf(provider, "displayName", _shortened(name, MAX_DISPLAY_NAME) or domain)
    leaf(provider, "displayShortName", _shortened(name, MAX_SHORT_NAME) or domain)
    for endpoint in incoming:
        _add_server(provider, "incomingServer", endpoint, settings, ask)
    _add_server(provider, "outgoingServer", outgoing, settings, ask)
    for language in LANGUAGES:
        documentation = ET.SubElement(provider, "documentation", {"url": one_line(settings.page_url(language))})
        leaf(documentation, "descr", _HELP.in_language(language), {"lang": language})
    return document(root)


def _domains(settings: MailSettings) -> tuple[str, ...]:
    """The names the asker knows already: the primary one, and the alias that was asked for."""
    if settings.generic:
        return (DOMAIN,)
    return tuple(dict.fromkeys((settings.domain, settings.asked)))


def _add_server(provider: ET.Element, tag: str, endpoint: Endpoint, settings: MailSettings, ask: Ask) -> None:
    server = ET.SubElement(provider, tag, {"type": endpoint.protocol.value})
    leaf(server, "hostname", endpoint.hostname.replace("{domain}", DOMAIN))
    leaf(server, "port", endpoint.port)
    leaf(server, "socketType", SOCKET_TYPE[endpoint.security])
    for method in AUTHENTICATION[endpoint.authentication]:
        leaf(server, "authentication", method)
    leaf(server, "username", user_name(settings, endpoint, ask))
    if endpoint.protocol is Protocol.POP3:
        options = ET.SubElement(server, "pop3")
        leaf(options, "leaveMessagesOnServer", "true")
        leaf(options, "daysToLeaveMessagesOnServer", DAYS_ON_SERVER)


def user_name(settings: MailSettings, endpoint: Endpoint, ask: Ask) -> str:
    """The ``username`` at ``endpoint``: never empty, since readers reject a file without one.

    A lone placeholder wherever it gives the right name: FairEmail knows only those, and Thunderbird turns a literal
    that looks like a number or a boolean into one (``00123`` into ``123``). Otherwise the literal, which everybody but
    Thunderbird takes as it is; leaving it out would cost all of them the whole file. Where the name is private, the
    pattern's answer.
    """
    if settings.user_name_is_private:
        login = settings.user_name_by_pattern(endpoint, ask.address)
    else:
        login = settings.user_name(endpoint, ask.address)
    if login is None:
        return _placeholders(settings, endpoint.username)
    if ask.address is not None and login == str(ask.address):
        return ADDRESS
    if ask.address is not None and login == ask.address.local_part:
        return LOCAL_PART
    return login


def _placeholders(settings: MailSettings, pattern: str) -> str:
    """The pattern for a reader whose address is not known here."""
    if settings.generic:
        domain, address = DOMAIN, ADDRESS
    elif settings.asked == settings.domain:
        domain, address = settings.domain, ADDRESS
    else:
        # %EMAILADDRESS% would become the alias address, and nobody logs in with that.
        domain, address = settings.domain, f"{LOCAL_PART}@{settings.domain}"
    whole = pattern.replace("{local_part}@{domain}", "{address}")
    return whole.replace("{address}", address).replace("{local_part}", LOCAL_PART).replace("{domain}", domain)


def _shortened(name: str, limit: int) -> str:
    """``name`` in at most ``limit`` characters, cut between words where the first word allows it."""
    if len(name) <= limit:
        return name
    words, _, _ = name[: limit + 1].rpartition(" ")
    return words.rstrip(" ,.;:-–—(«") or name[:limit]


FORMAT = ConfigFormat(
    file_name="autoconfig.xml",
    titles=Text(
        uk="Файл автоматичного налаштування для Thunderbird та інших програм",
        en="Automatic setup file for Thunderbird and other programs",
    ),
    content_type="text/xml; charset=utf-8",
    render=render,
    expresses=expresses,
    personal=names,
)
