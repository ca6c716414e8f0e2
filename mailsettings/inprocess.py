"""One request to this site without a network: what a browser or a mail program would get, from within the process.

The request passes all of Django's middleware, ``portal.hosts`` first, like one that a server hands over (PEP 3333). It
runs in a context of its own, so that the caller's language and request number stay what they were, and without the
signals around a request, so that the caller's database connection and its transaction stay open.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextvars import ContextVar, copy_context
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO, StringIO
from urllib.parse import unquote_to_bytes, urlsplit

from django.conf import settings
from django.core.cache import caches
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.http.response import HttpResponseBase
from django.utils.datastructures import CaseInsensitiveMapping

logger = logging.getLogger(__name__)
PORTS = {"http": "80", "https": "443"}
# Requests with a body may name these two; neither is an ``HTTP_`` variable.
BARE = ("CONTENT_TYPE", "CONTENT_LENGTH")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. Names of ``headers`` are found in any case; ``cookies`` are those set, value by name."""

    status: int
    headers: Mapping[str, str] = field(default_factory=lambda: CaseInsensitiveMapping({}))
    body: bytes = b""
    cookies: Mapping[str, str] = field(default_factory=dict)


def fetch(method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Answer:
    """One request to this site. ``url`` is absolute: scheme and host are the ones the site believes it was asked by.

    Never raises: what goes wrong inside is logged and answered as a server would, with 500. Redirects are not followed.
    """
    try:
        # Caches are made once per context: here rather than anew in every copy.
        caches.all()
        return copy_context().run(_answer, _environ(method, url, headers or {}, body))
    except Exception:
        logger.exception("A request from within failed")
        return Answer(500)


@cache
def _handler() -> WSGIHandler:
    logging.getLogger("django.request").addFilter(_refusals_unlogged)
    return WSGIHandler()


_within: ContextVar[bool] = ContextVar("within", default=False)


def _refusals_unlogged(record: logging.LogRecord) -> bool:
    """A 404 to a request from within is an answer that was asked for, and nothing to warn of. Failures are logged."""
    return record.levelno >= logging.ERROR or not _within.get()


def _answer(environ: dict[str, object]) -> Answer:
    _within.set(True)
    request = WSGIRequest(environ)
    response = _handler().get_response(request)
    body = _body(response)
    bodiless = request.method == "HEAD" or response.status_code in (204, 304)
    return Answer(
        status=response.status_code,
        headers=CaseInsensitiveMapping(dict(response.items())),
        body=b"" if bodiless else body,
        cookies={name: morsel.value for name, morsel in response.cookies.items()},
    )


def _body(response: HttpResponseBase) -> bytes:
    """The whole body. A file is closed here, because ``response.close`` would send the end of the request about."""
    try:
        return response.getvalue()
    finally:
        if file := getattr(response, "file_to_stream", None):
            file.close()


def _environ(method: str, url: str, headers: Mapping[str, str], body: bytes) -> dict[str, object]:
    """The WSGI environment of a request from this machine, or through the proxy that is trusted."""
    parts = urlsplit(url)
    port = str(parts.port or PORTS.get(parts.scheme, ""))
    environ: dict[str, object] = {_variable(name): value for name, value in headers.items()}
    if settings.SECURE_PROXY_SSL_HEADER:
        environ[settings.SECURE_PROXY_SSL_HEADER[0]] = parts.scheme
    return environ | {
        "REQUEST_METHOD": method.upper(),
        "SCRIPT_NAME": "",
        # PEP 3333: bytes, each of them one character.
        "PATH_INFO": unquote_to_bytes(parts.path or "/").decode("latin-1"),
        "QUERY_STRING": parts.query,
        "CONTENT_LENGTH": str(len(body)) if body else "",
        "REMOTE_ADDR": "127.0.0.1",
        "SERVER_NAME": parts.hostname or "",
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": parts.netloc.rpartition("@")[2],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": parts.scheme,
        "wsgi.input": BytesIO(body),
        "wsgi.errors": StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }


def _variable(header: str) -> str:
    name = header.upper().replace("-", "_")
    return name if name in BARE else f"HTTP_{name}"
