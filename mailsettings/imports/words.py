"""What spreadsheets call their columns and values: one table for each language, used for reading and for writing.

The first word of an entry is the one that an export writes. Words are compared folded: case, apostrophes, punctuation,
spaces and look-alike letters make no difference.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

from django.utils.translation import get_language

from mailsettings.core.folding import words

Table = dict[str, tuple[str, ...]]

# Columns by what they hold. ``customer`` is a customer's number, or the name where another column has the number.
HEADERS: dict[str, Table] = {
    "uk": {
        "address": ("Адреса", "адреса e-mail", "e-mail", "адреса електронної пошти", "електронна адреса",
                    "електронна пошта", "ел. пошта", "пошта", "поштова адреса", "скринька", "поштова скринька",
                    "адреса скриньки", "назва скриньки", "імейл", "емейл", "до @"),
        "domain": ("Домен", "доменне ім’я", "назва домену", "ім’я домену", "основний домен"),
        "name": ("Ім’я", "ПІБ", "П.І.Б.", "прізвище", "прізвище та ім’я", "прізвище, ім’я", "прізвище й ім’я",
                 "ім’я та прізвище", "ім’я власника", "власник", "ім’я відправника"),
        "login": ("Логін", "ім’я користувача", "власне ім’я користувача", "ім’я користувача (логін)", "користувач"),
        "kind": ("Тип", "вид", "тип скриньки", "тип адреси"),
        "status": ("Статус", "стан"),
        "imap": ("IMAP",),
        "pop3": ("POP3", "POP"),
        "recovery": ("Контакт для відновлення", "контакт відновлення", "резервний контакт", "резервна адреса",
                     "резервний e-mail", "резервний телефон"),
        "customer": ("Клієнт", "замовник", "абонент"),
        "customer_ref": ("Номер клієнта", "№ клієнта", "код клієнта", "ID клієнта", "номер замовника", "номер договору",
                         "договір", "особовий рахунок", "номер у білінгу"),
        "customer_name": ("Назва клієнта", "ім’я клієнта", "організація", "компанія", "фірма", "підприємство"),
        "customer_email": ("E-mail клієнта", "пошта клієнта", "адреса клієнта", "контактна адреса"),
        "customer_phone": ("Телефон клієнта", "контактний телефон"),
        "brand": ("Бренд",),
        "server": ("Сервер", "поштовий сервер", "сервер пошти"),
        "aliases": ("Домени-синоніми", "домен-синонім", "синоніми", "аліаси", "псевдоніми", "інші імена"),
        "logins": ("Імена користувачів", "логіни"),
        "mta_sts": ("MTA-STS",),
    },
    "en": {
        "address": ("Address", "e-mail", "e-mail address", "mail", "mail address", "mailbox", "mailbox address",
                    "mailbox name", "account", "e-mail account", "local part", "before @"),
        "domain": ("Domain", "domain name", "primary domain", "mail domain"),
        "name": ("Name", "full name", "display name", "real name", "owner", "sender name", "first and last name"),
        "login": ("Login", "user name", "own user name", "user", "login name", "user name (login)"),
        "kind": ("Kind", "type", "mailbox type"),
        "status": ("Status", "state"),
        "imap": ("IMAP",),
        "pop3": ("POP3", "POP"),
        "recovery": ("Recovery contact", "recovery", "recovery e-mail", "recovery phone", "backup contact",
                     "backup e-mail"),
        "customer": ("Customer", "client"),
        "customer_ref": ("Customer number", "customer no", "customer ref", "customer reference", "customer ID",
                         "client number", "client ID", "client ref", "billing number", "contract", "contract number"),
        "customer_name": ("Customer name", "client name", "organisation", "organization", "company", "company name"),
        "customer_email": ("Customer e-mail", "client e-mail", "contact e-mail"),
        "customer_phone": ("Customer phone", "client phone", "contact phone"),
        "brand": ("Brand",),
        "server": ("Mail server", "server"),
        "aliases": ("Alias names", "aliases", "alias", "domain aliases", "alias domains", "other names"),
        "logins": ("User names", "login policy", "logins"),
        "mta_sts": ("MTA-STS",),
    },
}  # fmt: skip

# Pieces of headings of columns that nobody may keep.
PASSWORDS: Table = {
    "uk": ("пароль", "парол", "пасворд", "хеш", "гасло"),
    "en": ("password", "passw", "passphrase", "pwd", "hash", "crypt", "secret"),
}
# Headings that hold a piece of a longer, harmless word, so that they must be whole.
WHOLE_PASSWORDS: Table = {"uk": ("пін", "пін-код"), "en": ("pass", "pin", "pin code", "psw")}

# Values of columns with choices: what is stored, and its words.
VALUES: dict[str, dict[str, Table]] = {
    "uk": {
        "status": {
            "active": ("активний", "активна", "активно", "активне", "працює", "діє", "увімкнено"),
            "suspended": ("призупинений", "призупинена", "призупинено", "заблокований", "заблокована", "заблоковано",
                          "вимкнений", "вимкнена", "вимкнено", "неактивний", "неактивна", "неактивно", "зупинено"),
            "external": ("зовнішній", "зовнішня", "пошта в іншому місці"),
        },
        "kind": {
            "mailbox": ("скринька", "поштова скринька"),
            "forwarder": ("пересилання", "переадресація", "перенаправлення"),
        },
        "logins": {
            "pattern": ("за шаблоном", "шаблон"),
            "published": ("показані всім", "публічні", "відкриті"),
            "private": ("не публічні", "непублічні", "приховані"),
        },
        "mta_sts": {
            "off": ("вимкнено", "ні", "немає"),
            "testing": ("перевірка", "тестування"),
            "enforce": ("обов’язково", "примусово", "увімкнено"),
        },
        "flag": {"yes": ("так", "є", "увімкнено"), "no": ("ні", "немає", "вимкнено")},
    },
    "en": {
        "status": {
            "active": ("active", "enabled", "ok", "on"),
            "suspended": ("suspended", "disabled", "blocked", "inactive", "locked", "off"),
            "external": ("external",),
        },
        "kind": {"mailbox": ("mailbox",), "forwarder": ("forwarder", "forward", "forwarding")},
        "logins": {
            "pattern": ("pattern",),
            "published": ("published", "public"),
            "private": ("private", "not public"),
        },
        "mta_sts": {
            "off": ("off", "no", "none"),
            "testing": ("testing", "test"),
            "enforce": ("enforce", "enforced", "on"),
        },
        "flag": {"yes": ("yes", "true", "on", "y", "1", "enabled"), "no": ("no", "false", "off", "n", "0", "disabled")},
    },
}  # fmt: skip
_SIGNS = {"+": "yes", "✓": "yes", "-": "no", "–": "no", "—": "no"}


def _folded(text: str) -> str:
    return "".join(words(text))


@cache
def _headers() -> dict[str, str]:
    return {_folded(word): column for table in HEADERS.values() for column, found in table.items() for word in found}


def column_of(heading: str) -> str | None:
    """The column that a heading means, in either language; what stands in brackets may be left out."""
    known = _headers()
    return known.get(_folded(heading)) or known.get(_folded(heading.partition("(")[0]))


@cache
def _password_pieces() -> tuple[str, ...]:
    return tuple(_folded(word) for table in PASSWORDS.values() for word in table)


@cache
def _whole_passwords() -> frozenset[str]:
    return frozenset(_folded(word) for table in WHOLE_PASSWORDS.values() for word in table)


def is_password(heading: str) -> bool:
    """Whether a column with this heading holds passwords, or what is made of them."""
    text = _folded(heading)
    return text in _whole_passwords() or any(piece in text for piece in _password_pieces())


@cache
def _values(kind: str) -> dict[str, str]:
    return {_folded(word): value for table in VALUES.values() for value, found in table[kind].items() for word in found}


def value_of(kind: str, text: str) -> str | None:
    """What is stored for a word of a column with choices; None where the word is not known."""
    if kind == "flag" and text.strip() in _SIGNS:
        return _SIGNS[text.strip()]
    return _values(kind).get(_folded(text))


def language() -> str:
    """The reader's language, of those that have a table."""
    current = (get_language() or "uk")[:2]
    return current if current in HEADERS else "en"


def title(column: str, code: str = "") -> str:
    """What a column is called, in the reader's language or in the one with this code."""
    return HEADERS[code or language()][column][0]


def word(kind: str, value: str, code: str = "") -> str:
    """The word for a stored value, in the reader's language or in the one with this code."""
    return VALUES[code or language()][kind][value][0]


def choices(kind: str, allowed: Collection[str] = ()) -> str:
    """The words that a column with choices may hold, in the reader's language; only of ``allowed`` values if given."""
    table = VALUES[language()][kind]
    return ", ".join(found[0] for value, found in table.items() if not allowed or value in allowed)
