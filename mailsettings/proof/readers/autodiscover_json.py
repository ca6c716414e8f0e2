"""Autodiscover version 2, JSON, as Outlook reads it: where a service is. It holds no settings.

Source: the requests of Outlook as servers log them: the address as a parameter or at the end of the path, names and
values in any case.
"""

from __future__ import annotations

import json
from typing import Any

from ..quoting import split
from ..reading import Published, Reader, Request, Unreadable

DOCUMENT = "/autodiscover/autodiscover.xml"
SPELLINGS = (
    "https://autodiscover.{domain}/autodiscover/autodiscover.json?Email={address}&Protocol=AutodiscoverV1&RedirectCount=1",
    "https://{domain}/autodiscover/autodiscover.json?Email={address}&Protocol=Autodiscoverv1",
    "https://autodiscover.{domain}/autodiscover/autodiscover.json/v1.0/{address}?Protocol=AutodiscoverV1",
    "https://{domain}/AutoDiscover/AutoDiscover.json/V1.0/{address}?protocol=AUTODISCOVERV1",
    "https://autodiscover.{domain}/AUTODISCOVER/AUTODISCOVER.JSON?EMAIL={address}&PROTOCOL=autodiscoverv1",
)
# Services of Exchange, which is not here.
OTHERS = ("ActiveSync", "Ews", "Rest", "Substrate")
OTHER_SPELLINGS = (
    "https://autodiscover.{domain}/autodiscover/autodiscover.json?Email={address}&Protocol=",
    "https://{domain}/AutoDiscover/AutoDiscover.json/v1.0/{address}?Protocol=",
)


def location(document: bytes, asked: str) -> str:
    """Where the XML answer is: at the host that was asked. Raises Unreadable."""
    answer = _answer(document)
    if str(answer.get("Protocol", "")).lower() != "autodiscoverv1":
        raise Unreadable(f"an answer about {answer.get('Protocol')}")
    url = str(answer.get("Url", ""))
    parts, here = split(url), split(asked)
    if (parts.scheme, parts.netloc, parts.path.lower()) != ("https", here.netloc, DOCUMENT) or parts.query:
        raise Unreadable(f"leads to {url}")
    return url


def elsewhere(document: bytes, _address: str) -> tuple[Published, ...]:
    """A server for every address (URL) in the answer."""
    url = _answer(document).get("Url")
    return (Published("", hostname=str(url)),) if url else ()


def _answer(document: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(document)
    except ValueError as error:
        raise Unreadable(f"no JSON: {error}") from error
    if not isinstance(answer, dict):
        raise Unreadable("no JSON object")
    return answer


# Whatever is asked for, there is none: a group of no protocol is never complete.
NO_SERVICE = Reader(file_name="", read=elsewhere, protocols=(), needs=((),), refusals=(400, 404))
NO_SERVICE_REQUESTS = {other: tuple(Request("GET", f"{url}{other}") for url in OTHER_SPELLINGS) for other in OTHERS}
