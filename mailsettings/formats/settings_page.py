"""The address of the settings page as a QR code, for phones and printed sheets.

The mail address stands behind ``#``, which a browser keeps to itself: no log has it.
"""

from __future__ import annotations

from urllib.parse import quote

from ..core.addresses import Address
from ..core.endpoints import Endpoint
from ..core.errors import CannotExpress
from ..core.settings import Ask, MailSettings
from ..core.text import Text
from . import ConfigFormat
from .qr import CONTENT_TYPE, MAX_AGE, picture

# What a fragment may hold unencoded (RFC 3986 §3.5), of what an address may.
SAFE = "!$&'*+/=?@~"

_TITLE = Text(
    uk="QR-код: сторінка з налаштуваннями {whose}",
    en="QR code: the page with the settings of {whose}",
)


def expresses(_endpoint: Endpoint) -> bool:
    """Whether there are words for an endpoint: the page has them."""
    return True


def page_address(settings: MailSettings, language: str, address: Address | None) -> str:
    """The absolute address of the settings page, with the mail address as its fragment where there is one."""
    page = settings.page_url(language)
    return f"{page}#{quote(str(address), safe=SAFE)}" if address else page


def render(settings: MailSettings, ask: Ask) -> bytes:
    """The picture. Raises CannotExpress for a generic answer, which has no page."""
    if settings.generic:
        raise CannotExpress("a page belongs to a domain")
    whose = ask.address.display if ask.address else settings.domain_display
    title = _TITLE.in_language(ask.language).format(whose=whose)
    return picture(page_address(settings, ask.language, ask.address), title)


FORMAT = ConfigFormat(
    file_name="settings-page.svg",
    titles=Text(
        uk="QR-код сторінки з налаштуваннями",
        en="QR code of the settings page",
    ),
    content_type=CONTENT_TYPE,
    render=render,
    expresses=expresses,
    private_max_age=MAX_AGE,
)
