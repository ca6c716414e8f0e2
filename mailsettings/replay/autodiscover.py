"""What readers of Autodiscover share: the request (MS-OXDSCLI, MS-ASCMD), and the answer's Protocol elements.

Element names are compared without their namespace, as Thunderbird and Delta Chat do.
"""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree import ElementTree as ET

from django.utils.translation import gettext as _

from mailsettings.core.endpoints import Protocol

from .asking import Reply, Walk
from .autoconfig import root_of
from .reading import Rejected

PATH = "/autodiscover/autodiscover.xml"
OUTLOOK = "outlook/requestschema/2006", "outlook/responseschema/2006a"
MOBILESYNC = "mobilesync/requestschema/2006", "mobilesync/responseschema/2006"
_SCHEMAS = "http://schemas.microsoft.com/exchange/autodiscover/"
TYPES = {"IMAP": Protocol.IMAP, "POP3": Protocol.POP3, "SMTP": Protocol.SMTP}


@dataclass(frozen=True, slots=True)
class Answered:
    """``protocols`` are the texts of each Protocol by element name, trimmed; ``redirect`` an address to ask instead.

    ``error`` is an error answer in words, empty where it is none.
    """

    protocols: tuple[dict[str, str], ...]
    redirect: str = ""
    error: str = ""


def post(walk: Walk, url: str, note: str = "", schema: tuple[str, str] = OUTLOOK) -> Reply | None:
    """Ask ``url`` for the settings of the address, without credentials."""
    request_schema, response_schema = schema
    root = ET.Element("Autodiscover", {"xmlns": _SCHEMAS + request_schema})
    request = ET.SubElement(root, "Request")
    ET.SubElement(request, "EMailAddress").text = str(walk.address)
    ET.SubElement(request, "AcceptableResponseSchema").text = _SCHEMAS + response_schema
    body = b'<?xml version="1.0" encoding="utf-8"?>' + ET.tostring(root)
    return walk.ask("POST", url, note, body=body, headers={"Content-Type": "text/xml; charset=utf-8"})


def read(body: bytes) -> Answered:
    """What an answer says. Raises Rejected for what is no Autodiscover answer."""
    root = root_of(body)
    if _name(root) != "Autodiscover":
        raise Rejected(_("the answer is no Autodiscover document"))
    texts: dict[str, str] = {}
    protocols = []
    for element in root.iter():
        if _name(element) == "Protocol":
            protocols.append({_name(child): (child.text or "").strip() for child in element})
        else:
            texts.setdefault(_name(element), (element.text or "").strip())
    code, message = texts.get("ErrorCode", ""), texts.get("Message", "")
    error = _("error %(code)s: %(message)s") % {"code": code, "message": message} if code else ""
    return Answered(tuple(protocols), texts.get("RedirectUrl", ""), error)


def _name(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
