"""The MX records of the new domains of a file, asked of the DNS when somebody wants to know before saving."""

from __future__ import annotations

from collections.abc import Sequence

from mailsettings import mx
from mailsettings.mx import State

# Somebody waits for the page: what is not asked by then is asked at the next press.
MOST = 50
SECONDS = 10.0


def check_mx(names: Sequence[str]) -> dict[str, list[str] | None]:
    """The MX host names of the first of ``names`` (A-labels), None where the DNS does not answer.

    A domain without MX, or one that the DNS does not know, has none. Whatever time was too short for is absent.
    """
    answers = mx.mx_of_all(names[:MOST], SECONDS)
    return {
        name: None if answer.state is State.NO_ANSWER else [host.name for host in answer.hosts]
        for name, answer in answers.items()
    }
