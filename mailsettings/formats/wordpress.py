"""Lines for ``wp-config.php`` of a WordPress site with the plugin WP Mail SMTP.

Source: WP Mail SMTP 4.8, ``wp_mail_smtp.php`` (constants). The plugin sends through PHPMailer.
"""

from __future__ import annotations

from ..core.endpoints import Protocol
from ..core.settings import Ask, MailSettings
from ..core.text import Text
from . import ConfigFormat
from .php import SMTP_SECURE, expresses, quoted
from .snippet import CONTENT_TYPE, PASSWORD_PLACE, address, server, text_of, user_name

_WHERE = Text(
    uk="// wp-config.php, над рядком «That’s all, stop editing!»",
    en="// wp-config.php, above the line “That’s all, stop editing!”",
)


def render(settings: MailSettings, ask: Ask) -> bytes:
    """The lines. Raises CannotExpress without an SMTP endpoint."""
    smtp = server(settings, Protocol.SMTP, expresses)
    lines = [
        _WHERE.in_language(ask.language),
        "define( 'WPMS_ON', true );",
        "define( 'WPMS_MAILER', 'smtp' );",
        f"define( 'WPMS_SMTP_HOST', {quoted(smtp.hostname)} );",
        f"define( 'WPMS_SMTP_PORT', {smtp.port} );",
        f"define( 'WPMS_SSL', {quoted(SMTP_SECURE[smtp.security])} );",
        "define( 'WPMS_SMTP_AUTH', true );",
        f"define( 'WPMS_SMTP_USER', {quoted(user_name(settings, smtp, ask))} );",
        f"// {PASSWORD_PLACE.in_language(ask.language)}",
        "define( 'WPMS_SMTP_PASS', getenv( 'SMTP_PASSWORD' ) );",
        f"define( 'WPMS_MAIL_FROM', {quoted(address(settings, ask))} );",
        "define( 'WPMS_MAIL_FROM_FORCE', true );",
    ]
    return text_of(lines)


FORMAT = ConfigFormat(
    file_name="wordpress.txt",
    titles=Text(
        uk="Рядки для WordPress (WP Mail SMTP)",
        en="Lines for WordPress (WP Mail SMTP)",
    ),
    content_type=CONTENT_TYPE,
    render=render,
    expresses=expresses,
)
