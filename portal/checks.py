"""System checks: what is set in a way that would hurt, and the cure."""

from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register
from django.utils import translation

from mailsettings import mx, signing
from mailsettings.core.names import display_name

from .hosts import bare_host


@register(Tags.security)
def check_site_url(app_configs, **kwargs):
    """SITE_URL is an origin, and outside of a first try an encrypted one that others can reach."""
    parts = urlsplit(settings.SITE_URL)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query or parts.fragment:
        return [
            Error(
                f"SITE_URL is not an origin: {settings.SITE_URL}",
                hint="Write scheme and host only, for example SITE_URL=https://mail.hoster.example",
                id="portal.E001",
            )
        ]
    if not parts.hostname.isascii():
        return [
            Error(
                f"SITE_URL is not spelled as browsers send it: {settings.SITE_URL}",
                hint=f"Write the host name in A-labels: {bare_host(parts.netloc)}",
                id="portal.E012",
            )
        ]
    local = parts.hostname in ("localhost", "127.0.0.1", "::1")
    if parts.scheme == "http" and not local:
        return [
            Warning(
                "SITE_URL is not encrypted, so neither are sign-in and the settings that customers copy.",
                hint="Put a TLS proxy in front, set SITE_URL=https://… and TRUSTED_PROXY_COUNT=1.",
                id="portal.W001",
            )
        ]
    return []


@register(Tags.security)
def check_site_hosts(app_configs, **kwargs):
    """SITE_HOSTS are host names, without scheme and port."""
    return [
        Error(
            f"SITE_HOSTS has an entry that is not a host name: {host}",
            hint="Write names only, separated by commas: SITE_HOSTS=help.hoster.example,127.0.0.1",
            id="portal.E002",
        )
        for host in settings.SITE_HOSTS
        if host.strip("[]").lower().removesuffix(".") not in (bare_host(host), display_name(bare_host(host)))
    ]


@register(Tags.security)
def check_proxies(app_configs, **kwargs):
    """A negative number of proxies means nothing; TLS without any proxy means that nobody ends it."""
    if settings.TRUSTED_PROXY_COUNT < 0:
        return [
            Error(
                "TRUSTED_PROXY_COUNT is negative.",
                hint="Set it to the number of proxies in front of the site, or to 0 for none.",
                id="portal.E003",
            )
        ]
    if settings.SERVED_OVER_TLS and not settings.TRUSTED_PROXY_COUNT:
        return [
            Warning(
                "SITE_URL is https, but no proxy is trusted: every page would be redirected to https again and again.",
                hint="Set TRUSTED_PROXY_COUNT=1 when one TLS proxy stands in front and sets X-Forwarded-Proto.",
                id="portal.W002",
            )
        ]
    return []


@register(Tags.security)
def check_retention(app_configs, **kwargs):
    """How long things are kept is a number of days that means something."""
    least = {"SESSION_DAYS": 1, "LOG_DAYS": 0, "LINK_DAYS": 0, "ANSWER_DAYS": 0, "WORK_SECONDS": 1}
    return [
        Error(
            f"{name} is {getattr(settings, name)}.",
            hint=f"Set {name} to {number} or more; .env.example says what it means.",
            id="portal.E010",
        )
        for name, number in least.items()
        if getattr(settings, name) < number
    ]


@register(Tags.security)
def check_dns_servers(app_configs, **kwargs):
    """DNS_SERVERS are addresses, since asking for a name would need a DNS server."""
    return [
        Error(
            f"DNS_SERVERS has an entry that is no address: {text}",
            hint="Write IP addresses, with a port where it is not 53: DNS_SERVERS=9.9.9.9,[2620:fe::fe]:53",
            id="portal.E011",
        )
        for text in settings.DNS_SERVERS
        if not _is_server(text)
    ]


def _is_server(text):
    try:
        return bool(mx.nameserver(text))
    except ValueError:
        return False


@register(Tags.security, deploy=True)
def check_second_factor(app_configs, **kwargs):
    """A desk that everybody on the internet can reach asks for more than a password."""
    if settings.SERVED_OVER_TLS and not settings.ADMIN_SECOND_FACTOR:
        return [
            Warning(
                "The support desk lets in whoever knows a password.",
                hint="Set ADMIN_SECOND_FACTOR=1, or remove it: staff without a second factor are led to set one up.",
                id="portal.W005",
            )
        ]
    return []


@register(Tags.security, deploy=True)
def check_log_format(app_configs, **kwargs):
    if settings.LOG_FORMAT not in ("text", "json"):
        return [
            Warning(
                f"LOG_FORMAT is {settings.LOG_FORMAT}, so logs are plain text.",
                hint="Set LOG_FORMAT=text or LOG_FORMAT=json.",
                id="portal.W003",
            )
        ]
    return []


@register(Tags.security)
def check_profile_signing(app_configs, **kwargs):
    """Profiles are signed where that was asked for, and go on being."""
    with translation.override("en"):
        trouble, cure = (str(words) for words in signing.state().trouble(datetime.now(UTC)))
    return [Warning(trouble, hint=cure, id="portal.W004")] if trouble else []
