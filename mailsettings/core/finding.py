"""By which words staff find records, and what stands in a text that they paste. Pure.

A record is kept under folded words; a search asks for words that begin like what was typed. Three kinds of words carry
a mark that no folded text has, so that they are only met on purpose: ``=`` a whole reference, ``~`` the digits of a
phone from its end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import unquote

from .addresses import Address, parse_address, without_emphasis
from .errors import InvalidInput
from .folding import fold, plain, words
from .names import display_name, normalise_name
from .text import LANGUAGES

MAX_WORD = 100
REFERENCE, FROM_THE_END = "=", "~"
# Ukrainian numbers: nine digits after 0, 380 or 80; the last seven are dialled within a town.
NATIONAL, LOCAL = 9, 7
FEWEST_DIGITS = 4
_PHONE = re.compile(r"[\d\s()+./\u00a0\u2010-\u2015-]+\Z")


def whole(text: str) -> str:
    """``text`` as one folded word, without spaces."""
    return "".join(fold(text).split())[:MAX_WORD]


def digits_of(text: str) -> str:
    """The digits of a phone number, or nothing where ``text`` holds anything but digits and their punctuation."""
    if not _PHONE.match(text):
        return ""
    return "".join(str(int(c)) for c in text if c.isdecimal())


def _phone_words(text: str) -> set[str]:
    digits = "".join(str(int(c)) for c in text if c.isdecimal())[:MAX_WORD]
    if len(digits) < FEWEST_DIGITS:
        return set()
    return {digits, digits[-NATIONAL:], digits[-LOCAL:], FROM_THE_END + digits[::-1]}


def _kept(found: set[str]) -> set[str]:
    return {word[:MAX_WORD] for word in found if word}


def customer_words(ref: str, name: str, email: str, phone: str) -> set[str]:
    """The words of a customer: of the name and the reference, both contacts, and the reference as a whole."""
    return _kept({*words(name), *words(ref), whole(ref), REFERENCE + whole(ref), whole(email)} | _phone_words(phone))


def mailbox_words(local_part: str, name: str, login: str, recovery: str) -> set[str]:
    """The words of a mailbox beside the beginning of its address, which a column of its own finds."""
    parts = re.split(r"[._+-]+", local_part)[1:]
    contact = {whole(recovery)} if "@" in recovery else _phone_words(recovery)
    return _kept({*parts, *words(name), whole(login)} | contact)


def server_words(name: str, mx: object) -> set[str]:
    """The words of a mail server: of its name, and its MX names."""
    hosts = [host for host in mx if isinstance(host, str)] if isinstance(mx, list) else []
    return _kept({*words(name), whole(name), *hosts})


def domain_name_words(name: str) -> set[str]:
    """A domain name in A-labels and as people read it: the beginning of an A-label says nothing about its letters."""
    return _kept({name, whole(display_name(name))})


def record_words(*texts: str) -> set[str]:
    """The words of ordinary texts."""
    return _kept({word for text in texts for word in words(text)} | {whole(text) for text in texts if " " not in text})


# --- What is asked for ------------------------------------------------------------------------------------------------

MAX_TERMS = 6
# What a record is found by: for each of these at least one of its words begins with one of the alternatives.
Terms = list[tuple[str, ...]]


def terms(text: str) -> Terms:
    """What every record that ``text`` leads to has: a phone number in any spelling, or each word and address in it."""
    digits = digits_of(text)
    if len(digits) >= FEWEST_DIGITS:
        return [phone_terms(digits)]
    found: Terms = []
    for chunk in text.split():
        if "@" in chunk:
            found.append((whole(chunk),))
        else:
            found += [(word[:MAX_WORD],) for word in words(chunk)]
    return [alternatives for alternatives in found if alternatives[0]][:MAX_TERMS]


def readings(text: str) -> list[Terms]:
    """The ways in which ``text`` may be meant: by its words, or as one word such as a user name with a hyphen in it."""
    found = [terms(text)]
    if len(found[0]) > 1 and len(text.split()) == 1 and not digits_of(text):
        found.append([(whole(text),)])
    return found


def phone_terms(digits: str) -> tuple[str, ...]:
    """The beginnings of words by which a phone is found from these ``digits``: from its start, or its last ones."""
    national = digits
    for prefix in ("380", "80", "0"):
        if digits.startswith(prefix):
            national = digits.removeprefix(prefix)
            break
    ends = FROM_THE_END + (digits[-NATIONAL:] if len(digits) > NATIONAL else national)[::-1]
    return tuple(dict.fromkeys(word for word in (digits, national, ends) if len(word) >= FEWEST_DIGITS))


# --- What stands in a pasted text -------------------------------------------------------------------------------------

MAX_TEXT = 20_000
# As many as a ticket has; a spreadsheet is not a ticket.
MOST_OF_A_KIND = 20
MOST_TOKENS = 500
_SPACES = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")
_EDGES = "<>\"'«»“”„‘’`()[]{},;:!?*|"
_URL = re.compile(r"[a-z][a-z0-9+.-]{1,20}://", re.IGNORECASE)
# A page of this site about a domain, or a file of its settings; what was typed stands behind "#" on printed sheets.
_PAGE = re.compile(
    rf"(?:https?://)?[^/?#]+(?:/(?:{'|'.join(LANGUAGES)}))?/d/(?P<name>[^/?#]+)(?:/[\w.-]*)?/?"
    r"(?:\?[^#]*)?(?:#(?P<typed>.*))?\Z",
    re.IGNORECASE,
)
_APART = re.compile(r"[ \t]{1,3}@[ \t]{0,3}|@[ \t]{1,3}")
# A number that begins as phone numbers do; others are dates, ports and amounts more often than not. Dots and slashes
# stand in those too, so that they part a number only where its digits are grouped as people group them.
_NUMBER = re.compile(
    r"(?<![\w@+-])(?<!\d[./])(?:\+?3?8[ ./(-]{0,2})?\(?0\d\d\)?[ ./-]{0,2}\d{3}(?:[ ./-]?\d\d){2}(?![\w@]|[./]\d)"
    r"|(?<![\w.@+-])(?:\+\(?\d|\(?0|380|80)(?:[ \t()\u00a0\u2010-\u2015-]{0,3}\d){6,14}(?![\w@])"
)
_REFERENCE = re.compile(r"(?<![\w.@-])[^\W\d_]{0,8}[-]?\d[\w-]{1,30}(?![\w@])")


@dataclass(frozen=True, slots=True)
class Scraps:
    """What was recognised in a text, each once, in its order: addresses, domain or host names, phones, references."""

    addresses: tuple[Address, ...] = ()
    names: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    references: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.certain or bool(self.references)

    @property
    def certain(self) -> bool:
        """Whether there is more than references, which any number may be taken for."""
        return bool(self.addresses or self.names or self.phones)


def tidy(text: str) -> str:
    """``text`` without what a keyboard or a page added to it: full-width and invisible signs, spaces around "@"."""
    return _APART.sub(_joined, _SPACES.sub("", plain(text)))


def _joined(at: re.Match[str]) -> str:
    """An "@" without the spaces around it, if what stands on both sides may be an address."""
    before = re.search(r"[\w.+-]+\Z", at.string[max(at.start() - 64, 0) : at.start()], re.ASCII)
    after = re.match(r"[^\s@]+\.\w", at.string[at.end() : at.end() + 256])
    return "@" if before and after else at[0]


def read_text(text: str) -> Scraps:
    """Everything in ``text`` that may lead to a record. Reads at most MAX_TEXT characters, never raises."""
    text = tidy(text[:MAX_TEXT])[:MAX_TEXT]
    addresses: dict[Address, None] = {}
    names: dict[str, None] = {}
    for token in map(_meant, islice(_tokens(text), MOST_TOKENS)):
        if "@" in token.strip("@") and (address := _address(token)):
            addresses.setdefault(address)
        elif name := _name(token):
            names.setdefault(name)
    phones = dict.fromkeys(map(digits_of, _NUMBER.findall(text)))
    references = dict.fromkeys(map(whole, _REFERENCE.findall(_NUMBER.sub(" ", text))))
    kinds: tuple[Iterable[Any], ...] = (addresses, names, phones, references)
    return Scraps(*(tuple(islice(kind, MOST_OF_A_KIND)) for kind in kinds))


def _tokens(text: str) -> Iterator[str]:
    for token in re.split(r"[\s<>,;|\"«»“”„()\[\]{}]+", text):
        bare = without_emphasis(token.strip(_EDGES).rstrip("."))
        if bare and len(bare) <= 400 and ("." in bare or "。" in bare or "@" in bare):
            yield bare


def _meant(token: str) -> str:
    """What a page of this site is about, if ``token`` leads to one: the address in its fragment, or its domain."""
    page = _PAGE.match(token)
    if not page or not _name(name := unquote(page["name"])):
        return token
    typed = unquote(page["typed"] or "")
    return typed if "@" in typed else name


def _address(token: str) -> Address | None:
    token = re.sub(r"\A(mailto|e-?mail|пошта|логін|login|smtp|imap|адреса)\s*[:=]", "", token, flags=re.IGNORECASE)
    try:
        return parse_address(token.partition("?")[0], forgive=True)
    except InvalidInput:
        return None


def _name(token: str) -> str:
    bare = _URL.sub("", token, count=1)
    bare = re.split(r"[/?#:\\]", bare.lstrip("@"), maxsplit=1)[0]
    try:
        return normalise_name(bare, forgive=True)
    except InvalidInput:
        return ""


# --- Whom it names ----------------------------------------------------------------------------------------------------

# As many as are asked for: from the beginning, and from the end, where a ticket is signed.
MOST_NAMES = 6
LONGEST_NAME = 4
_QUOTED = re.compile(r"(?:\b(?P<form>[^\W\d_]{2,5})[ \t]*)?[«“„\"](?P<name>[^«»“”„\"\n]{2,80})[»”“\"]")
_WORD_OF_NAME = re.compile(r"[^\W\d_]+(?:['’ʼ`-][^\W\d_]+)*")


def names_in(text: str) -> dict[str, tuple[str, ...]]:
    """The names of people and companies that may stand in ``text``, each with the folded words of it.

    They are told by their capitals, two words side by side, or by quotation marks; one word in these must follow the
    form of a company, which is written in capitals.
    """
    found: dict[tuple[str, ...], str] = {}
    for line in tidy(text[:MAX_TEXT])[:MAX_TEXT].splitlines():
        for written in (*_quoted(line), *_pairs(line)):
            if name := tuple(dict.fromkeys(word[:MAX_WORD] for word in words(written)))[:LONGEST_NAME]:
                found.setdefault(name, written)
    every = [(written, name) for name, written in found.items()]
    return dict(every if len(every) <= MOST_NAMES else every[: MOST_NAMES // 2] + every[-MOST_NAMES // 2 :])


def _quoted(line: str) -> Iterator[str]:
    for match in _QUOTED.finditer(line):
        company = (match["form"] or "").isupper()
        if match["name"][0].isupper() and (1 if company else 2) <= len(words(match["name"])) <= LONGEST_NAME:
            yield match["name"]


def _pairs(line: str) -> Iterator[str]:
    before: re.Match[str] | None = None
    for word in _WORD_OF_NAME.finditer(line):
        capital = word if word[0][0].isupper() else None
        if before and capital and line[before.end() : word.start()].isspace():
            yield f"{before[0]} {word[0]}"
        before = capital
