"""The certificate authority of a fleet: it certifies keys that were made in the cars, and lists revoked certificates.

Keys are ECDSA on P-256. A vehicle's certificate has its id as common name and its brand as organisational unit, which
are what brokers take identity and client attributes from. Everything else that a request asks for is ignored.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from carlendar.errors import StoreError, UsageError
from carlendar_fleet.folder import PRIVATE

ROOT_DAYS = 3650
VEHICLE_DAYS = 90
SERVER_DAYS = 365
REVOCATION_LIST_DAYS = 30
SKEW = timedelta(hours=1)
"""By how much a certificate is valid before it was issued, for cars whose clock is slow."""
LARGEST_REQUEST = 16_384


class Authority:
    """The authority, whose files lie in one folder: `ca.pem`, `ca.key` and `crl.pem`."""

    def __init__(self, folder: Path, now: datetime) -> None:
        """Open the authority, and make its key at the first use. Raises StoreError."""
        self.folder = folder
        try:
            if not self.certificate_file.exists():
                self._found(now)
            self._key = _private_key((folder / "ca.key").read_bytes())
            self._certificate = x509.load_pem_x509_certificate(self.certificate_file.read_bytes())
        except (OSError, ValueError) as error:
            raise StoreError(f"the certificate authority cannot be used: {error}") from error
        if not self.revocation_file.exists():
            self.list_revoked([], now)

    @property
    def certificate_file(self) -> Path:
        """The authority's own certificate (PEM)."""
        return self.folder / "ca.pem"

    @property
    def revocation_file(self) -> Path:
        """The list of revoked certificates (PEM)."""
        return self.folder / "crl.pem"

    def _found(self, now: datetime) -> None:
        """Make key and certificate. The certificate is written last, since it says that the authority is complete."""
        self.folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        key = ec.generate_private_key(ec.SECP256R1())
        name = _name("Carlendar fleet authority")
        certificate = (
            _builder(name, name, key.public_key(), now, ROOT_DAYS)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(signs_certificates=True), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .sign(key, hashes.SHA256())
        )
        write_private(self.folder / "ca.key", _key_pem(key))
        replace(self.certificate_file, pem(certificate))

    def certify(self, request: bytes, vehicle: str, brand: str, now: datetime) -> x509.Certificate:
        """Return a certificate of a vehicle for the key of its request (PKCS #10, PEM). Raises UsageError."""
        if len(request) > LARGEST_REQUEST:
            raise UsageError("the certificate request is too large")
        try:
            asked = x509.load_pem_x509_csr(request)
            sound = asked.is_signature_valid
            names = [each.value for each in asked.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
            key = asked.public_key()
        except (ValueError, InvalidSignature, TypeError) as error:
            raise UsageError("the certificate request cannot be read: it must be PKCS #10 in PEM") from error
        if not sound:
            raise UsageError("the certificate request is not signed by its own key")
        if names != [vehicle]:
            raise UsageError(f"the certificate request is not for {vehicle}")
        if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
            raise UsageError("the certificate request must have a key of ECDSA on P-256")
        return self._issue(key, _name(vehicle, brand), now, VEHICLE_DAYS, ExtendedKeyUsageOID.CLIENT_AUTH)

    def certify_client(self, name: str, now: datetime) -> tuple[bytes, bytes]:
        """Return certificate and private key (PEM) of a client of the back end."""
        key = ec.generate_private_key(ec.SECP256R1())
        made = self._issue(key.public_key(), _name(name), now, SERVER_DAYS, ExtendedKeyUsageOID.CLIENT_AUTH)
        return pem(made), _key_pem(key)

    def certify_server(self, hosts: Iterable[str], now: datetime) -> tuple[bytes, bytes]:
        """Return certificate and private key (PEM) of a server with these host names and IP addresses."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = x509.SubjectAlternativeName([_general_name(each) for each in hosts])
        made = self._issue(
            key.public_key(), _name("Carlendar fleet broker"), now, SERVER_DAYS, ExtendedKeyUsageOID.SERVER_AUTH, names
        )
        return pem(made), _key_pem(key)

    def _issue(
        self,
        key: ec.EllipticCurvePublicKey,
        subject: x509.Name,
        now: datetime,
        days: int,
        use: x509.ObjectIdentifier,
        names: x509.SubjectAlternativeName | None = None,
    ) -> x509.Certificate:
        builder = (
            _builder(subject, self._certificate.subject, key, now, days)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signs_certificates=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([use]), critical=True)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False
            )
        )  # fmt: skip
        if names is not None:
            builder = builder.add_extension(names, critical=False)
        return builder.sign(self._key, hashes.SHA256())

    def list_is_old(self, now: datetime) -> bool:
        """Whether the list of revoked certificates has to be rewritten: with an expired one brokers refuse all."""
        try:
            found = x509.load_pem_x509_crl(self.revocation_file.read_bytes()).next_update_utc
        except (OSError, ValueError):
            return True
        return found is None or found - now < timedelta(days=REVOCATION_LIST_DAYS) / 2

    def list_revoked(self, serials: Iterable[tuple[int, datetime]], now: datetime) -> None:
        """Write the list of revoked certificates: serial numbers, and when each was revoked."""
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self._certificate.subject)
            .last_update(now - SKEW)
            .next_update(now + timedelta(days=REVOCATION_LIST_DAYS))
        )
        for serial, at in serials:
            builder = builder.add_revoked_certificate(
                x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(at).build()
            )
        replace(self.revocation_file, builder.sign(self._key, hashes.SHA256()).public_bytes(_PEM))


_PEM = serialization.Encoding.PEM


def revoked_in(listed: bytes) -> set[int]:
    """The serial numbers in a list of revoked certificates (PEM). Raises ValueError if it is none."""
    return {each.serial_number for each in x509.load_pem_x509_crl(listed)}


def pem(certificate: x509.Certificate) -> bytes:
    """A certificate in PEM."""
    return certificate.public_bytes(_PEM)


def write_private(path: Path, content: bytes) -> None:
    """Replace a file that only its owner may read."""
    replace(path, content, mode=0o600)


def replace(path: Path, content: bytes, *, mode: int = 0o644) -> None:
    """Replace a file as a whole."""
    temporary = path.with_name(f".{path.name}.new")
    temporary.unlink(missing_ok=True)
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def _private_key(text: bytes) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key(text, password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError("the key is not of ECDSA")  # noqa: TRY004 - a wrong file, no wrong type of an argument
    return key


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def _name(common: str, unit: str = "") -> x509.Name:
    attributes = [x509.NameAttribute(NameOID.COMMON_NAME, common)]
    if unit:
        attributes.append(x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, unit))
    return x509.Name(attributes)


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime, days: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - SKEW)
        .not_valid_after(now + timedelta(days=days))
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=signs_certificates, crl_sign=signs_certificates, encipher_only=False,
        decipher_only=False,
    )  # fmt: skip
