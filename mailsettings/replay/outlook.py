"""Classic Outlook for Windows: Autodiscover in the order of Microsoft's KB 3211279 and of cc511507.

The same for the legacy wizard and for "Test E-mail AutoConfiguration"; the new wizard asks Microsoft's cloud and mostly
leaves it at that.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mailsettings.core.endpoints import Authentication, Protocol, Security

from . import Program, autodiscover
from .asking import Reply, Walk
from .autoconfig import first_of_each, in_short
from .reading import Ended, Rejected, Server, port_in, with_both_ways

AUTODETECT = "https://prod.autodetect.outlook.cloud.microsoft/autodetect/detect?app=outlookdesktopBasic"
JSON_PATH = "/autodiscover/autodiscover.json"
# What Port is where there is none.
PORTS = {Protocol.IMAP: 143, Protocol.POP3: 110, Protocol.SMTP: 25}
# Encryption, which overrides SSL; its ``TLS`` is STARTTLS.
ENCRYPTION: dict[str, tuple[Security, ...]] = {
    "none": (),
    "ssl": (Security.TLS,),
    "tls": (Security.STARTTLS,),
    "auto": (Security.TLS, Security.STARTTLS),
}


def go(walk: Walk) -> Ended:
    walk.list_only(f"GET {AUTODETECT}", _("Microsoft’s cloud, which the new wizard asks first"))
    _probe_exchange(walk)
    for reply, elsewhere in _ways(walk):
        if reply is None or reply.status != 200:
            continue
        try:
            servers = settings(reply.body, str(walk.address))
        except Rejected as error:
            walk.say(reply, _("refused by the program: %(why)s") % {"why": error})
            continue
        walk.say(reply, in_short(servers))
        allow = (_("Outlook asks the customer to allow this website to configure the account."),) if elsewhere else ()
        wizard = _("The new wizard of Outlook may still ask for everything by hand; the one in Control Panel does not.")
        return Ended(first_of_each(servers), reply.hops[-1], then=(*allow, wizard))
    return Ended(
        reason=_("no answer holds settings"),
        then=(_("Outlook asks Microsoft’s cloud, guesses, and then lets the customer type everything by hand."),),
    )


def _probe_exchange(walk: Walk) -> None:
    """Whether there is an Exchange server or ActiveSync: Outlook 2016 and later, new Outlook, and phones ask."""
    host = f"https://autodiscover.{walk.domain}"
    for protocol in ("ActiveSync", "AutodiscoverV1"):
        url = f"{host}{JSON_PATH}?Email={walk.encoded}&Protocol={protocol}&RedirectCount=1"
        if reply := walk.get(url, _("is there an Exchange server or ActiveSync?")):
            _say_json(walk, reply)
    note = _("is there an Exchange server or ActiveSync?")
    reply = autodiscover.post(walk, f"{host}{autodiscover.PATH}", note, autodiscover.MOBILESYNC)
    if reply and reply.ok:
        try:
            walk.say(reply, autodiscover.read(reply.body).error or _("no error: the program takes it for ActiveSync"))
        except Rejected as error:
            walk.say(reply, str(error))


def _say_json(walk: Walk, reply: Reply) -> None:
    try:
        answer = json.loads(reply.body)
    except (ValueError, RecursionError):
        return
    if isinstance(answer, dict) and isinstance(said := answer.get("Url") or answer.get("ErrorCode"), str):
        walk.say(reply, said)


def _ways(walk: Walk) -> Iterator[tuple[Reply | None, bool]]:
    """Each answer in order, and whether it came from an address that the customer has to allow."""
    for host in (walk.domain, f"autodiscover.{walk.domain}"):
        yield autodiscover.post(walk, f"https://{host}{autodiscover.PATH}", "Autodiscover"), False
    url = f"http://autodiscover.{walk.domain}{autodiscover.PATH}"
    reply = walk.ask("GET", url, _("does it send me to another address?"), follow=False)
    target = reply.header("Location") if reply and reply.status == 302 else ""
    if target.startswith("https:"):
        yield autodiscover.post(walk, target, _("where the answer before sends it")), True
    for service in walk.autodiscover_service():
        yield autodiscover.post(walk, service.https(autodiscover.PATH), _("where the SRV record points")), True


def settings(body: bytes, address: str) -> tuple[Server, ...]:
    """The servers of an answer, with what Outlook takes for an absent element. Raises Rejected without a pair."""
    answered = autodiscover.read(body)
    if answered.error:
        raise Rejected(answered.error)
    servers: list[Server] = []
    for texts in answered.protocols:
        protocol = autodiscover.TYPES.get(texts.get("Type", ""))
        if protocol and texts.get("Server"):
            reuses = protocol is Protocol.SMTP and texts.get("UsePOPAuth", "").lower() == "on" and servers
            login = servers[0].user_name if reuses else _login(texts, address)
            servers.append(_server(protocol, texts, login))
    return with_both_ways(servers)


def _server(protocol: Protocol, texts: dict[str, str], login: str | None) -> Server:
    unprotected = texts.get("SSL", "on").lower() == "off"
    securities = ENCRYPTION.get(texts.get("Encryption", "").lower(), () if unprotected else (Security.TLS,))
    port = port_in(texts.get("Port", "")) or PORTS[protocol]
    way = _authentication(texts)
    return Server(protocol, texts["Server"], port, securities, login, way, says_authentication=False)


def _login(texts: dict[str, str], address: str) -> str:
    """LoginName, or the part before the @."""
    return texts.get("LoginName") or address.rpartition("@")[0]


def _authentication(texts: dict[str, str]) -> Authentication | str:
    if texts.get("AuthRequired", "on").lower() == "off":
        return _("without a password")
    return Authentication.PASSWORD if texts.get("SPA", "on").lower() == "off" else "SPA (NTLM)"


PROGRAM = Program("outlook", gettext_lazy("Outlook (classic)"), go)
