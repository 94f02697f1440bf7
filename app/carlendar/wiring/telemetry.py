"""Telemetry of a car whose platform file names a broker; nothing of it is imported in any other."""

from __future__ import annotations

import logging
import os
import random
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from carlendar import __version__
from carlendar.errors import CarlendarError, ServiceError, SettingsError
from carlendar.fleet_policy import FILE
from carlendar.root_file import RootFile
from carlendar.settings import ONLY_ROOT, policy_settings
from carlendar.wiring import host

if TYPE_CHECKING:
    from carlendar.domain.ports import ElapsedClock, Telemetry, WallClock
    from carlendar.settings import Settings
    from carlendar.telemetry.commands import VerificationKeys
    from carlendar.telemetry.link import Endpoint
    from carlendar.telemetry.publisher import Connect, Pace
    from carlendar.telemetry.topics import TopicMap

PORT = 8883
NEUTRAL = "neutral"
"""The brand in telemetry of a car without one."""
SIGNED_POLICY = "policy.jws"

_log = logging.getLogger(__name__)


def telemetry(
    settings: Settings, elapsed: ElapsedClock, wall: WallClock, *, pace: Pace | None = None
) -> Telemetry | None:  # fmt: skip
    """Return the car's telemetry, not started; None if the platform file names no broker, or it cannot be used."""
    if not settings.text("fleet.broker"):
        return None
    if not settings.text("fleet.vehicle"):
        _log.warning("no telemetry: fleet.vehicle is not set in the platform file")
        return None
    try:
        return _agent(settings, elapsed, wall, pace)
    except (CarlendarError, ImportError, OSError) as error:
        _log.warning("no telemetry: %s", type(error).__name__)
        return None


def folder(settings: Settings) -> Path:
    """The folder of the queue, the car's key and certificate, and the journal of commands."""
    return settings.data_folder / "telemetry"


def brand(settings: Settings) -> str:
    """The car's brand by the platform file, as it appears in telemetry and certificates."""
    return Path(settings.text("display.brand")).name or NEUTRAL


def model(settings: Settings) -> str:
    """The car's model by the platform file."""
    return settings.text("fleet.model") or NEUTRAL


def _agent(settings: Settings, elapsed: ElapsedClock, wall: WallClock, pace: Pace | None) -> Telemetry:
    from carlendar.telemetry.agent import AgentPorts, TelemetryAgent
    from carlendar.telemetry.publisher import VehicleInfo

    own, keys = folder(settings), _keys(settings)
    _verify_policy(own, keys)
    topics, connect = _broker(settings, own, wall)
    vehicle = VehicleInfo(settings.text("fleet.vehicle"), brand(settings), model(settings), __version__)
    ports = AgentPorts(
        connect=connect, topics=topics, elapsed=elapsed, wall=wall, chance=random.random,
        new_id=lambda: str(uuid.uuid4()), new_subject=lambda: os.urandom(16).hex(),
        adopt_policy=lambda text, document: _adopt_policy(own, text, document),
        authority=settings.path("fleet.ca_file"), boot_id=host.boot_id(),
    )  # fmt: skip
    agent = TelemetryAgent(
        own, vehicle, ports, keys, monthly_bytes=int(settings.number("telemetry.monthly_kilobytes")) * 1000,
        forbidden=settings.names("telemetry.forbidden"), pace=pace,
    )  # fmt: skip
    if any(ONLY_ROOT in notice for notice in settings.notices):
        agent.record("security", {"kind": "settings_rejected"})
    return agent


def _keys(settings: Settings) -> VerificationKeys:
    from carlendar.telemetry.commands import VerificationKeys
    from carlendar.telemetry.signing import keys_of

    try:
        return VerificationKeys(
            *(keys_of(settings.names(f"fleet.{each}_keys")) for each in ("command", "policy", "erase"))
        )
    except ValueError as error:
        raise SettingsError(f"the keys of the fleet's back end cannot be used: {error}") from error


