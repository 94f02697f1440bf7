"""A mosquitto on the loopback interface for one emulated car: TLS with client certificates, and their revocation."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from carlendar.errors import ServiceError
from carlendar_devtools.emulator.child_process import mortal

VEHICLE = "emulated-car"
BACK_END = "back-end"
STARTS_WITHIN = 10.0
"""Seconds."""

_ACL = f"""pattern write vehicles/%u/telemetry/#
pattern write vehicles/%u/reported
pattern write vehicles/%u/results
pattern read vehicles/%u/receipts
pattern read vehicles/%u/desired
pattern read vehicles/%u/commands/#

user {BACK_END}
topic readwrite vehicles/#
"""


def program() -> str:
    """Return the path of mosquitto; empty if it is not installed."""
    return shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin") or ""


class FleetBroker:
    """The broker with its certificates in `folder`. `revoked` refuses the car's certificate from the next start on.

    A broker reads its revocations at its start. The key of the authority is kept in memory alone.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(mode=0o700, parents=True)
        self._authority = trustme.CA(organization_name="Carlendar emulator")
        self.ca_file = folder / "ca.pem"
        self._authority.cert_pem.write_to_path(str(self.ca_file))
        self._serials: dict[str, int] = {}
        for name, hosts in (("server", ("localhost", "127.0.0.1")), (VEHICLE, ()), (BACK_END, ())):
            self._issue(name, hosts)
        (folder / "acl").write_text(_ACL)
        self.port = _free_port()
        self.revoked = False
        self._process: subprocess.Popen[bytes] | None = None

    def certificate(self, name: str) -> Path:
        """Return the file with a certificate and its key."""
        return self._folder / f"{name}.pem"

    @property
    def running(self) -> bool:
        """Whether the broker runs."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start, and wait until it accepts connections; it ends with the calling thread. Raises ServiceError."""
        (self._folder / "crl.pem").write_bytes(self._revocations())
        (self._folder / "mosquitto.conf").write_text(self._configuration())
        command = mortal((program(), "-c", str(self._folder / "mosquitto.conf")))
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < deadline and self.running:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                time.sleep(0.02)
            else:
                return
        self.stop()
        raise ServiceError("the fleet's broker could not be started")

    def stop(self) -> None:
        """End the broker."""
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _issue(self, name: str, hosts: tuple[str, ...]) -> None:
        issued = self._authority.issue_cert(*(hosts or (f"{name}.contoso.example",)), common_name=name)
        chain = b"".join(each.bytes() for each in issued.cert_chain_pems)
        self._serials[name] = x509.load_pem_x509_certificate(chain).serial_number
        file = self.certificate(name)
        file.touch(mode=0o600)
        file.write_bytes(chain + issued.private_key_pem.bytes())

    def _revocations(self) -> bytes:
        authority = x509.load_pem_x509_certificate(self._authority.cert_pem.bytes())
        key = serialization.load_pem_private_key(self._authority.private_key_pem.bytes(), None)
        if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
            raise ServiceError("the fleet's authority has no usable key")
        now = datetime.now(UTC)
        builder = x509.CertificateRevocationListBuilder(
            authority.subject, now - timedelta(days=1), now + timedelta(days=30)
        )
        if self.revoked:
            entry = x509.RevokedCertificateBuilder(self._serials[VEHICLE], now - timedelta(hours=1)).build()
            builder = builder.add_revoked_certificate(entry)
        return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    def _configuration(self) -> str:
        server = self.certificate("server")
        lines = [
            *(["user root"] if os.geteuid() == 0 else []),
            f"listener {self.port} 127.0.0.1",
            f"cafile {self.ca_file}", f"certfile {server}", f"keyfile {server}", f"crlfile {self._folder / 'crl.pem'}",
            "require_certificate true", "use_identity_as_username true", "allow_anonymous false",
            f"acl_file {self._folder / 'acl'}", "log_dest none",
        ]  # fmt: skip
        return "\n".join(lines) + "\n"


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
