"""Big mail providers, for people who enter an address that was never ours: where their own help is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Provider:
    name: str
    help_url: str


_GMAIL = Provider("Gmail", "https://support.google.com/mail/answer/7126229")
_OUTLOOK = Provider("Outlook.com", "https://support.microsoft.com/outlook")
_ICLOUD = Provider("iCloud", "https://support.apple.com/102525")
_YAHOO = Provider("Yahoo", "https://help.yahoo.com/kb/SLN4075.html")
_PROTON = Provider("Proton Mail", "https://proton.me/support/mail")
PROVIDERS = {
    "gmail.com": _GMAIL,
    "googlemail.com": _GMAIL,
    "ukr.net": Provider("UKR.NET", "https://wiki.ukr.net/ManageIMAPAccess"),
    "i.ua": Provider("I.UA", "https://help.i.ua/"),
    "ua.fm": Provider("I.UA", "https://help.i.ua/"),
    "meta.ua": Provider("Meta.ua", "https://meta.ua/"),
    "bigmir.net": Provider("bigmir)net", "https://mail.bigmir.net/"),
    "outlook.com": _OUTLOOK,
    "hotmail.com": _OUTLOOK,
    "live.com": _OUTLOOK,
    "msn.com": _OUTLOOK,
    "icloud.com": _ICLOUD,
    "me.com": _ICLOUD,
    "mac.com": _ICLOUD,
    "yahoo.com": _YAHOO,
    "ymail.com": _YAHOO,
    "aol.com": Provider("AOL", "https://help.aol.com/"),
    "proton.me": _PROTON,
    "protonmail.com": _PROTON,
    "gmx.net": Provider("GMX", "https://hilfe.gmx.net/"),
    "gmx.de": Provider("GMX", "https://hilfe.gmx.net/"),
    "web.de": Provider("WEB.DE", "https://hilfe.web.de/"),
    "zoho.com": Provider("Zoho Mail", "https://www.zoho.com/mail/help/"),
    "fastmail.com": Provider("Fastmail", "https://www.fastmail.help/"),
}