def _broker(settings: Settings, own: Path, wall: WallClock) -> tuple[TopicMap, Connect]:
    from carlendar.telemetry.identity import IN_USE
    from carlendar.telemetry.link import Endpoint
    from carlendar.telemetry.topics import VehicleTopics

    host, port = host_and_port(settings.text("fleet.broker"))
    vehicle, kind = settings.text("fleet.vehicle"), settings.text("fleet.kind")
    endpoint = Endpoint(host, port, settings.path("fleet.ca_file"), own / IN_USE)
    topics: TopicMap = VehicleTopics(vehicle)
    if kind == "iothub":
        topics, endpoint = _iot_hub(settings, endpoint, wall)
    return topics, connector(endpoint, topics)


def _iot_hub(settings: Settings, endpoint: Endpoint, wall: WallClock) -> tuple[TopicMap, Endpoint]:
    """Return the conventions of an IoT hub; with a shared access key, tokens are used instead of the certificate."""
    from carlendar.telemetry.azure import IotHubTopics, key_signer, passwords, resource

    hub, vehicle = endpoint.host, settings.text("fleet.vehicle")
    if (file := settings.path("fleet.sas_key_file")) is not None:
        sign = key_signer(RootFile(file).read().decode("ascii", "replace").strip())
        endpoint = replace(endpoint, certificate=None, password=passwords(resource(hub, vehicle), sign, wall))
    return IotHubTopics(hub, vehicle), endpoint


def connector(endpoint: Endpoint, topics: TopicMap) -> Connect:
    """Return what makes connections; the TLS context is renewed with the certificate."""
    from carlendar.telemetry.link import MqttLink, ResumingContext, tls_context
    from carlendar.telemetry.topics import Incoming

    held: dict[float, ResumingContext] = {}

    def connect(received: Callable[[Incoming], None], lost: Callable[[], None]) -> MqttLink:
        try:
            at = endpoint.certificate.stat().st_mtime if endpoint.certificate is not None else 0.0
        except OSError as error:
            raise ServiceError("The car has no certificate yet: see `carlendar telemetry request`.") from error
        if at not in held:
            held.clear()
            held[at] = tls_context(endpoint)
        return MqttLink(endpoint, topics, held[at], received, lost)

    return connect


def host_and_port(address: str) -> tuple[str, int]:
    """Split the broker's address."""
    host, _, port = address.rpartition(":")
    return (host.strip("[]"), int(port)) if host and port.isdigit() else (address.strip("[]"), PORT)


def _adopt_policy(own: Path, text: str, document: bytes) -> None:
    """Store a verified policy. Raises RefusalError if it would do anything but restrict; CarlendarError."""
    from carlendar.telemetry.commands import RefusalError
    from carlendar.telemetry.files import write_private

    try:
        policy_settings(text)
    except SettingsError as error:
        raise RefusalError(str(error)) from error
    try:
        write_private(own / SIGNED_POLICY, document)
        write_private(own / FILE, text.encode())
    except OSError as error:
        raise CarlendarError("The policy could not be stored.", detail=type(error).__name__) from error


def _verify_policy(own: Path, keys: VerificationKeys) -> None:
    """Compare the stored policy with its signed document; both are deleted unless a policy key has signed it."""
    from carlendar.telemetry.control import ManagedSettings, decode_command
    from carlendar.telemetry.files import read_private, write_private
    from carlendar.telemetry.signing import verify

    document, text = read_private(own / SIGNED_POLICY), read_private(own / FILE)
    if document is None and text is None:
        return
    try:
        command = decode_command(verify(document or b"", keys.policies).payload)
        if isinstance(command, ManagedSettings):
            if text != command.settings.encode():
                write_private(own / FILE, command.settings.encode())
            return
    except (ValueError, PermissionError, OSError):
        pass
    _log.warning("the policy of the fleet's back end was removed: no key of the platform file has signed it")
    for name in (SIGNED_POLICY, FILE):
        (own / name).unlink(missing_ok=True)
