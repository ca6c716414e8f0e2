"""Lists that control panels give: cPanel's mailboxes and domains, DirectAdmin's file of mailboxes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from . import words
from .table import BadFile, Flaw, Grid
from .values import clean_cell

# A mailbox, its password's hash, two numbers, a comment, its folder and a shell, as in passwd(5).
_PASSWD_LINE = re.compile(r"[^:\s]+:[^:]*:\d*:\d*:[^:]*:[^:]*:[^:]*")
# Older lists of DirectAdmin have nothing but these two fields.
_MAILBOX_AND_HASH = re.compile(r"([^:\s]+):[!*]*([^:\s]+)")
# crypt(5): traditional DES gives 13 of these characters, and every later method a text with dollar signs.
_DES = re.compile(r"[./0-9A-Za-z]{13}")
_USERDOMAINS_LINE = re.compile(r"(\*|[^\s:@]+\.[^\s:@]+): *([\w.-]+)")
# DirectAdmin keeps a mailbox in the folder imap/{domain}/{local part} of its owner.
_FOLDER = re.compile(r"/imap/([^/:]+)/[^/:]+/?")
# How many lines tell what a file is.
LOOKED_AT = 20
NOBODY = "nobody"
SECRET_KEYS = re.compile("pass|shadow|hash|crypt", re.IGNORECASE)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        if (bare := line.strip()) and not bare.startswith("#"):
            yield number, bare


def is_json(text: str) -> bool:
    return text.lstrip("\ufeff \t\r\n")[:1] in ("{", "[")


def is_passwd(text: str) -> bool:
    """Whether the first lines are mailboxes with hashes of their passwords, but perhaps for some broken ones."""
    return _begins_with(text, _is_passwd_line)


def is_userdomains(text: str) -> bool:
    """Whether the first lines are domains with accounts, but perhaps for some broken ones."""
    return _begins_with(text, lambda line: _account_of(line) is not None)


def _begins_with(text: str, is_such: Callable[[str], bool]) -> bool:
    first = [line for _number, line in islice(_lines(text), LOOKED_AT)]
    if not first or _has_headings(first[0]):
        return False
    return sum(map(is_such, first)) * 2 >= len(first)


def _has_headings(line: str) -> bool:
    return any(words.column_of(heading) for heading in re.split("[;,\t]", line))


def _is_passwd_line(line: str) -> bool:
    if _PASSWD_LINE.fullmatch(line):
        return True
    found = _MAILBOX_AND_HASH.fullmatch(line)
    return found is not None and _is_crypt(found[2], known_mailbox="." not in found[1])


def _is_crypt(text: str, *, known_mailbox: bool) -> bool:
    """Whether a field is a password's hash. An account of cPanel may have 13 characters too, none of them capital."""
    if text.startswith("$"):
        return True
    return _DES.fullmatch(text) is not None and (known_mailbox or any(c.isupper() or c in "./" for c in text))


def _account_of(line: str) -> tuple[str, str] | None:
    """A line of ``userdomains`` -> the domain and the account."""
    found = _USERDOMAINS_LINE.fullmatch(line)
    if found is None or _is_crypt(found[2], known_mailbox=False):
        return None
    return found[1], found[2]


def cpanel_mailboxes(text: str, notes: list[str]) -> Grid:
    """The JSON of ``uapi Email list_pops --output=json`` (api.docs.cpanel.net, UAPI Email::list_pops) -> rows."""
    try:
        document = json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise BadFile(_("The file is not JSON. Ask cPanel for it with --output=json.")) from error
    result = document.get("result", document) if isinstance(document, dict) else document
    entries = result.get("data") if isinstance(result, dict) else result
    if not isinstance(entries, list):
        raise BadFile(_("There is no list of mailboxes in this JSON. Ask cPanel: uapi Email list_pops --output=json"))
    return _pops(entries, notes)


def _pops(entries: list[Any], notes: list[str]) -> Grid:
    yield 0, ["address", "login", "status"]
    main, secret = 0, False
    for number, entry in enumerate(entries, 1):
        if not isinstance(entry, dict):
            raise BadFile(_("Entry %(number)d of the list is not a mailbox.") % {"number": number})
        address = _text(entry.get("email"))
        secret = secret or any(SECRET_KEYS.search(key) for key in entry)
        if "@" not in address and _text(entry.get("login")) == "Main Account":
            # The account's own mailbox is named by its user and has no address in the list.
            main += 1
            continue
        login = _text(entry.get("login"))
        stopped = _is_set(entry.get("suspended_login")) or _is_set(entry.get("suspended_incoming"))
        known = {"suspended_login", "suspended_incoming"} & entry.keys()
        status = ("suspended" if stopped else "active") if known else ""
        yield number, [clean_cell(cell) for cell in (address, "" if login == address else login, status)]
    if main:
        notes.append(_("The account’s own mailbox (Main Account) has no address in the list and was left out."))
    if secret:
        notes.append(_("Fields with passwords or their hashes were not read."))


def _text(value: Any) -> str:
    return str(value) if isinstance(value, (str, int)) else ""


def _is_set(value: Any) -> bool:
    return value not in (None, 0, "0", "", False)


def cpanel_domains(text: str) -> Grid:
    """``/etc/userdomains`` of cPanel: ``domain: account`` on each line. The account is the customer's number.

    Of any other line nothing is kept: it may hold a hash.
    """
    yield 0, ["domain", "customer number"]
    for number, line in _lines(text):
        found = _account_of(line)
        if found is None:
            yield number, [Flaw(_("This line is not a domain, a colon and an account.")), ""]
        elif found[0] != "*" and found[1] != NOBODY:
            yield number, [clean_cell(found[0]), clean_cell(found[1])]


def directadmin(text: str, domain: str, notes: list[str]) -> Grid:
    """``/etc/virtual/{domain}/passwd`` of DirectAdmin, whose folders tell the domain; ``domain`` where they do not.

    The second field, a password's hash, is passed over.
    """
    notes.append(_("The second field of each line, the password’s hash, was not read."))
    yield 0, ["address", "domain"]
    for number, line in _lines(text):
        mailbox, colon, rest = line.partition(":")
        folder = _FOLDER.search(rest.partition(":")[2])
        if colon and mailbox and not any(c.isspace() for c in mailbox):
            yield number, [clean_cell(mailbox), clean_cell(folder[1] if folder else domain)]
        else:
            yield number, [Flaw(_("This line does not begin with a mailbox and a colon.")), ""]
