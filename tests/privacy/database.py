"""What must be nowhere after an erasure, and a search for it through the whole database."""

import json

from django.db import connection

from accounts.models import ChangeSet, SearchWord
from mailsettings import privacy
from mailsettings.core.finding import customer_words
from mailsettings.privacy import Domains

# What must be nowhere after an erasure, whatever becomes of the domains. Each is unlike anything else in the database.
CONTACTS = (
    "Квітославська", "kvitoslava@contact.example", "+380 44 111 22 33", "Давня Назва", "old@contact.example",
    "Ярополк Перший", "yaropolk@recovery.example", "Святослав Давній", "zoryana-signs-in", "Зоряна",
    "zoryana@sign.example", "y…@recovery.example", "сказала по телефону", "198.51.100.77", "Видалений Читач",
)  # fmt: skip
# What goes with the domains.
NAMES = (
    "kvitofirma", "stara-kvitofirma", "yaropolk.pershyi", "own-login-77", "renamed.earlier", "smtp-kvit", "vydalenyi",
)  # fmt: skip


def everything():
    """The text of every column of every row of every table, in lower case."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            for row in cursor.fetchall():
                found += [f"{table}: {unescaped(value)}".casefold() for value in row if value is not None]
    return "\n".join(found)


def unescaped(value):
    """JSON as it reads, since databases write Cyrillic letters in it in their own ways."""
    try:
        return json.dumps(json.loads(value), ensure_ascii=False) if isinstance(value, str) else value
    except ValueError:
        return value


def found_of(words):
    """Those of ``words`` that stand anywhere, or by whose parts a search would still lead somewhere."""
    text = everything()
    searched = set(SearchWord.objects.values_list("word", flat=True))
    parts = {word: {part for part in customer_words("", word, "", word) if len(part) > 4} for word in words}
    return [word for word in words if word.casefold() in text or parts[word] & searched]


def erase(customer, domains=Domains.REMOVE, reason="запит від 24.11", **about):
    return privacy.erase(customer, domains, ChangeSet(reason=reason, **about))
