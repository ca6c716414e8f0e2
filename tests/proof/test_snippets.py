"""Readers of lines for configuration files, and of what Thunderbird for Android takes."""

import json

import pytest
import segno

from mailsettings.proof.qr import text_of
from mailsettings.proof.quoting import words
from mailsettings.proof.readers import (
    django,
    fetchmail,
    k9s,
    laravel,
    mbsync,
    msmtp,
    neomutt,
    phpmailer,
    settings_page_picture,
    thunderbird_android,
    thunderbird_android_picture,
    wordpress,
)
from mailsettings.proof.reading import Published, Unreadable
from mailsettings.proof.vocabulary import UNPROTECTED

ADDRESS = "olena@firma.example"
# A user name that quoting has to carry unharmed.
LOGIN = 'fi"r\\m$a'
ESCAPED = 'fi\\"r\\\\m$a'


def imap(security="tls", port=993, user=LOGIN, authentication=None) -> Published:
    return Published("imap", "imap.firma.example", port, security, user, authentication)


def pop3(security="tls", port=995, user=LOGIN) -> Published:
    return Published("pop3", "pop.firma.example", port, security, user)


def smtp(security="tls", port=465, user=LOGIN, authentication=None) -> Published:
    return Published("smtp", "smtp.firma.example", port, security, user, authentication)


MBSYNC = f"""\
IMAPAccount mailbox
Host imap.firma.example
Port 993
TLSType IMAPS
User "{ESCAPED}"
PassCmd "pass show mailbox"

IMAPStore mailbox-remote
Account mailbox
"""
MSMTP = f"""\
account mailbox
host smtp.firma.example
port 465
tls on
tls_starttls off
auth on
user "{LOGIN}"
passwordeval "pass show mailbox"
from {ADDRESS}
account default : mailbox
"""
NEOMUTT = """\
set from = "olena@firma.example"
set ssl_force_tls = yes
set imap_user = "fi\\"r\\\\m\\$a"
set imap_pass = "`pass show mailbox`"
set folder = "imaps://imap.firma.example:993/"
set smtp_user = "fi\\"r\\\\m\\$a"
set smtp_url = "smtps://smtp.firma.example:465/"
"""
FETCHMAIL = f"""\
poll "pop.firma.example"
  protocol pop3
  service 995
  uidl
  user "{ESCAPED}"
  ssl
  sslproto "tls1.2+"
  sslcertck
  keep
  mda "/usr/bin/procmail -d %T"
"""
PHPMAILER = """\
use PHPMailer\\PHPMailer\\PHPMailer;
$mail = new PHPMailer(true);
$mail->Host = 'smtp.firma.example';
$mail->Port = 465;
$mail->SMTPSecure = PHPMailer::ENCRYPTION_SMTPS;
$mail->SMTPAuth = true;
$mail->Username = 'fi"r\\\\m$a';
$mail->Password = getenv('SMTP_PASSWORD');
$mail->setFrom('olena@firma.example');
"""
LARAVEL = """\
MAIL_MAILER=smtp
MAIL_SCHEME=smtps
MAIL_HOST=smtp.firma.example
MAIL_PORT=465
MAIL_USERNAME="fi\\"r\\\\m\\$a"
MAIL_FROM_ADDRESS="olena@firma.example"
"""
REQUIRED = 'MAIL_URL="smtp://smtp.firma.example:465?require_tls=true"\n'
DJANGO = """\
import os
MAILERS = {
    "default": {
        "OPTIONS": {
            "host": "smtp.firma.example",
            "port": 465,
            "use_ssl": True,
            "username": "fi\\"r\\\\m$a",
            "password": os.environ["SMTP_PASSWORD"],
        },
    },
}
DEFAULT_FROM_EMAIL = "olena@firma.example"
"""
OLDER_DJANGO = """\
EMAIL_HOST = "smtp.firma.example"
EMAIL_PORT = 465
EMAIL_USE_SSL = True
EMAIL_HOST_USER = "fi\\"r\\\\m$a"
"""
WORDPRESS = """\
define( 'WPMS_ON', true );
define( 'WPMS_MAILER', 'smtp' );
define( 'WPMS_MAIL_FROM', 'olena@firma.example' );
define( 'WPMS_SMTP_HOST', 'smtp.firma.example' );
define( 'WPMS_SMTP_PORT', 465 );
define( 'WPMS_SSL', 'ssl' );
define( 'WPMS_SMTP_AUTH', true );
define( 'WPMS_SMTP_USER', 'fi"r\\\\m$a' );
"""


