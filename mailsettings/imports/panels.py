"""Lists that control panels give: cPanel's mailboxes and domains, DirectAdmin's file of mailboxes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from .table import BadFile, Grid
from .values import clean_cell

# A mailbox, its password's hash, two numbers, a comment, its folder and a shell, as in passwd(5).
_PASSWD_LINE = re.compile(r"[^:\s]+:[^:]*:\d*:\d*:[^:]*:[^:]*:[^:]*")
_USERDOMAINS_LINE = re.compile(r"[^\s:]+: *[\w.-]+")
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
    """Whether every one of the first lines has the fields of passwd(5)."""
    return _begins_with(text, _PASSWD_LINE)


def is_userdomains(text: str) -> bool:
    return _begins_with(text, _USERDOMAINS_LINE)


def _begins_with(text: str, pattern: re.Pattern[str]) -> bool:
    first = [line for _number, line in islice(_lines(text), LOOKED_AT)]
    return bool(first) and all(pattern.fullmatch(line) for line in first)


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
    """``/etc/userdomains`` of cPanel: ``domain: account`` on each line. The account is the customer's number."""
    yield 0, ["domain", "customer number"]
    for number, line in _lines(text):
        domain, _colon, account = (part.strip() for part in line.partition(":"))
        if domain == "*" or account == NOBODY:
            continue
        yield number, [clean_cell(domain), clean_cell(account)]


def directadmin(text: str, domain: str, notes: list[str]) -> Grid:
    """``/etc/virtual/{domain}/passwd`` of DirectAdmin, whose folders tell the domain; ``domain`` where they do not.

    The second field, a password's hash, is passed over without being looked at.
    """
    notes.append(_("The second field of each line, the password’s hash, was not read."))
    yield 0, ["address", "domain"]
    for number, line in _lines(text):
        mailbox, _colon, rest = line.partition(":")
        folder = _FOLDER.search(rest.partition(":")[2])
        yield number, [clean_cell(mailbox), clean_cell(folder[1] if folder else domain)]
