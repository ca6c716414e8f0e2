"""Brands: the face under which a hoster or a reseller is seen."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..fields import NAME_PATTERN, NameField
from .log import Recorded

LANGUAGE_CHOICES = [("uk", "Українська"), ("en", "English")]
HEX_COLOUR = r"^#[0-9a-f]{6}$"


class BrandQuerySet(models.QuerySet["Brand"]):
    def visible_to(self, user) -> BrandQuerySet:
        """The brands that ``user`` works for."""
        return self if user.sees_everything else self.filter(pk__in=user.brand_ids)


class Brand(Recorded):
    slug = models.SlugField(
        _("short name"), max_length=50, unique=True, help_text=_("Latin letters, digits and hyphens.")
    )
    name = models.CharField(_("name"), max_length=60, help_text=_("What customers call the company."))
    is_default = models.BooleanField(
        _("default brand"), default=False, help_text=_("Customers without a brand of their own see this one.")
    )
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGE_CHOICES, default="uk")
    accent = models.CharField(
        _("accent colour"),
        max_length=7,
        blank=True,
        validators=[RegexValidator(HEX_COLOUR, _("Write a colour like #1f5fbf: six digits or letters a–f."))],
        help_text=_("Like #1f5fbf. Empty: the site’s own colour."),
    )
    logo = models.CharField(_("logo"), max_length=100, blank=True, editable=False)
    site_url = models.URLField(_("web site"), blank=True)
    support_email = models.EmailField(_("support e-mail"), blank=True)
    support_phone = models.CharField(_("support phone"), max_length=50, blank=True)
    support_url = models.URLField(_("support page"), blank=True)
    support_hours_uk = models.CharField(_("support hours, Ukrainian"), max_length=200, blank=True)
    support_hours_en = models.CharField(_("support hours, English"), max_length=200, blank=True)
    support_messengers = models.JSONField(
        _("messengers"),
        default=list,
        blank=True,
        help_text=_('A list like [{"name": "Telegram", "url": "https://t.me/…"}].'),
    )
    password_help_uk = models.TextField(
        _("password help, Ukrainian"),
        blank=True,
        help_text=_("Shown beside “Forgot the password?”. One or two sentences."),
    )
    password_help_en = models.TextField(_("password help, English"), blank=True)
    password_help_url = models.URLField(_("password help page"), blank=True)
    privacy_url = models.URLField(_("privacy policy"), blank=True)

    objects = BrandQuerySet.as_manager()

    class Meta:
        verbose_name = _("brand")
        verbose_name_plural = _("brands")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"],
                condition=Q(is_default=True),
                name="one_default_brand",
                violation_error_message=_("Another brand is the default already. Take the mark off that one first."),
            ),
            models.CheckConstraint(condition=Q(language__in=["uk", "en"]), name="brand_language_known"),
            models.CheckConstraint(condition=Q(accent="") | Q(accent__regex=HEX_COLOUR), name="brand_accent_is_colour"),
        ]

    def __str__(self) -> str:
        return self.name

    def derive(self) -> None:
        self.accent = self.accent.lower()

    def clean(self) -> None:
        check_messengers(self.support_messengers)


def check_messengers(value: object) -> None:
    """Raise ValidationError unless ``value`` is a list of name and https address pairs."""
    good = isinstance(value, list) and all(
        isinstance(item, dict)
        and set(item) == {"name", "url"}
        and all(isinstance(part, str) and part for part in item.values())
        and item["url"].startswith("https://")
        for item in value
    )
    if not good:
        raise ValidationError(
            {"support_messengers": _('Write a list like [{"name": "Telegram", "url": "https://t.me/…"}].')}
        )


class BrandHost(Recorded):
    """A host name under which customers of one brand reach their pages. The first one is used in links."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="hosts", verbose_name=_("brand"))
    name = NameField(
        _("host name"),
        unique=True,
        error_messages={"unique": _("This host name belongs to a brand already.")},
    )

    class Meta:
        verbose_name = _("brand host name")
        verbose_name_plural = _("brand host names")
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=Q(name__regex=NAME_PATTERN), name="brand_host_is_name")]

    def __str__(self) -> str:
        return self.name
