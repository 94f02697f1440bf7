"""A real mosquitto broker over TLS on the loopback interface, and the certificate authority of a fleet."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

PROGRAM = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
BACK_END = "back-end"
"""Common name of the back end's certificate; it may read and write all topics of vehicles."""

ACL = f"""
pattern write vehicles/%u/telemetry/#
pattern write vehicles/%u/reported
pattern write vehicles/%u/results
pattern read vehicles/%u/receipts
pattern read vehicles/%u/desired
pattern read vehicles/%u/commands/#

user {BACK_END}
topic readwrite vehicles/#
"""


class FleetAuthority:
    """A certificate authority with files in `folder`: `ca.pem`, `server.pem` and `server.key`, `crl.pem`."""

    def __init__(self, folder: Path, now: datetime | None = None) -> None:
        self.folder = folder
        self._now = now or datetime.now(UTC)
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._revoked: list[int] = []
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Contoso Fleet CA")])
        self._certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self._key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(self._now - timedelta(days=1))
            .not_valid_after(self._now + timedelta(days=3650))
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(signs_certificates=True), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(self._key.public_key()), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        self.ca_file = folder / "ca.pem"
        self.ca_file.write_bytes(self._certificate.public_bytes(serialization.Encoding.PEM))
        self.crl_file = folder / "crl.pem"
        self._write_crl()
        self.server_certificate, self.server_key = self.issue("localhost", server=True)

    def issue(self, name: str, *, brand: str = "", days: int = 90, server: bool = False) -> tuple[Path, Path]:
        """Issue a certificate with a new key; return the paths of both."""
        key = ec.generate_private_key(ec.SECP256R1())
        attributes = [x509.NameAttribute(NameOID.COMMON_NAME, name)]
        if brand:
            attributes.append(x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, brand))
        request = x509.CertificateSigningRequestBuilder().subject_name(x509.Name(attributes)).sign(key, hashes.SHA256())
        certificate, key_file = self.folder / f"{name}.pem", self.folder / f"{name}.key"
        certificate.write_bytes(
            self.sign(request.public_bytes(serialization.Encoding.PEM), days=days, server=server).encode()
        )
        key_file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return certificate, key_file

    def sign(self, request: bytes, *, days: int = 90, server: bool = False, now: datetime | None = None) -> str:
        """Sign a certificate request; return the certificate as PEM."""
        parsed = x509.load_pem_x509_csr(request)
        assert parsed.is_signature_valid
        begin = now or self._now
        usage = ExtendedKeyUsageOID.SERVER_AUTH if server else ExtendedKeyUsageOID.CLIENT_AUTH
        builder = (
            x509.CertificateBuilder()
            .subject_name(parsed.subject)
            .issuer_name(self._certificate.subject)
            .public_key(parsed.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(begin - timedelta(days=1))
            .not_valid_after(begin + timedelta(days=days))
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
        )
        if server:
            names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))])
            builder = builder.add_extension(names, critical=False)
        return builder.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()

    def revoke(self, certificate: Path) -> None:
        """Add a certificate to the revocation list; a broker reads it when it is reloaded."""
        self._revoked.append(x509.load_pem_x509_certificate(certificate.read_bytes()).serial_number)
        self._write_crl()

    def reinstate(self) -> None:
        """Empty the revocation list."""
        self._revoked.clear()
        self._write_crl()

    def _write_crl(self) -> None:
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self._certificate.subject)
            .last_update(self._now - timedelta(days=1))
            .next_update(self._now + timedelta(days=365))
        )
        for serial in self._revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(self._now)
            builder = builder.add_revoked_certificate(entry.build())
        self.crl_file.write_bytes(builder.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))


class Mosquitto:
    """A broker with client certificates and access control. `restart` and `kill` keep the port."""

    def __init__(self, folder: Path, authority: FleetAuthority, *, persistence: bool = False, acl: str = ACL) -> None:
        assert PROGRAM is not None, "mosquitto is missing: apt-get install mosquitto"
        self.authority, self._folder, self._program = authority, folder, PROGRAM
        self.port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._config = folder / "mosquitto.conf"
        self.log = folder / "mosquitto.log"
        (folder / "acl").write_text(acl)
        lines = [
            "user root" if os.geteuid() == 0 else "",
            f"listener {self.port} 127.0.0.1",
            f"cafile {authority.ca_file}",
            f"certfile {authority.server_certificate}",
            f"keyfile {authority.server_key}",
            f"crlfile {authority.crl_file}",
            "require_certificate true",
            "use_identity_as_username true",
            "allow_anonymous false",
            f"acl_file {folder / 'acl'}",
            "max_queued_messages 0",
            "max_packet_size 524288",
            f"log_dest file {self.log}",
            *([f"persistence true\npersistence_location {folder}/\nautosave_interval 1"] if persistence else []),
        ]
        self._config.write_text("\n".join(lines) + "\n")

    def start(self) -> None:
        """Start and wait until it accepts connections."""
        self._process = subprocess.Popen([self._program, "-c", str(self._config)], stderr=subprocess.DEVNULL)
        end = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                assert self._process.poll() is None, self.log.read_text() if self.log.exists() else "it ended"
                assert time.monotonic() < end, "mosquitto accepts no connections"
                time.sleep(0.02)
            else:
                return

    def stop(self) -> None:
        """End it properly."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it as a power cut does."""
        self._end(signal.SIGKILL)

    def reload(self) -> None:
        """Read certificates, revocations and access control again."""
        if self._process is not None:
            self._process.send_signal(signal.SIGHUP)

    def _end(self, number: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(number)
            process.wait(10)


@contextmanager
def mosquitto(folder: Path, *, persistence: bool = False) -> Iterator[Mosquitto]:
    """Run a broker with a new authority until the end of the block."""
    broker = Mosquitto(folder, FleetAuthority(folder), persistence=persistence)
    broker.start()
    try:
        yield broker
    finally:
        broker.kill()


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=signs_certificates, crl_sign=signs_certificates,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
