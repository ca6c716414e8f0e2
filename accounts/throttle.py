"""How often somebody may ask for something: counted in the shared cache, without keeping who it was."""

from __future__ import annotations

import hashlib
import hmac
import logging
import time

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

logger = logging.getLogger(__name__)


def allowed(request: HttpRequest, what: str, most: int, seconds: int, target: str = "") -> bool:
    """Count one more try at ``what`` and tell whether it is within ``most`` in these ``seconds``.

    Tries are counted by the client's address, or by ``target`` (a user name, a link) where one is given. The key holds
    a digest only. A cache that does not answer refuses nobody.
    """
    who = target or request.META.get("REMOTE_ADDR", "")
    window = int(time.time()) // seconds
    digest = hmac.new(settings.SECRET_KEY.encode(), f"{what} {who}".encode(), hashlib.sha256).hexdigest()[:32]
    key = f"throttle:{what}:{window}:{digest}"
    try:
        if cache.add(key, 1, timeout=seconds):
            return most > 0
        return int(cache.incr(key)) <= most
    except ValueError:
        # It ran out between the two questions.
        return True
    except Exception:
        logger.warning("The cache does not answer, so nothing is throttled", exc_info=True)
        return True
