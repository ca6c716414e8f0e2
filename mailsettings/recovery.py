"""“Send the link to my recovery contact”: asked for on the public page, answered alike for every address.

Whoever asks learns nothing: the request only counts a try and leaves the address here. Whether there is such a mailbox
and a contact for it is looked up afterwards, by a thread of this worker that nobody waits for, so neither the answer
nor its queries nor its time depend on that. What waits in the queue when a worker is stopped is worked off first; what
a crash loses can be asked for again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from threading import BoundedSemaphore

from django.db import connections

from . import letters, personal
from .core.addresses import Address
from .core.settings import Status
from .models import Mailbox, PersonalLink

logger = logging.getLogger(__name__)
# More than this at a time is no customer's doing; what comes on top is dropped without a word.
MOST_WAITING = 200
_places = BoundedSemaphore(MOST_WAITING)


@cache
def _thread() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="recovery")


def ask(address: Address, language: str) -> None:
    """Have a letter sent to the contact of this address's mailbox, if there are both. Returns at once."""
    if _places.acquire(blocking=False):
        later(lambda: _work(address, language))


def later(work: Callable[[], None]) -> None:
    """Do ``work`` when this request no longer waits for it."""
    _thread().submit(work)


def _work(address: Address, language: str) -> None:
    try:
        send_to_contact(address, language)
    except Exception as error:
        # Nobody waits for the answer, and what went wrong may name the address.
        logger.error("A letter to a recovery contact failed: %s", type(error).__name__)
    finally:
        connections.close_all()
        _places.release()


def send_to_contact(address: Address, language: str) -> bool:
    """Send a link to the recovery contact of the mailbox with this address; False where there is nobody to send to.

    A contact in the same domain is left alone: who asks cannot read mail there. So is the customer's own contact, since
    any visitor could have letters sent to it.
    """
    mailboxes = Mailbox.objects.filter(domain__names__name=address.domain, local_part=address.local_part)
    mailbox = mailboxes.filter(domain__status=Status.ACTIVE).select_related("domain").first()
    if mailbox is None or not letters.is_mail_address(mailbox.recovery):
        return False
    if letters.inside_domain(mailbox.recovery, mailbox.domain):
        return False
    link, token = personal.make(mailbox, PersonalLink.Way.RECOVERY, language=language, lasts="day")
    letters.send(link, token, mailbox.recovery)
    return True
