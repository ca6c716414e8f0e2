"""The signature around configuration profiles: CMS SignedData, attached, DER, with the certificate chain (RFC 5652).

PROFILE_SIGNING_CERT and PROFILE_SIGNING_KEY name PEM files: the certificate first and its chain below it, as web
servers have them, and the unencrypted key (RSA or P-256). They are read once and again when they change, so a renewed
certificate needs no restart. A certificate that cannot be used means profiles without a signature, never an error:
``state`` says why, for staff, for the system check and for readiness.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7Options, PKCS7SignatureBuilder
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SECONDS_BETWEEN_LOOKS = 60.0
SOON = timedelta(days=14)

Words = str | Promise
Key = RSAPrivateKey | EllipticCurvePrivateKey


class Problem(StrEnum):
    """Why profiles are not signed although it was asked for."""

    HALF_SET = "half set"
    CERTIFICATE_UNREADABLE = "certificate unreadable"
    CERTIFICATE_INVALID = "certificate invalid"
    KEY_UNREADABLE = "key unreadable"
    KEY_INVALID = "key invalid"
    MISMATCH = "mismatch"
    NOT_YET_VALID = "not yet valid"
    EXPIRED = "expired"


_RENEW = _("Renew it. The site notices the new files by itself.")
_READABLE = _("Check that it exists and that the user of the site may read it.")
# What is wrong, and the cure.
WORDS = {
    Problem.HALF_SET: (
        _("Profiles are not signed: only one of PROFILE_SIGNING_CERT and PROFILE_SIGNING_KEY is set."),
        _("Set both, or neither."),
    ),
    Problem.CERTIFICATE_UNREADABLE: (
        _("Profiles are not signed: the file of PROFILE_SIGNING_CERT cannot be read."),
        _READABLE,
    ),
    Problem.CERTIFICATE_INVALID: (
        _("Profiles are not signed: PROFILE_SIGNING_CERT holds no certificate in PEM."),
        _("Write the certificate first and its chain below it, as in fullchain.pem."),
    ),
    Problem.KEY_UNREADABLE: (
        _("Profiles are not signed: the file of PROFILE_SIGNING_KEY cannot be read."),
        _READABLE,
    ),
    Problem.KEY_INVALID: (
        _("Profiles are not signed: PROFILE_SIGNING_KEY holds no usable key."),
        _("It must be an RSA or P-256 key in PEM, not encrypted."),
    ),
    Problem.MISMATCH: (
        _("Profiles are not signed: the key is not that of the certificate."),
        _("Take both from one renewal. The certificate stands first in its file."),
    ),
    Problem.NOT_YET_VALID: (
        _("Profiles are not signed: the certificate is not valid yet."),
        _("Check the clock of this machine, or wait."),
    ),
    Problem.EXPIRED: (_("Profiles are not signed: the certificate has expired."), _RENEW),
}
_EXPIRES_SOON = _("The certificate that signs profiles expires within two weeks.")


class Unusable(Exception):
    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem)


@dataclass(frozen=True, slots=True)
class Signer:
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]
    key: Key

    @property
    def fingerprint(self) -> bytes:
        return self.certificate.fingerprint(SHA256())

    def sign(self, body: bytes) -> bytes:
        """``body`` within its signature. Binary: the content stays the bytes it was, line ends included."""
        builder = PKCS7SignatureBuilder().set_data(body).add_signer(self.certificate, self.key, SHA256())
        for certificate in self.chain:
            builder = builder.add_certificate(certificate)
        return builder.sign(Encoding.DER, [PKCS7Options.Binary])


@dataclass(frozen=True, slots=True)
class State:
    """What the two files amount to: a signer, a problem, or neither where no signature is asked for."""

    signer: Signer | None = None
    problem: Problem | None = None

    def at(self, now: datetime) -> State:
        """The same files at a moment, which may lie outside of the certificate's time."""
        if self.signer is None:
            return self
        if now < self.signer.certificate.not_valid_before_utc:
            return State(problem=Problem.NOT_YET_VALID)
        if now > self.signer.certificate.not_valid_after_utc:
            return State(problem=Problem.EXPIRED)
        return self

    @property
    def expires(self) -> datetime | None:
        return self.signer.certificate.not_valid_after_utc if self.signer else None

    def trouble(self, now: datetime) -> tuple[Words, Words]:
        """What staff should know and do, as translatable sentences; empty ones where all is well."""
        if self.problem:
            return WORDS[self.problem]
        if self.expires is not None and self.expires - now < SOON:
            return _EXPIRES_SOON, _RENEW
        return "", ""


def state() -> State:
    """What can be signed with now."""
    return _files.state().at(datetime.now(UTC))


def signer() -> Signer | None:
    return state().signer


class _Files:
    """The two files as they were read last; looked at again at most once a minute."""

    def __init__(self) -> None:
        self._seen: object = None
        self._looked_at = float("-inf")
        self._state = State()

    def state(self) -> State:
        paths = (settings.PROFILE_SIGNING_CERT, settings.PROFILE_SIGNING_KEY)
        if time.monotonic() - self._looked_at >= SECONDS_BETWEEN_LOOKS or self._seen is None or self._seen[0] != paths:
            seen = (paths, *map(_stamp, paths))
            if seen != self._seen:
                self._state, self._seen = load(*paths), seen
            self._looked_at = time.monotonic()
        return self._state


_files = _Files()


def _stamp(path: str) -> tuple[int, int] | None:
    """What changes when a file is replaced; None for no file."""
    try:
        found = Path(path).stat()
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_ino)


def load(certificate_path: str, key_path: str) -> State:
    """The state of two PEM files, whatever they are; never raises. Both empty: no signature is asked for."""
    if not certificate_path and not key_path:
        return State()
    try:
        if not certificate_path or not key_path:
            raise Unusable(Problem.HALF_SET)
        certificate, *chain = _certificates(certificate_path)
        key = _key(key_path)
        if _key_of(certificate) != _public_bytes(key):
            raise Unusable(Problem.MISMATCH)
    except Unusable as unusable:
        return State(problem=unusable.problem)
    return State(Signer(certificate, tuple(chain), key))


def _certificates(path: str) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(_read(path, Problem.CERTIFICATE_UNREADABLE))
    except ValueError as error:
        raise Unusable(Problem.CERTIFICATE_INVALID) from error


def _key(path: str) -> Key:
    try:
        key = load_pem_private_key(_read(path, Problem.KEY_UNREADABLE), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise Unusable(Problem.KEY_INVALID) from error
    if isinstance(key, EllipticCurvePrivateKey) and isinstance(key.curve, SECP256R1):
        return key
    if isinstance(key, RSAPrivateKey):
        return key
    raise Unusable(Problem.KEY_INVALID)


def _read(path: str, problem: Problem) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise Unusable(problem) from error


def _key_of(certificate: x509.Certificate) -> bytes:
    try:
        return _public_bytes(certificate)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise Unusable(Problem.CERTIFICATE_INVALID) from error


def _public_bytes(holder: x509.Certificate | Key) -> bytes:
    return holder.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
