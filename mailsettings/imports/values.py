"""Cells as people write them -> values of columns, and the way back."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Field
from django.utils.translation import gettext as _

from accounts.messages import MESSAGES
from accounts.models import Customer
from mailsettings.core.addresses import normalise_local_part
from mailsettings.core.errors import InvalidInput
from mailsettings.core.names import normalise_name
from mailsettings.models import Domain, DomainName, Mailbox

from . import words
from .table import MAX_CELL, Cell, Flaw

# What spreadsheet programs take for the beginning of a formula, in some languages also in full width (OWASP, "CSV
# Injection").
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff"
_EDGES = f" \u00a0\t\r\n{_INVISIBLE}"
# How people make spreadsheet programs keep a number's leading zeros.
_TEXT_FORMULA = re.compile(r'=\s*"([^"]*)"\Z')


class Wrong(Exception):
    """A cell's text that its column cannot hold; the message says why and what to do."""


def neutral(text: str) -> str:
    """``text`` for a cell that no spreadsheet program takes for a formula. ``clean_cell`` gives it back."""
    return f"'{text}" if text.lstrip("'").startswith(FORMULA) else text


def written(text: str) -> str:
    """Stored text as an export writes it: in one line, without characters that a spreadsheet cannot hold."""
    bare = text.strip(_EDGES)
    if not bare.isprintable():
        line = re.sub(r"[\t\r\n]+", " ", bare)
        bare = "".join(c for c in line if c.isprintable() or c in _EDGES).strip(_EDGES)
    return neutral(bare)


def clean_cell(text: str) -> Cell:
    """The text of one cell in one line, without what does not show. A formula is never taken for a value."""
    bare = text.strip(_EDGES)
    if len(bare) > MAX_CELL:
        return Flaw(_("This is longer than %(count)d characters.") % {"count": MAX_CELL})
    if bare.startswith("="):
        if found := _TEXT_FORMULA.match(bare):
            return clean_cell(found[1])
        return Flaw(formula_words())
    if bare.startswith("'") and bare.lstrip("'").startswith(FORMULA):
        bare = bare[1:]
    bare = re.sub(r"[\t\r\n]+", " ", bare)
    if not bare.isprintable() and any(not (c.isprintable() or c in _EDGES or c.isspace()) for c in bare):
        return Flaw(str(MESSAGES["bad_character"]))
    return bare


def as_read(text: str) -> Cell:
    """What comes back of a stored text that is written into a cell and read again."""
    return clean_cell(written(text))


def formula_words() -> str:
    return _("A formula stands here. Formulas are not computed: copy the column and paste its values.")


Read = Callable[[str], Any]


def _clean(field: Field[Any, Any]) -> Read:
    def read(text: str) -> Any:
        try:
            return field.clean(text, None)
        except ValidationError as error:
            raise Wrong("; ".join(error.messages)) from error

    return read


def _choice(kind: str, *allowed: str) -> Read:
    def read(text: str) -> str:
        value = words.value_of(kind, text)
        if value is None or (allowed and value not in allowed):
            known = words.choices(kind, allowed)
            raise Wrong(_("This word is not known here. Write one of: %(words)s.") % {"words": known})
        return value

    return read


def _flag(text: str) -> bool:
    return bool(_choice("flag")(text) == "yes")


def domain_name(text: str) -> str:
    """A domain name in its one spelling; raises Wrong. The ``@`` that people put before it does not matter."""
    return str(_clean(_field(DomainName, "name"))(text.removeprefix("@")))


def _names(text: str) -> list[str]:
    return list(dict.fromkeys(domain_name(name) for name in re.split(r"[\s,;]+", text) if name))


def address(text: str) -> tuple[str, str]:
    """An address, or only the part of it before ``@`` -> that part, and the domain or nothing. Raises Wrong."""
    local_part, at, domain = text.rpartition("@")
    try:
        if not at:
            return normalise_local_part(text), ""
        if "@" in local_part:
            raise InvalidInput("two_ats")
        return normalise_local_part(local_part), normalise_name(domain)
    except InvalidInput as error:
        raise Wrong(str(MESSAGES[error.code]) % {"part": error.part}) from error


def _field(model: Any, name: str) -> Field[Any, Any]:
    found: Field[Any, Any] = model._meta.get_field(name)
    return found


SHARED: dict[str, Read] = {
    "domain": domain_name,
    "imap": _flag,
    "pop3": _flag,
    "customer_ref": _clean(_field(Customer, "ref")),
    "customer_name": _clean(_field(Customer, "name")),
    "customer_email": _clean(_field(Customer, "email")),
    "customer_phone": _clean(_field(Customer, "phone")),
    "brand": str,
    "server": str,
}
# Columns of a list of mailboxes and of a list of domains, with what reads each of them.
MAILBOX: dict[str, Read] = SHARED | {
    "address": address,
    "name": _clean(_field(Mailbox, "name")),
    "login": _clean(_field(Mailbox, "login")),
    "kind": _choice("kind"),
    "status": _choice("status", Mailbox.Status.ACTIVE, Mailbox.Status.SUSPENDED),
    "recovery": _clean(_field(Mailbox, "recovery")),
}
DOMAIN: dict[str, Read] = SHARED | {
    "aliases": _names,
    "status": _choice("status", *Domain.Status.values),
    "logins": _choice("logins"),
    "mta_sts": _choice("mta_sts"),
}
# Columns that are fields of the row itself.
MAILBOX_FIELDS = ("name", "login", "kind", "status", "imap", "pop3", "recovery")
DOMAIN_FIELDS = ("status", "logins", "imap", "pop3", "mta_sts")
