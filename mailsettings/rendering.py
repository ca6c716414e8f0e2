"""A format's bytes as they are sent: rendered once for a domain, filled in for each address, signed where wanted.

Rendering a document takes longer than answering with it, and answers for the addresses of one domain differ in few
places. A format that knows which (``ConfigFormat.personal``) is rendered once for a stand-in, whose traces are then
replaced. Nothing about an address is kept.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from xml.sax.saxutils import escape

from . import signing
from .core.addresses import Address
from .core.names import normalise_name
from .core.settings import Ask, MailSettings
from .formats import ConfigFormat, Personal
from .memory import rendered_files as memory

# A local part that stands in nothing else; lower-case letters and digits, so that no syntax needs to escape it.
STAND_IN = "zq0stand0in0qz"
# A domain of that kind, which is spelled differently in A-labels, in U-labels and from behind, as any domain may be.
STAND_IN_DOMAIN = normalise_name("щ0замінник0щ.invalid")


@dataclass(frozen=True, slots=True)
class Rendered:
    """What is sent, and its entity tag: the same tag for the same settings, though no two signatures are alike."""

    body: bytes
    etag: str


@dataclass(frozen=True, slots=True)
class Blank:
    """A rendering with gaps for what depends on the address: ``template`` has ``%s`` for each of them, ``places`` which
    of the personal strings goes there. ``digest`` stands for all of it."""

    template: bytes
    places: tuple[int, ...]
    digest: bytes

    def filled(self, personal: tuple[str, ...]) -> bytes:
        # Escaped and encoded in one go: none of them holds the character between them.
        values = escape("\0".join(personal)).encode().split(b"\0")
        return self.template % tuple(map(values.__getitem__, self.places))


def rendered(config_format: ConfigFormat, settings: MailSettings, ask: Ask) -> Rendered:
    """``config_format`` for these settings and this ask; raises CannotExpress."""
    unsigned = _unsigned(config_format, settings, ask)
    signer = signing.signer() if config_format.signable else None
    if signer is None:
        return unsigned
    etag = _etag(unsigned.etag.encode() + signer.fingerprint)
    if ask.address:
        return Rendered(signer.sign(unsigned.body), etag)
    return memory.of(
        etag, ("signed", *_key(config_format, settings, ask)), lambda: Rendered(signer.sign(unsigned.body), etag)
    )


def _unsigned(config_format: ConfigFormat, settings: MailSettings, ask: Ask) -> Rendered:
    key = _key(config_format, settings, ask)
    if ask.address is None:
        return memory.of(settings, key, lambda: _of_domain(config_format, settings, ask))
    if config_format.personal is None or settings.login or settings.mailbox or settings.generic:
        return _rendered(config_format.render(settings, ask))
    blank = memory.of(
        settings, (*key, ask.address.domain), lambda: _blank(config_format, config_format.personal, settings, ask)
    )
    personal = config_format.personal(settings, ask)
    return Rendered(blank.filled(personal), _etag(blank.digest + "\0".join(personal).encode()))


def _of_domain(config_format: ConfigFormat, settings: MailSettings, ask: Ask) -> Rendered:
    if config_format.personal is None or not _is_alike(settings):
        return _rendered(config_format.render(settings, ask))
    blank = _blank(config_format, config_format.personal, settings, ask)
    return _rendered(blank.filled(config_format.personal(settings, ask)))


def _rendered(body: bytes) -> Rendered:
    return Rendered(body, _etag(body))


def _is_alike(settings: MailSettings) -> bool:
    """Whether there is a pattern of which only one name is filled in: an answer for an alias holds two.

    Where a user name is written with this very domain, a format may have a placeholder that others do not get.
    """
    if settings.pattern is None or settings.asked != settings.domain:
        return False
    return not any(settings.domain in endpoint.username for endpoint in settings.pattern.endpoints)


def _key(config_format: ConfigFormat, settings: MailSettings, ask: Ask) -> tuple[str | None, ...]:
    return (config_format.file_name, settings.domain, settings.asked, ask.language, ask.protocol)


def _etag(content: bytes) -> str:
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def _blank(config_format: ConfigFormat, personal: Personal, settings: MailSettings, ask: Ask) -> Blank:
    """What the format gives for any address of the domain that is asked about; raises CannotExpress."""
    pattern = settings.pattern if _is_alike(settings) else None
    if pattern is None:
        return _blank_of(config_format, personal, settings, _of_anybody(ask, ask.address and ask.address.domain))
    key = (config_format.file_name, id(pattern), ask.language, ask.protocol, ask.address is None)
    any_domain = pattern.named(STAND_IN_DOMAIN, STAND_IN_DOMAIN)
    anybody = _of_anybody(ask, ask.address and STAND_IN_DOMAIN)
    return memory.of(pattern, key, lambda: _blank_of(config_format, personal, any_domain, anybody))


def _of_anybody(ask: Ask, domain: str | None) -> Ask:
    return replace(ask, address=Address(STAND_IN, domain)) if domain else ask


def _blank_of(config_format: ConfigFormat, personal: Personal, settings: MailSettings, ask: Ask) -> Blank:
    body = config_format.render(settings, ask)
    traces = [trace.encode() for trace in personal(settings, ask)]
    # re.split gives the text between traces and, at odd places, the traces.
    split = re.split(b"(" + b"|".join(map(re.escape, traces)) + b")", body)
    template = b"%s".join(text.replace(b"%", b"%%") for text in split[::2])
    places = tuple(traces.index(found) for found in split[1::2])
    return Blank(template, places, hashlib.sha256(body).digest())
