"""What one reading of a guide is for, and conditions on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from ..core.endpoints import Authentication, Protocol, Security


class UserName(StrEnum):
    """What the page knows about the user name: it is the address, it differs and is shown, or it is not public."""

    ADDRESS = "address"
    OWN = "own"
    PRIVATE = "private"


class SendingName(StrEnum):
    """Whether sending takes the user name of receiving."""

    SAME = "same"
    OTHER = "other"


class Profile(StrEnum):
    """Whether configuration profiles carry a signature that devices trust."""

    SIGNED = "signed"
    UNSIGNED = "unsigned"


@dataclass(frozen=True, slots=True)
class Choice:
    """The language and everything that variants of a guide depend on.

    ``protocol`` is the incoming one; in a guide that only sends it is SMTP.
    """

    language: str = "uk"
    protocol: Protocol = Protocol.IMAP
    incoming_security: Security = Security.TLS
    outgoing_security: Security = Security.TLS
    incoming_authentication: Authentication = Authentication.PASSWORD
    outgoing_authentication: Authentication = Authentication.PASSWORD
    user_name: UserName = UserName.ADDRESS
    sending_name: SendingName = SendingName.SAME
    profile_signed: bool = False

    @property
    def facts(self) -> Mapping[str, str]:
        """The facts that ``when`` tables name, by their keys there."""
        return {
            "protocol": self.protocol,
            "incoming": self.incoming_security,
            "outgoing": self.outgoing_security,
            "user_name": self.user_name,
            "sending_name": self.sending_name,
            "profile": Profile.SIGNED if self.profile_signed else Profile.UNSIGNED,
        }


# The keys of a ``when`` table and what each may be.
FACTS: Mapping[str, frozenset[str]] = {
    "protocol": frozenset(Protocol),
    "incoming": frozenset(Security),
    "outgoing": frozenset(Security),
    "user_name": frozenset(UserName),
    "sending_name": frozenset(SendingName),
    "profile": frozenset(Profile),
}


@dataclass(frozen=True, slots=True)
class Condition:
    """When a part of a guide applies: each named fact is one of the allowed. Without names it always applies."""

    allowed: tuple[tuple[str, frozenset[str]], ...] = ()

    def holds(self, choice: Choice) -> bool:
        facts = choice.facts
        return all(facts[fact] in values for fact, values in self.allowed)


ALWAYS = Condition()
