"""Every place where the settings of a domain are published: files, the answers to programs, the pages for people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode
from xml.sax.saxutils import escape

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from mailsettings import links, lookup
from mailsettings.core.addresses import Address
from mailsettings.core.endpoints import INCOMING, Endpoint, Protocol
from mailsettings.core.settings import Ask, LoginPolicy, MailSettings
from mailsettings.core.text import LANGUAGES
from mailsettings.formats import formats
from mailsettings.guides import Guide, guides
from mailsettings.inprocess import Answer, fetch
from mailsettings.models import DiscoveryName, DomainName, Mailbox

from . import dns_page, guide, page
from .readers import dns_zone, readers
from .readers.autodiscover_json import NO_SERVICE, NO_SERVICE_REQUESTS
from .reading import Lists, Reader, Request

# Whoever asks: an address of every domain, whether such a mailbox exists or not.
USER = "user"
FORM = "application/x-www-form-urlencoded"
PAGE = Reader(file_name="", read=page.read, lists=Lists.ALL, needs=())
PAGE_TITLES = {
    "uk": (_("Setup page in Ukrainian"), _("Setup page in Ukrainian, for an address")),
    "en": (_("Setup page in English"), _("Setup page in English, for an address")),
}
DNS_PAGE = replace(dns_zone.READER, file_name="", read=dns_page.read)
DNS_TITLES = {"uk": _("DNS page in Ukrainian"), "en": _("DNS page in English")}
GUIDE_TITLES = {
    "uk": _("Guide {guide} in Ukrainian, for an address{protocol}"),
    "en": _("Guide {guide} in English, for an address{protocol}"),
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
    ``protocol`` is the incoming one that is asked for; ``guide`` is the one of whose page this is.
    """

    title: str | Promise
    reader: Reader
    settings: MailSettings
    person: Person
    request: Request
    told: bool
    protocol: Protocol | None = None
    typed: bool = False
    guide: Guide | None = None

    @property
    def expresses(self) -> Callable[[Endpoint], bool]:
        """Whether there are words for an endpoint here."""
        if self.guide:
            return self.guide.expresses
        return formats()[self.reader.file_name].expresses if self.reader.file_name else lambda _: True

    def answer(self) -> Answer:
        """What the site answers now. Raises Unreadable where an answer on the way leads nowhere."""
        request = self.request
        if request.leads:
            first = fetch(request.method, request.url)
            if first.status != 200:
                return first
            request = Request("POST", request.leads(first.body, request.url), request.body)
        headers = {"Content-Type": "text/xml; charset=utf-8"} if request.body else {}
        if self.typed:
            headers["Cookie"] = _cookie(request.url, self.person.address)
        return fetch(request.method, request.url, headers=headers, body=request.body.encode())

    def within(self, answer: Answer) -> Iterator[tuple[Source, Answer]]:
        """The lines of files that a guide's page shows, each as if it had been asked for by itself."""
        if self.guide is None or answer.status != 200:
            return
        for file_name, texts in guide.lines(answer.body).items():
            title = format_lazy("{title}, {file}", title=self.title, file=file_name)
            for text in sorted(texts):
                yield replace(self, title=title, reader=readers()[file_name], guide=None), replace(answer, body=text)


def sources_of(settings: MailSettings, *, with_guides: bool = True) -> Iterator[Source]:
    """All of them for the domain of ``settings``, which are those of its primary name."""
    people = [Person(Address(USER, settings.domain)), *_with_own_name(settings)]
    for file_name in formats():
        for person in people:
            yield from _files(settings, readers()[file_name], person, first=person is people[0])
    for name in _names(settings):
        found = lookup.for_domain(name) or settings
        for file_name in formats():
            yield from _discovered(found, readers()[file_name], Person(Address(USER, name)))
        yield from _other_services(found, Person(Address(USER, name)))
    for file_name in formats():
        yield from _at_discovery_names(settings, readers()[file_name], people[0])
    for language in LANGUAGES:
        for person in people:
            yield from _pages(settings, language, person, first=person is people[0])
        url = f"{settings.page_url(language)}dns/"
        yield Source(DNS_TITLES[language], DNS_PAGE, settings, people[0], Request("GET", url), told=False)
        for one in guides().values() if with_guides else ():
            yield from _guide_pages(settings, language, one, people[-1])


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
    for asked in reader.requests:
        host = asked.url.format(domain=settings.asked, address="").split("/")[2]
        if not asked.has_address and host in lookup.discovery_names():
            continue
        found = _for(settings, person) if asked.has_address else settings
        yield _asking(asked, settings.asked, reader, found, person)


