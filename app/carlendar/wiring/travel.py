"""Navigation and sources of travel times, composed from the settings, for the service process."""

from __future__ import annotations

import logging
from pathlib import Path

from msgspec.structs import replace

from carlendar.domain.ports import WallClock
from carlendar.errors import SettingsError
from carlendar.microsoft.azure_maps import SIZE_LIMIT, AzureMaps
from carlendar.microsoft.session import Timeouts
from carlendar.navigation.routino import RoutinoTimes
from carlendar.service.travel_ports import NavigationProgram, TravelPorts
from carlendar.settings import Settings
from carlendar.wiring.microsoft import chosen_cloud, http_session

SECONDS = 15.0
"""Time-out of one answer of Azure Maps."""
_LONGEST_KEY = 4096
_log = logging.getLogger(__name__)


def travel(settings: Settings, wall: WallClock, navigation: NavigationProgram | None = None) -> TravelPorts:
    """Return what the settings name, or `navigation` in place of the program.

    A folder without a database of Routino is left out, with a message in the log.
    """
    system = settings.text("navigation.system")
    maps = (azure_maps(settings, wall),) if settings.switch("navigation.azure_maps") else ()
    by_screen = system in ("kuksa", "link")
    found = TravelPorts(navigation, _routino(settings, wall), maps, (), maps, set_by_screen=by_screen)
    return _with_navit(found, settings) if system == "navit" and navigation is None else found


def _with_navit(ports: TravelPorts, settings: Settings) -> TravelPorts:
    from carlendar.navigation.navit import NavitNavigation  # D-Bus is not needed by other cars
    from carlendar.navigation.navit_bus import NavitBus
    from carlendar.navigation.navit_search import NavitSearch

    bus = NavitBus()  # both are used on the thread of travel alone
    search = NavitSearch(bus, settings.text("telephone.region") or "DE")
    return replace(ports, navigation=NavitNavigation(bus), geocoders=(search,))


def azure_maps(settings: Settings, wall: WallClock) -> AzureMaps:
    """Return the service for maps, as set."""
    http = http_session(settings, chosen_cloud(settings), size_limit=SIZE_LIMIT, timeouts=Timeouts(whole=SECONDS))
    path = settings.path("navigation.azure_maps_key_file")
    return AzureMaps(http, settings.text("navigation.azure_maps_url"), lambda: key_of(path), wall)


def key_of(path: Path | None) -> str:
    """Return the subscription key in a file. Raises SettingsError if there is none."""
    if path is None:
        raise SettingsError("navigation.azure_maps_key_file is missing. Name a file with the subscription key.")
    try:
        with path.open(encoding="ascii") as file:
            key = file.read(_LONGEST_KEY).strip()
    except (OSError, ValueError) as error:
        raise SettingsError(f"navigation.azure_maps_key_file: {path} cannot be read") from error
    if not key.isprintable() or not key or " " in key:
        raise SettingsError(f"navigation.azure_maps_key_file: {path} holds no key")
    return key


def _routino(settings: Settings, wall: WallClock) -> tuple[RoutinoTimes, ...]:
    folder = settings.path("navigation.routino_folder")
    if folder is None:
        return ()
    try:
        return (RoutinoTimes(folder, wall),)
    except SettingsError as error:
        _log.warning("%s", error)
        return ()
