"""What mail programs need, as rows: servers and their endpoints, domains and their names, mailboxes."""

from .domains import Domain, DomainName
from .endpoints import ServiceEndpoint
from .feedback import GuideAnswer
from .imports import PendingImport
from .links import CallCode, PersonalLink
from .mailboxes import Mailbox
from .servers import DiscoveryName, MailServer

__all__ = [
    "CallCode",
    "DiscoveryName",
    "Domain",
    "DomainName",
    "GuideAnswer",
    "MailServer",
    "Mailbox",
    "PendingImport",
    "PersonalLink",
    "ServiceEndpoint",
]
