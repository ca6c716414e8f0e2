"""The ids that guides may refer to: a contract with the pages, which fill them in, and with the help article.

Programs and guides are not listed anywhere: a guide is known by its file.
"""

from __future__ import annotations

from enum import StrEnum

# Values of the customer's mailbox; the page fills them from MailSettings.
SETTINGS = frozenset(
    {
        "address",
        "user_name",
        "domain",
        "incoming.protocol",
        "incoming.hostname",
        "incoming.port",
        "incoming.security",
        "incoming.user_name",
        "incoming.authentication",
        "outgoing.hostname",
        "outgoing.port",
        "outgoing.security",
        "outgoing.user_name",
        "outgoing.authentication",
    }
)

# Places on this site, or the hoster's; the page knows their addresses.
LINKS = frozenset(
    {
        "webmail",
        "password_help",
        "support",
        "profile",
        "setup",
        "start",
        "guides",
        "imap_or_pop3",
        "mail_basics",
        "help",
    }
)
GUIDE_LINK = "guide:"
ERROR_LINK = "help:"
BASICS_LINK = "basics:"

# Entries of the help article, articles/help.toml.
ERRORS = frozenset(
    {
        "server-not-found",
        "connection-refused",
        "connection-dropped",
        "timeout",
        "login-refused",
        "sending-login",
        "security-port-swapped",
        "certificate-name",
        "certificate-date",
        "relay-refused",
        "mailbox-full",
        "mail-vanished",
        "certificate-antivirus",
        "sender-refused",
        "sent-twice",
        "sent-missing",
        "downloads-again",
        "folders-missing",
        "one-network-only",
        "too-many-connections",
        "password-asked-again",
        "cloud-cannot-reach",
        "foreign-sign-ins",
        "mail-late",
        "gmail-web-stopped",
        "outlook-profile",
        "attachment-too-large",
        "marked-as-spam",
        "account-stolen",
        "wrong-characters",
    }
)

# Headings of the article on mail basics.
BASICS = frozenset(
    {
        "mail-server",
        "imap",
        "pop3",
        "smtp",
        "tls",
        "starttls",
        "port",
        "user-name",
        "app-password",
        "mx",
        "panel",
        "authentication",
        "spf",
        "dkim",
        "dmarc",
        "autodiscover",
    }
)


class Platform(StrEnum):
    """Where a program runs, or ``device`` for a printer and the like."""

    WINDOWS = "windows"
    MACOS = "macos"
    LINUX = "linux"
    IOS = "ios"
    IPADOS = "ipados"
    ANDROID = "android"
    WEB = "web"
    DEVICE = "device"


class Kind(StrEnum):
    """What a guide sets up: a program for people, a device or website that only sends, a tool for the command line."""

    PROGRAM = "program"
    DEVICE = "device"
    WEBSITE = "website"
    TOOL = "tool"


class Mode(StrEnum):
    """Whether a way needs the values typed."""

    AUTOMATIC = "automatic"
    MANUAL = "manual"


class Manner(StrEnum):
    """How a program sets itself up: by asking for the settings, or from a file that its owner opens."""

    DISCOVERY = "discovery"
    PROFILE = "profile"


class NoteKind(StrEnum):
    NOTE = "note"
    WARNING = "warning"
