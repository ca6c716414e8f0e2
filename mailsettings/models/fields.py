"""Model fields of mail settings, and the validators behind them."""

from __future__ import annotations

from functools import cache, partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from publicsuffixlist import PublicSuffixList

from accounts.fields import NormalisedField
from accounts.messages import MESSAGES, validation_error
from mailsettings.core.addresses import normalise_local_part
from mailsettings.core.endpoints import check_user_name, check_user_name_pattern, normalise_host_pattern
from mailsettings.core.errors import InvalidInput
from mailsettings.core.names import display_name, normalise_name


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def refuse_public_suffix(name: str) -> None:
    """Raise ValidationError for a name under which registries sell domains (publicsuffix.org, both sections)."""
    if _suffixes().is_public(name):
        raise ValidationError(MESSAGES["public_suffix"], code="public_suffix", params={"part": display_name(name)})


class LocalPartField(NormalisedField):
    """The part of an address before “@”: lower-case ASCII, RFC 5321 dot-string."""

    normalise = staticmethod(normalise_local_part)


class HostPatternField(NormalisedField):
    """A host name that may hold ``{domain}`` in place of whole labels."""

    normalise = staticmethod(normalise_host_pattern)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 253)
        super().__init__(*args, **kwargs)


class UserNamePatternField(NormalisedField):
    """A user name with placeholders for the mailbox."""

    normalise = staticmethod(check_user_name_pattern)


class UserNameField(NormalisedField):
    """A mailbox's own user name, as it is typed."""

    normalise = staticmethod(check_user_name)


def check_url_pattern(value: str) -> None:
    """An https address in which ``{domain}`` may stand; raise ValidationError otherwise."""
    scheme, found, rest = value.partition("://")
    host, _slash, path = rest.partition("/")
    try:
        if scheme != "https" or not found or any(c.isspace() or not c.isprintable() for c in value):
            raise InvalidInput("bad_name", value[:80])
        normalise_host_pattern(host.partition(":")[0])
        if "{" in path.replace("{domain}", ""):
            raise InvalidInput("unknown_placeholder", path[:80])
    except InvalidInput as error:
        raise ValidationError(
            _("Write a whole address that begins with https://. {domain} may stand in it."), code="bad_url_pattern"
        ) from error


def check_host_names(value: Any) -> None:
    """A JSON list of host names in their one spelling; raise ValidationError otherwise."""
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValidationError(_("Write a list of host names."), code="not_a_list")
    for item in value:
        try:
            normalise_name(item)
        except InvalidInput as error:
            raise validation_error(error) from error
    if len(set(map(_one_spelling, value))) != len(value):
        raise ValidationError(_("A host name is in this list twice."), code="twice")


def _one_spelling(name: str) -> str:
    try:
        return normalise_name(name)
    except InvalidInput:
        return name


def check_dkim(value: Any) -> None:
    """A JSON list of ``{"selector", "record"}``; raise ValidationError otherwise."""
    good = isinstance(value, list) and all(
        isinstance(item, dict)
        and set(item) == {"selector", "record"}
        and all(isinstance(part, str) and part for part in item.values())
        for item in value
    )
    if not good:
        raise ValidationError(
            _('Write a list like [{"selector": "mail", "record": "v=DKIM1; k=rsa; p=…"}].'), code="bad_dkim"
        )
    for item in value:
        try:
            normalise_name(f"{item['selector']}.example")
        except InvalidInput as error:
            raise validation_error(error) from error
    if len({item["selector"].lower() for item in value}) != len(value):
        raise ValidationError(_("A selector is in this list twice."), code="twice")


ChoiceField = partial(models.CharField, max_length=20)
