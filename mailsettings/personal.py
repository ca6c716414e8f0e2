"""Personal links and codes for a call: the one place that makes, finds, revokes and counts them.

They are no part of the directory: nobody plans or reverts them, and no public answer depends on them. Who made, sent or
revoked a link, when and why, is in the link's own row. So they are written here and not by ``changes``, and the
revision stays where it is.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import string
import unicodedata
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.timezone import now

from accounts import throttle

from . import lookup
from .core.addresses import Address
from .core.settings import LoginPolicy, MailboxKind, MailSettings, Status
from .models import CallCode, Domain, Mailbox, PersonalLink
from .models.links import scope_of

if TYPE_CHECKING:
    from accounts.models import User

# 62 ** 24 is more than 2 ** 142. Letters and digits alone: messengers cut other characters off the end of a link.
TOKEN_LETTERS = string.ascii_letters + string.digits
TOKEN_LENGTH = 24
TOKEN = re.compile(rf"[A-Za-z0-9]{{{TOKEN_LENGTH}}}\Z")
# A year is for paper, which is not printed anew every month.
LASTS = {"day": timedelta(days=1), "week": timedelta(days=7), "month": timedelta(days=30), "year": timedelta(days=365)}
CODE_LASTS = timedelta(minutes=10)
# How many wrong links one client may try, in so many seconds.
WRONG_TOKENS, WRONG_SECONDS = 30, 600
CODE_DIGITS = 8
# As it is typed while somebody reads it out: in groups of any kind, perhaps behind a word, perhaps with a digit too few
# or too many. Neither a domain nor an address looks like that, and a phone number is longer.
_TYPED_CODE = re.compile(r"(?:[^\W\d_]+[\s:]+)?[№#\s]*([0-9](?:[\s\u2010-\u2015-]*[0-9]){5,8})[\s.,;!]*")
SALT = "skrynka code for a call"


# --- Links ------------------------------------------------------------------------------------------------------------


def make(
    record: Domain | Mailbox,
    way: PersonalLink.Way,
    *,
    language: str,
    lasts: str = "week",
    guide: str = "",
    by: User | None = None,
    reason: str = "",
) -> tuple[PersonalLink, str]:
    """A new link to ``record`` and its token, which is known nowhere else. ``lasts`` is a key of LASTS."""
    (made,) = _make([record], way, language=language, guide=guide, created_by=by, reason=reason, lasts=lasts)
    return made


def make_for_paper(
    mailboxes: Sequence[Mailbox], *, language: str, by: User | None = None
) -> list[tuple[PersonalLink, str]]:
    """A new link for the printed sheet of each mailbox, in their order, and its token. Earlier ones go on working."""
    return _make(mailboxes, PersonalLink.Way.PAPER, language=language, created_by=by, lasts="year")


def _make(
    records: Sequence[Domain | Mailbox], way: PersonalLink.Way, *, lasts: str, **values: Any
) -> list[tuple[PersonalLink, str]]:
    tokens = ["".join(secrets.choice(TOKEN_LETTERS) for _ in range(TOKEN_LENGTH)) for _record in records]
    until = now() + LASTS[lasts]
    links = PersonalLink.objects.bulk_create(
        PersonalLink(**scope_of(record), way=way, digest=_digest(token), expires_at=until, **values)
        for record, token in zip(records, tokens, strict=True)
    )
    return list(zip(links, tokens, strict=True))


def find(token: str) -> PersonalLink | None:
    """The link with this token, be it expired or revoked; None where there is none, or nothing to open any more."""
    if not TOKEN.match(token):
        return None
    link = PersonalLink.objects.filter(digest=_digest(token)).with_record().first()
    return link if link and link.record else None


def may_be_wrong(request: HttpRequest) -> bool:
    """Count one more wrong link of this client, be it to a page or to a file, and tell whether it may try another."""
    return throttle.allowed(request, "wrong-link", WRONG_TOKENS, WRONG_SECONDS)


def sent(link: PersonalLink, recipient: str) -> None:
    """A letter with the link went to ``recipient``, which is kept masked."""
    link.recipient, link.sent_at = masked(recipient), now()
    _of(link).update(recipient=link.recipient, sent_at=link.sent_at)


def revoke(link: PersonalLink, by: User | None, reason: str = "") -> None:
    """Make the link useless from now on. One that was revoked before stays as it is."""
    _of(link).filter(revoked_at=None).update(revoked_at=now(), revoked_by=by, revoke_reason=reason)


def count_opened(link: PersonalLink) -> None:
    _of(link).update(opened=F("opened") + 1, opened_at=now())


def count_downloaded(link: PersonalLink) -> None:
    _of(link).update(downloaded=F("downloaded") + 1, downloaded_at=now())


def _of(link: PersonalLink):
    return PersonalLink.objects.filter(pk=link.pk)


def _digest(token: str) -> str:
    """What is kept of a token. It is random enough for a plain hash: there is nothing to try out."""
    return hashlib.sha256(token.encode()).hexdigest()


def masked(recipient: str) -> str:
    """``olena@gmail.com`` -> ``o…@gmail.com``."""
    before, _at, after = recipient.rpartition("@")
    return f"{before[:1]}…@{after}"


# --- What a link shows ------------------------------------------------------------------------------------------------


def settings_of(record: Domain | Mailbox) -> MailSettings | None:
    """The exact truth about a mailbox, or a domain's settings; None for a domain that has lost its name."""
    if isinstance(record, Mailbox):
        return lookup.for_mailbox(record)
    return lookup.for_domain(record.primary_name)


