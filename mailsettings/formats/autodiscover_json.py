"""Microsoft Autodiscover version 2, JSON: where to find a service, and the errors. It cannot express mail settings.

Source: the answers of Exchange Online as its clients know them. Outlook probes it for Exchange; the one thing to be
found here is the address of the XML answer (``AutodiscoverV1``). Names of protocols are compared without their case.
"""

from __future__ import annotations

import json

CONTENT_TYPE = "application/json; charset=utf-8"
AUTODISCOVER_V1 = "AutodiscoverV1"


def is_supported(protocol: str) -> bool:
    """Whether ``protocol`` is the one that can be found here."""
    return protocol.lower() == AUTODISCOVER_V1.lower()


def location(url: str) -> bytes:
    """Where the XML answer is; to be sent with status 200."""
    return _document({"Protocol": AUTODISCOVER_V1, "Url": url})


def unknown_address() -> bytes:
    """Nobody is served under this address; to be sent with status 404."""
    return _error("UserNotFound", "No settings are known here for this address.")


def missing_protocol() -> bytes:
    """The parameter Protocol is missing or empty; to be sent with status 400."""
    return _error("MandatoryParameterMissing", "A valid value must be provided for the query parameter 'Protocol'.")


def unsupported_protocol() -> bytes:
    """Another protocol than the one that can be found here; to be sent with status 400."""
    return _error("InvalidProtocol", f"The given protocol value is invalid. Supported values are '{AUTODISCOVER_V1}'.")


def _error(code: str, message: str) -> bytes:
    return _document({"ErrorCode": code, "ErrorMessage": message})


def _document(values: dict[str, str]) -> bytes:
    return json.dumps(values, ensure_ascii=False).encode()
