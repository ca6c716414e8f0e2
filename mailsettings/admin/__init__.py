"""The support desk: Django admin for staff. Every save goes through ``mailsettings.changes``.

Importing this package registers every desk, which is how Django's autodiscovery finds them.
"""

from . import answers, brands, changelog, customers, domains, mailboxes, servers, users  # noqa: F401 (they register themselves)
