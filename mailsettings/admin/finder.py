"""What one search over everything leads to: a scrap that somebody typed, or a whole ticket that somebody pasted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext, override, pgettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Brand, BrandHost, Customer, SearchWord
from mailsettings.core.addresses import Address
from mailsettings.core.finding import LOCAL, NATIONAL, REFERENCE, Scraps, digits_of, names_in, read_text, tidy, whole
from mailsettings.core.names import display_name
from mailsettings.models import DiscoveryName, Domain, DomainName, Mailbox, MailServer, ServiceEndpoint

from . import roles, scope
from .card import first_link
from .finder_hosts import WebHosts
from .finder_names import Namesakes
from .search import with_parents

# A scrap is typed in one line; more than this is a ticket.
LONGEST_SCRAP = 200
# How many records one scrap of a ticket may lead to, and in how many rows its contacts are looked for.
LEADS = 10
CONTACTS = 200
# The synchronisation writes all mailboxes of a domain at once, so any of them tells when it was.
LOOKED_AT = 200


@dataclass(slots=True)
class Lead:
    """One thing that was recognised in a text, the records that it leads to, and what to know about them."""

    kind: str
    text: str
    records: list[Model] = field(default_factory=list)
    note: str = ""

    def __bool__(self) -> bool:
        """Whether it leads anywhere: to a record, or to what is known without one."""
        return bool(self.records or self.note)

    def add(self, records: Iterable[Model]) -> None:
        for record in records:
            if record not in self.records and len(self.records) < LEADS:
                self.records.append(record)

    @property
    def links(self) -> list[tuple[SafeString, str, str]]:
        """Link, kind and the words beside it, of each record."""
        return [(first_link(record), str(record._meta.verbose_name), about(record)) for record in self.records]


def about(record: Model) -> str:
    """What a search result says beside the name of a record."""
    return admin.site.get_model_admin(type(record)).about(record)


def is_short(text: str) -> bool:
    """Whether ``text`` may be one scrap, such as the beginning of a name; if not, only what stands in it counts."""
    return "\n" not in text and len(text) <= LONGEST_SCRAP


def read(text: str) -> Scraps:
    """What is to be looked for in ``text`` exactly; nothing where it is a phone number or a few words."""
    if digits_of(tidy(text)):
        return Scraps()
    scraps = read_text(text)
    return scraps if scraps.certain or not is_short(text) else Scraps()


def leads_of(user: Any, text: str) -> list[Lead]:
    """What is certain in ``text``, and where each of it leads to."""
    scraps = read(text)
    return Finder(user, scraps).leads() if scraps else []


def guesses_of(user: Any, text: str) -> list[Lead]:
    """What ``text`` may hold where nothing in it was found for certain: numbers of customers, and names."""
    if digits_of(tidy(text)):
        return []
    found: list[Lead] = []
    if is_short(text) and (references := read_text(text).references):
        found += Finder(user, Scraps(references=references)).leads()
    namesakes = Namesakes(user)
    for written, name in names_in(text).items():
        lead = Lead(pgettext("of a person or a company", "name"), written, namesakes.of(name, LEADS))
        found += [lead] if lead else []
    return found


class Finder:
    """Everything that the scraps of one text lead to within the scope of one person.

    The number of queries does not depend on how many scraps there are.
    """

    def __init__(self, user: Any, scraps: Scraps) -> None:
        self.user = user
        self.scraps = scraps
        self.web = WebHosts(user) if scraps.names and self._see(MailServer) else None
        self.domains = self._domains()
        self.mailboxes = self._mailboxes()
        self.contacts = self._contacts()
        self.servers = self._servers()
        self.brands = self._brands()

    def leads(self) -> list[Lead]:
        """What was recognised, in the order of the text: addresses first, then names, phones and references."""
        found = [self._of_address(address) for address in self.scraps.addresses]
        found += [self._of_name(name) for name in self.scraps.names]
        found += [self._of_phone(phone) for phone in self.scraps.phones]
        # A number is taken for a reference only where a customer has it.
        found += [lead for lead in map(self._of_reference, self.scraps.references) if lead]
        return found

    def _see(self, model: type[Model]) -> bool:
        return roles.may(self.user, "view", model)

    def _domains(self) -> dict[str, Domain]:
        """The domains of all names in the text and of those above them, by name."""
        names = {above for name in self._names() for above in with_parents(name)}
        names |= {inner for name in self.scraps.names for inner in self._inside(name)}
        if not names or not self._see(Domain):
            return {}
        rows = DomainName.objects.visible_to(self.user).filter(name__in=names).values_list("name", "domain_id")
        pks = dict(rows)
        found = scope.visible(Domain, self.user).select_related("customer").in_bulk(set(pks.values()))
        return {name: found[pk] for name, pk in pks.items() if pk in found}

    def _names(self) -> list[str]:
        return [address.domain for address in self.scraps.addresses] + list(self.scraps.names)

    def _inside(self, name: str) -> list[str]:
        return self.web.domains(name) if self.web else []

    def _nearest(self, name: str) -> Domain | None:
        return next((self.domains[above] for above in with_parents(name) if above in self.domains), None)

    def _mailboxes(self) -> dict[tuple[int, str], Mailbox]:
        """The mailboxes of all addresses in the text, by domain and local part."""
        wanted = {
            (self.domains[address.domain].pk, address.local_part)
            for address in self.scraps.addresses
            if address.domain in self.domains
        }
        if not wanted or not self._see(Mailbox):
            return {}
        rows = scope.visible(Mailbox, self.user).select_related("domain__customer").filter(
            domain__in={domain for domain, _local in wanted}, local_part__in={local for _domain, local in wanted}
        )  # fmt: skip
        return {(row.domain_id, row.local_part): row for row in rows}

    def _contacts(self) -> dict[str, list[Model]]:
        """The customers and mailboxes that have an address, phone or reference of the text, by the word for it."""
        words = [whole(str(address)) for address in self.scraps.addresses]
        words += [whole(address.display) for address in self.scraps.addresses]
        words += [_number(phone) for phone in self.scraps.phones]
        words += [REFERENCE + reference for reference in self.scraps.references]
        if not words:
            return {}
        models = {model._meta.model_name: model for model in (Customer, Mailbox) if self._see(model)}
        rows = SearchWord.objects.filter(
            kind__in=models, brand_key__in=sorted(self.user.brand_keys), word__in=set(words)
        ).values_list("kind", "object_pk", "word")[:CONTACTS]  # fmt: skip
        pks: dict[str, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
        for kind, pk, word in rows:
            pks[kind][pk].append(word)
        found: dict[str, list[Model]] = defaultdict(list)
        for kind, by_pk in pks.items():
            rows_of_kind = scope.visible(models[kind], self.user)
            if kind == Mailbox._meta.model_name:
                rows_of_kind = rows_of_kind.select_related("domain__customer")
            for pk, record in rows_of_kind.in_bulk(by_pk).items():
                for word in by_pk[pk]:
                    found[word].append(record)
        return found

    def _servers(self) -> dict[str, list[Model]]:
        """The servers, and the domains with endpoints of their own, that have a host name of the text."""
        names = set(self.scraps.names)
        if not names:
            return {}
        found: dict[str, list[Model]] = defaultdict(list)
        endpoints = list(
            ServiceEndpoint.objects.filter(hostname__in=names).values_list("hostname", "server", "domain")[:CONTACTS]
        )
        answering = DiscoveryName.objects.filter(name__in=names).values_list("name", "server")[:CONTACTS]
        mx = SearchWord.objects.filter(kind=MailServer._meta.model_name, brand_key=0, word__in=names)
        pairs = [(name, server) for name, server, _domain in endpoints if server]
        pairs += [*answering, *mx.values_list("word", "object_pk")[:CONTACTS]]
        pairs += [(name, server) for name in names for server in (self.web.servers(name) if self.web else ())]
        if self._see(MailServer) and pairs:
            servers = scope.visible(MailServer, self.user).in_bulk({pk for _name, pk in pairs})
            for name, pk in pairs:
                found[name] += [servers[pk]] if pk in servers else []
        own = [(name, domain) for name, _server, domain in endpoints if domain]
        if self._see(Domain) and own:
            domains = scope.visible(Domain, self.user).select_related("customer").in_bulk({pk for _n, pk in own})
            for name, pk in own:
                found[name] += [domains[pk]] if pk in domains else []
        return found

    def _brands(self) -> dict[str, Brand]:
        """The brands under whose host names customers reach their pages, by host name."""
        if not self.scraps.names:
            return {}
        rows = BrandHost.objects.filter(name__in=self.scraps.names, brand__in=Brand.objects.visible_to(self.user))
        return {row.name: row.brand for row in rows.select_related("brand")}

    def _of_address(self, address: Address) -> Lead:
        lead = Lead(gettext("address"), address.display)
        domain = self.domains.get(address.domain)
        mailbox = self.mailboxes.get((domain.pk, address.local_part)) if domain else None
        if mailbox:
            lead.add([mailbox])
        elif domain:
            lead.add([domain])
            lead.note = not_here(domain)
        elif above := self._nearest(address.domain):
            lead.add([above])
        for word in {whole(str(address)), whole(address.display)}:
            lead.add(self.contacts.get(word, ()))
        return lead

    def _of_name(self, name: str) -> Lead:
        lead = Lead(gettext("domain or host name"), display_name(name))
        lead.add(filter(None, [self._nearest(name)]))
        lead.add(self.domains[inner] for inner in self._inside(name) if inner in self.domains)
        lead.add(self.servers.get(name, ()))
        if brand := self.brands.get(name):
            lead.add([brand] if self._see(Brand) else [])
            lead.note = gettext("Customers of the brand “%(brand)s” reach their pages at this host name.") % {
                "brand": brand
            }
        return lead

    def _of_phone(self, phone: str) -> Lead:
        lead = Lead(gettext("phone"), phone)
        lead.add(self.contacts.get(_number(phone), ()))
        return lead

    def _of_reference(self, reference: str) -> Lead:
        lead = Lead(gettext("reference"), reference)
        lead.add(self.contacts.get(REFERENCE + reference, ()))
        return lead


def _number(phone: str) -> str:
    """The word under which a whole number is kept, whatever stands before its national part."""
    return phone[-NATIONAL:] if len(phone) > LOCAL else phone


def not_here(domain: Domain) -> str:
    """That an address of ``domain`` has no mailbox here, which does not say that it has none on the server."""
    times = Mailbox.objects.filter(domain=domain).order_by("-pk").values_list("synchronised_at", flat=True)
    known: list[datetime] = [time for time in times[:LOOKED_AT] if time]
    if not known:
        return gettext("This mailbox is not in Skrynka (never synchronised). It may still exist on the server.")
    return gettext("This mailbox is not in Skrynka (synchronised %(time)s). It may still exist on the server.") % {
        "time": date_format(localtime(max(known)), "SHORT_DATETIME_FORMAT")
    }


REPLY = _(
    "Hello! To help you, we need three things:\n"
    "1. The mail address that does not work, whole: the part before @ and the part after it.\n"
    "2. The program and the device: for example Outlook on a computer, or Mail on an iPhone.\n"
    "3. The text of the error, word for word, or a picture of the screen.\n"
    "Please never send us your password."
)


def replies() -> list[tuple[str, str]]:
    """Language and words of the reply to whoever wrote too little to be found."""
    found = []
    for language in ("uk", "en"):
        with override(language):
            found.append((language, str(REPLY)))
    return found
