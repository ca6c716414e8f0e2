"""Ready words about a record for its customer, in both languages: a reply with the values, a line for a messenger."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext, override

from mailsettings import personal
from mailsettings.core.addresses import Address
from mailsettings.core.endpoints import INCOMING, Endpoint, Protocol
from mailsettings.core.settings import LoginPolicy, MailboxKind, MailSettings, Status
from mailsettings.formats.settings_page import page_address
from mailsettings.pages.values import user_name_pattern

from .effective import PROTOCOLS, SECURITIES

LANGUAGES = ("uk", "en")


@dataclass(frozen=True, slots=True)
class Ready:
    """Words in one language: the whole ``reply``, and the ``message`` for a chat."""

    language: str
    reply: str
    message: str

    @property
    def rows(self) -> int:
        """How many lines the reply has."""
        return self.reply.count("\n") + 1


def ready(settings: MailSettings, address: Address | None, first: str = LANGUAGES[0]) -> list[Ready]:
    """The words in every language, ``first`` before the others. With ``address`` they are about that mailbox."""
    found = []
    for language in sorted(LANGUAGES, key=lambda language: language != first):
        with override(language):
            found.append(_ready(settings, address, language))
    return found


def hides_user_name(settings: MailSettings) -> bool:
    """Whether the words leave the user name out: a reply may reach whoever wrote, and user names are not public."""
    return settings.login_policy is LoginPolicy.PRIVATE


def _ready(settings: MailSettings, address: Address | None, language: str) -> Ready:
    whose = address.display if address else settings.domain_display
    if personal.can_be_set_up(settings):
        page = page_address(settings, language, address)
        body = list(_values(settings, address, whose, page))
        message = "\n".join([gettext("Your mail settings and step-by-step instructions:"), page])
    else:
        body = [_why_not(settings, whose)]
        message = body[0]
    return Ready(language, "\n\n".join([gettext("Hello!"), *body, _signature(settings)]), message)


def _values(settings: MailSettings, address: Address | None, whose: str, page: str) -> Iterator[str]:
    """The paragraphs of a reply to somebody who can set their program up."""
    words = (
        gettext("The settings of the mailbox %(whose)s:") if address else gettext("The settings of mail at %(whose)s:")
    )
    yield words % {"whose": whose}
    for protocol in (*settings.incoming_protocols, Protocol.SMTP):
        if endpoint := settings.first(protocol):
            yield _endpoint(settings, endpoint, address)
    yield gettext("The password is that of the mailbox. Please never send it to us.")
    yield "\n".join([gettext("Step-by-step instructions for your mail program:"), page])
    yield gettext("If it still does not work, write to us which program you use, and the text of the error.")


def _endpoint(settings: MailSettings, endpoint: Endpoint, address: Address | None) -> str:
    title = gettext("Incoming mail") if endpoint.protocol in INCOMING else gettext("Outgoing mail")
    return "\n".join(
        (
            f"{title} ({PROTOCOLS[endpoint.protocol]})",
            gettext("Server: %(value)s") % {"value": endpoint.hostname},
            gettext("Port: %(value)s") % {"value": endpoint.port},
            gettext("Connection security: %(value)s") % {"value": SECURITIES[endpoint.security]},
            gettext("User name: %(value)s") % {"value": _user_name(settings, endpoint, address)},
        )
    )


def _user_name(settings: MailSettings, endpoint: Endpoint, address: Address | None) -> str:
    if hides_user_name(settings):
        return gettext("the user name from our letter")
    if name := settings.user_name(endpoint, address):
        return name
    pattern = user_name_pattern(endpoint, settings.domain)
    if pattern.whole_address:
        return gettext("your whole mail address")
    words = gettext("%(name)s, if the address is %(address)s")
    return words % {"name": pattern.name, "address": pattern.address}


def _why_not(settings: MailSettings, whose: str) -> str:
    """Why there is nothing to set up now, and what to do."""
    if settings.status is Status.EXTERNAL:
        words = gettext(
            "Another company handles the mail of %(whose)s, so our settings would not fit. Ask whoever manages "
            "the domain which company that is: it has the settings and instructions."
        )
        return words % {"whose": settings.domain_display}
    box = settings.mailbox
    if settings.served and box and box.status is Status.ACTIVE and box.kind is MailboxKind.FORWARDER:
        words = gettext(
            "%(whose)s is a forwarder: letters that come to it are passed on to another mailbox. It has no password, "
            "and there is nothing to set up in a mail program. Set up the mailbox that the letters are passed on to."
        )
        return words % {"whose": whose}
    words = gettext(
        "The mail of %(whose)s is paused now, whatever is set in the mail program. Leave the program and its password "
        "as they are."
    )
    # Whoever gets these words has just asked. Why it is paused is not recorded here, so staff fill that in.
    left_open = gettext("Why: [fill in the reason]\nWhat to do: [fill in what to do, or who brings it back and when]")
    return f"{words}\n\n{left_open}" % {"whose": whose if settings.served else settings.domain_display}


def _signature(settings: MailSettings) -> str:
    brand = settings.brand
    return "\n".join(filter(None, (brand.name, brand.support_phone, brand.support_email, brand.support_url)))