class TestSnippets:
    @pytest.mark.parametrize(
        ("reader", "text", "found"),
        [
            (mbsync, MBSYNC, (imap(),)),
            (msmtp, MSMTP, (smtp(),)),
            (neomutt, NEOMUTT, (imap(), smtp())),
            (fetchmail, FETCHMAIL, (pop3(),)),
            (phpmailer, PHPMAILER, (smtp(),)),
            (laravel, LARAVEL, (smtp(),)),
            (django, DJANGO, (smtp(),)),
            (django, OLDER_DJANGO, (smtp(),)),
            (wordpress, WORDPRESS, (smtp(),)),
        ],
    )
    def test_lines_are_read_as_their_program_reads_them(self, reader, text, found):
        assert reader.read(text.encode(), ADDRESS) == found

    @pytest.mark.parametrize(
        ("reader", "text", "protected", "instead", "security"),
        [
            (mbsync, MBSYNC, "TLSType IMAPS", "TLSType STARTTLS", "starttls"),
            (mbsync, MBSYNC, "TLSType IMAPS", "", "starttls"),
            (mbsync, MBSYNC, "TLSType IMAPS", "TLSType None", UNPROTECTED),
            (msmtp, MSMTP, "tls_starttls off", "", "starttls"),
            (msmtp, MSMTP, "tls on", "tls off", UNPROTECTED),
            (neomutt, NEOMUTT, "imaps://", "imap://", "starttls"),
            (neomutt, NEOMUTT.replace("imaps", "imap"), "tls = yes", "tls = no", UNPROTECTED),
            (fetchmail, FETCHMAIL, "  ssl\n", "", "starttls"),
            (fetchmail, FETCHMAIL.replace("  ssl\n", ""), 'sslproto "tls1.2+"', "", UNPROTECTED),
            (phpmailer, PHPMAILER, "ENCRYPTION_SMTPS", "ENCRYPTION_STARTTLS", "starttls"),
            (phpmailer, PHPMAILER, "SMTPSecure", "Secure", UNPROTECTED),
            (laravel, LARAVEL, "smtps", "smtp", UNPROTECTED),
            (laravel, LARAVEL + REQUIRED, "smtps", "smtp", "starttls"),
            (laravel, LARAVEL + REQUIRED, "MAIL_SCHEME=smtps", "MAIL_ENCRYPTION=tls", "starttls"),
            (django, DJANGO, "use_ssl", "use_tls", "starttls"),
            (django, DJANGO, "True", "False", UNPROTECTED),
            (wordpress, WORDPRESS, "'ssl'", "'tls'", "starttls"),
            (wordpress, WORDPRESS, "'ssl'", "''", UNPROTECTED),
        ],
    )
    def test_security_is_read_by_meaning(self, reader, text, protected, instead, security):
        assert protected in text
        assert reader.read(text.replace(protected, instead, 1).encode(), ADDRESS)[0].security == security

    @pytest.mark.parametrize(
        ("reader", "text"),
        [(msmtp, MSMTP), (neomutt, NEOMUTT), (phpmailer, PHPMAILER), (laravel, LARAVEL), (django, DJANGO)],
    )
    def test_lines_for_another_sender_are_refused(self, reader, text):
        with pytest.raises(Unreadable):
            reader.read(text.encode(), "petro@firma.example")

    @pytest.mark.parametrize(
        ("reader", "text"), [(neomutt, NEOMUTT.replace("\\$", "$")), (laravel, LARAVEL.replace("\\$a", "${a}"))]
    )
    def test_a_user_name_that_becomes_a_variable_is_another_one(self, reader, text):
        assert "computed" in reader.read(text.encode(), ADDRESS)[0].user_name

    def test_quotes_that_do_not_end_are_unreadable(self):
        with pytest.raises(Unreadable):
            words('User "olena')


