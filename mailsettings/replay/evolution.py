"""Evolution 3.56: ``e-mail-autoconfig.c`` and ``e-srv-config-lookup.c``.

One address after the other until one answers with XML, whatever is in it; then the same at the mail exchanger and
every name above it. SRV records fill what autoconfig left out.
"""

from __future__ import annotations

import re
from hashlib import md5
from xml.etree import ElementTree as ET

from django.utils.translation import gettext as _

from mailsettings.core.endpoints import Authentication, Protocol, Security

from . import Program
from .asking import Walk
from .autoconfig import PATH, SOCKET_TYPES, WELL_KNOWN_PATH, in_short, root_of
from .reading import Ended, Rejected, Server, filled

ISPDB = "https://autoconfig.thunderbird.net/v1.1/"
TAGS = ("incomingServer", "outgoingServer")
# Others are ignored; the last known one of a section counts. LOGIN for SMTP is a password too.
AUTHENTICATION = {
    "password-cleartext": Authentication.PASSWORD,
    "plain": Authentication.PASSWORD,
    "password-encrypted": Authentication.PASSWORD_ENCRYPTED,
}


def go(walk: Walk) -> Ended:
    ended = _lookup(walk, walk.domain, _("at the domain itself"))
    mx = "" if ended else walk.mx()
    while not ended and "." in mx:
        ended = _lookup(walk, mx, _("where the mail of the domain goes"))
        mx = mx.partition(".")[2]
    missing = [server for server in _from_records(walk) if not _has(ended, server.protocol)]
    servers = (*(ended.servers if ended else ()), *missing)
    if not servers:
        return Ended(
            source=ended.source if ended else "",
            reason=_("no answer and no record holds settings"),
            then=(_("The customer types server, port, security and user name by hand."),),
        )
    source = ended.source if ended and ended.servers else f"SRV {walk.domain}"
    return Ended(servers, source, then=(_("The customer looks through the settings and types the password."),))


def _has(ended: Ended | None, protocol: Protocol) -> bool:
    return ended is not None and any(server.protocol is protocol for server in ended.servers)


def _lookup(walk: Walk, name: str, note: str) -> Ended | None:
    """The five addresses for one name; the answer that it takes, which may hold nothing."""
    # It is no secret: it stands beside the address itself.
    digest = md5(str(walk.address).encode(), usedforsecurity=False).hexdigest()
    query = f"?emailaddress={walk.encoded}&emailmd5={digest}"
    for host, path in ((f"autoconfig.{name}", PATH), (name, WELL_KNOWN_PATH)):
        for scheme in ("https", "http"):
            reply = walk.get(f"{scheme}://{host}{path}{query}", note)
            if reply is None or not reply.ok:
                continue
            try:
                servers = settings(reply.body, str(walk.address))
            except Rejected as error:
                walk.say(reply, _("refused by the program: %(why)s") % {"why": error})
                continue
            walk.say(reply, in_short(servers) or _("XML without settings, which ends the search"))
            return Ended(servers, reply.hops[-1])
    walk.list_only(f"GET {ISPDB}{name}", _("Thunderbird’s directory of providers"))
    return None


def settings(body: bytes, address: str) -> tuple[Server, ...]:
    """A server for each protocol: the last section of a kind overwrites what came before. Raises Rejected.

    Sections may carry one attribute only, and values are not trimmed.
    """
    found: dict[Protocol, dict[str, str]] = {}
    for section in root_of(body).iter():
        if section.tag not in TAGS:
            continue
        if set(section.keys()) != {"type"}:
            raise Rejected(_("a section has an attribute besides its type"))
        if (kind := section.get("type", "")) in tuple(Protocol):
            found.setdefault(Protocol(kind), {}).update(_values(section, address))
    return tuple(_server(protocol, found[protocol]) for protocol in Protocol if protocol in found)


def _values(section: ET.Element, address: str) -> dict[str, str]:
    values = {}
    for element in section:
        text = filled(element.text or "", address)
        known = {"socketType": text in SOCKET_TYPES, "authentication": text in AUTHENTICATION, "port": _port(text) > 0}
        if element.tag in ("hostname", "username") or known.get(element.tag):
            values[element.tag] = text
    return values


def _server(protocol: Protocol, values: dict[str, str]) -> Server:
    return Server(
        protocol,
        values.get("hostname", ""),
        _port(values.get("port", "")),
        SOCKET_TYPES[values.get("socketType", "plain")],
        values.get("username"),
        AUTHENTICATION[values.get("authentication", "plain")],
    )


def _port(text: str) -> int:
    """The number at the beginning (strtol); 0 where there is none that could be a port."""
    digits = re.match(r"\s*\+?([0-9]{1,9})", text, re.ASCII)
    return int(digits[1]) if digits and 0 < int(digits[1]) <= 65535 else 0


def _from_records(walk: Walk) -> list[Server]:
    """The best SRV record of each protocol, TLS before STARTTLS; the user name is the address."""
    found: dict[Protocol, Server] = {}
    for protocol in Protocol:
        for security in Security:
            for service in walk.services(protocol, security)[:1]:
                server = Server(
                    protocol, service.host, service.port, (security,), str(walk.address), says_authentication=False
                )
                found.setdefault(protocol, server)
    return list(found.values())


PROGRAM = Program("evolution", "Evolution", go)
