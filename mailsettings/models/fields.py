"""Model fields of mail settings, and the validators behind them."""

from __future__ import annotations

import base64
import binascii
import re
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
        _check_dkim_record(item["record"])
    if len({item["selector"].lower() for item in value}) != len(value):
        raise ValidationError(_("A selector is in this list twice."), code="twice")


# --- Texts of DNS records ---------------------------------------------------------------------------------------------

# RFC 7208 §3.4: the answer to a query for a domain's TXT records should fit into one packet.
MAX_SPF = 450
# RFC 7208 §5: what stands behind the name of a mechanism, as a pattern.
_NAME = r"[^\s:/]+"
_LENGTHS = r"(/\d{1,2})?(//\d{1,3})?"
SPF_MECHANISMS = {
    "all": "",
    "include": f":{_NAME}",
    "a": f"(:{_NAME})?{_LENGTHS}",
    "mx": f"(:{_NAME})?{_LENGTHS}",
    "ptr": f"(:{_NAME})?",
    "ip4": r":[\d.]+(/\d{1,2})?",
    "ip6": r":[\da-fA-F:.]+(/\d{1,3})?",
    "exists": f":{_NAME}",
}
SPF_MODIFIER = re.compile(r"(?P<name>[A-Za-z][\w.-]*)=\S*", re.ASCII)
# §4.6.4: the terms for which receivers ask the DNS again, and how many of them they bear.
SPF_LOOKUPS = frozenset({"include", "a", "mx", "ptr", "exists", "redirect"})
MAX_SPF_LOOKUPS = 10
_POLICIES = ("none", "quarantine", "reject")
# RFC 9989: the tags whose values are words.
DMARC_WORDS = {
    "p": _POLICIES,
    "sp": _POLICIES,
    "np": _POLICIES,
    "adkim": ("r", "s"),
    "aspf": ("r", "s"),
    "psd": ("y", "n", "u"),
    "t": ("y", "n"),
}
# RFC 9989 took them out of RFC 7489.
DMARC_REMOVED = ("pct", "rf", "ri")


def check_spf(value: str) -> None:
    """The text of one SPF record (RFC 7208); raise ValidationError otherwise."""
    _check_line(value)
    versions = [term for term in value.split(" ") if term.lower() == "v=spf1"]
    if value.split(" ")[0] != "v=spf1":
        raise ValidationError(_("An SPF record begins with v=spf1 and a space."), code="bad_spf")
    if len(versions) > 1:
        raise ValidationError(
            _("v=spf1 is in it twice. A domain has one SPF record: merge the two into one."), code="two_spf"
        )
    if len(value) > MAX_SPF:
        raise ValidationError(
            _("An SPF record longer than %(most)d characters may not fit into one answer. Use include."),
            code="long_spf", params={"most": MAX_SPF},
        )  # fmt: skip
    _check_spf_terms([term for term in value.split(" ")[1:] if term])


def _check_spf_terms(terms: list[str]) -> None:
    """Every term is one that receivers know, is looked at, and can be looked up; raise ValidationError otherwise."""
    names = []
    for term in terms:
        if "all" in names and not SPF_MODIFIER.fullmatch(term):
            raise ValidationError(
                _("Receivers do not look at what stands after all: “%(term)s”. Write all last."), code="after_all",
                params={"term": term[:80]},
            )  # fmt: skip
        names.append(_spf_name(term))
    lookups = sum(name in SPF_LOOKUPS for name in names)
    if lookups > MAX_SPF_LOOKUPS:
        raise ValidationError(
            _(
                "Terms of this record that have to be looked up: %(count)d. Receivers give up after %(most)d. "
                "Write addresses with ip4 and ip6 in place of some of a, mx and include."
            ),
            code="many_lookups",
            params={"count": lookups, "most": MAX_SPF_LOOKUPS},
        )


def _spf_name(term: str) -> str:
    """The name of a mechanism or a modifier in lower case; raise ValidationError for what is neither."""
    if modifier := SPF_MODIFIER.fullmatch(term):
        return modifier["name"].lower()
    mechanism = re.fullmatch(r"[+?~-]?([A-Za-z0-9]+)(.*)", term)
    name = mechanism[1].lower() if mechanism else ""
    if (
        mechanism is None
        or name not in SPF_MECHANISMS
        or not re.fullmatch(SPF_MECHANISMS[name], mechanism[2], re.ASCII)
    ):
        raise ValidationError(
            _(
                "SPF has no such term: “%(term)s”. It knows all, include:name, a, mx, ip4:address, ip6:address, "
                "exists:name and redirect=name."
            ),
            code="bad_spf_term",
            params={"term": term[:80]},
        )
    return name


