"""Words for each fault of ``mailsettings.core``: what is wrong, and what to do, in the reader's language."""

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mailsettings.core.errors import InvalidInput

MESSAGES: dict[str, Promise] = {
    "empty": _("Nothing was entered. Enter an address such as name@firma.com.ua, or a domain such as firma.com.ua."),
    "no_at": _("There is no “@” in this address. Write it like name@firma.com.ua."),
    "two_ats": _("There are two “@” in this address. Leave only one."),
    "no_local_part": _("The part before “@” is missing. Write the address like name@firma.com.ua."),
    "local_part_too_long": _("The part before “@” is longer than 64 characters."),
    "local_part_not_latin": _("The part before “@” may only hold Latin letters: %(part)s. Switch the keyboard layout."),
    "bad_local_part": _("The part before “@” has a character or a dot in a place that mail does not allow: %(part)s."),
    "bad_name": _("This is not a domain name: %(part)s. Letters, digits and hyphens are allowed, as in firma.com.ua."),
    "bad_character": _("There is an invisible or forbidden character in it. Type it by hand instead of pasting."),
    "empty_label": _("There are two dots in a row, or a dot at the beginning: %(part)s."),
    "one_label": _("The ending of the domain is missing after “%(part)s”, for example .com.ua."),
    "ip_address": _("A host name is needed here, not an IP address: %(part)s."),
    "too_long": _("This is too long for a mail address or a domain name."),
    "mixed_scripts": _("Latin and Cyrillic letters are mixed in “%(part)s”. Type it again in one keyboard layout."),
    "public_suffix": _("%(part)s is an ending under which domains are registered, not a domain of its own."),
    "port_range": _("A port is a number from 1 to 65535."),
    "port_25": _("Port 25 is for mail between servers. Mail programs send through 465 or 587."),
    "port_of_other_protocol": _("Port %(part)s belongs to another protocol."),
    "port_security_tls": _("Port %(part)s works with SSL/TLS from the first byte. Choose SSL/TLS, or another port."),
    "port_security_starttls": _("Port %(part)s works with STARTTLS. Choose STARTTLS, or another port."),
    "unknown_placeholder": _("Nothing is known to put in place of {%(part)s}."),
    "placeholder_twice": _("{%(part)s} can stand in a host name only once."),
    "placeholder_within_label": _("{domain} stands for a whole domain, so it needs a dot beside it: imap.{domain}."),
    "unbalanced_braces": _("Braces do not pair up: %(part)s."),
    "pattern_without_mailbox": _("This would be the same user name for every mailbox. Use {address} or {local_part}."),
}


def validation_error(error: InvalidInput) -> ValidationError:
    """A fault of the core as Django's ValidationError, with the same code."""
    return ValidationError(MESSAGES[error.code], code=error.code, params={"part": error.part})
