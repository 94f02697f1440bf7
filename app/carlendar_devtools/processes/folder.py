"""What the emulator says of its world, in files of a folder that it names to the processes it starts.

`clock.json` is the time of day, `network.json` the data connection, `platform.toml` the display, `drm` its connector,
`vehicle.json` the databroker, and `display.sock` is there where the display is shown by the emulator's page.
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
"""Names the folder in the environment of these processes alone; nothing else reads it."""


def refuse_in_a_car(platform: Path = PLATFORM.path) -> None:
    """UsageError on a head unit, which a platform file makes of a machine: an emulated car would be shown as real."""
    if os.path.lexists(platform):
        raise UsageError(f"the emulator does not run on a head unit ({platform} is there)")


def emulators_folder() -> Path:
    """The folder. UsageError in a car, and where the process was not started by the emulator."""
    refuse_in_a_car()
    if not (given := os.environ.get(VARIABLE, "")):
        raise UsageError("this is started by `carlendar emulator` alone")
    return Path(given)


def settings(folder: Path) -> Settings:
    """The user's settings and the administrator's, with the emulated display as the platform's."""
    return load(platform=RootFile(folder / "platform.toml", os.getuid(), folder))


def broker(folder: Path) -> Broker:
    """The emulated car's databroker, or the one that a developer named."""
    from carlendar.wiring.databroker import developers_broker

    try:
        given = json.loads((folder / "vehicle.json").read_text("utf-8"))
        files = given.get("ca_file", ""), given.get("token_file", "")
        return developers_broker(given["databroker"], *files, given.get("server_name", ""))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise SettingsError(f"the emulator names no databroker: {type(error).__name__}") from error
