"""The databroker of the settings: how it is reached, and what `carlendar doctor` says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.errors import CarlendarError, SettingsError
from app.platform.probes import Check, check_databroker

if TYPE_CHECKING:
    from app.settings import Settings
    from app.vehicle.broker import Broker


def broker(settings: Settings) -> Broker:
    """The databroker by the settings. Raises SettingsError for a file that is not there, or a way that is not safe."""
    from app.vehicle.broker import Broker

    ca = settings.path("vehicle.ca_file")
    try:
        authority = ca.read_bytes() if ca is not None else None
    except OSError as error:
        raise SettingsError(f"vehicle.ca_file: {ca} cannot be read: {error.strerror}") from error
    return Broker(
        settings.text("vehicle.databroker"),
        authority,
        settings.path("vehicle.token_file"),
        settings.text("vehicle.server_name"),
        settings.switch("vehicle.insecure"),
    )


def check(settings: Settings) -> Check:
    """Whether the databroker answers, and which signals this car lacks and what that costs."""
    try:
        from app.vehicle.signals import SPEED, WITHOUT
        from app.vehicle.survey import survey
    except ImportError:
        extra = "install Carlendar with its extra `vehicle`"
        return Check("databroker", ok=False, detail="no gRPC: the screen stays as if moving", mend=extra)
    address = settings.text("vehicle.databroker")
    listens = check_databroker(address)
    if not listens.ok:
        return listens
    try:
        seen = survey(broker(settings))
    except CarlendarError as error:
        detail = f"{address}: {error}; the screen stays as if moving"
        return Check("databroker", ok=False, detail=detail, mend="see the databroker's settings, vehicle.*")
    costs = [f"{signal} ({WITHOUT[signal]})" for signal in seen.missing if signal in WITHOUT]
    detail = f"{seen.name} at {address}, {len(seen.found)} signals"
    if costs:
        detail += "; missing: " + ", ".join(costs)
    without_speed = SPEED in seen.missing
    mend = "give the databroker a speed; nothing else says that the car stands" if without_speed else None
    return Check("databroker", ok=not without_speed, detail=detail, mend=mend)
