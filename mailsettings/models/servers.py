"""Mail servers: platforms that many domains share."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.fields import NAME_PATTERN, NameField
from accounts.models import Brand, Recorded
from mailsettings.core import finding
from mailsettings.core.errors import InvalidInput
from mailsettings.core.names import normalise_name

from .fields import check_dkim, check_dmarc, check_host_names, check_spf, check_tls_rpt, check_url_pattern


class MailServerQuerySet(models.QuerySet["MailServer"]):
    def visible_to(self, user) -> MailServerQuerySet:
        """The servers of the brands that ``user`` works for, and the operator's, which any domain may use."""
        return self if user.sees_everything else self.filter(Q(brand=None) | Q(brand__in=user.brand_ids))


class MailServer(Recorded):
    name = models.CharField(
        _("name"), max_length=100, unique=True, help_text=_("For staff only. Customers never see it.")
    )
    is_default = models.BooleanField(
        _("default server"), default=False, help_text=_("Filled in for new domains. Existing ones keep their server.")
    )
    brand = models.ForeignKey(
        Brand,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="servers",
        verbose_name=_("brand"),
        help_text=_("Empty: the operator’s own server, for every brand."),
    )
    mx = models.JSONField(
        _("MX names"), default=list, blank=True, validators=[check_host_names], help_text=_('["mx1.hoster.example"]')
    )
    webmail_url = models.CharField(
        _("webmail address"), max_length=300, blank=True, validators=[check_url_pattern],
        help_text=_("May hold {domain}: https://webmail.{domain}/"),
    )  # fmt: skip
    panel_url = models.CharField(
        _("panel address"), max_length=300, blank=True, validators=[check_url_pattern],
        help_text=_("Where customers manage mailboxes and passwords. May hold {domain}."),
    )  # fmt: skip
    dns_spf = models.CharField(_("SPF record"), max_length=500, blank=True, validators=[check_spf])
    dns_dmarc = models.CharField(_("DMARC record"), max_length=500, blank=True, validators=[check_dmarc])
    dns_tls_rpt = models.CharField(_("TLS-RPT record"), max_length=500, blank=True, validators=[check_tls_rpt])
    dns_dkim = models.JSONField(_("DKIM keys"), default=list, blank=True, validators=[check_dkim])

    searched = frozenset({"name", "mx"})
    objects = MailServerQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail server")
        verbose_name_plural = _("mail servers")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"],
                condition=Q(is_default=True),
                name="one_default_server",
                violation_error_message=_("Another server is the default already. Take the mark off that one first."),
            ),
            models.CheckConstraint(condition=~Q(name=""), name="server_name_not_empty"),
        ]

    def __str__(self) -> str:
        return self.name

    def derive(self) -> None:
        if isinstance(self.mx, list):
            self.mx = [_in_one_spelling(name) for name in self.mx]

    def search_words(self) -> set[str]:
        return finding.server_words(self.name, self.mx)


def _in_one_spelling(name: object) -> object:
    try:
        return normalise_name(name) if isinstance(name, str) else name
    except InvalidInput:
        return name


class DiscoveryName(Recorded):
    """An exact host name, such as ``autoconfig.hoster.example``, that answers programs for all of a server's domains.

    Servers may share one.
    """

    server = models.ForeignKey(
        MailServer, models.CASCADE, related_name="discovery_names", verbose_name=_("mail server")
    )
    name = NameField(_("host name"), db_index=True)

    class Meta:
        verbose_name = _("discovery name")
        verbose_name_plural = _("discovery names")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["server", "name"],
                name="discovery_name_once",
                violation_error_message=_("This server has this discovery name already."),
            ),
            models.CheckConstraint(condition=Q(name__regex=NAME_PATTERN), name="discovery_name_is_name"),
        ]

    def __str__(self) -> str:
        return self.name
