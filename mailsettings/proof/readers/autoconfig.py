"""Mozilla autoconfig as the strictest of its programs read it.

Sources: draft-ietf-mailmaint-autoconfig-06; Thunderbird's ``readFromXML`` (placeholders) and JXON (what looks like a
number is one), Thunderbird for Android's ``RealAutoconfigParser`` (one bad section rejects the document), Evolution
(text is not trimmed).
"""

from __future__ import annotations

from xml.etree.ElementTree import Element

from ...core.user_names import read_as_value
from ..reading import Published, Reader, Request, Unreadable, Without
from ..reading import whole_number as port
from ..vocabulary import ENCRYPTED, PASSWORD, STARTTLS, TLS, UNPROTECTED
from ..xml import root_of

SECTIONS = {
    ("incomingServer", "imap"): "imap",
    ("incomingServer", "pop3"): "pop3",
    ("outgoingServer", "smtp"): "smtp",
}
SOCKET_TYPES = {"SSL": TLS, "STARTTLS": STARTTLS, "plain": UNPROTECTED}
# ``plain`` and ``secure`` are what the first two were called before.
AUTHENTICATION = {
    "password-cleartext": PASSWORD,
    "plain": PASSWORD,
    "password-encrypted": ENCRYPTED,
    "secure": ENCRYPTED,
}


def read(document: bytes, address: str) -> tuple[Published, ...]:
    """Every server section, placeholders replaced by the parts of ``address``."""
    provider = root_of(document).find("emailProvider")
    if provider is None or not provider.get("id") or not any(domain.text for domain in provider.findall("domain")):
        raise Unreadable("no emailProvider with an id and a domain")
    return tuple(
        _server(protocol, section, address)
        for section in provider
        if (protocol := SECTIONS.get((section.tag, section.get("type", ""))))
    )


def _server(protocol: str, section: Element, address: str) -> Published:
    socket_type = _leaf(section, "socketType")
    name = _leaf(section, "username")
    read = read_as_value(name)
    methods = [found.text or "" for found in section.findall("authentication")]
    # The first that a program knows is used.
    known = [AUTHENTICATION[method] for method in methods if method in AUTHENTICATION]
    return Published(
        protocol=protocol,
        hostname=_replaced(_leaf(section, "hostname"), address),
        port=port(_leaf(section, "port")),
        security=SOCKET_TYPES.get(socket_type, socket_type),
        user_name=_replaced(name, address),
        taken_as=_replaced(read, address) if read != name else "",
        authentication=(known or methods or [None])[0],
    )


def _leaf(section: Element, tag: str) -> str:
    text = section.findtext(tag)
    if not text:
        raise Unreadable(f"a server without {tag}")
    return text


def _replaced(text: str, address: str) -> str:
    local_part, _at, domain = address.rpartition("@")
    for name, value in (("EMAILADDRESS", address), ("EMAILLOCALPART", local_part), ("EMAILDOMAIN", domain)):
        text = text.replace(f"%{name}%", value)
    return text


READER = Reader(
    file_name="autoconfig.xml",
    read=read,
    # A section without a user name makes Thunderbird log in as "undefined", so there always is one.
    without_address=Without.PATTERN,
    when_private=Without.PATTERN,
    requests=(
        Request("GET", "https://autoconfig.{domain}/mail/config-v1.1.xml?emailaddress={address}"),
        Request("GET", "https://autoconfig.{domain}/mail/config-v1.1.xml"),
        Request("GET", "https://{domain}/.well-known/autoconfig/mail/config-v1.1.xml?emailaddress={address}"),
        Request("GET", "https://{domain}/.well-known/autoconfig/mail/config-v1.1.xml"),
        Request("GET", "https://autoconfig.{domain}/v1.1/mail/config-v1.1.xml?emailaddress={address}"),
        Request("GET", "https://autoconfig.{domain}/v1.1/mail/config-v1.1.xml"),
    ),
    generic=True,
)
