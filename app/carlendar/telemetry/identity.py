"""The car's identity: a key that is made in the car, certificate requests, and the certificate with its renewal.

Key and certificate in use are one file, which is replaced as a whole. A new key waits in a file of its own until its
certificate arrives, so that the old one stays usable meanwhile.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from carlendar.errors import RefusedError
from carlendar.telemetry.files import read_private, write_private

IN_USE = "vehicle.pem"
"""The certificate in use, with its chain and its key."""
NEXT_KEY = "next.key"
RENEW_BEFORE = timedelta(days=30)
"""A certificate is renewed this long before it expires, or after two thirds of a shorter life."""


class VehicleIdentity:
    """The files of one car's identity in `folder`. `name` is the vehicle's id, the certificate's common name."""

    def __init__(self, folder: Path, name: str, brand: str, model: str) -> None:
        self._folder, self._name, self._brand, self._model = folder, name, brand, model

    @property
    def file(self) -> Path:
        """The certificate with its key (PEM)."""
        return self._folder / IN_USE

    def request(self) -> str:
        """Return a certificate request (PEM) for the new key, which is made at the first call. Raises OSError."""
        key = self._next_key()
        attributes = [
            x509.NameAttribute(NameOID.COMMON_NAME, self._name),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, self._brand),
            x509.NameAttribute(NameOID.TITLE, self._model),
        ]
        request = x509.CertificateSigningRequestBuilder().subject_name(x509.Name(attributes)).sign(key, hashes.SHA256())
        return request.public_bytes(serialization.Encoding.PEM).decode()

    def install(self, chain: str, now: datetime, authority: bytes | None = None) -> None:
        """Install the certificate that was requested: it replaces the one in use.

        Raises RefusedError if it does not belong to the new key or to this vehicle, is not valid now, or is not signed
        by one of the certificates in `authority` (PEM; not checked without). Raises OSError.
        """
        try:
            certificates = x509.load_pem_x509_certificates(chain.encode())
        except ValueError as error:
            raise RefusedError("The certificate cannot be read.") from error
        certificate, key = certificates[0], self._next_key()
        if _public(certificate.public_key()) != _public(key.public_key()):
            raise RefusedError("The certificate belongs to another key.")
        names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        if [each.value for each in names] != [self._name]:
            raise RefusedError("The certificate belongs to another vehicle.")
        if not certificate.not_valid_before_utc <= now < certificate.not_valid_after_utc:
            raise RefusedError("The certificate is not valid now.")
        if authority is not None and not _signed_by(certificates, x509.load_pem_x509_certificates(authority)):
            raise RefusedError("The certificate is not signed by the fleet's authority.")
        secret = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        public = b"".join(each.public_bytes(serialization.Encoding.PEM) for each in certificates)
        write_private(self.file, public + secret)
        (self._folder / NEXT_KEY).unlink(missing_ok=True)

    def expires(self) -> datetime | None:
        """When the certificate in use expires; None without one."""
        certificate = self._certificate()
        return certificate.not_valid_after_utc if certificate is not None else None

    def needs_renewal(self, now: datetime) -> bool:
        """Whether a new certificate should be requested."""
        certificate = self._certificate()
        if certificate is None:
            return True
        life = certificate.not_valid_after_utc - certificate.not_valid_before_utc
        return certificate.not_valid_after_utc - now <= min(RENEW_BEFORE, life / 3)

    def _certificate(self) -> x509.Certificate | None:
        data = read_private(self.file)
        try:
            return x509.load_pem_x509_certificate(data) if data else None
        except ValueError:
            return None

    def _next_key(self) -> ec.EllipticCurvePrivateKey:
        path = self._folder / NEXT_KEY
        data = read_private(path)
        if data:
            try:
                held = serialization.load_pem_private_key(data, None)
            except ValueError:
                held = None
            if isinstance(held, ec.EllipticCurvePrivateKey):
                return held
        key = ec.generate_private_key(ec.SECP256R1())
        encoded = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        write_private(path, encoded)
        return key


def _public(key: object) -> bytes:
    if not isinstance(key, ec.EllipticCurvePublicKey):
        return b""
    return key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def _signed_by(chain: list[x509.Certificate], authorities: list[x509.Certificate]) -> bool:
    """Whether each certificate is signed by the next one, and the last one by an authority."""
    if not all(_issued(certificate, issuer) for certificate, issuer in pairwise(chain)):
        return False
    return any(_issued(chain[-1], each) for each in authorities)


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True
