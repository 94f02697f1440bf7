"""The trusted databroker: its address and credentials, and its check in `carlendar doctor`.
Its address is read from files owned by root only, and it must authenticate itself: with a certificate of the pinned
authority, even on the loopback interface, where any user could occupy the port first, or by a Unix socket that only
root can have created.
"""

from __future__ import annotations

import stat
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from carlendar.errors import CarlendarError, ServiceError, SettingsError
from carlendar.platform.probes import Check, check_databroker
from carlendar.root_file import RootFile
from carlendar.settings import PLATFORM
from carlendar.wiring import host

if TYPE_CHECKING:
    from collections.abc import Callable

    from carlendar.settings import Settings
    from carlendar.vehicle.broker import Broker

UNIX = "unix:"
CERTIFICATE = b"-----BEGIN CERTIFICATE-----"
AS_IF_MOVING = "the screen stays as if moving"
WATCHED = 4.0
"""Seconds to observe the databroker: enough to connect, and for the longest delay of the driving state."""
FIXES = {
    "UNAUTHENTICATED": "put a valid token into vehicle.token_file; this one may have expired",
    "PERMISSION_DENIED": "give the token a scope that reads the car's signals",
    "UNAVAILABLE": "start the databroker, or correct vehicle.databroker, vehicle.ca_file and vehicle.server_name",
    "DEADLINE_EXCEEDED": "restart the databroker: it accepts connections and does not answer",
    "NOT_FOUND": "give the databroker a VSS tree",
    "metadata without paths": "update the databroker to 0.6.0 or newer",
}
"""Suggested fixes, by the detail of the error."""


def broker(settings: Settings, root_file: Callable[[Path], RootFile] = RootFile) -> Broker:
    """Return the databroker of the platform settings. Raises SettingsError if none can be trusted.

    `root_file` is replaced in tests, which do not run as root.
    """
    from carlendar.vehicle.broker import Broker

    address = settings.text("vehicle.databroker")
    if not address:
        raise SettingsError(f"no databroker is configured: set vehicle.databroker in {PLATFORM.path}")
    ca, token = settings.path("vehicle.ca_file"), settings.path("vehicle.token_file")
    authority = None if ca is None else _authority(root_file(ca))
    name = settings.text("vehicle.server_name")
    if address.startswith(UNIX):
        socket = root_file(_socket(address))
        with suppress(FileNotFoundError):  # it may start later: it is checked before each connection
            socket.resolved(end=stat.S_IFSOCK)
        return Broker(address, authority, token, name, socket.require_socket)
    if authority is None:
        raise SettingsError(f"the databroker at {address} needs TLS: set vehicle.ca_file to its certificate authority")
    return Broker(address, authority, token, name)


def developers_broker(address: str, ca_file: str = "", token_file: str = "", server_name: str = "") -> Broker:
    """Return a databroker given on the command line of a developer tool; never used in a car.

    Without a `ca_file` it must be on this computer. Raises SettingsError.
    """
    from carlendar.vehicle.broker import Broker

    try:
        authority = Path(ca_file).read_bytes() if ca_file else None
    except OSError as error:
        raise SettingsError(f"{ca_file} cannot be read: {error.strerror}") from error
    return Broker(address, authority, Path(token_file) if token_file else None, server_name)


def _authority(file: RootFile) -> bytes:
    try:
        found = file.read()
    except OSError as error:
        raise SettingsError(f"vehicle.ca_file: {file.path} cannot be read: {error.strerror}") from error
    if CERTIFICATE not in found:
        raise SettingsError(f"vehicle.ca_file: {file.path} contains no certificate (PEM)")
    return found


def _socket(address: str) -> Path:
    """Return the path of `unix:/path` or `unix:///path` (gRPC name resolution)."""
    return Path("/" + address.removeprefix(UNIX).lstrip("/")) if address.startswith(f"{UNIX}/") else Path(address)


