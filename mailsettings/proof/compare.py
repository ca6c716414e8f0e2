"""What a source has to publish, what it publishes, and whether that is the same, field by field."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from html import escape
from itertools import zip_longest

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from mailsettings.core.endpoints import (
    INCOMING,
    Authentication,
    Endpoint,
    Protocol,
    Security,
    expand_host,
    expand_user_name,
)
from mailsettings.core.settings import LoginPolicy, MailSettings, MtaSts
from mailsettings.inprocess import Answer

from .reading import MX, Field, Lists, Published, Reader, Unreadable, Without
from .sources import Source
from .vocabulary import ANY_TLS

Words = str | Promise


class Verdict(StrEnum):
    AGREES = "agrees"
    DIFFERS = "differs"
    CANNOT_EXPRESS = "cannot express"
    LEFT_OUT = "left out"
    NOT_PUBLISHED = "not published"


VERDICT_WORDS: dict[Verdict, Words] = {
    Verdict.AGREES: _("agrees"),
    Verdict.DIFFERS: _("differs"),
    Verdict.CANNOT_EXPRESS: _("cannot be expressed"),
    Verdict.LEFT_OUT: _("left out"),
    Verdict.NOT_PUBLISHED: _("not published"),
}
FIELD_WORDS: dict[Field, Words] = {
    Field.HOSTNAME: _("server name"),
    Field.PORT: _("port"),
    Field.SECURITY: _("connection security"),
    Field.USER_NAME: _("user name"),
    Field.AUTHENTICATION: _("authentication"),
}
VALUE_WORDS: dict[Field, dict[str, Words]] = {
    Field.SECURITY: {
        Security.TLS: "SSL/TLS",
        Security.STARTTLS: "STARTTLS",
        ANY_TLS: _("SSL/TLS or STARTTLS"),
    },
    Field.AUTHENTICATION: {
        Authentication.PASSWORD: _("password"),
        Authentication.PASSWORD_ENCRYPTED: _("encrypted password"),
    },
}
WHOLE = _("the whole answer")


@dataclass(frozen=True, slots=True)
class Row:
    """One comparison: ``field`` in words, ``expected`` by MailSettings, ``read`` in what is published."""

    source: Words
    protocol: str
    field: Words
    expected: Words
    read: Words
    verdict: Verdict

    @property
    def verdict_words(self) -> Words:
        return VERDICT_WORDS[self.verdict]


def rows_of(source: Source) -> Iterator[Row]:
    """Ask ``source`` and compare, and what is within its answer too."""
    try:
        answer = source.answer()
    except Unreadable as problem:
        yield _whole(source, Verdict.DIFFERS, format_lazy(_("cannot be read: {problem}"), problem=str(problem)))
        return
    yield from _rows(source, answer)
    for part, shown in source.within(answer):
        yield from _rows(part, shown)


def _rows(source: Source, answer: Answer) -> Iterator[Row]:
    wanted = expected(source)
    if wanted is None:
        yield _nothing(source, answer)
    elif answer.status != 200:
        yield _whole(source, Verdict.DIFFERS, format_lazy(_("status {status}"), status=answer.status))
    else:
        yield from _read(source, answer, wanted)


def _read(source: Source, answer: Answer, wanted: list[Published]) -> Iterator[Row]:
    try:
        found = source.reader.read(answer.body, str(source.person.address))
    except Unreadable as problem:
        yield _whole(source, Verdict.DIFFERS, format_lazy(_("cannot be read: {problem}"), problem=str(problem)))
        return
    for one, other in _pairs(source.reader, wanted, found):
        yield from _fields(source, one, other) if one and other else [_unpaired(source, one, other)]
    yield from _without_words(source, wanted)
    if not wanted and not found:
        yield _whole(source, Verdict.AGREES, "")
    if _shows(answer.body, source.person.own_name, source):
        yield _whole(source, Verdict.DIFFERS, _("shows a user name that is not public"))


def _pairs(
    reader: Reader, wanted: list[Published], found: Sequence[Published]
) -> Iterator[tuple[Published | None, Published | None]]:
    """What belongs together: the first with the first of a protocol, and so on."""

    def kind(server: Published) -> tuple[str, str | None]:
        return server.protocol, server.security if reader.lists is Lists.ALL_BY_SECURITY else None

    for one in dict.fromkeys(map(kind, (*wanted, *found))):
        yield from zip_longest(*([server for server in side if kind(server) == one] for side in (wanted, found)))


def _without_words(source: Source, wanted: list[Published]) -> Iterator[Row]:
    """A protocol that is switched on, of whose endpoints the format can express none."""
    there = {server.protocol for server in wanted}
    if source.reader.lists is Lists.FIRST_OF_EACH:
        for protocol in source.reader.protocols:
            if protocol not in there and (endpoint := source.settings.first(protocol)):
                told = f"{endpoint.hostname}:{endpoint.port} {endpoint.security}"
                yield Row(source.title, protocol.upper(), WHOLE, told, "", Verdict.CANNOT_EXPRESS)


def _fields(source: Source, wanted: Published, read: Published) -> Iterator[Row]:
    for field in Field:
        one, other = getattr(wanted, field), getattr(read, field)
        if one is None and other is None and wanted.protocol == MX:
            continue
        verdict = _verdict(source.reader, field, one, other)
        if field is Field.USER_NAME and read.taken_as:
            other = read.taken_as
            verdict = Verdict.CANNOT_EXPRESS if verdict is Verdict.AGREES else verdict
        shown = (_shown(field, one), _shown(field, other))
        yield Row(source.title, wanted.protocol.upper(), FIELD_WORDS[field], *shown, verdict)


def _verdict(reader: Reader, field: Field, wanted: object, read: object) -> Verdict:
    if field in reader.cannot_express and read in (None, ANY_TLS):
        return Verdict.CANNOT_EXPRESS
    if read != wanted:
        return Verdict.DIFFERS
    return Verdict.LEFT_OUT if read is None else Verdict.AGREES


def _unpaired(source: Source, wanted: Published | None, read: Published | None) -> Row:
    """A server that is missing, or one too many."""
    one, other = (f"{server.hostname}:{server.port}" if server else "" for server in (wanted, read))
    protocol = (wanted or read or Published("")).protocol
    return Row(source.title, protocol.upper(), FIELD_WORDS[Field.HOSTNAME], one, other, Verdict.DIFFERS)


def _nothing(source: Source, answer: Answer) -> Row:
    """Where nothing may be published: a refusal, or a page or an error answer without settings."""
    verdict = Verdict.CANNOT_EXPRESS if source.settings.served else Verdict.NOT_PUBLISHED
    read = format_lazy(_("status {status}"), status=answer.status)
    if answer.status not in source.reader.refusals and (answer.status != 200 or _holds_settings(source, answer)):
        verdict = Verdict.DIFFERS
    return Row(source.title, "", WHOLE, "", read, verdict)


def _holds_settings(source: Source, answer: Answer) -> bool:
    try:
        return bool(source.reader.read(answer.body, str(source.person.address)))
    except Unreadable:
        return False


def _whole(source: Source, verdict: Verdict, read: Words) -> Row:
    return Row(source.title, "", WHOLE, "", read, verdict)


def _shown(field: Field, value: object) -> Words:
    return "" if value is None else VALUE_WORDS.get(field, {}).get(str(value), str(value))


def _shows(body: bytes, own_name: str, source: Source) -> bool:
    """Whether ``own_name`` stands anywhere in a public answer, as a word of its own."""
    if not own_name or own_name in str(source.person.address):
        return False
    text = body.decode("utf-8", errors="replace")
    return any(re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text) for name in (own_name, escape(own_name)))


# --- What has to be published -----------------------------------------------------------------------------------------


def expected(source: Source) -> list[Published] | None:
    """The servers that have to be in the answer; None where there must not be one."""
    settings, reader = source.settings, source.reader
    if not settings.served or not _allows(reader, settings):
        return None
    if reader.needs_login and (settings.user_name_is_private or not source.told):
        return None
    endpoints = _endpoints(source)
    there = {endpoint.protocol for endpoint in endpoints}
    complete = all(there & set(group) for group in reader.needs)
    if not complete or any(settings.of(protocol) and protocol not in there for protocol in reader.whole):
        return None
    published = [_published(source, endpoint) for endpoint in endpoints]
    if source.told and reader.refuses(published, str(source.person.address)):
        return None
    return [*(_mail_exchangers(settings, reader) if reader.mail_exchangers else []), *published]


def _allows(reader: Reader, settings: MailSettings) -> bool:
    """Whether the format is one for such a domain at all."""
    if reader.is_policy:
        return settings.mta_sts is not MtaSts.OFF and bool(settings.dns.mx)
    typed_is_right = settings.login_policy is LoginPolicy.PATTERN and settings.asked == settings.domain
    return typed_is_right or not reader.whole_address


def _endpoints(source: Source) -> list[Endpoint]:
    """The endpoints of ``source.settings`` that it publishes."""
    settings, reader, expresses = source.settings, source.reader, source.expresses
    if reader.lists in (Lists.ALL, Lists.ALL_BY_SECURITY):
        return [endpoint for protocol in reader.protocols for endpoint in settings.of(protocol) if expresses(endpoint)]
    firsts = {protocol: settings.first(protocol, expresses) for protocol in reader.protocols}
    if reader.lists is Lists.ONE_INCOMING:
        usable = [protocol for protocol in firsts if firsts[protocol] and source.protocol in (None, protocol)]
        one = [protocol for protocol in usable if protocol in INCOMING][:1]
        firsts = {protocol: firsts[protocol] for protocol in firsts if protocol in (*one, Protocol.SMTP)}
    return [endpoint for endpoint in firsts.values() if endpoint]


def _published(source: Source, endpoint: Endpoint) -> Published:
    return Published(
        protocol=endpoint.protocol,
        # In settings for any domain of a server it is a pattern still.
        hostname=expand_host(endpoint.hostname, source.person.address.domain),
        port=endpoint.port,
        security=endpoint.security,
        user_name=_user_name(source, endpoint),
        authentication=endpoint.authentication,
    )


def _user_name(source: Source, endpoint: Endpoint) -> str | None:
    """What the person logs in with; where that is not known or not public, what the format has in its place."""
    settings, reader, address = source.settings, source.reader, source.person.address
    stand_ins = [] if source.told else [reader.without_address]
    stand_ins += [reader.when_private] if settings.user_name_is_private else []
    if not stand_ins:
        return settings.user_name(endpoint, address)
    if Without.NOTHING in stand_ins:
        return None
    return expand_user_name(endpoint.username, address.local_part, settings.domain or address.domain)


def _mail_exchangers(settings: MailSettings, reader: Reader) -> list[Published]:
    """Each of them, in a policy with its mode."""
    mode = settings.mta_sts if reader.is_policy else None
    return [Published(MX, hostname=name, security=mode) for name in settings.dns.mx]
