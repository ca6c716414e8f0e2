"""Letters with a personal link, and the contacts that they may go to.

Plain text and HTML in one letter (RFC 2046 §5.1.4), in the link's language, under the brand's name. Neither subject nor
body holds the address that the link is about: a letter may be read over a shoulder, or by the wrong person.
"""

from __future__ import annotations

import logging
import smtplib
from dataclasses import dataclass
from email.utils import formataddr, parseaddr

from django.conf import settings as django_settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.validators import validate_email
from django.template.loader import render_to_string
from django.utils.translation import gettext, override

from accounts.models import Customer

from . import lookup, personal
from .core.errors import InvalidInput
from .core.names import normalise_name
from .core.settings import BrandFacts
from .models import Domain, DomainName, Mailbox, PersonalLink

logger = logging.getLogger(__name__)


class NotSent(Exception):
    """The mail server did not take the letter."""


@dataclass(frozen=True, slots=True)
class Contact:
    """A recorded e-mail address. ``kind`` is ``recovery`` or ``customer``.

    ``inside`` tells that it lies in one of the customer's own domains: who cannot read mail there cannot read a letter
    about it either.
    """

    kind: str
    address: str
    inside: bool


def contacts_of(record: Domain | Mailbox) -> list[Contact]:
    """The recorded e-mail addresses for a mailbox or a domain, the nearest to its reader first."""
    customer = record.domain.customer if isinstance(record, Mailbox) else record.customer
    recorded = {"recovery": record.recovery if isinstance(record, Mailbox) else "", "customer": customer.email}
    return [
        Contact(kind, address, inside_own_domains(address, customer))
        for kind, address in recorded.items()
        if is_mail_address(address)
    ]


def is_mail_address(text: str) -> bool:
    """Whether a letter can go there: a recovery contact may be a phone number as well."""
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def inside_own_domains(address: str, customer: Customer) -> bool:
    """Whether an e-mail address lies in a domain of this customer, under any of its names."""
    return _names_of(address, domain__customer=customer)


def inside_domain(address: str, domain: Domain) -> bool:
    """Whether an e-mail address lies in this domain, under any of its names."""
    return _names_of(address, domain=domain)


def _names_of(address: str, **owner: object) -> bool:
    try:
        name = normalise_name(address.rpartition("@")[2])
    except InvalidInput:
        return False
    return DomainName.objects.filter(name=name, **owner).exists()


def send(link: PersonalLink, token: str, recipient: str) -> None:
    """Send a letter with the link, and note it in the link's row. Raises NotSent; the link is then revoked."""
    letter = letter_with(link, token, recipient)
    try:
        letter.send()
    except (OSError, smtplib.SMTPException, ValueError) as error:
        # The message may name the recipient, so only its kind goes into the log.
        logger.error("A letter with a personal link was not sent: %s", type(error).__name__)
        personal.revoke(link, link.created_by, "not sent")
        raise NotSent from error
    personal.sent(link, recipient)


def from_brand(letter: EmailMessage, brand: BrandFacts) -> None:
    """Let a letter come from a brand, and answers go to its support."""
    letter.from_email = formataddr((brand.name, parseaddr(django_settings.DEFAULT_FROM_EMAIL)[1]))
    letter.reply_to = [brand.support_email] if brand.support_email else []
    # RFC 3834: no answering machine should reply to it.
    letter.extra_headers["Auto-Submitted"] = "auto-generated"


def letter_with(link: PersonalLink, token: str, recipient: str) -> EmailMultiAlternatives:
    """The letter, not sent yet."""
    record = link.record
    if record is None:
        raise NotSent
    settings = personal.settings_of(record)
    brand = settings.brand if settings else lookup.default_brand()
    context = {
        "link": link,
        "url": personal.url(record, link, token),
        "brand": brand,
        "language": link.language,
        "hours": brand.support_hours.in_language(link.language),
        "opens_settings": personal.opens_settings(link),
        "asked_for": link.way == PersonalLink.Way.RECOVERY,
    }
    with override(link.language):
        letter = EmailMultiAlternatives(
            subject=gettext("Your mail settings") if context["opens_settings"] else gettext("Your mail"),
            body=render_to_string("mail/personal_link.txt", context),
            to=[recipient],
        )
        from_brand(letter, brand)
        letter.attach_alternative(render_to_string("mail/personal_link.html", context), "text/html")
    return letter
