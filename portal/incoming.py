"""What Django would stumble over before any middleware runs, put right in the WSGI environment.

Django reads the charset and the query while it makes the request object, where no middleware can answer for a mail
program, and it takes a body without a Content-Length for none. ``readable`` stands around the application. A request
that has none of this costs it three look-ups.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any

from django.conf import settings

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
# RFC 2046 §5.1.1, as a token or in quotes.
BOUNDARY = re.compile(r";\s*boundary=(?:\"([\w'()+,./:=? -]{1,70})\"|([\w'()+,./:=?-]{1,70}))\s*(?:;|$)", re.I | re.A)


def readable(application: Application) -> Application:
    """``application``, which sees plain UTF-8, a bounded number of parameters, and bodies with a length."""

    def answer(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if ";" in environ.get("CONTENT_TYPE", ""):
            environ["CONTENT_TYPE"] = _without_charset(environ["CONTENT_TYPE"])
        most = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
        query = environ.get("QUERY_STRING", "")
        if query.count("&") >= most:
            environ["QUERY_STRING"] = "&".join(query.split("&", most)[:most])
        if "HTTP_TRANSFER_ENCODING" in environ and not _measured(environ):
            start_response("413 Content Too Large", [("Content-Type", "text/plain; charset=utf-8")])
            return [b"Too large. Send it with a Content-Length.\n"]
        return application(environ, start_response)

    return answer


def _without_charset(content_type: str) -> str:
    """The bare type, so that Django reads UTF-8, which is what forms are in (the reader of XML looks at the bytes).

    A charset like ``hex`` is no text encoding, and with ``utf-16`` even the query would be another. Of the parameters
    only a multipart body's boundary is needed.
    """
    media_type = content_type.partition(";")[0].strip()
    boundary = BOUNDARY.search(content_type) if media_type.lower().startswith("multipart/") else None
    return f'{media_type}; boundary="{boundary[1] or boundary[2]}"' if boundary else media_type


def _measured(environ: Environ) -> bool:
    """Give a chunked body its length, up to an octet more than a body may have, so that its reader sees that it is too
    long; False where part of it would pass for the whole: what is cut off a form with files would not be missed.

    Only where the server ends such a body by itself; elsewhere reading it would wait for ever.
    """
    if not environ.get("wsgi.input_terminated"):
        return True
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    try:
        body = environ["wsgi.input"].read(most + 1)
    except OSError:
        # Broken off, or no chunks.
        body = b""
    if len(body) > most and environ.get("CONTENT_TYPE", "").lower().startswith("multipart/"):
        return False
    environ["wsgi.input"], environ["CONTENT_LENGTH"] = BytesIO(body), str(len(body))
    return True