def _asking(asked: Request, domain: str, reader: Reader, found: MailSettings, person: Person) -> Source:
    """The source that ``asked`` is for this person: ``found`` is what the answer has to hold."""
    address = str(person.address)
    request = Request(
        asked.method,
        asked.url.format(domain=domain, address=quote(address)),
        asked.body.format(address=escape(address)) if asked.body else "",
        asked.leads,
    )
    place = f"{asked.method} {asked.url.format(domain=domain, address='…').partition('?')[0]}"
    title = format_lazy(_("{place}, with an address"), place=place) if asked.has_address else place
    return Source(title, reader, found, person, request, told=asked.has_address)


def _other_services(settings: MailSettings, person: Person) -> Iterator[Source]:
    """What Outlook asks for besides, each of which has to be refused."""
    for service, requests in NO_SERVICE_REQUESTS.items():
        for asked in requests:
            source = _asking(asked, settings.asked, NO_SERVICE, settings, person)
            yield replace(source, title=format_lazy("{title}, {service}", title=source.title, service=service))


def _at_discovery_names(settings: MailSettings, reader: Reader, person: Person) -> Iterator[Source]:
    """What the server's own discovery names answer: for the domain by an address, without one for any domain."""
    if not (reader.generic and settings.served):
        return
    names = DiscoveryName.objects.filter(server__name=settings.server).order_by("name")
    # Programs ask the same path at several names of a domain; here there is one name.
    asked_here = {
        replace(asked, url=asked.url.split("/", 3)[3].lower()): None for asked in reader.requests if not asked.leads
    }
    for name in names.values_list("name", flat=True):
        generic = lookup.for_discovery_name(name)
        for asked in asked_here:
            found = _for(settings, person) if asked.has_address else generic
            if found:
                at_name = replace(asked, url=f"https://{name}/{asked.url}")
                yield _asking(at_name, settings.domain, reader, found, person)


def _pages(settings: MailSettings, language: str, person: Person, *, first: bool) -> Iterator[Source]:
    """The setup page without an address and, after the start form, with one."""
    without, with_address = PAGE_TITLES[language]
    request = Request("GET", settings.page_url(language))
    if first:
        yield Source(without, PAGE, settings, person, request, told=False)
    yield Source(with_address, PAGE, _for(settings, person), person, request, told=True, typed=True)


def _guide_pages(settings: MailSettings, language: str, found: Guide, person: Person) -> Iterator[Source]:
    """A guide for an address, in the incoming protocol that it begins with; the others in the brand's language."""
    settings = _for(settings, person)
    protocols = (*dict.fromkeys((*found.protocols, Protocol.SMTP)),)
    reader = Reader(
        file_name="",
        read=guide.read,
        protocols=protocols,
        lists=Lists.ONE_INCOMING,
        needs=(INCOMING, (Protocol.SMTP,)) if found.receives else ((Protocol.SMTP,),),
    )
    offered = [one for one in settings.incoming_protocols if one in protocols and settings.first(one, found.expresses)]
    for protocol in [None, *(offered[1:] if language == settings.brand.language else [])]:
        told = {"guide": found.id, "protocol": f", {protocol.upper()}" if protocol else ""}
        query = f"?{urlencode({'protocol': protocol})}" if protocol else ""
        request = Request("GET", f"{settings.page_url(language)}{found.id}/{query}")
        yield Source(
            title=format_lazy(GUIDE_TITLES[language], **told),
            reader=reader,
            settings=settings,
            person=person,
            request=request,
            told=True,
            protocol=protocol or next(iter(offered), None),
            typed=True,
            guide=found,
        )


def _cookie(page_url: str, address: Address) -> str:
    """The cookie that the start page sets for somebody who typed ``address`` there."""
    start = page_url.partition("/d/")[0] + "/"
    form = urlencode({"address": str(address)}).encode()
    answer = fetch("POST", start, headers={"Content-Type": FORM}, body=form)
    return "; ".join(f"{name}={value}" for name, value in answer.cookies.items())
