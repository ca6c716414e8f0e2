"""Letters leave after the answer, so that nobody can tell from its time whether one was sent."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from django.conf import settings
from django.core.mail import EmailMessage

logger = logging.getLogger(__name__)
SENDERS = 2


def send(message: EmailMessage) -> None:
    """Send ``message``, in the background where the settings say so. What goes wrong stands in the log."""
    if settings.MAIL_IN_BACKGROUND:
        _senders().submit(_send, message)
    else:
        _send(message)


@cache
def _senders() -> ThreadPoolExecutor:
    # Made by the first letter of a worker, since threads do not survive the fork that made the worker.
    return ThreadPoolExecutor(SENDERS, thread_name_prefix="post")


def _send(message: EmailMessage) -> None:
    try:
        message.send()
    except Exception as error:
        # The error's own words hold the address.
        logger.error("A letter could not be sent: %s", type(error).__name__)
