"""A certificate authority for tests, and certificates of it, as PEM files in a folder."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

DAY = timedelta(days=1)
KEYS = {"rsa": lambda: rsa.generate_private_key(65537, 2048), "p256": lambda: ec.generate_private_key(ec.SECP256R1())}


class Authority:
    """A root, and an intermediate below it that issues."""

    def __init__(self) -> None:
        self.root_key, self.issuer_key = KEYS["p256"](), KEYS["p256"]()
        self.root = _certificate(
            "root.example", self.root_key, "root.example", self.root_key, days=3650, authority=True
        )
        self.issuer = _certificate(
            "issuer.example", self.issuer_key, "root.example", self.root_key, days=3650, authority=True
        )

    def issue(self, folder: Path, kind: str = "rsa", *, days: float = 90, starts_in: float = -1) -> tuple[Path, Path]:
        """The paths of a certificate with its chain, and of its key."""
        key = KEYS[kind]()
        leaf = _certificate(
            "mail.hoster.example", key, "issuer.example", self.issuer_key, days=days, starts_in=starts_in
        )
        certificate_path, key_path = folder / "fullchain.pem", folder / "privkey.pem"
        certificate_path.write_bytes(leaf.public_bytes(Encoding.PEM) + self.issuer.public_bytes(Encoding.PEM))
        key_path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        return certificate_path, key_path

    def write_root(self, folder: Path) -> Path:
        path = folder / "root.pem"
        path.write_bytes(self.root.public_bytes(Encoding.PEM))
        return path


def _certificate(name, key, issuer_name, issuer_key, *, days, starts_in=-1, authority=False) -> x509.Certificate:
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer_name)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + starts_in * DAY)
        .not_valid_after(now + days * DAY)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    return builder.sign(issuer_key, SHA256())