def check_dmarc(value: str) -> None:
    """The text of a DMARC record (RFC 9989); raise ValidationError otherwise."""
    tags = _tags(value, "v=DMARC1", any_case=True)
    if removed := [tag for tag in DMARC_REMOVED if tag in tags]:
        raise ValidationError(
            _("DMARC (RFC 9989) no longer has the tag %(tag)s. Leave it out."), code="removed_tag",
            params={"tag": removed[0]},
        )  # fmt: skip
    for tag, words in DMARC_WORDS.items():
        if tag in tags and tags[tag].lower() not in words:
            raise ValidationError(
                _("The tag %(tag)s has one of these values: %(values)s."), code="bad_tag_value",
                params={"tag": tag, "values": ", ".join(words)},
            )  # fmt: skip
    if "p" in tags and next(iter(tags)) != "p":
        raise ValidationError(
            _("Write the tag p right after v=DMARC1: older receivers look for it nowhere else."), code="late_policy"
        )
    for tag in ("rua", "ruf"):
        _check_reports(tag, tags.get(tag))


def _check_reports(tag: str, value: str | None) -> None:
    """Addresses of reports, with commas between them, are URIs without the size that RFC 7489 allowed behind them."""
    for address in [part.strip() for part in value.split(",")] if value is not None else ():
        if "!" in address:
            raise ValidationError(
                _("DMARC (RFC 9989) no longer has a size after an address. Leave out what begins with “!” in %(tag)s."),
                code="report_size", params={"tag": tag},
            )  # fmt: skip
        if not re.fullmatch(r"mailto:[^@\s]+@[^@\s]+|(?!mailto:)[a-z][a-z0-9+.-]*:\S+", address, re.IGNORECASE):
            raise ValidationError(
                _("The tag %(tag)s says where reports go: write mailto: before each mail address."),
                code="bad_report_address", params={"tag": tag},
            )  # fmt: skip


def check_tls_rpt(value: str) -> None:
    """The text of a TLS-RPT record (RFC 8460 §3); raise ValidationError otherwise."""
    addresses = _tags(value, "v=TLSRPTv1").get("rua", "").split(",")
    if not all(re.fullmatch(r"\s*(mailto:[^@\s]+@|https://)[^\s@]+\s*", address) for address in addresses):
        raise ValidationError(
            _(
                "The tag rua says where reports go: mailto: and a mail address, or an address that begins with https://."
            ),
            code="bad_rua",
        )


def _check_dkim_record(value: str) -> None:
    """The text of a DKIM key record (RFC 6376 §3.6.1); raise ValidationError otherwise."""
    key = _tags(value, "v=DKIM1").get("p")
    try:
        good = key is not None and base64.b64decode(re.sub(r"\s", "", key), validate=True) is not None
    except binascii.Error:
        good = False
    if not good:
        raise ValidationError(
            _("A DKIM record needs its public key in the tag p, in base64. An empty p= revokes the key."),
            code="bad_dkim_key",
        )


def _tags(value: str, version: str, *, any_case: bool = False) -> dict[str, str]:
    """``v=…; tag=value; …`` as values by tag; raise ValidationError unless ``version`` comes first.

    With ``any_case`` capitals in the name of a tag mean nothing.
    """
    _check_line(value)
    first, *parts = [part.strip() for part in value.rstrip("; ").split(";")]
    if re.sub(r" *= *", "=", first) != version:
        raise ValidationError(
            _("This record begins with %(version)s."), code="bad_version", params={"version": version}
        )
    tags: dict[str, str] = {}
    for part in parts:
        tag, found, text = part.partition("=")
        tag = tag.strip().lower() if any_case else tag.strip()
        if not found or not re.fullmatch("[A-Za-z][A-Za-z0-9_]*", tag):
            raise ValidationError(
                _("Write tags as name=value with a semicolon between them. This is none: “%(part)s”."), code="bad_tag",
                params={"part": part[:80]},
            )  # fmt: skip
        if tag in tags or tag == "v":
            raise ValidationError(_("The tag %(tag)s is in it twice."), code="tag_twice", params={"tag": tag})
        tags[tag] = text.strip()
    return tags


def _check_line(value: str) -> None:
    if not value.isascii() or not value.isprintable():
        raise ValidationError(
            _("Write the record in one line of Latin letters, digits and punctuation, without quotes around it."),
            code="bad_character",
        )


ChoiceField = partial(models.CharField, max_length=20)
