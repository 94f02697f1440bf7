"""The town's data for Navit and Routino, with profiles of the one table of speeds.

`prepare` makes them with the programs of the Debian packages maptool and routino, once for each content.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from tempfile import mkdtemp
from xml.sax.saxutils import quoteattr

from carlendar.errors import ServiceError
from carlendar_devtools.emulator.town.network import Network, Traffic
from carlendar_devtools.emulator.town.osm import osm_xml
from carlendar_devtools.emulator.town.plan import CENTRE
from carlendar_devtools.emulator.town.speeds import SPEEDS, RoadClass

PREFIX = "town"
"""Of Routino's files."""
NAVIT_MAP = "town.bin"
SECONDS = 60.0
"""Time-out of each program."""
_TAGGING = Path("/usr/share/routino/tagging-drive.xml")
_CAR = 'flags="0x4000000" flags_forward_mask="0x4000002" flags_reverse_mask="0x4000001"'
"""Navit's flags of a car, which obeys one-way streets (`car` in the package's navit.xml)."""


def missing() -> str:
    """Return the names of programs that are not installed, empty if all are."""
    return ", ".join(
        each for each in ("planetsplitter", "routino-router", "maptool", "navit") if not shutil.which(each)
    )


def prepare(network: Network, cache: Path, traffic: Traffic | None = None) -> Path:
    """Return the folder of the town's data within `cache`, made if it is not there.

    Jams of `traffic` become speed limits: neither program takes them otherwise. Navit 0.5.6 drives around the delays
    of its traffic reports but leaves them out of `destination_time`, and Routino knows no traffic.
    Raises ServiceError if a program is missing or fails.
    """
    files = {
        "town.osm": osm_xml(network.town, network.jammed_kmh(traffic or {})),
        f"{PREFIX}-profiles.xml": routino_profiles(network.profile),
    }
    digest = hashlib.sha256("\0".join(files.values()).encode()).hexdigest()[:16]
    folder = cache / f"town-{digest}"
    if folder.is_dir():
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    writing = Path(mkdtemp(prefix="town-", dir=cache))
    for name, text in files.items():
        (writing / name).write_text(text, encoding="utf-8")
    run = [
        [
            "planetsplitter",
            f"--dir={writing}",
            f"--prefix={PREFIX}",
            f"--tagging={_TAGGING}",
            str(writing / "town.osm"),
        ],
        ["maptool", "-i", str(writing / "town.osm"), str(writing / NAVIT_MAP)],
    ]
    for command in run:
        _run(command, writing)
    try:
        os.rename(writing, folder)  # noqa: PTH104 - atomic; another process may have been first
    except OSError:
        shutil.rmtree(writing)
    return folder


def _run(command: list[str], folder: Path) -> None:
    try:
        subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=SECONDS)
    except (OSError, subprocess.SubprocessError) as error:
        text = f"{command[0]} could not make the town's data. Install the packages navit, maptool and routino."
        raise ServiceError(text, detail=type(error).__name__) from error


def routino_profiles(speeds: Mapping[RoadClass, float]) -> str:
    """Return Routino's profile `motorcar`. Where two classes share a name of Routino's, the faster one counts:

    the speed limits of the map apply as well.
    """
    kmh: dict[str, float] = {}
    for kind, speed in speeds.items():
        name = SPEEDS[kind].routino
        kmh[name] = max(kmh.get(name, 0.0), speed)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        "<routino-profiles>",
        '<profile name="motorcar" transport="motorcar">',
        "<speeds>",
        *(f'<speed highway="{name}" kph="{speed:.1f}"/>' for name, speed in kmh.items()),
        "</speeds>",
        "<preferences>",
        *(f'<preference highway="{name}" percent="100"/>' for name in kmh),
        "</preferences>",
        "<properties>",
        '<property type="paved" percent="100"/>',
        '<property type="multilane" percent="50"/>',
        '<property type="bridge" percent="50"/>',
        '<property type="tunnel" percent="50"/>',
        "</properties>",
        '<restrictions><oneway obey="1"/><turns obey="1"/></restrictions>',
        "</profile>",
        "</routino-profiles>",
    ]
    return "\n".join(lines) + "\n"


def navit_xml(folder: Path, speeds: Mapping[RoadClass, float]) -> str:
    """Return a configuration of Navit with the town's map, its speeds and D-Bus."""
    roads = "\n".join(
        f'<roadprofile item_types="{",".join(SPEEDS[kind].navit)}" speed="{speed:.0f}" route_weight="{speed:.0f}"/>'
        for kind, speed in speeds.items()
    )
    return f"""<?xml version="1.0"?>
<!DOCTYPE config SYSTEM "navit.dtd">
<config>
<plugins>
<plugin path="$NAVIT_LIBDIR/*/${{NAVIT_LIBPREFIX}}lib*.so" ondemand="yes"/>
<plugin path="$NAVIT_LIBDIR/*/${{NAVIT_LIBPREFIX}}libbinding_dbus.so" active="yes"/>
</plugins>
<navit center="{CENTRE.longitude} {CENTRE.latitude}" zoom="256" tracking="1" recent_dest="10">
<graphics type="gtk_drawing_area"/>
<gui type="internal"/>
<vehicle name="Positions over D-Bus" profilename="car" enabled="yes" active="1" follow="1" source="null://"/>
<vehicleprofile name="car" {_CAR} maxspeed_handling="1" route_mode="0" static_speed="5" static_distance="25">
{roads}
</vehicleprofile>
<tracking cdf_histsize="0"/>
<route destination_distance="50"/>
<navigation/>
<mapset enabled="yes">
<map type="binfile" enabled="yes" data={quoteattr(str(folder / NAVIT_MAP))}/>
</mapset>
<layout name="Car" color="#ffefb7" font="Liberation Sans"/>
</navit>
</config>
"""
