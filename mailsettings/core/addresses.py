"""Mail addresses as mailboxes have them, and what people type when asked for one."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .errors import InvalidInput
from .folding import plain
from .names import TO_LATIN, display_name, normalise_name

MAX_LOCAL_PART = 64
# RFC 5321 §4.1.2 Dot-string, of RFC 5322 §3.2.3 atext.
_DOT_STRING = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*\Z")
_SPACE = re.compile(r"[\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")
# Messengers set words in italics, bold or struck through by these signs around them.
_EMPHASIS = re.compile(r"([_*~])(.+)\1", re.DOTALL)
MAX_INPUT = 1000


@dataclass(frozen=True, slots=True)
class Address:
    """A mail address: lower-case ASCII local part, domain in A-labels."""

    local_part: str
    domain: str

    def __str__(self) -> str:
        return f"{self.local_part}@{self.domain}"

    @property
    def display(self) -> str:
        """The address with its domain in U-labels."""
        return f"{self.local_part}@{display_name(self.domain)}"


def normalise_local_part(text: str) -> str:
    """A local part -> lower case; raises InvalidInput unless it is an ASCII dot-string of at most 64 characters."""
    local_part = text.lower()
    if not local_part:
        raise InvalidInput("no_local_part")
    if len(local_part) > MAX_LOCAL_PART:
        raise InvalidInput("local_part_too_long", local_part[:80])
    if not local_part.isascii():
        raise InvalidInput("local_part_not_latin", local_part)
    if not _DOT_STRING.match(local_part):
        raise InvalidInput("bad_local_part", local_part)
    return local_part


def parse_address(text: str, *, forgive: bool = False) -> Address:
    """``local@domain`` -> Address; raises InvalidInput."""
    local_part, at, domain = text.rpartition("@")
    if not at:
        raise InvalidInput("no_at", text[:80])
    if forgive:
        local_part = local_part.translate(TO_LATIN)
    if "@" in local_part:
        raise InvalidInput("two_ats", text[:80])
    return Address(normalise_local_part(local_part), normalise_name(domain, forgive=forgive))


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed into the field: a domain name, and the whole address where they gave one."""

    domain: str
    address: Address | None = None


def parse_typed(text: str) -> Typed:
    """An address or a domain as people type and paste them.

    Forgives spaces and invisible characters anywhere, capitals, ``mailto:``, a name with angle brackets, quotes, a
    trailing dot or comma, a whole web address, full-width signs, a messenger's emphasis, and Cyrillic letters that look
    like Latin ones. Raises InvalidInput.
    """
    if len(text) > MAX_INPUT:
        raise InvalidInput("too_long")
    bare = _unwrap(text)
    if not bare:
        raise InvalidInput("empty")
    if "@" in bare.removeprefix("@"):
        address = parse_address(bare, forgive=True)
        return Typed(address.domain, address)
    return Typed(normalise_name(bare.removeprefix("@"), forgive=True))


def _unwrap(text: str) -> str:
    text = plain(text)
    bracketed = re.search(r"<([^<>]*)>\s*\Z", text.strip())
    bare = _SPACE.sub("", bracketed.group(1) if bracketed else text)
    bare = re.sub(r"\Amailto:", "", bare, flags=re.IGNORECASE)
    if scheme := re.match(r"https?://", bare, flags=re.IGNORECASE):
        bare = bare[scheme.end() :]
    name, at, rest = bare.partition("@")
    if at and not scheme:
        # What follows an address in a link is no part of it; before the @ these signs may be.
        bare = name + at + re.split(r"[?#]", rest, maxsplit=1)[0]
    else:
        bare = re.split(r"[?#]" if at else r"[/?#]", bare, maxsplit=1)[0]
    return without_emphasis(bare.strip("<>\"'«»“”„‘’(),;:").rstrip("."))


def without_emphasis(text: str) -> str:
    """``text`` without the signs around it by which a messenger sets it off; an address may begin with one alone."""
    while emphasised := _EMPHASIS.fullmatch(text):
        text = emphasised[2]
    return text


# Slips of the finger in the end of a domain, and the ending that was meant.
_ENDINGS = {
    "con": "com", "cmo": "com", "ocm": "com", "vom": "com", "xom": "com", "comm": "com", "kom": "com",
    "ua.com": "com.ua", "comua": "com.ua", "com.uaa": "com.ua", "com.u": "com.ua", "con.ua": "com.ua",
    "cmo.ua": "com.ua", "kom.ua": "com.ua", "com.au": "com.ua", "orgua": "org.ua", "nte": "net", "ner": "net",
    "ogr": "org", "ukt": "ukr",
}  # fmt: skip
_PROVIDERS = {
    "gmial.com": "gmail.com", "gmai.com": "gmail.com", "gamil.com": "gmail.com", "gnail.com": "gmail.com",
    "gmail.ua": "gmail.com", "ukr.ne": "ukr.net", "urk.net": "ukr.net", "ukrnet.net": "ukr.net", "ukr.com": "ukr.net",
    "i.au": "i.ua", "outlok.com": "outlook.com", "hotmial.com": "hotmail.com", "iclod.com": "icloud.com",
}  # fmt: skip


def suggest(text: str) -> str:
    """What was probably meant by ``text``, found in the text alone; an empty string when nothing comes to mind.

    Never asks what this site knows: a suggestion must not tell whose domains are here.
    """
    bare = _unwrap(text[:MAX_INPUT])
    head, at, domain = bare.rpartition("@")
    fixed = re.sub(r"\.{2,}", ".", re.sub(r"[,;/\\]", ".", domain)).strip(".-").lower()
    fixed = fixed.removeprefix("www.") if fixed.count(".") > 1 else fixed
    fixed = _PROVIDERS.get(fixed, fixed)
    for wrong, right in _ENDINGS.items():
        if fixed.endswith("." + wrong) and fixed.count(".") >= 1:
            fixed = fixed[: -len(wrong)] + right
            break
    head = re.sub(r"\.{2,}", ".", head.rstrip("@")).strip(".")
    candidate = f"{head}@{fixed}" if at and head else fixed
    if candidate == bare.lower():
        return ""
    try:
        typed = parse_typed(candidate)
    except InvalidInput:
        return ""
    return typed.address.display if typed.address else display_name(typed.domain)
