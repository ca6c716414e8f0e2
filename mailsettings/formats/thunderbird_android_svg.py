"""The QR code that Thunderbird for Android scans (Settings, Import settings); K-9 Mail has no scanner."""

from __future__ import annotations

from ..core.settings import Ask, MailSettings
from ..core.text import Text
from . import ConfigFormat
from .qr import CONTENT_TYPE, FOR_SCREENS, MAX_AGE, picture
from .thunderbird_android import account, expresses
from .thunderbird_android_json import payload

_TITLE = Text(
    uk="QR-код для Thunderbird на Android: {whose}",
    en="QR code for Thunderbird on Android: {whose}",
)


def render(settings: MailSettings, ask: Ask) -> bytes:
    """The picture. Raises CannotExpress as ``thunderbird_android_json.payload`` does."""
    text = payload(settings, ask)
    title = _TITLE.in_language(ask.language).format(whose=account(settings, ask).address.display)
    return picture(text, title, FOR_SCREENS)


FORMAT = ConfigFormat(
    file_name="thunderbird-android.svg",
    titles=Text(
        uk="QR-код для Thunderbird на Android",
        en="QR code for Thunderbird on Android",
    ),
    content_type=CONTENT_TYPE,
    render=render,
    expresses=expresses,
    private_max_age=MAX_AGE,
)
