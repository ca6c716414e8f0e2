"""Lines of PHP that send a test message with PHPMailer 6 and 7.

Source: PHPMailer's README and the properties of its class.
"""

from __future__ import annotations

from ..core.endpoints import Protocol
from ..core.settings import Ask, MailSettings
from ..core.text import Text
from . import ConfigFormat
from .php import SMTP_SECURE, expresses, quoted
from .snippet import CONTENT_TYPE, PASSWORD_PLACE, address, server, text_of, user_name

# Its names for ``SMTPSecure``.
CONSTANT = {"ssl": "ENCRYPTION_SMTPS", "tls": "ENCRYPTION_STARTTLS"}


def render(settings: MailSettings, ask: Ask) -> bytes:
    """The lines, without an opening tag. Raises CannotExpress without an SMTP endpoint."""
    smtp = server(settings, Protocol.SMTP, expresses)
    sender = quoted(address(settings, ask))
    lines = [
        "use PHPMailer\\PHPMailer\\PHPMailer;",
        "",
        "require 'vendor/autoload.php';",
        "",
        "$mail = new PHPMailer(true);",
        "$mail->isSMTP();",
        "$mail->CharSet = PHPMailer::CHARSET_UTF8;",
        f"$mail->Host = {quoted(smtp.hostname)};",
        f"$mail->Port = {smtp.port};",
        f"$mail->SMTPSecure = PHPMailer::{CONSTANT[SMTP_SECURE[smtp.security]]};",
        "$mail->SMTPAuth = true;",
        f"$mail->Username = {quoted(user_name(settings, smtp, ask))};",
        f"// {PASSWORD_PLACE.in_language(ask.language)}",
        "$mail->Password = getenv('SMTP_PASSWORD');",
        f"$mail->setFrom({sender});",
        f"$mail->addAddress({sender});",
        "$mail->Subject = 'Test';",
        "$mail->Body = 'Test';",
        "$mail->send();",
    ]
    return text_of(lines)


FORMAT = ConfigFormat(
    file_name="phpmailer.txt",
    titles=Text(
        uk="Рядки для PHPMailer",
        en="Lines for PHPMailer",
    ),
    content_type=CONTENT_TYPE,
    render=render,
    expresses=expresses,
)
