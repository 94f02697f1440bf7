"""`carlendar doctor`: whether the navigation and the sources of travel times that the settings name can be used."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

from carlendar.domain.ports import WallClock
from carlendar.errors import SettingsError
from carlendar.navigation.routino import PROGRAM, RoutinoTimes
from carlendar.platform.probes import Check
from carlendar.settings import Settings
from carlendar.wiring.travel import key_of

NAME = "navigation"
_SYSTEMS = {
    "kuksa": "destinations go to the car's navigation", "navit": "destinations go to Navit",
    "link": "destinations go to a map application", "none": "no navigation",
}  # fmt: skip


def check(settings: Settings, wall: WallClock) -> Check:
    """Check the navigation and the sources; a car without either passes."""
    system = settings.text("navigation.system")
    sources: list[str] = []
    try:
        if system == "navit":
            _require_navit()
        sources += _sources(settings, wall)
    except SettingsError as error:
        fix = "see docs/administrators.md, Navigation and travel times"
        return Check(NAME, ok=False, detail=str(error), fix=fix)
    times = f"travel times: {', '.join(sources)}" if sources else "no source of travel times"
    return Check(NAME, ok=True, detail=f"{_SYSTEMS[system]}; {times}", fix=None)


def _require_navit() -> None:
    from carlendar.navigation.navit import NavitNavigation  # as in `travel`
    from carlendar.navigation.navit_bus import NavitBus

    bus = NavitBus()
    try:
        if not NavitNavigation(bus).available():
            raise SettingsError("Navit does not answer on the session bus. Start it, with binding_dbus active.")
    finally:
        bus.close()


def _sources(settings: Settings, wall: WallClock) -> Iterator[str]:
    if settings.text("navigation.system") == "navit":
        yield "guidance"
    folder = settings.path("navigation.routino_folder")
    if folder is not None:
        RoutinoTimes(folder, wall)
        if shutil.which(PROGRAM) is None:
            raise SettingsError(f"{PROGRAM} is not installed: sudo apt-get install routino")
        yield "Routino"
    if settings.switch("navigation.azure_maps"):
        key_of(settings.path("navigation.azure_maps_key_file"))
        yield "Azure Maps, with the driver's consent"
