"""Short names for what documents say about protection and logging in, for the tables of readers.

A document's word that is in no table stays itself, and so equals nothing.
"""

from __future__ import annotations

from ..core.endpoints import Authentication, Security

PASSWORD, ENCRYPTED = Authentication.PASSWORD, Authentication.PASSWORD_ENCRYPTED
TLS, STARTTLS = Security.TLS, Security.STARTTLS
# Where a document says less, or worse, than one of Security.
ANY_TLS = "tls or starttls"
UNPROTECTED = "unprotected"
