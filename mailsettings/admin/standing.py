"""How a domain or a mailbox stands, in plain words: what is switched off, suspended, or waits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext

from mailsettings.core.names import display_name
from mailsettings.models import Domain, DomainName, Mailbox

# Aliases that are named; a domain may have any number.
NAMED = 10


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence or two; ``kind`` is good, warn or bad."""

    kind: str
    words: str


def of_domain(domain: Domain, waiting: list[DomainName]) -> list[Sentence]:
    """Everything about a domain that explains an answer; ``waiting`` are its names that nobody confirmed."""
    return [*_served(domain, waiting), *_protocols(domain), *_logins(domain)]


def of_mailbox(mailbox: Mailbox, domain: Domain, waiting: list[DomainName]) -> list[Sentence]:
    """Everything about a mailbox that explains why it works or not: what its domain has in the way comes first."""
    above = [sentence for sentence in _served(domain, waiting) if sentence.kind != "good"]
    served = domain.status == Domain.Status.ACTIVE and not _waits(waiting)
    return [*above, *_opens(mailbox, served), *_protocols(domain, mailbox), *_logins(domain, mailbox)]


def _waits(waiting: list[DomainName]) -> bool:
    """Whether the domain itself waits, and not just an alias of it."""
    return any(name.is_primary for name in waiting)


def _served(domain: Domain, waiting: list[DomainName]) -> Iterator[Sentence]:
    if _waits(waiting):
        yield Sentence(
            "bad",
            gettext(
                "The domain waits for confirmation: nobody gets an answer for it until its MX records point at its "
                "server, or staff of the hoster confirm it."
            ),
        )
    elif waiting:
        names = ", ".join(display_name(name.name) for name in waiting[:NAMED])
        more = ", …" if len(waiting) > NAMED else ""
        yield Sentence("warn", gettext("These names wait for confirmation: %(names)s.") % {"names": names + more})
    if domain.status == Domain.Status.SUSPENDED:
        yield Sentence("bad", gettext("The domain is suspended: mail programs get no answer, and its page says so."))
    elif domain.status == Domain.Status.EXTERNAL:
        yield Sentence(
            "warn", gettext("External: another company handles the mail of this domain, and its page says so.")
        )
    elif not _waits(waiting):
        yield Sentence("good", gettext("The domain is active: mail programs and customers get the settings below."))


def _opens(mailbox: Mailbox, served: bool) -> Iterator[Sentence]:
    if mailbox.status == Mailbox.Status.SUSPENDED:
        yield Sentence("bad", gettext("The mailbox is suspended: it cannot be opened, whatever is set in the program."))
    if mailbox.kind == Mailbox.Kind.FORWARDER:
        words = gettext(
            "A forwarder: letters are passed on. There is nothing to sign in to, nor to set up in a program."
        )
        yield Sentence("warn", words)
    elif mailbox.status == Mailbox.Status.ACTIVE and served:
        yield Sentence("good", gettext("The mailbox is active."))


def _protocols(domain: Domain, mailbox: Mailbox | None = None) -> Iterator[Sentence]:
    """What is switched off, and where."""
    for protocol, label in (("imap", "IMAP"), ("pop3", "POP3")):
        if not getattr(domain, protocol):
            words = gettext("%(protocol)s is off for the whole domain.")
        elif mailbox and not getattr(mailbox, protocol):
            words = gettext("%(protocol)s is off for this mailbox.")
        else:
            continue
        yield Sentence("warn", words % {"protocol": label})


def _logins(domain: Domain, mailbox: Mailbox | None = None) -> Iterator[Sentence]:
    """User names that are not what a customer would guess."""
    if mailbox and mailbox.login:
        words = gettext("It signs in with a user name of its own: %(name)s.") % {"name": mailbox.login}
        yield Sentence("warn", words)
    if domain.logins == Domain.Logins.PRIVATE:
        words = gettext("User names of this domain are not public: only a personal link shows one.")
        yield Sentence("warn", words)


def waiting_names(domain: Domain) -> list[DomainName]:
    """The names of a domain that nobody confirmed yet, the primary one first; of very many only the first ones."""
    return list(domain.names.filter(is_confirmed=False).order_by("-is_primary", "id")[: NAMED + 1])
