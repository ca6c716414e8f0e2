"""MTA-STS policy, ``mta-sts.txt``: which servers take a domain's mail, and that they do so under TLS only.

Source: RFC 8461. Sending servers fetch it from ``https://mta-sts.{domain}/.well-known/mta-sts.txt`` and follow no
redirect; the TXT record at ``_mta-sts.{domain}`` tells them by its id when to fetch it again.
"""

from __future__ import annotations

import hashlib

from ..core.endpoints import Endpoint
from ..core.errors import CannotExpress
from ..core.settings import Ask, MailSettings, MtaSts
from ..core.text import Text
from . import ConfigFormat

_DAY = 24 * 3600
# How long senders keep a policy (§3.2). While it is tried out, a mistake is gone within a day; once it is enforced, an
# attacker who blocks the fetching has to do so for weeks.
MAX_AGE = {MtaSts.TESTING: _DAY, MtaSts.ENFORCE: 14 * _DAY}


def expresses(_endpoint: Endpoint) -> bool:
    """Whether there are words for an endpoint: never, the policy is about servers that receive mail."""
    return False


def render(settings: MailSettings, _ask: Ask) -> bytes:
    """The policy, one ``key: value`` a line, the same whatever is asked.

    Raises CannotExpress for a generic answer, where MTA-STS is off, and without an MX.
    """
    if settings.generic or not settings.has_mta_sts_policy:
        raise CannotExpress("an MTA-STS policy needs a domain, a mode and an MX")
    lines = [
        "version: STSv1",
        f"mode: {settings.mta_sts.value}",
        *(f"mx: {name}" for name in settings.dns.mx),
        f"max_age: {MAX_AGE[settings.mta_sts]}",
    ]
    return "".join(f"{line}\n" for line in lines).encode("ascii")


def policy_id(settings: MailSettings) -> str:
    """The id of the TXT record (§3.1): 32 alphanumerics that change with the policy. Raises CannotExpress as above."""
    return hashlib.sha256(render(settings, Ask())).hexdigest()[:32]


FORMAT = ConfigFormat(
    file_name="mta-sts.txt",
    titles=Text(
        uk="Політика MTA-STS для серверів, які надсилають пошту домену",
        en="MTA-STS policy for servers that send mail to the domain",
    ),
    content_type="text/plain",
    render=render,
    expresses=expresses,
)
