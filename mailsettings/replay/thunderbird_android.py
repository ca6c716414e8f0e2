"""Thunderbird for Android, and K-9: ``RealAutoDiscoveryRegistry`` and ``RealAutoconfigParser``.

It never tells the address, knows IMAP only, and drops a whole document for one section that it cannot read.
"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mailsettings.core.endpoints import Protocol

from . import Program
from .asking import Walk, mx_names
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

ISPDB = "https://autoconfig.thunderbird.net/v1.1/"
# Hosts are checked before the placeholder is filled in; only this one may stand in them.
PLACEHOLDER = "%EMAILDOMAIN%"


def go(walk: Walk) -> Ended:
    ended = None
    # These run at once, and the best settings win; so all of them are asked.
    for scheme in ("https", "http"):
        for host, path in ((f"autoconfig.{walk.domain}", PATH), (walk.domain, WELL_KNOWN_PATH)):
            found = _asked(walk, f"{scheme}://{host}{path}", _("at the domain itself, without the address"))
            ended = ended or found
    walk.list_only(f"GET {ISPDB}{walk.domain}", _("Thunderbird’s directory of providers"))
    at_mx = None
    for name in mx_names(walk.mx(), walk.domain):
        url = f"https://autoconfig.{name}{PATH}"
        at_mx = at_mx or _asked(walk, url, _("where the mail of the domain goes, without the address"))
        if not at_mx:
            walk.list_only(f"GET {ISPDB}{name}", _("Thunderbird’s directory of providers"))
    return (
        ended
        or at_mx
        or Ended(
            reason=_("no answer holds settings"),
            then=(_("The customer types server, port, security and user name by hand."),),
        )
    )


def _asked(walk: Walk, url: str, note: str) -> Ended | None:
    reply = walk.get(url, note)
    if reply is None or not reply.ok:
        return None
    try:
        servers = settings(reply.body, str(walk.address))
    except Rejected as error:
        walk.say(reply, _("refused by the program: %(why)s") % {"why": error})
        return None
    walk.say(reply, in_short(servers))
    untrusted = _("The settings came over http somewhere on the way: the customer has to confirm them.")
    then = () if reply.encrypted else (untrusted,)
    return Ended(servers, reply.hops[-1], then=(*then, _("The customer types the password.")))


def settings(body: bytes, address: str) -> tuple[Server, ...]:
    """The first IMAP and the first SMTP server. Raises Rejected where any section of the two is incomplete."""
    provider = provider_of(root_of(body))
    if not HOST_NAME.match(provider.get("id", "")):
        raise Rejected(_("the provider has no id"))
    if not any(_is_host(element.text or "") for element in provider.findall("domain")):
        raise Rejected(_("no domain is named"))
    servers = [_server(section, address) for section in sections(provider) if section.protocol is not Protocol.POP3]
    return first_of_each(with_both_ways(servers))


def _server(section: Section, address: str) -> Server:
    port = port_in(section.port or "")
    methods = [PASSWORDS[name] for name in section.authentication if name.startswith("password-") and name in PASSWORDS]
    wrong = {
        "hostname": section.hostname is None or not _is_host(section.hostname),
        "port": port is None,
        "socketType": section.socket_type not in ("SSL", "STARTTLS"),
        "username": not section.user_name,
        "authentication": not methods,
    }
    if section.has_markup or any(wrong.values()):
        names = ", ".join(name for name, is_wrong in wrong.items() if is_wrong) or section.protocol.value
        raise Rejected(_("a section is wrong or incomplete: %(names)s") % {"names": names})
    return Server(
        section.protocol,
        filled(section.hostname or "", address),
        port or 0,
        SOCKET_TYPES[section.socket_type or ""],
        filled(section.user_name or "", address),
        methods[0],
    )


def _is_host(text: str) -> bool:
    return bool(HOST_NAME.match(text.replace(PLACEHOLDER, "domain.example")))


PROGRAM = Program("thunderbird-android", gettext_lazy("Thunderbird for Android"), go, (Protocol.IMAP, Protocol.SMTP))