def address_of(record: Domain | Mailbox) -> Address | None:
    return record.address if isinstance(record, Mailbox) else None


def can_be_set_up(settings: MailSettings) -> bool:
    """Whether a program can use the settings now: served, and an active mailbox where they are of one."""
    box = settings.mailbox
    return settings.served and (box is None or (box.status is Status.ACTIVE and box.kind is MailboxKind.MAILBOX))


def opens_settings(link: PersonalLink) -> bool:
    """Whether a link shows settings now; else its page says why there are none."""
    settings = settings_of(link.record) if link.record else None
    return settings is not None and can_be_set_up(settings)


def has_paper_link(settings: MailSettings) -> bool:
    """Whether the printed sheet of a mailbox leads to a link: where its public page leaves the user name out."""
    is_mailbox = settings.mailbox is not None
    return is_mailbox and settings.login_policy is LoginPolicy.PRIVATE and can_be_set_up(settings)


def url(record: Domain | Mailbox, link: PersonalLink, token: str) -> str:
    """The whole address of a link: at the brand's own host, in the link's language, at its guide if it has one."""
    settings = settings_of(record)
    return url_at(settings.brand.origin if settings else lookup.default_brand().origin, link, token)


def url_at(origin: str, link: PersonalLink, token: str) -> str:
    """The same for whoever knows the brand's ``origin`` already."""
    guide = f"{link.guide}/" if link.guide else ""
    return f"{origin}/{link.language}/s/{token}/{guide}"


# --- Codes for a call -------------------------------------------------------------------------------------------------


def make_code(record: Domain | Mailbox, *, language: str, by: User | None) -> str:
    """Eight digits that open ``record`` once within CODE_LASTS. Earlier ones for the same record stop working."""
    CallCode.objects.of(record).filter(used_at=None).update(expires_at=now())
    while True:
        digits = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
        try:
            with transaction.atomic():
                CallCode.objects.create(
                    **scope_of(record), digest=_code_digest(digits), language=language, created_by=by,
                    expires_at=now() + CODE_LASTS,
                )  # fmt: skip
        except IntegrityError:
            # These digits were given out before, be it long ago.
            continue
        return f"{digits[:4]} {digits[4:]}"


def typed_code(text: str) -> str:
    """The digits of what looks like a code, were they one too few; empty for anything else."""
    found = _TYPED_CODE.fullmatch(unicodedata.normalize("NFKC", text[:100]).strip())
    return re.sub(r"[^0-9]", "", found[1]) if found else ""


def find_code(text: str) -> CallCode | None:
    """The code as it was typed, if it still opens something."""
    digits = typed_code(text)
    if len(digits) != CODE_DIGITS:
        return None
    codes = CallCode.objects.filter(digest=_code_digest(digits), used_at=None, expires_at__gt=now())
    code = codes.with_record().first()
    return code if code and code.is_of_its_customer else None


def redeem(code: CallCode, language: str) -> str | None:
    """Use a code up for a link that lasts a day: its token, or None where somebody was faster."""
    record = code.record
    if record is None or not CallCode.objects.filter(pk=code.pk, used_at=None).update(used_at=now()):
        return None
    _link, token = make(record, PersonalLink.Way.CALL, language=language, lasts="day", by=code.created_by)
    return token


def _code_digest(digits: str) -> str:
    """Keyed, since eight digits are soon tried out."""
    return salted_hmac(SALT, digits, algorithm="sha256").hexdigest()
