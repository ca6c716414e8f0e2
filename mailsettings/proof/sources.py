"""Every place where the settings of a domain are published: files, the answers to programs, the setup page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, urlencode
from xml.sax.saxutils import escape

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from mailsettings import links, lookup
from mailsettings.core.addresses import Address
from mailsettings.core.endpoints import Protocol
from mailsettings.core.settings import Ask, LoginPolicy, MailSettings
from mailsettings.core.text import LANGUAGES
from mailsettings.formats import formats
from mailsettings.inprocess import Answer, fetch
from mailsettings.models import DomainName, Mailbox

from . import page
from .readers import readers
from .reading import Lists, Reader, Request

# Whoever asks: an address of every domain, whether such a mailbox exists or not.
USER = "user"
FORM = "application/x-www-form-urlencoded"
PAGE = Reader(file_name="", read=page.read, lists=Lists.ALL, needs=())
PAGE_TITLES = {
    "uk": (_("Setup page in Ukrainian"), _("Setup page in Ukrainian, for an address")),
    "en": (_("Setup page in English"), _("Setup page in English, for an address")),
}


@dataclass(frozen=True, slots=True)
class Person:
    """Who asks: an address of the domain. ``own_name`` is its own user name, where no public answer may hold it."""

    address: Address
    own_name: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """One answer of the site: how to ask for it, who reads it, and the settings that have to be in it.

    ``told`` says whether the site is told the address of ``person``, who types it into the program in any case;
    ``protocol`` is the incoming one that is asked for.
    """

    title: str | Promise
    reader: Reader
    settings: MailSettings
    person: Person
    request: Request
    told: bool
    protocol: Protocol | None = None
    typed: bool = False

    def answer(self) -> Answer:
        """What the site answers now."""
        headers = {"Content-Type": "text/xml; charset=utf-8"} if self.request.body else {}
        if self.typed:
            headers["Cookie"] = _cookie(self.request.url, self.person.address)
        return fetch(self.request.method, self.request.url, headers=headers, body=self.request.body.encode())


def sources_of(settings: MailSettings) -> Iterator[Source]:
    """All of them for the domain of ``settings``, which are those of its primary name."""
    people = [Person(Address(USER, settings.domain)), *_with_own_name(settings)]
    for file_name in formats():
        for person in people:
            yield from _files(settings, readers()[file_name], person, first=person is people[0])
    for name in _names(settings):
        found = lookup.for_domain(name) or settings
        for file_name in formats():
            yield from _discovered(found, readers()[file_name], Person(Address(USER, name)))
    for language in LANGUAGES:
        for person in people:
            yield from _pages(settings, language, person, first=person is people[0])


def _with_own_name(settings: MailSettings) -> list[Person]:
    """One mailbox with a user name of its own, where the domain allows them."""
    if settings.login_policy is LoginPolicy.PATTERN:
        return []
    boxes = Mailbox.objects.filter(domain__names__name=settings.domain).exclude(login="").order_by("local_part")
    secret = settings.login_policy is LoginPolicy.PRIVATE
    return [
        Person(Address(local_part, settings.domain), login if secret else "")
        for local_part, login in boxes.values_list("local_part", "login")[:1]
    ]


def _names(settings: MailSettings) -> list[str]:
    """The primary name first, then the alias names."""
    aliases = DomainName.objects.filter(domain__names__name=settings.domain).exclude(name=settings.domain)
    return [settings.domain, *aliases.order_by("name").values_list("name", flat=True)]


def _for(settings: MailSettings, person: Person) -> MailSettings:
    """The settings that an answer to this person's address has to hold."""
    return lookup.for_address(person.address) or settings


def _files(settings: MailSettings, reader: Reader, person: Person, *, first: bool) -> Iterator[Source]:
    """A format for the domain and for an address, as it comes and for each further incoming protocol."""
    others = [protocol for protocol in reader.protocols if protocol in settings.incoming_protocols][1:]
    protocols = [None, *(others if reader.lists is Lists.ONE_INCOMING else [])]
    for protocol in protocols:
        words = {"file": reader.file_name, "protocol": f", {protocol.upper()}" if protocol else ""}
        asks = {format_lazy(_("{file} for the domain{protocol}"), **words): (settings, None)} if first else {}
        asks[format_lazy(_("{file} for an address{protocol}"), **words)] = (_for(settings, person), person.address)
        for title, (found, address) in asks.items():
            path = links.format_path(settings, reader.file_name, Ask(settings.brand.language, protocol, address))
            request = Request("GET", settings.brand.origin + path)
            yield Source(title, reader, found, person, request, told=address is not None, protocol=protocol)


def _discovered(settings: MailSettings, reader: Reader, person: Person) -> Iterator[Source]:
    """What programs get that ask by themselves. A server's own discovery names answer for no domain of it."""
    address = str(person.address)
    for asked in reader.requests:
        host = asked.url.format(domain=settings.asked, address="").split("/")[2]
        if not asked.has_address and host in lookup.discovery_names():
            continue
        request = Request(
            asked.method,
            asked.url.format(domain=settings.asked, address=quote(address)),
            asked.body.format(address=escape(address)) if asked.body else "",
        )
        place = f"{asked.method} {request.url.partition('?')[0]}"
        title = format_lazy(_("{place}, with an address"), place=place) if asked.has_address else place
        found = _for(settings, person) if asked.has_address else settings
        yield Source(title, reader, found, person, request, told=asked.has_address)


def _pages(settings: MailSettings, language: str, person: Person, *, first: bool) -> Iterator[Source]:
    """The setup page without an address and, after the start form, with one."""
    without, with_address = PAGE_TITLES[language]
    request = Request("GET", settings.page_url(language))
    if first:
        yield Source(without, PAGE, settings, person, request, told=False)
    yield Source(with_address, PAGE, _for(settings, person), person, request, told=True, typed=True)


def _cookie(page_url: str, address: Address) -> str:
    """The cookie that the start page sets for somebody who typed ``address`` there."""
    start = page_url.partition("/d/")[0] + "/"
    form = urlencode({"address": str(address)}).encode()
    answer = fetch("POST", start, headers={"Content-Type": FORM}, body=form)
    return "; ".join(f"{name}={value}" for name, value in answer.cookies.items())
