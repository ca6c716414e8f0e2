"""A small directory file, and what applying it says."""

import copy
from io import StringIO

import pytest
from django.core.management import call_command

from accounts.models import ChangeSet
from mailsettings import directory

SERVER = {
    "name": "s1",
    "endpoints": [
        {"protocol": "imap", "hostname": "imap.{domain}", "port": 993, "security": "tls"},
        {"protocol": "smtp", "hostname": "smtp.{domain}", "port": 465, "security": "tls"},
    ],
}
DOMAIN = {"name": "firma.com.ua", "server": "s1", "mailboxes": [{"local_part": "olena"}]}
DOCUMENT = {"servers": [SERVER], "customers": [{"ref": "c1001", "domains": [DOMAIN]}]}


def document(**domain) -> dict:
    """DOCUMENT with other keys in its one domain."""
    made = copy.deepcopy(DOCUMENT)
    made["customers"][0]["domains"][0] |= domain
    return made


def applied(made: dict, prune: bool = False) -> ChangeSet | None:
    return directory.apply(directory.plan(made, prune=prune), ChangeSet(source="directory"))


def faults(made, prune: bool = False) -> dict[str, str]:
    """Path and message of everything that is wrong with a document."""
    with pytest.raises(directory.BadDirectory) as bad:
        applied(made, prune)
    return dict(str(fault).split(": ", 1) for fault in bad.value.faults)


def run(command: str, *arguments: str) -> str:
    out = StringIO()
    call_command(command, *arguments, stdout=out, stderr=out)
    return out.getvalue()
