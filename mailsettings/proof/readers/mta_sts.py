"""MTA-STS policy as sending servers read it. Source: RFC 8461 §3.2: lines of ``key: value``, keys in any order."""

from __future__ import annotations

import hashlib
import re

from ..reading import MX, Field, Published, Reader, Request, Unreadable
from .dns_zone import tags

MODES = ("enforce", "testing", "none")
LONGEST = 31557600


def read(document: bytes, _address: str) -> tuple[Published, ...]:
    """Each server that may take the domain's mail; its security is the policy's mode."""
    pairs = [line.partition(":")[::2] for line in document.decode("utf-8", errors="replace").splitlines() if line]
    values = {key.strip(): value.strip() for key, value in pairs}
    if values.get("version") != "STSv1" or values.get("mode") not in MODES:
        raise Unreadable("no version STSv1 with a mode")
    age = values.get("max_age", "")
    if not (age.isascii() and age.isdigit() and int(age) <= LONGEST):
        raise Unreadable("no max_age")
    return tuple(
        Published(MX, hostname=value.strip(), security=values["mode"]) for key, value in pairs if key.strip() == "mx"
    )


def id_of(document: bytes) -> str:
    """What identifies a policy on this site: 32 characters that are others for other bytes."""
    return hashlib.sha256(document).hexdigest()[:32]


def ids(records: list[str]) -> list[str]:
    """The ids in the texts of ``_mta-sts`` (§3.1); a text whose id is none has an empty one."""
    found = [text for text in records if tags(text).get("v") == "STSv1"]
    return [one if re.fullmatch("[A-Za-z0-9]{1,32}", one := tags(text).get("id", "")) else "" for text in found]


READER = Reader(
    file_name="mta-sts.txt",
    read=read,
    cannot_express=frozenset({Field.PORT, Field.USER_NAME, Field.AUTHENTICATION}),
    protocols=(),
    needs=(),
    mail_exchangers=True,
    is_policy=True,
    requests=(Request("GET", "https://mta-sts.{domain}/.well-known/mta-sts.txt"),),
)
