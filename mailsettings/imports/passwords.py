"""What looks like a password, or its hash, while a file is read: nothing of it may be kept."""

from __future__ import annotations

import re

# crypt(5) with and without the marks of a locked account, Dovecot's and OpenLDAP's schemes in braces
# (RFC 2307 §5.3), Django's and MySQL's strings, and bare digests in hexadecimal digits.
_HASH = re.compile(
    r"""
      (?:^|[^\w$])\$(?:[1567]|2[abxy]?|y|gy|apr1|md5|sha1|argon2\w*|scrypt|pbkdf2[\w-]*|bcrypt[\w-]*)\$[^\s]{4,}
    | \{(?:S?MD[45]|S?SHA\d*|SMD5|CRYPT|BLF-CRYPT|DES-CRYPT|MD5-CRYPT|SHA\d+-CRYPT|ARGON2\w*|PBKDF2[\w-]*
        |PLAIN(?:-MD\d)?|CLEAR(?:TEXT)?|CRAM-MD5|DIGEST-MD5|HMAC-MD5|SCRAM-SHA-\d+|NTLM|LANMAN|OTP|LDAP-MD5|PLAIN-MD5
        )(?:\.\w+)?\}.
    | \b(?:pbkdf2_\w+|argon2\w*|bcrypt\w*|scrypt)\$.
    | ^\*[0-9A-F]{40}$
    | ^(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{56}|[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})$
    """,
    re.VERBOSE | re.IGNORECASE,
)


def looks_hashed(text: str) -> bool:
    """Whether ``text`` is, or holds, what a password was turned into."""
    return len(text) > 8 and _HASH.search(text) is not None


# An address ends where no domain can go on. Before the ``@`` only a colon ends it, which no local part has either.
_ADDRESS = re.compile(r"[^:@]*(?:@[^\s:|,;/\\]*)?")


def after_address(text: str) -> tuple[str, str]:
    """A cell of addresses -> the address, and what stands behind it, as in lists of ``address:password``."""
    bare = text.removeprefix("mailto:")
    address = _ADDRESS.match(bare)
    end = address.end() if address else 0
    return bare[:end].strip(), bare[end:].strip()
