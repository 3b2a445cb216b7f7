"""A certificate authority and officers' keys for tests of signing, made anew; all fictitious."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

PASSPHRASE = b"mat khau thu"


@dataclass(frozen=True)
class Keys:
    """PEM of the authority, PKCS#12 of an officer."""

    authority: bytes
    pkcs12: bytes


@cache
def keys(name: str = "NGUYỄN THỊ CÁN BỘ", *, until: int = 2040) -> Keys:
    """An officer's key, issued by an authority of its own."""
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root_name = _name(f"CA thử nghiệm {name}")
    root = _builder(root_name, root_name, root_key.public_key(), until)
    root = root.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    certificate = _builder(_name(name), root_name, key.public_key(), until).add_extension(
        x509.KeyUsage(True, True, False, False, False, False, False, False, False), critical=True
    )
    authority = root.sign(root_key, hashes.SHA256())
    issued = certificate.sign(root_key, hashes.SHA256())
    return Keys(
        authority.public_bytes(serialization.Encoding.PEM),
        pkcs12.serialize_key_and_certificates(
            b"officer", key, issued, [authority], serialization.BestAvailableEncryption(PASSPHRASE)
        ),
    )


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"), x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _builder(subject: x509.Name, issuer: x509.Name, public_key, until: int) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(until, 1, 1, tzinfo=UTC))
    )
