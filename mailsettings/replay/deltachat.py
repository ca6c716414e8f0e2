"""Delta Chat: ``configure.rs``, ``auto_mozilla.rs``, ``auto_outlook.rs``.

One address after the other, https only; the first text that can be parsed ends the search, even with no server in it.
"""

from __future__ import annotations

from collections.abc import Callable
from xml.etree import ElementTree as ET

from django.utils.translation import gettext as _

from mailsettings.core.endpoints import Protocol, Security

from . import Program, autodiscover
from .asking import Walk
from .autoconfig import PATH, WELL_KNOWN_PATH, in_short, root_of
from .reading import Ended, Rejected, Server, filled, port_in

ISPDB = "https://autoconfig.thunderbird.net/v1.1/"
MAX_XML_REDIRECTS = 10
PROTOCOLS = {"imap": Protocol.IMAP, "smtp": Protocol.SMTP}
# An unknown word lets it try both.
AUTOMATIC = (Security.TLS, Security.STARTTLS)
SOCKET_TYPES: dict[str, tuple[Security, ...]] = {"ssl": (Security.TLS,), "starttls": (Security.STARTTLS,), "plain": ()}
Read = Callable[[bytes, str], tuple[Server, ...]]


def go(walk: Walk) -> Ended:
    autoconfig, outlook = f"autoconfig.{walk.domain}{PATH}", autodiscover.PATH
    steps: list[tuple[str, str, Read]] = [
        (f"{autoconfig}?emailaddress={walk.encoded}", _("autoconfig, with the address"), autoconfig_servers),
        (f"{walk.domain}{WELL_KNOWN_PATH}", _("autoconfig, without the address"), autoconfig_servers),
        (f"{walk.domain}{outlook}", _("Autodiscover by GET, without the address"), autodiscover_servers),
        (f"autodiscover.{walk.domain}{outlook}", _("Autodiscover by GET, without the address"), autodiscover_servers),
    ]
    for place, note, read in steps:
        if ended := _asked(walk, f"https://{place}", note, read):
            return ended if ended.servers else _guessing(ended.source)
    walk.list_only(f"GET {ISPDB}{walk.domain}", _("Thunderbird’s directory of providers"))
    return _guessing("")


def _guessing(source: str) -> Ended:
    return Ended(
        source=source,
        reason=_("the answer that ended the search holds no server") if source else _("no answer holds settings"),
        then=(
            _("Delta Chat guesses: it tries the domain itself and imap., smtp. and mail. with it, at the usual ports."),
            _("Where nothing answers, the customer types the servers by hand."),
        ),
    )


def _asked(walk: Walk, url: str, note: str, read: Read) -> Ended | None:
    """The servers at ``url``, redirects inside of the answer followed; None where the search goes on."""
    for _round in range(MAX_XML_REDIRECTS):
        reply = walk.get(url, note)
        if reply is None or not reply.ok:
            return None
        try:
            if read is autodiscover_servers and (target := autodiscover.read(reply.body).redirect):
                walk.say(reply, _("go to %(address)s") % {"address": target})
                url = target
                continue
            servers = read(reply.body, str(walk.address))
        except Rejected as error:
            walk.say(reply, _("refused by the program: %(why)s") % {"why": error})
            return None
        walk.say(reply, in_short(servers) or _("no server, which ends the search"))
        return Ended(servers, reply.hops[-1], then=(_("The customer types the password; every server is tried."),))
    return None


def autoconfig_servers(body: bytes, address: str) -> tuple[Server, ...]:
    """Every complete section of IMAP, then of SMTP, in order; names in any case, texts trimmed. Raises Rejected."""
    root = root_of(body)
    found = []
    for wanted in ("incomingserver", "outgoingserver"):
        sections = [element for element in root.iter() if _lower_name(element) == wanted]
        found += [server for section in sections if (server := _server(section, address))]
    return tuple(found)


def _server(section: ET.Element, address: str) -> Server | None:
    attributes = {name.lower(): value.lower() for name, value in section.items()}
    values = {_lower_name(child): (child.text or "").strip() for child in section}
    protocol = PROTOCOLS.get(attributes.get("type", ""))
    if protocol is None or not {"hostname", "port", "username"} <= {name for name, value in values.items() if value}:
        return None
    return Server(
        protocol,
        filled(values["hostname"], address),
        port_in(values["port"]) or 0,
        SOCKET_TYPES.get(values.get("sockettype", "").lower(), AUTOMATIC),
        filled(values["username"], address),
        None,
    )


def autodiscover_servers(body: bytes, address: str) -> tuple[Server, ...]:
    """Each complete Protocol of IMAP and SMTP; the address is the user name, whatever stands there. Raises Rejected."""
    servers = []
    for texts in autodiscover.read(body).protocols:
        protocol, port = PROTOCOLS.get(texts.get("Type", "").lower()), texts.get("Port")
        if protocol and texts.get("Server") and port:
            securities = () if texts.get("SSL") == "off" else AUTOMATIC
            servers.append(Server(protocol, texts["Server"], port_in(port) or 0, securities, address, None))
    return tuple(servers)


def _lower_name(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


PROGRAM = Program("deltachat", "Delta Chat", go, (Protocol.IMAP, Protocol.SMTP))
