"""Service endpoints: of a server, or of a domain, where they replace the server's of the same protocol."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.messages import validation_error
from accounts.models import Recorded
from mailsettings.core import endpoints as core
from mailsettings.core.errors import InvalidInput

from .domains import Domain
from .fields import ChoiceField, HostPatternField, UserNamePatternField
from .servers import MailServer

HOST_PATTERN = r"^([a-z0-9-]+\.)*\{domain\}(\.[a-z0-9-]+)*$|^([a-z0-9-]+\.)+[a-z0-9-]+$"


class ServiceEndpoint(Recorded):
    class Protocol(models.TextChoices):
        IMAP = core.Protocol.IMAP, "IMAP"
        POP3 = core.Protocol.POP3, "POP3"
        SMTP = core.Protocol.SMTP, "SMTP"

    class Security(models.TextChoices):
        TLS = core.Security.TLS, "SSL/TLS"
        STARTTLS = core.Security.STARTTLS, "STARTTLS"

    class Authentication(models.TextChoices):
        PASSWORD = core.Authentication.PASSWORD, _("password")
        PASSWORD_ENCRYPTED = core.Authentication.PASSWORD_ENCRYPTED, _("encrypted password (CRAM-MD5)")

    server = models.ForeignKey(
        MailServer, models.CASCADE, null=True, blank=True, related_name="endpoints", verbose_name=_("mail server")
    )
    domain = models.ForeignKey(
        Domain, models.CASCADE, null=True, blank=True, related_name="endpoints", verbose_name=_("domain")
    )
    position = models.PositiveSmallIntegerField(
        _("order"), default=0, help_text=_("The first endpoint of each protocol is the recommended one.")
    )
    protocol = ChoiceField(_("protocol"), choices=Protocol.choices)
    hostname = HostPatternField(_("host name"), help_text=_("mail.hoster.example, or a pattern: imap.{domain}"))
    port = models.PositiveIntegerField(_("port"))
    security = ChoiceField(_("connection security"), choices=Security.choices)
    authentication = ChoiceField(_("authentication"), choices=Authentication.choices, default=Authentication.PASSWORD)
    username = UserNamePatternField(
        _("user name"), max_length=255, default="{address}",
        help_text=_("A pattern of {address}, {local_part} and {domain}."),
    )  # fmt: skip

    class Meta:
        verbose_name = _("service endpoint")
        verbose_name_plural = _("service endpoints")
        ordering = ["position", "id"]
        indexes = [models.Index(fields=["hostname"], opclasses=["varchar_pattern_ops"], name="endpoint_by_host_name")]
        constraints = [
            models.CheckConstraint(
                condition=Q(server=None, domain__isnull=False) | Q(server__isnull=False, domain=None),
                name="endpoint_has_one_owner",
            ),
            models.UniqueConstraint(
                fields=["server", "protocol", "hostname", "port"],
                condition=Q(domain=None),
                name="server_endpoint_once",
                violation_error_message=_("This server has this endpoint already."),
            ),
            models.UniqueConstraint(
                fields=["domain", "protocol", "hostname", "port"],
                condition=Q(server=None),
                name="domain_endpoint_once",
                violation_error_message=_("This domain has this endpoint already."),
            ),
            models.CheckConstraint(condition=Q(protocol__in=list(core.Protocol)), name="endpoint_protocol_known"),
            models.CheckConstraint(condition=Q(security__in=list(core.Security)), name="endpoint_is_encrypted"),
            models.CheckConstraint(
                condition=Q(authentication__in=list(core.Authentication)), name="endpoint_authentication_known"
            ),
            models.CheckConstraint(condition=Q(port__gte=1, port__lte=65535), name="endpoint_port_in_range"),
            models.CheckConstraint(condition=~Q(protocol="smtp", port=core.RELAY_PORT), name="endpoint_port_not_25"),
            models.CheckConstraint(condition=Q(hostname__regex=HOST_PATTERN), name="endpoint_host_is_pattern"),
        ]

    def __str__(self) -> str:
        return f"{self.get_protocol_display()} {self.hostname}:{self.port}"

    def clean(self) -> None:
        if self.port and self.protocol and self.security:
            try:
                core.check_port(self.protocol, self.port, self.security)
            except InvalidInput as error:
                raise ValidationError({"port": validation_error(error)}) from error
