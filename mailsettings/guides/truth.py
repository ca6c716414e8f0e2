"""What a guide's prose must never hold: values that differ from customer to customer.

Host names, ports and words for the connection security come from MailSettings when the page is made. Wordings of other
programs are labels, and a label may say what the program says.
"""

from __future__ import annotations

import re

from ..core.endpoints import REGISTERED_PORTS

# A dot between letters without a space: a host name, a mail address, or a full stop that lacks its space.
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,}")
_PORTS = "|".join(sorted({str(port) for _protocol, port in REGISTERED_PORTS}))
_PORT = re.compile(
    rf"\b(?:{_PORTS})\b|\b(?:port|порт\w*|imap|pop3?|smtp)\W{{1,3}}\d+\b|\b\d{{2,5}}\W{{1,3}}(?:imap|pop3?|smtp)\b",
    re.IGNORECASE,
)
# Code has dots and words for security of its own; what it may not have is the address of a server or a mailbox.
_HOST_IN_CODE = re.compile(r"\b(?:imap|pop3?|smtp|mail|mx\d*)\.\w|@|\.(?:example|com|net|org|ua|укр)\b", re.IGNORECASE)
_SECURITY = re.compile(r"\b(?:ssl|tls|starttls)\b", re.IGNORECASE)


def untruth(text: str) -> str:
    """What in ``text`` only MailSettings may say, named for the writer; an empty string where there is nothing."""
    for what, pattern in (("host name", _HOST), ("port", _PORT), ("security word", _SECURITY)):
        if found := pattern.search(text):
            return f"{what} {found.group()!r}"
    return ""


def untruth_in_code(text: str) -> str:
    """The same for a line of code."""
    for what, pattern in (("host name", _HOST_IN_CODE), ("port", _PORT)):
        if found := pattern.search(text):
            return f"{what} {found.group()!r}"
    return ""
