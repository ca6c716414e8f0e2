"""What a reader finds in a document, and what a reader says about its format."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ..core.endpoints import INCOMING, Protocol

# The ``protocol`` of a mail exchanger, which no mail program of a person speaks.
MX = "mx"


class Unreadable(ValueError):
    """A program would drop the whole document; says why."""


class Field(StrEnum):
    HOSTNAME = "hostname"
    PORT = "port"
    SECURITY = "security"
    USER_NAME = "user_name"
    AUTHENTICATION = "authentication"


ALL_FIELDS = frozenset(Field)


@dataclass(frozen=True, slots=True)
class Published:
    """One server as a program understands it; None where the document says nothing.

    ``security`` is a Security or a word of ``vocabulary``, ``authentication`` an Authentication, either of them the
    document's own word where that means nothing. ``user_name`` is what the program logs in with in the end, but where
    the document has it right and some program makes ``taken_as`` of it.
    """

    protocol: str
    hostname: str | None = None
    port: int | None = None
    security: str | None = None
    user_name: str | None = None
    authentication: str | None = None
    taken_as: str = ""


class Lists(StrEnum):
    """How many endpoints a format publishes: of each protocol the first, of one incoming and of SMTP, or all.

    With ALL_BY_SECURITY their order is known only among those with the same connection security.
    """

    FIRST_OF_EACH = "first of each"
    ONE_INCOMING = "one incoming"
    ALL = "all"
    ALL_BY_SECURITY = "all by security"


class Without(StrEnum):
    """What stands for a user name that is not known, or not public: nothing, or what the pattern makes of the asker."""

    NOTHING = "nothing"
    PATTERN = "pattern"


@dataclass(frozen=True, slots=True)
class Request:
    """What a program asks by itself; ``{domain}`` and ``{address}`` stand for the asker's, in ``body`` too.

    With ``leads`` the answer only says where the document is: it takes that answer and the URL that was asked, gives
    the one to which ``body`` is then posted, and raises Unreadable.
    """

    method: str
    url: str
    body: str = ""
    leads: Callable[[bytes, str], str] | None = None

    @property
    def has_address(self) -> bool:
        return "{address}" in self.url + self.body


@dataclass(frozen=True, slots=True)
class Reader:
    """How programs read the format ``file_name``, and what there is for them to read.

    ``read`` takes a document and the address that the program's user typed; it raises Unreadable. ``protocols`` are
    those that the format has words for. It is only there when each group of ``needs`` has an endpoint to publish, and
    each protocol of ``whole`` too where it is switched on. With ``whole_address`` programs log in with the address as
    it was typed, so it is there only where all do, and not for alias names. With ``needs_login`` it is there only for
    somebody whose address and user name are known; ``refuses`` tells of servers and an address that do not fit in.
    ``mail_exchangers`` are in it as well; in a policy (``is_policy``), which is there where it is switched on, they are
    everything. With ``generic`` a server's own discovery names answer for whatever domain the asker fills in.
    ``refusals`` are the answers that say that there is nothing.
    """

    file_name: str
    read: Callable[[bytes, str], tuple[Published, ...]]
    cannot_express: frozenset[Field] = frozenset()
    protocols: tuple[Protocol, ...] = tuple(Protocol)
    lists: Lists = Lists.FIRST_OF_EACH
    needs: tuple[tuple[Protocol, ...], ...] = (INCOMING, (Protocol.SMTP,))
    whole: tuple[Protocol, ...] = ()
    whole_address: bool = False
    needs_login: bool = False
    refuses: Callable[[Sequence[Published], str], bool] = lambda _servers, _address: False
    without_address: Without = Without.NOTHING
    when_private: Without = Without.NOTHING
    requests: tuple[Request, ...] = ()
    mail_exchangers: bool = False
    is_policy: bool = False
    generic: bool = False
    refusals: tuple[int, ...] = (404,)


def whole_number(text: str) -> int:
    """A port as strict programs take it: digits and nothing else. Raises Unreadable."""
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65535):
        raise Unreadable(f"{text!r} is no port")
    return int(text)


def same_address(written: str, address: str) -> None:
    """Raises Unreadable where a document was made for somebody else than the asker."""
    if written.lower() != address.lower():
        raise Unreadable(f"made for {written}")


def sending(file_name: str, read: Callable[[bytes, str], tuple[Published, ...]], **more: Any) -> Reader:
    """The reader of lines for something that only sends mail, and that logs in as the server offers.

    ``more`` are further fields of Reader.
    """
    return Reader(
        file_name=file_name,
        read=read,
        cannot_express=frozenset({Field.AUTHENTICATION}),
        protocols=(Protocol.SMTP,),
        needs=((Protocol.SMTP,),),
        without_address=Without.PATTERN,
        **more,
    )
