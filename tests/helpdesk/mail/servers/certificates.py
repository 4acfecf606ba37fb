"""Certificates of mail servers: right ones, and ones that nobody should believe."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)
FOR_LONG = timedelta(days=36500)


@dataclass
class Authority:
    """Signs certificates of servers at 127.0.0.1; `folder` is where they lie."""

    folder: Path
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    name: x509.Name = field(default_factory=lambda: named("Authority"))

    @property
    def own(self) -> Path:
        """The file that whoever believes in it has to know."""
        path = self.folder / "authority.pem"
        if not path.exists():
            path.write_bytes(_signed(self.name, self.key, by=self).public_bytes(Encoding.PEM))
        return path

    def server(
        self, *, lasting: timedelta = FOR_LONG, host: x509.GeneralName | None = None
    ) -> ssl.SSLContext:
        """Return what a server of this host, 127.0.0.1 without one, shows to whoever comes over TLS."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.file(lasting=lasting, host=host))
        return context

    def file(self, *, lasting: timedelta = FOR_LONG, host: x509.GeneralName | None = None) -> Path:
        """Return where the same lies, with its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        host = host or x509.IPAddress(IPv4Address("127.0.0.1"))
        certificate = _signed(named("Server"), key, by=self, host=host, lasting=lasting)
        path = self.folder / f"{certificate.serial_number}.pem"
        secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        path.write_bytes(secret + certificate.public_bytes(Encoding.PEM))
        return path


def named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _signed(
    name: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    *,
    by: Authority,
    host: x509.GeneralName | None = None,
    lasting: timedelta = FOR_LONG,
) -> x509.Certificate:
    drawn = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(by.name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(BEGINNING)
        .not_valid_after(BEGINNING + lasting)
        .add_extension(x509.BasicConstraints(ca=host is None, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(by.key.public_key()), critical=False
        )
    )
    if host:
        drawn = drawn.add_extension(x509.SubjectAlternativeName([host]), critical=False)
    return drawn.sign(by.key, SHA256())