def check(settings: Settings) -> Check:
    """Check that the databroker answers; report the resulting driving state, missing signals and their consequences."""
    try:
        return survey_of(broker(settings), heartbeat=settings.text("vehicle.heartbeat"))
    except ImportError:
        extra = "install Carlendar with its extra `vehicle`"
        return Check("databroker", ok=False, detail=f"no gRPC: {AS_IF_MOVING}", fix=extra)
    except SettingsError as error:
        fix = f"as root, correct [vehicle] in {PLATFORM.path}"
        return Check("databroker", ok=False, detail=f"{error}; {AS_IF_MOVING}", fix=fix)


def survey_of(way: Broker, *, heartbeat: str = "", seconds: float = WATCHED) -> Check:
    """Check the given databroker, observing it for at most `seconds`."""
    from carlendar.domain.vss import SPEED
    from carlendar.vehicle.signal_probe import survey
    from carlendar.vehicle.signals import WITHOUT

    address = way.address
    if not address.startswith(UNIX) and not (listens := check_databroker(address)).ok:
        return listens
    try:
        seen = survey(way)
    except ServiceError as error:
        fix = FIXES.get(error.detail, "see the databroker's settings, vehicle.*")
        return Check("databroker", ok=False, detail=f"{address}: {error}; {AS_IF_MOVING}", fix=fix)
    except CarlendarError as error:
        detail = f"{address}: {error}; {AS_IF_MOVING}"
        return Check("databroker", ok=False, detail=detail, fix="see the databroker's settings, vehicle.*")
    costs = [f"{signal} ({WITHOUT[signal]})" for signal in seen.missing if signal in WITHOUT]
    about = f"{seen.name} at {address}, {len(seen.found)} signals"
    missing = "; missing: " + ", ".join(costs) if costs else ""
    facts = {"version": seen.name}
    if SPEED in seen.missing:
        fix = "provide a speed to the databroker; nothing else shows that the car is stationary"
        return Check("databroker", ok=False, detail=f"{about}{missing}", fix=fix, facts=facts)
    verdict, remedy, judged = _watch(way, heartbeat, seconds)
    return Check("databroker", remedy is None, f"{about}; {verdict}{missing}", remedy, facts | judged)


def _watch(way: Broker, heartbeat: str, seconds: float) -> tuple[str, str | None, dict[str, str]]:
    """Return the resulting driving state, a fix if there is none, and facts for the JSON."""
    from carlendar.domain.vss import SELECTOR, SPEED
    from carlendar.safety.restrictions import DrivingState
    from carlendar.safety.state import NO_SIGNAL_YET
    from carlendar.vehicle.diagnosis import unconfirmed_speed
    from carlendar.vehicle.signals import WITHOUT
    from carlendar.wiring.driving_probe import DrivingProbe

    driving = DrivingProbe(way, host.elapsed_clock(), heartbeat=heartbeat)
    driving.start()
    try:
        state = driving.wait(seconds)
        facts = {"driving_state": state.value, "cause": driving.cause}
        problem, selector, speed = driving.problem, driving.value(SELECTOR), driving.value(SPEED)
    finally:
        driving.stop()
    if state is DrivingState.UNKNOWN:
        if problem:
            return f"{problem}; {AS_IF_MOVING}", "make sure that the token allows subscriptions", facts
        if speed is not None:  # it was confirmed once, or is invalid
            wrong = (
                facts["cause"] if facts["cause"] != NO_SIGNAL_YET else f"{SPEED} is no speed of a car (0 to 540 km/h)"
            )
            return f"{wrong}; {AS_IF_MOVING}", "let its provider publish a speed every 500 ms", facts
        finding = unconfirmed_speed(way, heartbeat)
        return f"{finding.text}; {AS_IF_MOVING}", finding.fix, facts
    verdict = f"{state.value}: {driving.cause}"
    if state is DrivingState.IDLING and selector is None:
        verdict += f"; {SELECTOR} has no value ({WITHOUT[SELECTOR]})"
    return verdict, None, facts
