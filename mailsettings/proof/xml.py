"""XML as every reader wants it: parsed without document types and entities, or unreadable."""

from __future__ import annotations

from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from .reading import Unreadable


def root_of(document: bytes) -> Element:
    """The root element; raises Unreadable."""
    try:
        return fromstring(document, forbid_dtd=True)
    except (ParseError, DefusedXmlException, LookupError, ValueError) as error:
        raise Unreadable(f"no XML: {error}") from error
