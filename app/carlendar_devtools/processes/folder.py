"""The emulator's folder, through which it configures the processes it starts.

`clock.json` is the time of day, `network.json` the data connection, `platform.toml` the display, `drm` its connector,
`vehicle.json` the databroker, `guidance.json` where the car's navigation guides to in the fictional town;
`display.sock` exists if the display is shown on the emulator's page.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from carlendar.errors import SettingsError, UsageError
from carlendar.root_file import RootFile
from carlendar.settings import PLATFORM, Settings, load

if TYPE_CHECKING:
    from carlendar.vehicle.broker import Broker

VARIABLE = "CARLENDAR_EMULATOR"
"""Environment variable with the folder's path, for these processes only."""


def refuse_in_a_car(platform: Path = PLATFORM.path) -> None:
    """Raise UsageError on a machine with a platform file, which is a head unit: an emulated car would look real."""
    if os.path.lexists(platform):
        raise UsageError(f"the emulator does not run on a head unit ({platform} is there)")


def emulators_folder() -> Path:
    """Return the folder. Raises UsageError in a car, and if the process was not started by the emulator."""
    refuse_in_a_car()
    if not (given := os.environ.get(VARIABLE, "")):
        raise UsageError("this is started by `carlendar emulator` alone")
    return Path(given)


def settings(folder: Path) -> Settings:
    """Return the user's and the administrator's settings, with the emulated display as platform settings."""
    return load(platform=RootFile(folder / "platform.toml", os.getuid(), folder))


def broker(folder: Path) -> Broker:
    """Return the emulated car's databroker, or the one given by the developer."""
    from carlendar.wiring.databroker import developers_broker

    try:
        given = json.loads((folder / "vehicle.json").read_text("utf-8"))
        files = given.get("ca_file", ""), given.get("token_file", "")
        return developers_broker(given["databroker"], *files, given.get("server_name", ""))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise SettingsError(f"the emulator names no databroker: {type(error).__name__}") from error
