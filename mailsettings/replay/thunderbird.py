"""Thunderbird on a computer, version 153: ``FindConfig``, ``FetchConfig``, ``FetchExchange``, ``readFromXML``.

It asks all its addresses at once and takes the answer of the best one. Of those at the domain itself, the best answer
with 2xx is taken before it is read: if it is no good, the ones behind it are lost.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mailsettings.core.endpoints import Authentication, Protocol, Security
from mailsettings.core.user_names import read_as_value

from . import Program, autodiscover
from .asking import Reply, Walk, mx_names
from .autoconfig import (
    PASSWORDS,
    PATH,
    SOCKET_TYPES,
    WELL_KNOWN_PATH,
    Section,
    first_of_each,
    in_short,
    provider_of,
    root_of,
    sections,
)
from .reading import HOST_NAME, Ended, Rejected, Server, filled, port_in, with_both_ways

# FetchHTTP parses these only; any other answer stays a text, in which nothing is found.
XML_TYPES = ("text/xml", "application/xml", "text/rdf")
ISPDB = "https://live.thunderbird.net/autoconfig/v1.1/"
NO_PASSWORD_OUT = ("none", "client-IP-address", "smtp-after-pop")
STARTTLS_PORTS = (143, 110, 25, 587)
Read = Callable[[Walk, bytes], tuple[Server, ...]]


def go(walk: Walk) -> Ended:
    query = f"?emailaddress={walk.encoded}"
    at_domain = [
        walk.get(f"{scheme}://{host}{path}{query}", _("at the domain itself"))
        for scheme in ("https", "http")
        for host, path in ((f"autoconfig.{walk.domain}", PATH), (walk.domain, WELL_KNOWN_PATH))
    ]
    walk.list_only(f"GET {ISPDB}{walk.domain}", _("Thunderbird’s directory of providers"))
    at_mx = []
    for name in mx_names(walk.mx(), walk.domain):
        at_mx.append(walk.get(f"https://autoconfig.{name}{PATH}{query}", _("where the mail of the domain goes")))
        walk.list_only(f"GET {ISPDB}{name}", _("Thunderbird’s directory of providers"))
    exchange = _exchange(walk)
    # All are read, so that the list says what each of them holds; the first of these that holds something is used.
    ways = [_first_answered(walk, at_domain), _first_answered(walk, at_mx), _first_readable(walk, exchange)]
    if ended := next(filter(None, ways), None):
        return ended
    return Ended(
        reason=_("no answer holds settings"),
        then=(
            _("Thunderbird guesses: it tries imap., mail., pop. and smtp. with the domain, at the usual ports."),
            _("Where nothing answers, the customer types everything by hand."),
        ),
    )


def _exchange(walk: Walk) -> list[Reply | None]:
    """Autodiscover, which it always asks too; its SRV record last."""
    note = _("Autodiscover, used only if nothing else is found")
    host = f"autodiscover.{walk.domain}"
    urls = [f"https://{host}", f"https://{walk.domain}", f"http://{host}"]
    replies = [autodiscover.post(walk, f"{url}{autodiscover.PATH}", note) for url in urls]
    from_record = [service.https(autodiscover.PATH) for service in walk.autodiscover_service()]
    return [*replies, *(autodiscover.post(walk, url, note) for url in from_record)]


def _first_answered(walk: Walk, replies: Sequence[Reply | None]) -> Ended | None:
    """How it ends with the first answer of 2xx, the only one that is read; None without one, or if it is no good."""
    answered = [reply for reply in replies if reply and reply.ok]
    for reply in answered[1:]:
        walk.say(reply, _("not read: a better address answered"))
    return _read(walk, answered[0], autoconfig) if answered else None


def _first_readable(walk: Walk, replies: Sequence[Reply | None]) -> Ended | None:
    """How it ends with the first Autodiscover answer that holds settings; errors come with 200, too."""
    found = [_read(walk, reply, autodiscover_settings) for reply in replies if reply and reply.ok]
    return next(filter(None, found), None)


def _read(walk: Walk, reply: Reply, read: Read) -> Ended | None:
    try:
        servers = read(walk, _xml(reply))
    except Rejected as error:
        walk.say(reply, _("refused by the program: %(why)s") % {"why": error})
        return None
    walk.say(reply, in_short(servers))
    then = _("The customer chooses IMAP or POP3 and types the password.")
    return Ended(first_of_each(servers), reply.hops[-1], then=(then,))


def _xml(reply: Reply) -> bytes:
    if not reply.content_type.startswith(XML_TYPES):
        raise Rejected(_("the content type %(type)s is not read as XML") % {"type": reply.content_type or "?"})
    return reply.body


def autoconfig(walk: Walk, body: bytes) -> tuple[Server, ...]:
    """Every section that is right, incoming ones first; a wrong one is skipped. Raises Rejected without a pair."""
    provider = provider_of(root_of(body))
    address = str(walk.address)
    if not _is_host(provider.get("id", ""), address):
        raise Rejected(_("the provider has no id"))
    if not any(_is_host(element.text or "", address) for element in provider.findall("domain")):
        raise Rejected(_("no domain is named"))
    servers = [server for section in sections(provider) if (server := _server(section, address))]
    return with_both_ways(servers)


def _server(section: Section, address: str) -> Server | None:
    host = filled(section.hostname or "", address).strip().lower()
    port = port_in((section.port or "").strip())
    securities = SOCKET_TYPES.get(section.socket_type or "")
    methods = [method for name in section.authentication if (method := _method(section.protocol, name))]
    if not HOST_NAME.match(host) or port is None or securities is None or not methods:
        return None
    written = "undefined" if section.user_name is None else section.user_name
    name = filled(read_as_value(written), address)
    return Server(section.protocol, host, port, securities, name, methods[0], written=filled(written, address))


def _method(protocol: Protocol, name: str) -> Authentication | str | None:
    if protocol is Protocol.SMTP and name in NO_PASSWORD_OUT:
        return _("without a password")
    return PASSWORDS.get(name) or (name if name in ("GSSAPI", "NTLM") else None)


def autodiscover_settings(walk: Walk, body: bytes) -> tuple[Server, ...]:
    """The servers of a POX answer; the port alone tells STARTTLS from TLS. Raises Rejected without a pair of them."""
    servers = []
    answered = autodiscover.read(body)
    if answered.error:
        raise Rejected(answered.error)
    for texts in answered.protocols:
        protocol, port = autodiscover.TYPES.get(texts.get("Type", "")), port_in(texts.get("Port", ""))
        host = texts.get("Server", "").lower()
        if protocol is None or port is None or not HOST_NAME.match(host):
            continue
        unprotected = texts.get("SSL", "on").lower() == "off" or texts.get("Encryption") == "None"
        security = Security.STARTTLS if port in STARTTLS_PORTS else Security.TLS
        login = texts.get("LoginName", "")
        secure_password = texts.get("SPA", "off").lower() == "on"
        servers.append(
            Server(
                protocol,
                host,
                port,
                () if unprotected else (security,),
                read_as_value(login) or str(walk.address),
                Authentication.PASSWORD_ENCRYPTED if secure_password else Authentication.PASSWORD,
                written=login,
                says_authentication=False,
            )
        )
    return with_both_ways(servers)


def _is_host(text: str, address: str) -> bool:
    return bool(HOST_NAME.match(filled(text, address)))


PROGRAM = Program("thunderbird", gettext_lazy("Thunderbird on a computer"), go)
