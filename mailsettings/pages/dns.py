"""The DNS records of a domain, for whoever enters them into a control panel or a zone."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from mailsettings import links
from mailsettings.core.settings import Ask, MailSettings
from mailsettings.formats.dns_zone import FORMAT, Purpose, Row, rows

from .face import kept, language, page
from .setup import keep_out_of_search, served_or_answer, setup_path
from .values import Value, Words

# The fields of a record that are short numbers, in the order of panels; the other one is the value.
NUMBERS: dict[str, Words] = {"priority": _("priority"), "weight": _("weight"), "port": _("port")}


@dataclass(frozen=True, slots=True)
class Record:
    """A record as a line of the table. ``numbers`` are what panels ask for in fields of their own: label and value."""

    name: Value
    type: str
    numbers: tuple[tuple[Words, str], ...]
    value: Value


@dataclass(frozen=True, slots=True)
class About:
    """What records are for, in one sentence, and what to beware of."""

    title: Words
    purpose: Words
    warning: Words = ""


@dataclass(frozen=True, slots=True)
class Part:
    id: str
    about: About
    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Records that are needed for one thing."""

    id: str
    title: Words
    lead: Words
    parts: tuple[Part, ...]


ABOUT = {
    Purpose.RECEIVING: About(
        _("Servers that take mail (MX)"),
        _("They say where the mail for the domain is delivered."),
        _("Old MX records send mail elsewhere: replace them, do not add to them."),
    ),
    Purpose.SPF: About(
        _("Permitted senders (SPF)"),
        _("It says which servers may send mail of the domain."),
        _(
            "A domain has one SPF record only, and two of them count as none. Is there one already? Add to it what ours"
            " has between v=spf1 and the last word."
        ),
    ),
    Purpose.DKIM: About(
        _("Signature of mail (DKIM)"),
        _("It holds the public key by which receivers check the signature of your mail."),
    ),
    Purpose.DMARC: About(
        _("Rule for forgeries (DMARC)"),
        _("It says what receivers do with mail that looks like yours and passes neither SPF nor DKIM."),
        _("A domain has one DMARC record only. Is there one already? Keep it, if its rule is the stricter one."),
    ),
    Purpose.SERVICES: About(
        _("Servers for mail programs (SRV)"),
        _("Programs such as Evolution, FairEmail and aerc read from them which servers the domain has."),
        _("A lone dot says that there is no such server. If your panel does not take a dot, leave that record out."),
    ),
    Purpose.DISCOVERY: About(
        _("Names where programs ask"),
        _("Thunderbird, Outlook and other programs ask for the settings at these names."),
        _("A name with a CNAME can have no other record: remove A and AAAA records of the same name."),
    ),
    Purpose.PACC: About(
        _("Check of the settings (PACC)"),
        _("Programs compare with it the settings that they got, so that nobody can slip in others."),
        _("Its value changes with the servers. Come back then for the new one."),
    ),
    Purpose.MTA_STS: About(
        _("Delivery under protection only (MTA-STS)"),
        _("It tells other servers to deliver mail to the domain over protected connections only."),
        _("Its value changes with the servers and the mode. Come back then for the new one."),
    ),
    Purpose.TLS_RPT: About(
        _("Reports of failed protection (TLS-RPT)"),
        _("It says where other servers report that a protected delivery failed."),
    ),
}
GROUPS: tuple[tuple[str, Words, Words, tuple[Purpose, ...]], ...] = (
    (
        "mail",
        _("Needed for mail"),
        _("Without these, mail does not arrive, or ends up in spam."),
        (Purpose.RECEIVING, Purpose.SPF, Purpose.DKIM, Purpose.DMARC),
    ),
    (
        "automatic",
        _("Needed for automatic setup"),
        _("Mail works without these. With them, programs find the settings by themselves."),
        (Purpose.DISCOVERY, Purpose.SERVICES, Purpose.PACC),
    ),
    (
        "protection",
        _("For safer delivery"),
        _("Mail works without these. They are for protected delivery between servers."),
        (Purpose.MTA_STS, Purpose.TLS_RPT),
    ),
)


@require_safe
def dns(request: HttpRequest, domain: str) -> HttpResponse:
    """``/{lang}/d/{domain}/dns/``: every record with what it is for, and the same as a zone file."""
    found = served_or_answer(request, domain, "dns/")
    if isinstance(found, HttpResponse):
        return found
    return keep_out_of_search(kept(request, ("dns", found.domain), lambda: _page(request, found), found))


def _page(request: HttpRequest, settings: MailSettings) -> HttpResponse:
    return page(
        request,
        "pages/dns.html",
        title=_("DNS records of %(domain)s") % {"domain": settings.domain_display},
        settings=settings,
        groups=groups(settings),
        zone_path=links.format_path(settings, FORMAT.file_name, Ask(language())),
        setup_path=setup_path(settings.domain),
    )


def groups(settings: MailSettings) -> list[Group]:
    """The records of a domain by what they are needed for; a group and a part without records are left out."""
    found = rows(settings)
    made = []
    for group_id, title, lead, purposes in GROUPS:
        parts = tuple(
            Part(purpose.value, ABOUT[purpose], records)
            for purpose in purposes
            if (records := tuple(_record(row) for row in found if row.purpose is purpose))
        )
        if parts:
            made.append(Group(group_id, title, lead, parts))
    return made


def _record(row: Row) -> Record:
    fields = dict(row.fields)
    (value,) = (text for field, text in fields.items() if field not in NUMBERS)
    what = {"type": row.type.value, "name": row.host}
    return Record(
        name=Value(row.host, format_lazy(_("Copy the name of the {type} record {name}"), **what)),
        type=row.type.value,
        numbers=tuple((words, fields[field]) for field, words in NUMBERS.items() if field in fields),
        value=Value(
            value, format_lazy(_("Copy the value of the {type} record {name}: {value}"), **what, value=value[:40])
        ),
    )
