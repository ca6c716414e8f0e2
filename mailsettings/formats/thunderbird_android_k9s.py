"""Settings file (``.k9s``) of K-9 Mail and Thunderbird for Android, with one account.

Source: thunderbird-android, SettingsFileParser and XmlSettingWriter.
"""

from __future__ import annotations

from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as ET

from ..core.endpoints import Authentication, Protocol, Security
from ..core.settings import Ask, MailSettings
from ..core.text import Text
from . import ConfigFormat
from .thunderbird_android import Account, Login, account, expresses
from .xml import document, leaf

TYPE = {Protocol.IMAP: "IMAP", Protocol.POP3: "POP3", Protocol.SMTP: "SMTP"}
CONNECTION_SECURITY = {Security.TLS: "SSL_TLS_REQUIRED", Security.STARTTLS: "STARTTLS_REQUIRED"}
AUTHENTICATION_TYPE = {Authentication.PASSWORD: "PLAIN", Authentication.PASSWORD_ENCRYPTED: "CRAM_MD5"}
# What deleting a message here does on the server: with POP3, which keeps mail on one device, nothing.
DELETE_POLICY = {Protocol.IMAP: "DELETE", Protocol.POP3: "NEVER"}
FORMAT_VERSION = "1"
# Of the contents: the apps bring older ones up to date, and write this one themselves for accounts from a QR code.
SETTINGS_VERSION = "99"

# Never to be changed: the same account keeps its identifier.
_NAMESPACE = uuid5(NAMESPACE_URL, "urn:skrynka:k9s")


def render(settings: MailSettings, ask: Ask) -> bytes:
    """The file in UTF-8. Raises CannotExpress where there is no account to write: ``thunderbird_android.account``."""
    found = account(settings, ask)
    root = ET.Element("k9settings", {"version": SETTINGS_VERSION, "format": FORMAT_VERSION})
    element = ET.SubElement(ET.SubElement(root, "accounts"), "account", {"uuid": _uuid(found)})
    leaf(element, "name", str(found.address))
    policy = DELETE_POLICY[found.incoming.endpoint.protocol]
    leaf(ET.SubElement(element, "settings"), "value", policy, {"key": "deletePolicy"})
    _add_server(element, "incoming-server", found.incoming)
    _add_server(element, "outgoing-server", found.outgoing)
    identity = ET.SubElement(ET.SubElement(element, "identities"), "identity")
    if found.name:
        leaf(identity, "name", found.name)
    leaf(identity, "email", str(found.address))
    return document(root)


def _add_server(parent: ET.Element, tag: str, login: Login) -> None:
    endpoint = login.endpoint
    server = ET.SubElement(parent, tag, {"type": TYPE[endpoint.protocol]})
    leaf(server, "host", endpoint.hostname)
    leaf(server, "port", endpoint.port)
    leaf(server, "connection-security", CONNECTION_SECURITY[endpoint.security])
    leaf(server, "authentication-type", AUTHENTICATION_TYPE[endpoint.authentication])
    leaf(server, "username", login.user_name)


def _uuid(found: Account) -> str:
    """Of the address and the protocol, so that a POP3 account leaves an IMAP one alone."""
    return str(uuid5(_NAMESPACE, f"{found.address}|{found.incoming.endpoint.protocol}"))


FORMAT = ConfigFormat(
    file_name="thunderbird-android.k9s",
    titles=Text(
        uk="Файл для K-9 Mail і Thunderbird на Android",
        en="File for K-9 Mail and Thunderbird on Android",
    ),
    content_type="application/octet-stream",
    render=render,
    expresses=expresses,
    attachment=True,
)
