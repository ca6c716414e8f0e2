"""The site's lines for a web site's own code, run by PHPMailer and by Django."""

import re
import sys

import pytest

from .servers import PASSWORD

PHPMAILER = "/usr/share/php/libphp-phpmailer/autoload.php"


class TestPhpmailer:
    @pytest.fixture
    def program(self, customer, subject) -> str:
        """The lines as a program of its own, which differs only in the subject."""
        (customer.home / "vendor").mkdir()
        customer.write("vendor/autoload.php", f"<?php require '{PHPMAILER}';\n")
        lines = customer.lines("website", "isSMTP")
        customer.write("send.php", "<?php\n" + re.sub(r"(Subject = )'[^']*'", rf"\1'{subject}'", lines))
        return subject

    def php(self, customer, authorities):
        return customer.try_to_run(
            "php", "-d", f"openssl.cafile={authorities}", "send.php", package="php-cli", SMTP_PASSWORD=PASSWORD
        )

    def test_sends(self, customer, servers, program):
        result = self.php(customer, servers.ca)

        assert result.returncode == 0, result.stdout
        assert servers.arrived(str(customer.address), program)

    def test_refuses_a_certificate_of_nobody_known(self, customer, program):
        result = self.php(customer, "/dev/null")

        assert result.returncode != 0
        assert "Could not connect to SMTP host" in result.stderr


class TestWordPress:
    # What the plugin WP Mail SMTP does with the constants of its documentation.
    PLUGIN = """<?php
require 'vendor/autoload.php';
require 'wp-config.php';
$mail = new PHPMailer\\PHPMailer\\PHPMailer(true);
WPMS_ON && WPMS_MAILER === 'smtp' ? $mail->isSMTP() : exit(3);
$mail->Host = WPMS_SMTP_HOST;
$mail->Port = WPMS_SMTP_PORT;
$mail->SMTPSecure = WPMS_SSL;
$mail->SMTPAuth = WPMS_SMTP_AUTH;
$mail->Username = WPMS_SMTP_USER;
$mail->Password = WPMS_SMTP_PASS;
$mail->setFrom(WPMS_MAIL_FROM);
$mail->addAddress(WPMS_MAIL_FROM);
$mail->Subject = $argv[1];
$mail->Body = 'Hello.';
$mail->send();
"""

    def test_sends(self, customer, servers, subject):
        (customer.home / "vendor").mkdir()
        customer.write("vendor/autoload.php", f"<?php require '{PHPMAILER}';\n")
        customer.write("wp-config.php", "<?php\n" + customer.file("wordpress.txt"))
        customer.write("plugin.php", self.PLUGIN)

        result = customer.try_to_run(
            "php", "-d", f"openssl.cafile={servers.ca}", "plugin.php", subject, package="php-cli",
            SMTP_PASSWORD=PASSWORD,
        )  # fmt: skip

        assert result.returncode == 0, result.stdout + result.stderr
        assert servers.arrived(str(customer.address), subject)


class TestDjango:
    SEND = """
import sys, django
from django.core.mail import send_mail
django.setup()
send_mail(sys.argv[1], "Hello.", None, [sys.argv[2]])
"""

    def django(self, customer, subject, **environment):
        customer.write("site_settings.py", 'SECRET_KEY = "a key"\n' + customer.lines("website", "EMAIL_HOST"))
        return customer.try_to_run(
            sys.executable, "-c", self.SEND, subject, str(customer.address),
            **{"DJANGO_SETTINGS_MODULE": "site_settings", "PYTHONPATH": str(customer.home), "SMTP_PASSWORD": PASSWORD}
            | environment,
        )  # fmt: skip

    def test_sends(self, customer, servers, subject):
        result = self.django(customer, subject)

        assert result.returncode == 0, result.stderr
        letter = servers.arrived(str(customer.address), subject)
        assert letter["From"] == str(customer.address)

    def test_refuses_a_certificate_of_nobody_known(self, customer):
        result = self.django(customer, "no", SSL_CERT_FILE="/dev/null")

        assert result.returncode != 0
        assert "CERTIFICATE_VERIFY_FAILED" in result.stderr