CODE = [
    1, [1, 1],
    [0, "imap.firma.example", 993, 3, 1, LOGIN, "", ""],
    [[[0, "smtp.firma.example", 587, 2, 2, LOGIN, ""], [ADDRESS, ""]]],
]  # fmt: skip
K9S = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<k9settings version="99" format="1"><accounts><account uuid="8c6c4a29-0b0c-5a6c-9b5e-1f3f0d0a6b01">
<incoming-server type="IMAP"><host>imap.firma.example</host><port>993</port>
<connection-security>SSL_TLS_REQUIRED</connection-security><authentication-type>PLAIN</authentication-type>
<username>fi"r\\m$a</username></incoming-server>
<outgoing-server type="SMTP"><host>smtp.firma.example</host><port>587</port>
<connection-security>STARTTLS_REQUIRED</connection-security><authentication-type>CRAM_MD5</authentication-type>
<username>fi"r\\m$a</username></outgoing-server>
<identities><identity><email>olena@firma.example</email></identity></identities></account></accounts></k9settings>"""
ANDROID = (imap(authentication="password"), smtp("starttls", 587, authentication="password-encrypted"))


def drawn(text: str, error: str = "m", mask: int = 3) -> bytes:
    """``text`` as a QR code in an SVG picture."""
    rows = enumerate(segno.make_qr(text, error=error, mask=mask).matrix, start=4)
    dark = "".join(f"M{x} {y}h1v1H{x}z" for y, row in rows for x, module in enumerate(row, start=4) if module)
    return f'<svg xmlns="http://www.w3.org/2000/svg"><path d="{dark}"/></svg>'.encode()


class TestPictures:
    @pytest.mark.parametrize("error", "lmqh")
    @pytest.mark.parametrize("mask", range(8))
    def test_a_code_says_what_was_put_into_it(self, error, mask):
        for length in (1, 40, 200, 800):
            text = ('[0,"imap.firma.example",993]' * 40)[:length]

            assert text_of(drawn(text, error, mask)) == text

    @pytest.mark.parametrize("picture", [b"", b"<svg/>", drawn("x").replace(b"M4 4h1v1H4z", b""), drawn("x")[:-40]])
    def test_what_no_camera_would_read_is_unreadable(self, picture):
        with pytest.raises(Unreadable):
            thunderbird_android_picture.read(picture, ADDRESS)

    def test_the_picture_of_a_code_is_that_code(self):
        assert thunderbird_android_picture.read(drawn(json.dumps(CODE)), ADDRESS) == ANDROID

    def test_the_picture_of_a_page_leads_to_the_domain(self):
        page = "https://portal.example/uk/d/firma.example/"

        assert settings_page_picture.read(drawn(page), ADDRESS) == ()
        assert settings_page_picture.read(drawn(f"{page}#olena@firma.example"), ADDRESS) == ()

    @pytest.mark.parametrize(
        "url",
        [
            "https://portal.example/uk/d/other.example/",
            "https://portal.example/uk/d/firma.example/#petro@firma.example",
            "olena@firma.example",
        ],
    )
    def test_a_picture_that_leads_elsewhere_is_refused(self, url):
        with pytest.raises(Unreadable):
            settings_page_picture.read(drawn(url), ADDRESS)


class TestAndroid:
    def test_a_code_and_a_file_are_one_account(self):
        assert thunderbird_android.read(json.dumps(CODE).encode(), ADDRESS) == ANDROID
        assert k9s.read(K9S.encode(), ADDRESS) == ANDROID

    @pytest.mark.parametrize(
        ("good", "bad"),
        [("[1, [1, 1]", "[2, [1, 1]"), ('""', "null"), ("993, 3", "993, 4"), ('"olena', '"petro'), ("993", '"993x"')],
    )
    def test_one_bad_value_rejects_the_code(self, good, bad):
        text = json.dumps(CODE)
        assert good in text

        with pytest.raises(Unreadable):
            thunderbird_android.read(text.replace(good, bad, 1).encode(), ADDRESS)

    @pytest.mark.parametrize(
        ("good", "bad"),
        [('format="1"', 'format="2"'), ("8c6c4a29", "8c6c"), ("<port>993", "<port> 993"), ("olena@", "petro@")],
    )
    def test_an_account_that_would_be_skipped_is_unreadable(self, good, bad):
        with pytest.raises(Unreadable):
            k9s.read(K9S.replace(good, bad, 1).encode(), ADDRESS)
