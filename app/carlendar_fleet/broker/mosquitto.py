"""A mosquitto of one's own: TLS with client certificates, access control, revocation, and Event Grid's limits.

mosquitto reads the list of revoked certificates at its start and at SIGHUP, but keeps connections that it has accepted.
So a revocation takes effect by a restart, which the cars notice as a short interruption, and a list that was only
renewed by SIGHUP.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from carlendar.domain.base import Value
from carlendar.errors import ServiceError
from carlendar_fleet.broker.topics import CONTROL, INGEST, access_control
from carlendar_fleet.folder import PRIVATE
from carlendar_fleet.registry.authority import Authority, replace, revoked_in, write_private

INSTALL = "sudo apt-get update && sudo apt-get install --no-install-recommends mosquitto"
START_SECONDS = 10.0
STOP_SECONDS = 10.0
LOCAL = "127.0.0.1"
INFLIGHT_BYTES = 64 * 1024 * 1024
"""Payloads that a connected client has not acknowledged yet; the 65,535 messages of MQTT would be 32 GiB at most."""


class Credentials(Value, frozen=True):
    """The files with which a client authenticates itself, and the authority that it trusts."""

    certificate: Path
    key: Path
    authority: Path


def program() -> str:
    """The path of mosquitto. Raises ServiceError with the line that installs it."""
    found = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")
    if found is None:
        raise ServiceError(f"mosquitto is not installed; on Debian and Ubuntu: {INSTALL}")
    return found


class QueueLimit(Value, frozen=True):
    """What the broker keeps at most for a client that is away, in messages and in bytes of payload.

    It drops what comes in beyond that without notice to the publisher. Nothing is lost by it: a car deletes an event on
    the back end's receipt alone, and publishes it again until then.
    """

    messages: int = 100_000
    size: int = 256 * 1024 * 1024


class Mosquitto:
    """One broker on this machine. Its files lie in `folder`."""

    def __init__(
        self,
        folder: Path,
        authority: Authority,
        now: datetime,
        *,
        port: int = 0,
        host: str = LOCAL,
        limit: QueueLimit | None = None,
    ) -> None:
        """Write certificates and configuration; a `port` of 0 takes a free one. Raises ServiceError."""
        self._program, self._limit = program(), limit or QueueLimit()
        self._folder, self._authority = folder, authority
        self.host, self.port = host, port or free_port(host)
        folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        certificate, key = authority.certify_server(["localhost", host], now)
        write_private(folder / "server.key", key)
        replace(folder / "server.pem", certificate)
        for name in (INGEST, CONTROL):
            certificate, key = authority.certify_client(name, now)
            write_private(folder / f"{name}.key", key)
            replace(folder / f"{name}.pem", certificate)
        write_private(folder / "acl", access_control().encode())
        write_private(folder / "mosquitto.conf", self._configuration().encode())
        self._process: subprocess.Popen[bytes] | None = None
        self._read_list = b""

    def _configuration(self) -> str:
        lines = [
            f"listener {self.port} {self.host}",
            f"cafile {self._authority.certificate_file}",
            f"certfile {self._folder / 'server.pem'}",
            f"keyfile {self._folder / 'server.key'}",
            f"crlfile {self._authority.revocation_file}",
            "tls_version tlsv1.2",
            "require_certificate true",
            "use_identity_as_username true",
            "use_username_as_clientid true",  # no client can end the session of another
            "allow_anonymous false",
            f"acl_file {self._folder / 'acl'}",
            "max_qos 1",
            "max_topic_alias 10",
            "max_packet_size 524288",
            "max_keepalive 1160",
            "persistent_client_expiration 8h",
            "retain_available false",  # a car could have one of its messages delivered at each start of ingestion
            f"max_queued_messages {self._limit.messages}",
            f"max_queued_bytes {self._limit.size}",
            "max_inflight_messages 0",
            f"max_inflight_bytes {min(INFLIGHT_BYTES, self._limit.size)}",
            "persistence true",
            f"persistence_location {self._folder}/",
            "autosave_interval 10",
            f"log_dest file {self._folder / 'mosquitto.log'}",
            "log_type error",
            "log_type warning",
            "log_type notice",
        ]
        if os.getuid() == 0:  # otherwise it changes to a user that cannot read these files
            lines.append(f"user {pwd.getpwuid(0).pw_name}")
        return "\n".join([*lines, ""])

    def credentials(self, name: str) -> Credentials:
        """Those of one of the back end's own clients."""
        return Credentials(
            self._folder / f"{name}.pem", self._folder / f"{name}.key", self._authority.certificate_file
        )  # fmt: skip

    @property
    def pid(self) -> int | None:
        """The process; None if it does not run."""
        return None if self._process is None or self._process.poll() is not None else self._process.pid

    def start(self) -> None:
        """Return when connections are accepted. Raises ServiceError."""
        self._refuse_busy_port()
        self._read_list = self._authority.revocation_file.read_bytes()
        command = mortal([self._program, "-c", str(self._folder / "mosquitto.conf")])
        with (self._folder / "mosquitto.err").open("wb") as errors:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=errors, stderr=errors)
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            with suppress(OSError), socket.create_connection((self.host, self.port), timeout=1.0):
                return
            time.sleep(0.02)
        self.kill()
        raise ServiceError(f"mosquitto does not start: see mosquitto.log and mosquitto.err in {self._folder}")

    def _refuse_busy_port(self) -> None:
        """Raise ServiceError if another program has the port: it would be taken for the broker."""
        try:
            socket.create_server((self.host, self.port)).close()
        except OSError as error:
            raise ServiceError(
                f"port {self.port} cannot be used ({error.strerror}): choose another with --port"
            ) from error

    def stop(self) -> None:
        """End it, which writes its state to disk."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
        self._process = None

    def kill(self) -> None:
        """End it as a crash would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def restart(self) -> None:
        """End it and start it again: revoked certificates are refused from now on. Raises ServiceError."""
        self.stop()
        self.start()

    def reload_revocations(self) -> None:
        """Have the list of revoked certificates reloaded if it has changed. Raises ServiceError."""
        current = self._authority.revocation_file.read_bytes()
        if current == self._read_list or self._process is None:
            return
        if revoked_in(current) - revoked_in(self._read_list):
            self.restart()
        else:
            self._read_list = current
            self._process.send_signal(signal.SIGHUP)


def mortal(command: Sequence[str]) -> tuple[str, ...]:
    """Return a command that receives SIGTERM when its parent ends; unchanged if setpriv (util-linux) is missing."""
    setpriv = shutil.which("setpriv")
    return tuple(command) if setpriv is None else (setpriv, "--pdeathsig", "TERM", "--", *command)


def free_port(host: str) -> int:
    """A TCP port that is free now."""
    with socket.create_server((host, 0)) as server:
        port: int = server.getsockname()[1]
        return port
