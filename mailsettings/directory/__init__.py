"""The declarative directory file: brands, servers and customers with their domains and mailboxes, as JSON.

A file makes the database match itself. It is UTF-8 JSON with up to three lists (here with every key)::

    {"brands": [{"slug": "ava", "name": "Ava", "default": true, "hostnames": ["help.hoster.example"],
                 "language": "uk", "accent": "#1f5fbf", "site_url": "https://hoster.example/",
                 "privacy_url": "https://hoster.example/privacy",
                 "support": {"email": "help@hoster.example", "phone": "+380 44 000 00 00",
                             "url": "https://hoster.example/help", "hours": "09:00-18:00",
                             "messengers": [{"name": "Telegram", "url": "https://t.me/example"}]},
                 "password_help": {"text": {"uk": "…", "en": "…"}, "url": "https://hoster.example/password"}}],
     "servers": [{"name": "s1", "default": true, "brand": null, "mx": ["mx1.hoster.example"],
                  "discovery_names": ["autoconfig.hoster.example"],
                  "webmail_url": "https://webmail.{domain}/", "panel_url": "https://panel.hoster.example/",
                  "dns": {"spf": "v=spf1 mx -all", "dmarc": "v=DMARC1; p=none", "tls_rpt": "",
                          "dkim": [{"selector": "mail", "record": "v=DKIM1; k=rsa; p=…"}]},
                  "endpoints": [{"protocol": "imap", "hostname": "imap.{domain}", "port": 993, "security": "tls",
                                 "authentication": "password", "username": "{address}"}]}],
     "customers": [{"ref": "c1001", "name": "Firma", "brand": "ava", "email": "olena@firma.com.ua",
                    "phone": "+380 44 000 00 01", "language": "uk",
                    "domains": [{"name": "firma.com.ua", "aliases": ["firma.укр"], "waiting": [], "server": "s1",
                                 "status": "active", "logins": "pattern", "pop3": true, "imap": true,
                                 "mta_sts": "off", "endpoints": [],
                                 "mailboxes": [{"local_part": "olena", "name": "Олена", "kind": "mailbox",
                                                "login": "", "imap": true, "pop3": true, "status": "active",
                                                "recovery": "+380 44 000 00 02"}]}]}]}

Which row an entry means
    A brand by ``slug``, a server by ``name``, a customer by ``ref``, a mailbox by ``local_part`` in its domain, an
    endpoint by ``protocol``, ``hostname`` and ``port`` in its list. A domain by any of its names: a new ``name`` beside
    a known alias renames it, and it moves to the customer in whose list it stands. Another customer's domain moves
    only where its primary name is named; its other names are refused. Names are compared in their one spelling:
    ``FIRMA.com.ua.`` is ``firma.com.ua``, ``firma.укр`` is ``firma.xn--j1amh``.
What a key does
    An absent key changes nothing on a stored row; a new row takes the default: ``uk`` for ``language``, ``false`` for
    ``default``, ``null`` (the default brand, the operator's server) for ``brand``, ``active`` for ``status``,
    ``mailbox`` for ``kind``, ``pattern`` for ``logins``, ``off`` for ``mta_sts``, ``true`` for ``imap`` and ``pop3``,
    ``password`` for ``authentication``, ``{address}`` for ``username``, and nothing for the rest. A new brand needs
    ``name``, a new domain ``server``, a new endpoint ``security``. ``hours`` may be one text for both languages, or
    ``{"uk": "…", "en": "…"}``. ``waiting`` lists names of the domain that nobody confirmed yet: those of them that are
    new wait, and so do new aliases of a primary name that waits. The mark ``default`` has to be taken from one row
    where it is given to another.
What a list does
    Without ``prune`` a list adds and changes. With it, stored rows that a list leaves out are removed, and what is part
    of them too: with a customer go its domains, with a domain its mailboxes. A list that the file does not have stays
    as it is. ``mx``, ``dkim`` and ``messengers`` are values: the list in the file takes the place of the stored one.
    The order of ``endpoints`` and ``hostnames`` is the file's; rows that it leaves out come after those that it names.
    The order of the other lists says nothing.
What is not in the file
    Logos, people who sign in, and where and when mailboxes were last synchronised: applying touches none of these,
    except that somebody's role for a brand or a customer goes with it.

``plan`` compares a document with the database, ``check`` and ``apply`` say with JSON paths what is wrong with a plan,
and ``export`` writes the whole database in the same format.
"""

from __future__ import annotations

from typing import Any

from accounts.models import ChangeSet
from mailsettings import changes

from .export import chunks, export
from .faults import BadDirectory, Fault, faults_of
from .planning import fill
from .reading import Directory, Progress, read
from .source import parse
from .work import Work

__all__ = ["BadDirectory", "Directory", "Fault", "apply", "check", "chunks", "export", "parse", "plan", "read"]


def plan(document: Any, *, prune: bool = False, progress: Progress = lambda done: None) -> changes.Plan:
    """What makes the database match a JSON document, as rows to add, change and remove, each with its JSON path.

    ``progress`` is called with the number of entries read, every 10,000 of them. Raises BadDirectory with every fault
    that the document has by itself and beside what is stored; ``check`` and ``apply`` find what rows contradict.
    """
    directory = read(document, progress)
    work = Work(directory, prune)
    fill(work)
    if faults := directory.faults + work.faults:
        raise BadDirectory(faults + faults_of(changes.check(work.plan), work.unreadable))
    return work.plan


def check(planned: changes.Plan) -> None:
    """Raise BadDirectory where ``apply`` would. Writes nothing."""
    if problems := changes.check(planned):
        raise BadDirectory(faults_of(problems))


def apply(
    planned: changes.Plan, change_set: ChangeSet, progress: changes.Progress = lambda done, total: None
) -> ChangeSet | None:
    """Apply a plan made of a document, as ``changes.apply`` does; raises BadDirectory, and then nothing is written."""
    try:
        return changes.apply(planned, change_set, progress)
    except changes.Refused as refused:
        raise BadDirectory(faults_of(refused.problems)) from refused
